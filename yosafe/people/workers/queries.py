"""Reading who works with a young person, who was loaded for the viewer."""

from yosafe.db.engine import DB

from .schemas import WorkerOut

_LIST = """
    SELECT w.*, u.name AS recorder, e.name AS ender FROM named_worker w JOIN user_account u ON u.id = w.recorded_by
        LEFT JOIN user_account e ON e.id = w.ended_recorded_by
    WHERE w.young_person = $1 AND ($2::bigint IS NULL OR w.id = $2) ORDER BY w.until DESC NULLS FIRST, w.since DESC, w.id DESC
"""
_COPIED = ("id", "role", "name", "agency_name", "telephone", "email", "since", "until", "recorded_at", "version")


async def workers_of(young_person: int, only: int | None = None) -> list[WorkerOut]:
    """Everyone, those of now first, then those who ended last."""
    return [
        WorkerOut(**{field: row[field] for field in _COPIED}, recorded_by=row["recorder"], ended_by=row["ender"])
        for row in await DB.fetch(_LIST, young_person, only)
    ]
