"""Which time limits run, are late, or were met."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.filters import check, code_faults
from yosafe.db.paging import Page
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, Sort
from yosafe.reference import rule_sets
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment
from yosafe.reference.terms import term
from yosafe.reference.working_days import add_working_days
from yosafe.settings import Terminology

from . import rules
from .access import visible, young_person_number, young_person_ref
from .listed import CLOCK_SORTS, clock_columns
from .subjects import showing, subject_path, subject_ref

SOON = 2  # working days
StateAsked = Literal["overdue", "soon", "due", "running", "met", "met_late", "held", "stopped"]


class ClockOut(Struct, kw_only=True):
    """`state` is one of overdue, due_today, due_soon, running, met, met_late, stopped, paused, voided; `words` say it. `used` is the share of the
    time that has gone. A limit whose source is not confirmed is never to be shown as law."""

    id: int
    clock: str
    title: str
    limit: str
    rules: str
    source: str
    confirmed: bool
    young_person: str
    name: str
    subject: str | None
    link: str
    owner: str
    started_on: dt.date
    due_on: dt.date
    met_on: dt.date | None
    stopped_reason: str | None
    state: str
    words: str
    used: float | None
    version: int


class ClockCounts(Struct, frozen=True):
    """Of those that run. `due_soon`: today or within two working days; `due` later."""

    overdue: int
    due_soon: int
    due: int


RUNS = "c.met_at IS NULL AND c.stopped_at IS NULL AND c.held IS NULL"
_RUNS = Sql(f"({RUNS})")
_FROM = "FROM clock c JOIN young_person yp ON yp.id = c.young_person"
_LIST = f"SELECT c.*, yp.family_name, yp.given_names {_FROM} WHERE {{}} ORDER BY {{}} LIMIT {{}}"
_MET_LATE = "(c.met_at AT TIME ZONE 'Europe/London')::date > c.due_on"
_ENDED = {"met": "met", "met_late": "met", "stopped": "stopped"}  # and the order that shows the latest first


def _shown(viewer: User, *, mine: bool) -> Sql:
    """Clocks of young people whom the viewer sees, about records that they may know of; `mine`: those that the viewer's agency must meet."""
    conditions = [visible(viewer), showing(viewer, "c.subject_kind", "c.subject")]
    if mine:
        conditions.append(
            Sql("c.owner_establishment = {}", viewer.establishment)
            if viewer.agency_kind is AgencyKind.YOI
            else Sql("(c.owner_area = {} AND c.owner_kind = {})", viewer.area, viewer.agency_kind.value)
        )
    return every(conditions)


def _in_state(state: StateAsked) -> Sql:
    match state:
        case "overdue":
            return every([_RUNS, Sql("c.due_on < {}", clock.today())])
        case "soon":
            return every([_RUNS, Sql("c.due_on BETWEEN {} AND {}", clock.today(), add_working_days(clock.today(), SOON).due)])
        case "due":
            return every([_RUNS, Sql("c.due_on >= {}", clock.today())])
        case "running":
            return _RUNS
        case "met":
            return Sql("c.met_at IS NOT NULL")
        case "met_late":
            return Sql(_MET_LATE)
        case "held":
            return Sql("(c.held IS NOT NULL AND c.met_at IS NULL AND c.stopped_at IS NULL)")
        case "stopped":
            return Sql("c.stopped_at IS NOT NULL")


class ClockFilter(Struct, frozen=True, kw_only=True):
    """Which clocks; `mine`: those that the viewer's agency must meet."""

    state: StateAsked = "running"
    mine: bool = False
    clock: str = ""


class Clocks(Listed[ClockFilter, ClockOut]):
    """Clocks of young people whom a viewer sees: those that run by due date, the most overdue first; those met or stopped with the latest first.
    Raises Invalid for a clock that no rule set knows."""

    id = "time-limits"
    noun = ("time limit", "time limits")
    tie = "c.id"
    source = _FROM.removeprefix("FROM ")

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return clock_columns()

    def other_sorts(self, viewer: User) -> dict[str, Sort]:
        return CLOCK_SORTS

    def default(self, wanted: ClockFilter) -> str:
        return f"-{_ENDED[wanted.state]}" if wanted.state in _ENDED else "due"

    def seen(self, viewer: User) -> Sql:
        return _shown(viewer, mine=False)

    async def query(self, viewer: User, wanted: ClockFilter, place: Place, limit: int) -> Sql:
        check(code_faults("clock", [wanted.clock], rule_sets.clock_ids()))
        conditions = [_shown(viewer, mine=wanted.mine), _in_state(wanted.state), place.after()]
        conditions += [Sql("c.clock = {}", wanted.clock)] if wanted.clock else []
        return Sql(
            f"SELECT c.*, yp.family_name, yp.given_names {{}} {_FROM} WHERE {{}} ORDER BY {{}} LIMIT {{}}",
            place.columns,
            every(conditions),
            place.order(),
            limit,
        )

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[ClockOut]:
        return [clock_out(row, terminology) for row in rows]

    def young_people(self, item: ClockOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: ClockFilter, items: Sequence[ClockOut]) -> None:
        await record_list("clocks", [young_person_number(one.young_person) for one in items], by=viewer)


