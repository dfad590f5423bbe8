"""Reading what was opened in an emergency: whoever opened it sees what is open; the data protection officer sees all, reviewed or not."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people.access import young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.reference import rule_sets
from yosafe.settings import Terminology

from .access import get_access_for, reviewer_words, reviews
from .listed import columns
from .schemas import AccessOut, OpenedOut

StateAsked = Literal["waiting", "reviewed", "all"]
_FROM = "break_glass b JOIN user_account u ON u.id = b.user_account JOIN agency g ON g.id = b.agency"
_LIST = f"""
    SELECT b.*, u.name AS opener, u.role, g.name AS agency_name, r.name AS reviewer {{}}
    FROM {_FROM} LEFT JOIN user_account r ON r.id = b.reviewed_by WHERE {{}} ORDER BY {{}} LIMIT {{}}
"""
_STATES: dict[str, str] = {"waiting": "b.reviewed_at IS NULL", "reviewed": "b.reviewed_at IS NOT NULL", "all": "true"}


class AccessFilter(Struct, frozen=True, kw_only=True):
    state: StateAsked = "waiting"


class Accesses(Listed[AccessFilter, AccessOut]):
    """Those that a viewer reviews; of those that wait the first due comes first, else the latest."""

    id = "break-glass"
    noun = ("opened record", "opened records")
    tie = "b.id"
    source = _FROM
    permission = "break-glass:review"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns()

    def default(self, wanted: AccessFilter) -> str:
        return "due" if wanted.state == "waiting" else "-at"

    def seen(self, viewer: User) -> Sql:
        return reviews(viewer)

    async def query(self, viewer: User, wanted: AccessFilter, place: Place, limit: int) -> Sql:
        condition = every([reviews(viewer), Sql(_STATES[wanted.state]), place.after()])
        return Sql(_LIST, place.columns, condition, place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[AccessOut]:
        return [access_out(row) for row in rows]

    def young_people(self, item: AccessOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: AccessFilter, items: Sequence[AccessOut]) -> None:
        await record_read(EventName.AUDIT_READ, by=viewer, detail={"rows": len(items), "list": self.id})


ACCESSES = Accesses()


async def waiting(viewer: User) -> tuple[int, int]:
    """How many a viewer has to review, and how many of them are overdue."""
    query = Sql(
        "SELECT count(*) AS number, count(*) FILTER (WHERE b.due_on < {}) AS late FROM break_glass b WHERE b.reviewed_at IS NULL AND {}",
        clock.today(),
        reviews(viewer),
    )
    [row] = await DB.fetch(*query.parts())
    return row["number"], row["late"]


async def open_access(viewer: User, access: int) -> AccessOut:
    """One, noted as read. Raises NotFound: to who does not review it, it does not exist."""
    found = await get_access_for(viewer, access)
    await record_read(EventName.BREAK_GLASS_READ, by=viewer, subject=("break_glass", found.id), young_person=found.young_person)
    return await whole_access(found.id)


async def whole_access(access: int) -> AccessOut:
    """The same of one that was loaded for the viewer."""
    (row,) = await DB.fetch(*Sql(_LIST, Sql(""), Sql("b.id = {}", access), Sql("b.id"), 1).parts())
    return access_out(row)


async def open_to(viewer: User) -> list[OpenedOut]:
    """What the viewer has open now, the latest first."""
    rows = await DB.fetch(
        "SELECT b.id, b.young_person, b.at, b.until, yp.family_name, yp.given_names "
        "FROM break_glass b JOIN young_person yp ON yp.id = b.young_person WHERE b.user_account = $1 AND b.until > $2 ORDER BY b.at DESC, b.id DESC",
        *(viewer.id, clock.now()),
    )
    reviewer = await reviewer_words(viewer)
    return [
        OpenedOut(
            id=row["id"], young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
            at=row["at"], until=row["until"], reviewer=reviewer,
        )
        for row in rows
    ]  # fmt: skip


def access_out(row: Any) -> AccessOut:
    met_on = day_of(row["reviewed_at"]) if row["reviewed_at"] else None
    standing = rule_sets.state_of(row["due_on"], clock.today(), met_on)
    return AccessOut(
        id=row["id"], young_person=young_person_ref(row["young_person"]), opened_by=row["opener"], role=row["role"], agency=row["agency_name"],
        reason=row["reason"], way=row["way"], at=row["at"], until=row["until"], due_on=row["due_on"],
        state="running" if standing.state == "due" else standing.state, words=standing.words,
        outcome=row["outcome"], note=row["review_note"], reviewed_at=row["reviewed_at"], reviewed_by=row["reviewer"], version=row["version"],
    )  # fmt: skip
