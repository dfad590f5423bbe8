"""Who has a duty towards a young person through a referral or a review: while it is open, they see the young person."""

from enum import StrEnum

from yosafe import clock
from yosafe.db.engine import DB, in_transaction

from .clocks import Subject


class DutyKind(StrEnum):
    HOST = "host"  # a social services department that hosts a referral
    COMMITTEE = "committee"  # an area committee with a live referral or review


_OPEN = """
    INSERT INTO duty (young_person, kind, area, subject_kind, subject, started_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT ON CONSTRAINT duty_once DO UPDATE SET ended_at = NULL
"""
_END = """
    UPDATE duty SET ended_at = $3
    WHERE subject_kind = $1 AND subject = $2 AND ended_at IS NULL AND ($4::bigint IS NULL OR young_person = $4) AND ($5::text IS NULL OR kind = $5)
    RETURNING id
"""


async def open_duty(kind: DutyKind, *, young_person: int, area: str, subject: Subject) -> None:
    """Let an authority (`host`) or committee see a young person for as long as the subject, such as ("referral", 12), is open. Reopens one."""
    _inside()
    await DB.execute(_OPEN, young_person, kind.value, area, *subject, clock.now())


async def end_duty(*, subject: Subject, young_person: int | None = None, kind: DutyKind | None = None) -> int:
    """End the open duties of a subject, or only those towards one young person or of one kind; how many there were."""
    _inside()
    return len(await DB.fetch(_END, *subject, clock.now(), young_person, kind.value if kind else None))


def _inside() -> None:
    if not in_transaction():
        raise RuntimeError("a duty opens and ends in the transaction of what moves it")
