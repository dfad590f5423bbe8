"""Reading planned contacts with how they stand. Lists of names leave an audit entry."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Found, Listed
from yosafe.lists.ordering import Place
from yosafe.people.access import all_visible, young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.reference.terms import term
from yosafe.settings import Terminology

from . import rules
from .listed import VALUES, columns
from .schemas import PlanOut


def _pairs(table: str, codes: dict[str, tuple[str, ...]]) -> str:
    """What does for what, as a table of two columns. The codes are those of our own lists."""
    rows = ", ".join(f"('{plan}', '{code}')" for plan, of in codes.items() for code in of)
    return f"(VALUES {rows}) AS {table} (plan, code)"


_WHOM = _pairs("whom", {plan: rules.codes_for(plan) for plan in code_list("planned_with").values()})
_WAY = _pairs("how", {plan: rules.kinds_for(plan) for plan in code_list("planned_way").values()})
_LIST = f"""
    SELECT c.*, yp.family_name, yp.given_names, yp.home_area, here.establishment, care.responsible_area, u.name AS recorder,
        ARRAY(SELECT k.happened_on FROM contact k JOIN {_WHOM} ON whom.plan = c.from_whom AND whom.code = k.from_whom
            JOIN {_WAY} ON how.plan = c.way AND how.code = k.kind
            WHERE k.young_person = c.young_person AND k.happened_on >= c.since) AS contacts,
        ARRAY(SELECT p.arrived_at FROM placement p WHERE p.young_person = c.young_person ORDER BY p.arrived_at, p.id) AS arrived,
        ARRAY(SELECT p.left_at FROM placement p WHERE p.young_person = c.young_person ORDER BY p.arrived_at, p.id) AS gone
    FROM contact_plan c JOIN young_person yp ON yp.id = c.young_person JOIN user_account u ON u.id = c.recorded_by
        LEFT JOIN placement here ON here.young_person = c.young_person AND here.left_at IS NULL
        LEFT JOIN care_period care ON care.young_person = c.young_person AND care.ended_on IS NULL
    WHERE {{}} ORDER BY c.until DESC NULLS FIRST, c.since DESC, c.id DESC
"""


async def plans_of(young_person: int, terminology: Terminology = "2002", only: int | None = None) -> list[PlanOut]:
    """Of a young person who was loaded for the viewer: those that run first, then those that ended last."""
    one = Sql("c.id = {}", only) if only is not None else Sql("true")
    rows = await DB.fetch(*Sql(_LIST, every([Sql("c.young_person = {}", young_person), one])).parts())
    return [_out(row, terminology) for row in rows]


class DueFilter(Struct, frozen=True, kw_only=True):
    """`mine`: those that the viewer's agency sees to; `overdue`: only those whose day has passed."""

    mine: bool = True
    overdue: bool = False


class ContactsDue(Listed[DueFilter, PlanOut]):
    """Plans of young people who are held and whom a viewer sees, by the day on which the next contact is due, the most overdue first."""

    id = "contacts-due"
    noun = ("plan", "plans")
    tie = ""

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns()

    def default(self, wanted: DueFilter) -> str:
        return "due"

    async def find(self, viewer: User, wanted: DueFilter, place: Place, limit: int, terminology: Terminology) -> list[Found[PlanOut]]:
        def value(one: PlanOut) -> object:
            return VALUES[place.name.removeprefix("-")](one, terminology)

        lines = place.among(await _due(viewer, wanted, terminology), value, _number)
        return [((value(one), one.id), one) for one in lines[:limit]]

    async def count(self, viewer: User, wanted: DueFilter, terminology: Terminology = "2002") -> int:
        return len(await _due(viewer, wanted, terminology))

    def young_people(self, item: PlanOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: DueFilter, items: Sequence[PlanOut]) -> None:
        await record_list("contacts due", [young_person_number(one.young_person) for one in items], by=viewer)


CONTACTS_DUE = ContactsDue()
contacts_due = CONTACTS_DUE.page


async def _due(viewer: User, wanted: DueFilter, terminology: Terminology) -> list[PlanOut]:
    """Of someone who is held the next contact has its day."""
    seen = Sql("c.young_person IN ({})", all_visible(viewer))
    mine = [_mine(viewer)] if wanted.mine else []
    rows = await DB.fetch(*Sql(_LIST, every([Sql("c.until IS NULL AND here.id IS NOT NULL"), seen, *mine])).parts())
    found = [_out(row, terminology) for row in rows]
    return [one for one in found if one.overdue_days or not wanted.overdue]


def _number(one: PlanOut) -> int:
    return one.id


async def overdue_with(viewer: User, young_people: list[int], terminology: Terminology) -> dict[int, str]:
    """For a page of the list of young people: whose contact is most overdue, in words."""
    rows = await DB.fetch(*Sql(_LIST, Sql("c.until IS NULL AND c.young_person = ANY({})", young_people)).parts())
    late = sorted(((row["young_person"], _out(row, terminology)) for row in rows), key=lambda pair: -pair[1].overdue_days)
    worst: dict[int, str] = {}
    for number, one in late:
        if one.overdue_days and number not in worst:
            whom = code_list("planned_with").label(one.from_whom, terminology)
            worst[number] = f"{whom}: {one.overdue_days} {'day' if one.overdue_days == 1 else 'days'}"
    return worst


_OF_AUTHORITY = tuple(code for code, kind in rules.OWES.items() if kind is AgencyKind.SOCIAL_SERVICES)


def _mine(viewer: User) -> Sql:
    match viewer.agency_kind:
        case AgencyKind.YOT:
            return Sql("c.from_whom = 'yot' AND yp.home_area = {}", viewer.area)
        case AgencyKind.SOCIAL_SERVICES:
            return Sql("c.from_whom = ANY({}) AND coalesce(care.responsible_area, yp.home_area) = {}", list(_OF_AUTHORITY), viewer.area)
        case AgencyKind.YOI:
            return Sql("c.from_whom <> ALL({}) AND here.establishment = {}", list(rules.OWES), viewer.establishment)
    return Sql("false")


def _out(row: Any, terminology: Terminology) -> PlanOut:
    plan = rules.Plan(every_days=row["every_days"], since=row["since"], until=row["until"])
    stays = [
        rules.Held(arrived_on=day_of(arrived), left_on=day_of(gone) if gone else None)
        for arrived, gone in zip(row["arrived"], row["gone"], strict=True)
    ]
    stands = rules.standing(plan, row["contacts"], stays, today=clock.today())
    return PlanOut(
        id=row["id"], young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        establishment=row["establishment"], from_whom=row["from_whom"], way=row["way"], every_days=row["every_days"], agreed_by=row["agreed_by"],
        note=row["note"], since=row["since"], until=row["until"], ended_reason=row["ended_reason"], planned=stands.planned, made=stands.made,
        missed=stands.missed, last_on=stands.last_on, next_due_on=stands.next_due_on, overdue_days=stands.overdue_days,
        owed_by=rules.owes(row["from_whom"]), owner=_owner(row, terminology), recorded_by=row["recorder"], version=row["version"],
    )  # fmt: skip


def _owner(row: Any, terminology: Terminology) -> str:
    match rules.owes(row["from_whom"]):
        case AgencyKind.YOT:
            return f"{area(row['home_area']).name} {term('yot_short', terminology)}"
        case AgencyKind.SOCIAL_SERVICES:
            return f"{area(row['responsible_area'] or row['home_area']).name} {term('social_services', terminology)}"
    return establishment(row["establishment"]).name if row["establishment"] else "Whoever holds them"
