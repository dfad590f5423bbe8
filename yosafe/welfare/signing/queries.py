"""Which assessments wait: for a second person, or for their author since they were sent back."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people.access import visible, young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.settings import Terminology
from yosafe.welfare.access import assessment_ref, readable
from yosafe.welfare.instruments import INSTRUMENTS

from .listed import columns
from .schemas import WaitingOut

StateAsked = Literal["waiting", "sent_back", "all"]

_LIST = """
    SELECT a.id, a.young_person, a.occasion, a.completed_on, a.recorded_at, g.name AS agency_name, u.name AS worker, s.at AS signed_at,
        yp.family_name, yp.given_names {}
    FROM assessment a JOIN young_person yp ON yp.id = a.young_person JOIN agency g ON g.id = a.agency JOIN user_account u ON u.id = a.recorded_by
        LEFT JOIN assessment_signing s ON s.assessment = a.id
    WHERE {} ORDER BY {} LIMIT {}
"""
_NEEDS = [one.id for one in INSTRUMENTS.values() if one.needs_second]
_STATES: dict[str, str] = {
    "waiting": "s.id IS NULL",
    "sent_back": "s.decision = 'sent_back' AND NOT EXISTS (SELECT FROM assessment r WHERE r.replaces = a.id)",
}
_STATES["all"] = f"({_STATES['waiting']} OR ({_STATES['sent_back']}))"


class WaitingFilter(Struct, frozen=True, kw_only=True):
    """`waiting`: for a second person, of the viewer's agency and not their own; `sent_back`: not put right yet;
    `all`: both. `everyone`: whoever completed it."""

    state: StateAsked = "waiting"
    everyone: bool = False


class Waiting(Listed[WaitingFilter, WaitingOut]):
    """Assessments of young people whom a viewer sees that wait, the longest first."""

    id = "assessments-waiting"
    noun = ("assessment", "assessments")
    tie = "a.id"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns()

    def default(self, wanted: WaitingFilter) -> str:
        return "completed"

    async def query(self, viewer: User, wanted: WaitingFilter, place: Place, limit: int) -> Sql:
        condition = every([_open_to(viewer, wanted), place.after()])
        return Sql(_LIST, place.columns, condition, place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[WaitingOut]:
        return [_out(row) for row in rows]

    def young_people(self, item: WaitingOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: WaitingFilter, items: Sequence[WaitingOut]) -> None:
        await record_list(self.id, [young_person_number(item.young_person) for item in items], by=viewer)


WAITING = Waiting()


def _open_to(viewer: User, wanted: WaitingFilter) -> Sql:
    return every([
        visible(viewer), readable(viewer), Sql("a.instrument = ANY({})", _NEEDS), Sql(_STATES[wanted.state]),
        Sql("true") if wanted.everyone else Sql("a.agency = {}", viewer.agency),
        Sql("true") if wanted.everyone or wanted.state == "sent_back" else Sql("a.recorded_by <> {}", viewer.id),
    ])  # fmt: skip


class Counts(Struct, frozen=True):
    """Assessments that the viewer may decide on, and those of their agency that came back."""

    waiting: int
    sent_back: int


async def counts(viewer: User) -> Counts:
    query = "SELECT count(*) FROM assessment a JOIN young_person yp ON yp.id = a.young_person LEFT JOIN assessment_signing s ON s.assessment = a.id "
    numbers = [
        await DB.fetchval(*Sql(query + "WHERE {}", _open_to(viewer, WaitingFilter(state=state))).parts()) for state in ("waiting", "sent_back")
    ]
    return Counts(*numbers)


def _out(row: Any) -> WaitingOut:
    since = row["signed_at"] or row["recorded_at"]
    return WaitingOut(
        ref=assessment_ref(row["id"]), young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        occasion=row["occasion"], completed_on=row["completed_on"], agency=row["agency_name"], recorded_by=row["worker"],
        recorded_at=row["recorded_at"], standing="sent_back" if row["signed_at"] else "awaiting", days=(clock.today() - day_of(since)).days,
    )  # fmt: skip
