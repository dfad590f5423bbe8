"""Reading how long records are kept: which are due, one of them, and holds. By reference: nobody is named."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list, record_read
from yosafe.db.engine import DB
from yosafe.db.paging import Instant
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, ranked, sort
from yosafe.people.access import young_person_number, young_person_ref
from yosafe.people.tables import YoungPerson
from yosafe.settings import Terminology
from yosafe.settings import in_force as settings_in_force
from yosafe.subject_access.access import answers_for

from .access import READ, sees_hold
from .rules import OPEN_WORDS, Schedule, in_force
from .schemas import DueOut, DueState, HoldOut, HoldState, RuleOut, StandingOut

SOON = dt.timedelta(days=365)
_HELD = "EXISTS (SELECT FROM legal_hold h WHERE h.young_person = yp.id AND h.lifted_at IS NULL)"
_DUE = "SELECT yp.id, d.rule, d.due_on, {} AS held {{}} FROM young_person yp CROSS JOIN LATERAL ({}) d WHERE {{}} ORDER BY {{}} LIMIT {{}}"
_HOLDS = """
    SELECT h.*, g.name AS agency_name, p.name AS placed_by_name, l.name AS lifted_by_name {}
    FROM legal_hold h JOIN young_person yp ON yp.id = h.young_person JOIN agency g ON g.id = h.agency
    JOIN user_account p ON p.id = h.placed_by LEFT JOIN user_account l ON l.id = h.lifted_by WHERE {} ORDER BY {} LIMIT {}