CLOCKS = Clocks()


async def clocks_for(
    viewer: User, *, state: StateAsked = "running", mine: bool = False, after: str | None = None, limit: int = 50, terminology: Terminology = "2002"
) -> Page[ClockOut]:
    """A page of them, in the order of their state."""
    return await CLOCKS.page(viewer, ClockFilter(state=state, mine=mine), after=after, limit=limit, terminology=terminology)


async def clocks_of(viewer: User, young_person: int, *, subject: tuple[str, int] | None = None, terminology: Terminology = "2002") -> list[ClockOut]:
    """All clocks of a young person whom the viewer sees, or of one record about them; running ones first, by due date."""
    conditions = [Sql("c.young_person = {}", young_person), _shown(viewer, mine=False)]
    conditions += [Sql("(c.subject_kind = {} AND c.subject = {})", *subject)] if subject else []
    order = Sql("c.met_at IS NOT NULL OR c.stopped_at IS NOT NULL, c.held IS NOT NULL, c.due_on, c.id")
    rows = await DB.fetch(*Sql(_LIST, every(conditions), order, 500).parts())
    return [clock_out(row, terminology) for row in rows]


async def clock_counts(viewer: User, *, mine: bool = False) -> ClockCounts:
    """How many run, for the cards of a worklist."""
    today = clock.today()
    soon = add_working_days(today, SOON).due
    query = Sql(
        f"SELECT count(*) FILTER (WHERE c.due_on < {{}}) AS overdue, count(*) FILTER (WHERE c.due_on BETWEEN {{}} AND {{}}) AS due_soon, "
        f"count(*) FILTER (WHERE c.due_on > {{}}) AS due {_FROM} WHERE {{}} AND {{}}",
        today, today, soon, soon, _RUNS, _shown(viewer, mine=mine),
    )  # fmt: skip
    [row] = await DB.fetch(*query.parts())
    return ClockCounts(row["overdue"], row["due_soon"], row["due"])


async def overdue(viewer: User) -> int:
    """How many have passed that the viewer's agency is to meet. On every page: an index finds them by owner and due date."""
    query = Sql(f"SELECT count(*) {_FROM} WHERE {{}} AND {{}}", _in_state("overdue"), _shown(viewer, mine=True))
    return int(await DB.fetchval(*query.parts()))


def clock_out(row: Any, terminology: Terminology) -> ClockOut:
    """From a row of a clock with the names of its young person."""
    started_on, met_on = day_of(row["started_at"]), day_of(row["met_at"]) if row["met_at"] else None
    due = replace(rule_sets.due(row["clock"], started_on, row["rules"]), due=row["due_on"])  # as it was when the clock started
    state, words = _where_it_stands(due, met_on, row)
    child = young_person_ref(row["young_person"])
    return ClockOut(
        id=row["id"], clock=row["clock"], title=due.clock.title, limit=due.clock.limit, rules=row["rules"], source=due.source,
        confirmed=due.clock.confirmed, young_person=child, name=rules.full_name(row["family_name"], row["given_names"]),
        subject=subject_ref(row["subject_kind"], row["subject"]),
        link=subject_path(row["subject_kind"], row["subject"], child),
        owner=owner_name(row, terminology), started_on=started_on, due_on=row["due_on"], met_on=met_on, stopped_reason=row["stopped_reason"],
        state=state, words=words, used=_used(started_on, row["due_on"]) if state in RUNNING else None, version=row["version"],
    )  # fmt: skip


RUNNING = ("overdue", "due_today", "due_soon", "running")
_HELD = {"paused": "Paused", "voided": "Voided: it need not be met"}


def _where_it_stands(due: rule_sets.Due, met_on: dt.date | None, row: Any) -> tuple[str, str]:
    if met_on is None and row["stopped_at"] is not None:
        return "stopped", f"Stopped on {day_of(row['stopped_at']):%-d %B %Y}: {row['stopped_reason']}"
    if met_on is None and row["held"] is not None:
        return row["held"], _HELD[row["held"]]
    standing = rule_sets.state(due, clock.today(), met_on)
    if standing.state == "due":
        return ("due_soon" if standing.working_days <= SOON else "running"), standing.words
    return standing.state, standing.words


def _used(started_on: dt.date, due_on: dt.date) -> float:
    """The share of the time that has gone, 0 to 1; days of any kind, for a bar."""
    whole = (due_on - started_on).days
    return 1.0 if whole <= 0 else min(1.0, max(0.0, (clock.today() - started_on).days / whole))


_SHORT = {"yot": "yot_short", "social_services": "social_services", "acpc": "acpc_short"}


def owner_name(row: Any, terminology: Terminology) -> str:
    """Who is to meet a time limit, in words."""
    if row["owner_establishment"]:
        return establishment(row["owner_establishment"]).name
    return f"{area(row['owner_area']).name} {term(_SHORT[row['owner_kind']], terminology)}"
