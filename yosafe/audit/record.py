"""Adding to the trail. Called by actions, and by the reads that open a young person's record, inside their transaction."""

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from typing import Any, Protocol

import msgspec

from yosafe import clock
from yosafe.db.engine import DB, in_transaction

from .events import EventName

__all__ = ["REQUEST", "Actor", "EventName", "Nobody", "Operator", "entry", "naming", "record", "record_list", "record_read"]

# The id of the web request in hand, so that a log line and an audit entry can be put side by side.
REQUEST: ContextVar[str | None] = ContextVar("yosafe_request", default=None)

COLUMNS = ("at", "event", "actor", "actor_kind", "agency", "subject_kind", "subject", "young_person", "request", "detail")
INSERT = f"INSERT INTO audit_entry ({', '.join(COLUMNS)}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"


class Actor(Protocol):
    """Whoever does things: a signed-in user, or the operator at the command line."""

    @property
    def id(self) -> int | None: ...
    @property
    def agency(self) -> int | None: ...
    @property
    def actor_kind(self) -> str: ...


class Operator:
    """The account that runs yosafe at the command line, or yosafe itself in the night (`system`)."""

    id = None
    agency = None

    def __init__(self, actor_kind: str = "operator") -> None:
        self.actor_kind = actor_kind


class Nobody:
    """Whoever is not signed in. `agency`: whose account was tried, so that its data protection officer hears of it."""

    id = None
    actor_kind = "nobody"

    def __init__(self, agency: int | None = None) -> None:
        self.agency = agency


def entry(
    event: EventName,
    *,
    by: Actor | None,
    subject: tuple[str, int | None] | None = None,
    young_person: int | None = None,
    detail: dict[str, Any] | None = None,
) -> tuple[Any, ...]:
    """The values of one entry in the order of COLUMNS, for the few writes that add it in a statement of their own."""
    kind, subject_id = subject or (None, None)
    text = msgspec.json.encode(detail or {}, order="sorted").decode()
    return (
        clock.now(), event.value, by.id if by else None, by.actor_kind if by else "nobody", by.agency if by else None,
        kind, subject_id, young_person, REQUEST.get(), text,
    )  # fmt: skip


async def record_many(entries: Sequence[tuple[Any, ...]]) -> None:
    """Add entries, each as `entry` makes it, to the open transaction. Raises RuntimeError outside one."""
    if not in_transaction():
        raise RuntimeError("audit entries belong in the transaction of what they record")
    await DB.copy_records("audit_entry", COLUMNS, entries)


def naming(young_people: Sequence[int], **detail: Any) -> dict[str, Any]:
    """For the one entry of something that concerns several young people: each of them finds it. `young_person` and `detail` of an entry."""
    if len(young_people) == 1:
        return {"young_person": young_people[0], "detail": detail}
    return {"young_person": None, "detail": {**detail, "young_people": sorted(set(young_people))}}


async def record(
    event: EventName,
    *,
    by: Actor | None,
    subject: tuple[str, int | None] | None = None,
    young_person: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry to the open transaction. `detail` holds ids, codes and field names: never names, never what was written.

    Raises RuntimeError outside a transaction: an entry that does not stand or fall with its write is worth nothing.
    """
    if not in_transaction():
        raise RuntimeError(f"{event}: an audit entry belongs in the transaction of what it records")
    await DB.execute(INSERT, *entry(event, by=by, subject=subject, young_person=young_person, detail=detail))


async def record_read(
    event: EventName,
    *,
    by: Actor | None,
    subject: tuple[str, int | None] | None = None,
    young_person: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry for something that was looked at. Nothing is shown unless this has been kept."""
    await DB.execute(INSERT, *entry(event, by=by, subject=subject, young_person=young_person, detail=detail))


async def record_list(of: str, young_people: Iterable[int], *, by: Actor | None, searched: bool = False) -> None:
    """Add the one entry for a list that names young people, however many: each of them finds it. `searched`: someone typed whom to look for."""
    event = EventName.YOUNG_PEOPLE_SEARCHED if searched else EventName.YOUNG_PEOPLE_LISTED
    await record_read(event, by=by, detail={"by": of, "young_people": sorted(set(young_people))})