"""
_HOLD_STATES = {"standing": "h.lifted_at IS NULL", "lifted": "h.lifted_at IS NOT NULL", "all": "true"}


def schedule() -> Schedule:
    """The rules that this installation keeps to. Raises SettingsWrong."""
    return in_force(settings_in_force().retention_schedule)


def _days(rules: Schedule) -> str:
    """The last day that each rule gives a young person `yp`."""
    return " UNION ALL ".join(
        f"SELECT '{rule.id}' AS rule, (({rule.since}) + make_interval(years => {rule.years:d}))::date AS due_on WHERE ({rule.when})"
        for rule in rules.rules
    )


def last_day(rules: Schedule) -> str:
    """A query of the latest of these days, with its rule."""
    return f"SELECT rule, due_on FROM ({_days(rules)}) days WHERE due_on IS NOT NULL ORDER BY due_on DESC, rule LIMIT 1"


def nothing_open(rules: Schedule) -> str:
    return " AND ".join(f"NOT {condition}" for condition in rules.open.values())


class DueFilter(Struct, frozen=True, kw_only=True):
    state: DueState = "due"


class DueRecords(Listed[DueFilter, DueOut]):
    """Records for which the viewer's agency answers: those that are over, those that will be within a year, those that are held."""

    id = "retention"
    noun = ("record", "records")
    tie = "yp.id"
    permission = READ

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return [
            Column(id="ref", title="Record", sort=sort(kinds=[]), cells=(("Record", lambda one, _: one.young_person),)),
            Column(id="due", title="Kept until", sort=sort("d.due_on", kinds=[dt.date]), cells=(("Kept until", lambda one, _: one.due_on),)),
            Column(
                id="rule", title="By which rule", sort=ranked("d.rule", {rule.id: rule.title for rule in schedule().rules}),
                cells=(("By which rule", lambda one, _: one.because), ("Rule", lambda one, _: one.rule)),
            ),
            Column(title="Held", cells=(("Held", lambda one, _: one.held),)),
        ]  # fmt: skip

    def default(self, wanted: DueFilter) -> str:
        return "due"

    async def query(self, viewer: User, wanted: DueFilter, place: Place, limit: int) -> Sql:
        rules, today = schedule(), clock.today()
        states = {
            "due": Sql(f"d.due_on <= {{}} AND NOT {_HELD} AND {nothing_open(rules)}", today),
            "soon": Sql(f"d.due_on > {{}} AND d.due_on <= {{}} AND {nothing_open(rules)}", today, today + SOON),
            "held": Sql(_HELD),
        }
        condition = every([answers_for(viewer), states[wanted.state], place.after()])
        return Sql(_DUE.format(_HELD, last_day(rules)), place.columns, condition, place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[DueOut]:
        rules = schedule()
        return [
            DueOut(
                young_person=young_person_ref(row["id"]), due_on=row["due_on"], rule=row["rule"],
                because=f"{rules.rule(row['rule']).title}: {rules.rule(row['rule']).words}", held=row["held"],
            )
            for row in rows
        ]  # fmt: skip

    def young_people(self, item: DueOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: DueFilter, items: Sequence[DueOut]) -> None:
        await record_list("retention", [young_person_number(one.young_person) for one in items], by=viewer)


DUE = DueRecords()


class HoldFilter(Struct, frozen=True, kw_only=True):
    state: HoldState = "standing"


class Holds(Listed[HoldFilter, HoldOut]):
    """Holds on records for which the viewer's agency answers, whoever placed them."""

    id = "legal-holds"
    noun = ("hold", "holds")
    tie = "h.id"
    source = "legal_hold h JOIN young_person yp ON yp.id = h.young_person"
    permission = READ

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return [
            Column(
                id="placed", title="Placed", down=True, sort=sort("h.placed_at", kinds=[Instant]),
                cells=(("Placed", lambda one, _: one.placed_at), ("By", lambda one, _: one.placed_by), ("Number", lambda one, _: one.id)),
            ),
            Column(title="Record", cells=(("Record", lambda one, _: one.young_person),)),
            Column(title="Agency", cells=(("Agency", lambda one, _: one.agency),)),
            Column(title="Reason", cells=(("Reason", lambda one, _: one.reason),)),
            Column(
                title="Lifted",
                cells=(
                    ("Lifted", lambda one, _: one.lifted_at), ("Lifted by", lambda one, _: one.lifted_by), ("Why", lambda one, _: one.lifted_reason),
                ),
            ),
        ]  # fmt: skip

    def default(self, wanted: HoldFilter) -> str:
        return "-placed"

    def seen(self, viewer: User) -> Sql:
        return sees_hold(viewer)

    async def query(self, viewer: User, wanted: HoldFilter, place: Place, limit: int) -> Sql:
        condition = every([sees_hold(viewer), Sql(_HOLD_STATES[wanted.state]), place.after()])
        return Sql(_HOLDS, place.columns, condition, place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[HoldOut]:
        return [hold_out(row) for row in rows]

    def young_people(self, item: HoldOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: HoldFilter, items: Sequence[HoldOut]) -> None:
        await record_list("legal holds", [young_person_number(one.young_person) for one in items], by=viewer)


HOLDS = Holds()


def hold_out(row: Any) -> HoldOut:
    return HoldOut(
        id=row["id"], young_person=young_person_ref(row["young_person"]), agency=row["agency_name"], reason=row["reason"],
        placed_at=row["placed_at"], placed_by=row["placed_by_name"], lifted_at=row["lifted_at"], lifted_by=row["lifted_by_name"],
        lifted_reason=row["lifted_reason"], version=row["version"],
    )  # fmt: skip


async def one_hold(hold: int) -> HoldOut:
    """A hold that was loaded for the viewer."""
    [row] = await DB.fetch(*Sql(_HOLDS, Sql(""), Sql("h.id = {}", hold), Sql("h.id"), 1).parts())
    return hold_out(row)


async def standing_of(viewer: User, young_person: YoungPerson) -> StandingOut:
    """How long a record is kept that was loaded for the viewer; noted as looked at."""
    number = young_person.id
    await record_read(EventName.RETENTION_READ, by=viewer, young_person=number)
    return await standing(number)


async def standing(young_person: int) -> StandingOut:
    """The same, for whoever has noted it."""
    rules = schedule()
    days = await DB.fetch(f"SELECT d.rule, d.due_on FROM young_person yp CROSS JOIN LATERAL ({_days(rules)}) d WHERE yp.id = $1", young_person)
    conditions = ", ".join(f"{condition} AS {name}" for name, condition in rules.open.items())
    [row] = await DB.fetch(f"SELECT {conditions} FROM young_person yp WHERE yp.id = $1", young_person)
    is_open = [OPEN_WORDS[name] for name in rules.open if row[name]]
    found = sorted((one for one in days if one["due_on"]), key=lambda one: one["due_on"], reverse=True)
    holds = await DB.fetch(*Sql(_HOLDS, Sql(""), Sql("h.young_person = {}", young_person), Sql("h.id DESC"), 100).parts())
    due_on = None if is_open else found[0]["due_on"]
    held = any(one["lifted_at"] is None for one in holds)
    return StandingOut(
        young_person=young_person_ref(young_person), due_on=due_on,
        is_due=due_on is not None and due_on <= clock.today() and not held and rules.stop is None,
        open=is_open, stopped=rules.stop.reason if rules.stop else None,
        rules=[_rule_out(rules, one["rule"], one["due_on"]) for one in found], holds=[hold_out(one) for one in holds],
    )  # fmt: skip


def _rule_out(rules: Schedule, rule_id: str, until: dt.date) -> RuleOut:
    rule = rules.rule(rule_id)
    return RuleOut(
        rule=rule.id, title=rule.title, kept=rule.words, until=until, confirmed=rule.confirmed, binds=rule.binds, source=rule.source,
        decide=rule.decide,
    )  # fmt: skip
