"""Reading the audit trail: a data protection officer sees what people of their own agency did and saw. Reading it is an entry too."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from yosafe import clock
from yosafe.audit.events import EXPORTS, READS
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.filters import in_days
from yosafe.db.sql import Sql, either, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.refs import number, ref
from yosafe.settings import Terminology

from .listed import entry_columns
from .trail_words import EntryOut, subject_words
from .viewer import User

# Who acts without being a user.
_NO_USER = {"operator": "The operator of yosafe", "system": "yosafe itself", "nobody": "Someone not signed in"}


class TrailFilter(Struct, kw_only=True, frozen=True):
    """What to look for; None and empty mean any."""

    young_person: str | None = None
    user: int | None = None
    event: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None


class Trail(Listed[TrailFilter, EntryOut]):
    """Entries of a viewer's agency, newest first."""

    id = "audit"
    noun = ("entry", "entries")
    tie = "e.id"
    permission = "audit:read"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return entry_columns()

    def default(self, wanted: TrailFilter) -> str:
        return "-at"

    async def query(self, viewer: User, wanted: TrailFilter, place: Place, limit: int) -> Sql:
        conditions = [Sql("e.agency = {}", viewer.agency), not_about(viewer), place.after(), *await _conditions(wanted)]
        return Sql(
            "SELECT e.id, e.at, e.event, e.actor_kind, e.subject_kind, e.subject, e.young_person, e.detail, e.request, u.name, u.role, "
            "s.name AS subject_name {} FROM audit_entry e LEFT JOIN user_account u ON u.id = e.actor "
            "LEFT JOIN user_account s ON e.subject_kind = 'user' AND s.id = e.subject WHERE {} ORDER BY {} LIMIT {}",
            *(place.columns, every(conditions), place.order(), limit),
        )

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[EntryOut]:
        return [_entry(row) for row in rows]

    async def note(self, viewer: User, wanted: TrailFilter, items: Sequence[EntryOut]) -> None:
        await record_read(EventName.AUDIT_READ, by=viewer, detail={"rows": len(items), "of": wanted.young_person})


TRAIL = Trail()
trail = TRAIL.page


def not_about(viewer: User) -> Sql:
    """Whoever reads the trail does not learn from it of an allegation about themselves."""
    return Sql(
        "NOT (e.subject_kind IS NOT DISTINCT FROM 'incident' AND EXISTS (SELECT FROM incident_staff s "
        "WHERE s.incident = e.subject AND s.role = 'staff_alleged' AND (s.user_account = {} OR lower(s.name) = lower({}::text))))",
        viewer.id,
        viewer.name,
    )


async def _conditions(wanted: TrailFilter) -> list[Sql]:
    conditions = in_days("e.at", wanted.since, wanted.until)
    if wanted.young_person:
        numbers = await DB.fetchval("SELECT young_person_numbers($1)", number("YP", wanted.young_person))
        conditions.append(either([_about(one) for one in numbers]))
    if wanted.user:
        conditions.append(Sql("e.actor = {}", wanted.user))
    if wanted.event:
        conditions.append(Sql("e.event = {}", wanted.event))
    return conditions


def _about(young_person: int) -> Sql:
    """Entries about a young person's number, and those of lists that named it: an entry keeps the number it was written with. The second
    half is as the index of migration 0008 has it."""
    return Sql(
        "(e.young_person = {} OR (e.detail LIKE '%\"young_people\"%' AND e.detail::jsonb -> 'young_people' @> {}::jsonb))",
        young_person,
        [young_person],
    )


def _entry(row: Any) -> EntryOut:
    return EntryOut(
        id=row["id"], at=row["at"], event=row["event"], actor=row["name"] or _NO_USER[row["actor_kind"]], role=row["role"],
        subject=row["subject_name"] or subject_words(row["subject_kind"], row["subject"]),
        young_person=ref("YP", row["young_person"]) if row["young_person"] else None, detail=msgspec.json.decode(row["detail"]),
        request=row["request"],
    )  # fmt: skip


class Doings(Struct, kw_only=True, frozen=True):
    """What one person did since a day: young people whose records they looked at (each once), searches, exports, and tries to sign in that failed."""

    user: int
    name: str
    role: str
    young_people: int
    searches: int
    exports: int
    failed: int


async def doings(viewer: User, *, since: dt.date) -> list[Doings]:
    """One line for each person of the viewer's agency who did any of it, those who looked at most young people first."""
    rows = await DB.fetch(
        """
        SELECT u.id AS user, u.name, u.role, count(DISTINCT e.young_person) FILTER (WHERE e.event = ANY($3)) AS young_people,
            count(*) FILTER (WHERE e.event = $4) AS searches, count(*) FILTER (WHERE e.event = ANY($5)) AS exports,
            count(*) FILTER (WHERE e.event = $6) AS failed
        FROM audit_entry e JOIN user_account u ON u.id = coalesce(e.actor, CASE WHEN e.event = $6 THEN e.subject END)
        WHERE e.agency = $1 AND e.at >= $2 AND e.event = ANY($3 || $5 || ARRAY[$4, $6])
        GROUP BY u.id, u.name, u.role ORDER BY young_people DESC, u.name, u.id
        """,
        *(viewer.agency, clock.midnight(since), [event.value for event in READS], EventName.YOUNG_PEOPLE_SEARCHED.value),
        *([event.value for event in EXPORTS], EventName.SIGN_IN_FAILED.value),
    )
    return msgspec.convert([dict(row) for row in rows], list[Doings])


async def people_of(viewer: User) -> list[tuple[int, str]]:
    """The users of the viewer's agency, for the filter."""
    return [
        (row["id"], row["name"]) for row in await DB.fetch("SELECT id, name FROM user_account WHERE agency = $1 ORDER BY name, id", viewer.agency)
    ]
