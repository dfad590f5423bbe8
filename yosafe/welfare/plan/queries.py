"""Reading welfare plans. Every function takes the viewer or what was loaded for them, and leaves an audit entry where names are shown."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list, record_read
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people.access import visible, young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.settings import Terminology
from yosafe.welfare.access import assessment_ref
from yosafe.welfare.tables import WelfareNeed

from . import rules
from .access import get_need_for, need_ref, readable, theirs
from .listed import columns
from .schemas import NeedOut, NeedWithHistoryOut, StepOut

StateAsked = Literal["open", "overdue", "closed", "all"]

_LIST = """
    SELECT n.*, yp.family_name, yp.given_names, p.establishment, g.name AS agency_name, u.name AS worker {}
    FROM welfare_need n JOIN young_person yp ON yp.id = n.young_person JOIN agency g ON g.id = n.agency JOIN user_account u ON u.id = n.recorded_by
        LEFT JOIN placement p ON p.young_person = n.young_person AND p.left_at IS NULL
    WHERE {} ORDER BY {} LIMIT {}
"""


class NeedFilter(Struct, frozen=True, kw_only=True):
    """`mine`: what the viewer's agency is to see to."""

    state: StateAsked = "open"
    mine: bool = False


class Needs(Listed[NeedFilter, NeedOut]):
    """Needs in the plans of young people whom a viewer sees: the most overdue first."""

    id = "needs"
    noun = ("need", "needs")
    tie = "n.id"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns(terminology)

    def default(self, wanted: NeedFilter) -> str:
        return "target"

    async def query(self, viewer: User, wanted: NeedFilter, place: Place, limit: int) -> Sql:
        return Sql(_LIST, place.columns, every([_condition(viewer, wanted), place.after()]), place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[NeedOut]:
        return [_out(row) for row in rows]

    def young_people(self, item: NeedOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: NeedFilter, items: Sequence[NeedOut]) -> None:
        await record_list(self.id, [young_person_number(item.young_person) for item in items], by=viewer)


NEEDS = Needs()


def _condition(viewer: User, wanted: NeedFilter) -> Sql:
    states = {
        "open": Sql("n.closed_on IS NULL"), "overdue": Sql("n.closed_on IS NULL AND n.target_on < {}", clock.today()),
        "closed": Sql("n.closed_on IS NOT NULL"), "all": Sql("true"),
    }  # fmt: skip
    return every([visible(viewer), readable(viewer), states[wanted.state], theirs(viewer) if wanted.mine else Sql("true")])


async def overdue_count(viewer: User) -> int:
    """How many needs the viewer's agency is to see to that passed their day."""
    found = Sql(
        "SELECT count(*) FROM welfare_need n JOIN young_person yp ON yp.id = n.young_person WHERE {}",
        _condition(viewer, NeedFilter(state="overdue", mine=True)),
    )
    return int(await DB.fetchval(*found.parts()))


async def plan_of(viewer: User, young_person: int) -> list[NeedOut]:
    """All needs of one young person who was loaded for the viewer: open ones by their day, then those that were closed, the latest first."""
    order = Sql("n.closed_on IS NOT NULL, CASE WHEN n.closed_on IS NULL THEN n.target_on END, n.closed_on DESC, n.id")
    query = Sql(_LIST, Sql(""), every([Sql("n.young_person = {}", young_person), readable(viewer)]), order, 500)
    return [_out(row) for row in await DB.fetch(*query.parts())]


async def open_need(viewer: User, reference: str) -> NeedWithHistoryOut:
    """One need with its history, noted as read. Raises NotFound: to an outsider it does not exist."""
    return await whole_need(viewer, await get_need_for(viewer, reference))


_STEPS = """
    SELECT s.kind, s.will_do, s.owner, s.owner_name, s.target_on, s.note, s.at, u.name AS by
    FROM welfare_need_step s JOIN user_account u ON u.id = s.recorded_by WHERE s.welfare_need = $1 ORDER BY s.at, s.id
"""


async def whole_need(viewer: User, need: WelfareNeed) -> NeedWithHistoryOut:
    """The same of one that was loaded for this viewer."""
    (row,) = await DB.fetch(*Sql(_LIST, Sql(""), Sql("n.id = {}", need.id), Sql("n.id"), 1).parts())
    await record_read(EventName.NEED_READ, by=viewer, subject=("welfare_need", need.id), young_person=need.young_person)
    return NeedWithHistoryOut(**asdict(_out(row)), history=[StepOut(**step) for step in await DB.fetch(_STEPS, need.id)])


async def planned_of(assessment: int) -> set[str]:
    """What is in the plan already of the needs of an assessment that was loaded for the viewer, by topic."""
    return {row["topic"] for row in await DB.fetch("SELECT DISTINCT topic FROM welfare_need WHERE assessment = $1", assessment)}


def _out(row: Any) -> NeedOut:
    return NeedOut(
        ref=need_ref(row["id"]), young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        establishment=row["establishment"], assessment=assessment_ref(row["assessment"]) if row["assessment"] else None, topic=row["topic"],
        need=row["need"], will_do=row["will_do"], owner=row["owner"], owner_name=row["owner_name"], target_on=row["target_on"],
        closed_on=row["closed_on"], came_of=row["came_of"], days_late=rules.days_late(row["target_on"], row["closed_on"], today=clock.today()),
        agency=row["agency_name"], recorded_by=row["worker"], recorded_at=row["recorded_at"], version=row["version"],
    )  # fmt: skip
