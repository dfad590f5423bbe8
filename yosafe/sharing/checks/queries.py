"""Reading checks. Lists of names leave an audit entry."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people.access import young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.settings import Terminology

from . import rules
from .access import can_record, readable, theirs
from .listed import columns
from .schemas import CheckOut, ChecksOfOut

StateAsked = Literal["waiting", "answered", "all"]
_FROM = "register_check c JOIN young_person yp ON yp.id = c.young_person"
_LIST = f"""
    SELECT c.*, yp.family_name, yp.given_names, g.name AS agency_name, u.name AS recorder {{}}
    FROM {_FROM} JOIN agency g ON g.id = c.agency JOIN user_account u ON u.id = c.recorded_by WHERE {{}} ORDER BY {{}} LIMIT {{}}
"""
_MOST = 200  # of one young person
_IN_STATE = {"waiting": Sql("c.answer IS NULL"), "answered": Sql("c.answer IS NOT NULL"), "all": Sql("true")}


class CheckFilter(Struct, frozen=True, kw_only=True):
    """Which checks; `ours`: of the viewer's own authority, that is to answer."""

    state: StateAsked = "waiting"
    ours: bool = False


class Checks(Listed[CheckFilter, CheckOut]):
    """The checks that a viewer may read; what was asked last comes first."""

    id = "checks"
    noun = ("check", "checks")
    tie = "c.id"
    source = _FROM

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns(terminology)

    def default(self, wanted: CheckFilter) -> str:
        return "-asked"

    def seen(self, viewer: User) -> Sql:
        return theirs(viewer)

    async def query(self, viewer: User, wanted: CheckFilter, place: Place, limit: int) -> Sql:
        ours = Sql("c.area = {}", viewer.area) if wanted.ours else Sql("true")
        where = every([theirs(viewer), _IN_STATE[wanted.state], ours, place.after()])
        return Sql(_LIST, place.columns, where, place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[CheckOut]:
        return [_out(row, viewer) for row in rows]

    def young_people(self, item: CheckOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: CheckFilter, items: Sequence[CheckOut]) -> None:
        await record_list("checks", [young_person_number(one.young_person) for one in items], by=viewer)


CHECKS = Checks()
checks = CHECKS.page
_LATEST = Sql("c.asked_on DESC, c.id DESC")


async def checks_of(viewer: User, young_person: int) -> ChecksOfOut:
    """Of a young person who was loaded for the viewer: what they may read, and how many more there were lately."""
    where = every([Sql("c.young_person = {}", young_person), readable(viewer)])
    rows = await DB.fetch(*Sql(_LIST, Sql(""), where, _LATEST, _MOST).parts())
    since = rules.counted_since(clock.today())
    hidden = Sql(
        "SELECT count(*) FROM register_check c WHERE c.young_person = {} AND c.asked_on >= {} AND NOT {}", young_person, since, readable(viewer)
    )
    return ChecksOfOut(items=[_out(row, viewer) for row in rows], others=await DB.fetchval(*hidden.parts()), since=since)


async def check_out(viewer: User, number: int) -> CheckOut:
    """One, as it is now, which was loaded for the viewer."""
    (row,) = await DB.fetch(*Sql(_LIST, Sql(""), Sql("c.id = {}", number), _LATEST, 1).parts())
    return _out(row, viewer)


def _out(row: Any, viewer: User) -> CheckOut:
    return CheckOut(
        id=row["id"], young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        agency=row["agency_name"], asker=row["asker"], asked_by=row["asked_by"], area=row["area"], register=row["register"], reason=row["reason"],
        note=row["note"], asked_on=row["asked_on"], state=rules.state_of(row["answer"]), answer=row["answer"], category=row["category"],
        answered_on=row["answered_on"], answered_by=row["answered_by"], answer_note=row["answer_note"], recorded_at=row["recorded_at"],
        recorded_by=row["recorder"], may_answer=row["answer"] is None and can_record(viewer), version=row["version"],
    )  # fmt: skip
