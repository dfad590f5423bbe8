"""The files of an incident, as a viewer may know of them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.incidents.record import names_hidden
from yosafe.incidents.tables import Incident
from yosafe.people.access import young_person_ref
from yosafe.people.hiding import Hidden
from yosafe.people.rules import full_name

from . import access
from .schemas import FileOut, ShownOut
from .tables import EvidenceFile

_FILES = """
    SELECT f.*, u.name AS by_name, w.name AS withdrawn_name, {} AS opens
    FROM evidence_file f JOIN user_account u ON u.id = f.recorded_by LEFT JOIN user_account w ON w.id = f.withdrawn_by
    WHERE f.incident = {} ORDER BY f.id
"""
_SHOWS = """
    SELECT s.evidence_file, s.young_person, yp.family_name, yp.given_names
    FROM evidence_shows s JOIN evidence_file f ON f.id = s.evidence_file JOIN young_person yp ON yp.id = s.young_person
    WHERE f.incident = $1 ORDER BY s.id
"""


async def files_of(viewer: User, incident: Incident) -> list[FileOut]:
    """Every file of an incident that the viewer has loaded, in the order in which they were added. Of those that show someone whom the viewer may not
    know of, only that they are there."""
    hidden = await names_hidden(viewer, incident.id)
    shows: dict[int, list[ShownOut]] = defaultdict(list)
    for row in await DB.fetch(_SHOWS, incident.id):
        name = full_name(row["family_name"], row["given_names"])
        shows[row["evidence_file"]].append(ShownOut(young_person=young_person_ref(row["young_person"]), name=name))
    rows = await DB.fetch(*Sql(_FILES, access.open_to(viewer), incident.id).parts())
    return [_out(row, shows[row["id"]], hidden) for row in rows]


async def file_of(viewer: User, incident: Incident, file: EvidenceFile) -> FileOut:
    """One of them, that the viewer has loaded."""
    return next(one for one in await files_of(viewer, incident) if one.ref == access.file_ref(file.id))


def _out(row: Mapping[str, Any], shows: list[ShownOut], hidden: Hidden) -> FileOut:
    if not row["opens"]:
        return FileOut(ref=access.file_ref(row["id"]), withheld=True, added_at=row["recorded_at"], withdrawn_at=row["withdrawn_at"])
    return FileOut(
        ref=access.file_ref(row["id"]), withheld=False, added_at=row["recorded_at"], kind=row["kind"], caption=hidden.text(row["caption"]),
        taken_by=hidden.maybe(row["taken_by"]), taken_on=row["taken_on"], shows=shows, media_type=row["media_type"], size=row["size"],
        sha256=row["sha256"], has_location=row["has_location"], has_picture=row["has_picture"], added_by=row["by_name"],
        withdrawn_at=row["withdrawn_at"], withdrawn_by=row["withdrawn_name"], withdrawn_reason=hidden.maybe(row["withdrawn_reason"]),
    )  # fmt: skip
