"""Lists and counts of referrals, as a viewer may see them."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.filters import check, code_faults, place_faults
from yosafe.db.sql import Sql, every
from yosafe.errors import FieldError, NotFound
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, Sort
from yosafe.people.access import young_person_number, young_person_ref
from yosafe.people.clock_queries import SOON, clock_out
from yosafe.people.rules import full_name
from yosafe.reference.codes import code_list
from yosafe.reference.working_days import add_working_days
from yosafe.refs import number
from yosafe.settings import Terminology

from .access import in_scope, referral_ref, visible
from .listed import SORTS, columns
from .schemas import ListedOut
from .status import Status

# By the time limit that runs out first: passed; today or within two working days; later; any that has not passed. Or: all met; none that runs.
ClockAsked = Literal["overdue", "soon", "later", "due", "met", "none"]
OVER = (Status.ENDED, Status.CONSIDERED_NOT_REFERRED)


class Filter(Struct, frozen=True, kw_only=True):
    """What to look for; nothing given means any."""

    stages: tuple[str, ...] = ()
    clock: str = ""
    category: str = ""
    establishment: str = ""
    child: str = ""


class Counts(Struct, frozen=True, kw_only=True):
    """Live referrals, by the time limit that runs out first."""

    overdue: int
    soon: int
    later: int
    none: int


FROM = "FROM referral r JOIN young_person yp ON yp.id = r.young_person"
_OF_REFERRAL = "c.subject_kind = 'referral' AND c.subject = r.id"
_RUNS = f"{_OF_REFERRAL} AND c.met_at IS NULL AND c.stopped_at IS NULL AND c.held IS NULL"
_NEXT_DUE = f"(SELECT min(c.due_on) FROM clock c WHERE {_RUNS})"
# The page is cut first; then the clock of each of its rows is looked up.
_LIST = f"""
    WITH page AS MATERIALIZED (
        SELECT r.*, yp.family_name, yp.given_names {{}} {FROM} WHERE {{}} ORDER BY {{}} LIMIT {{}}
    )
    SELECT r.*, g.name AS recorded_for, (SELECT c.id FROM clock c WHERE {_RUNS} ORDER BY c.due_on, c.id LIMIT 1) AS next_clock
    FROM page r JOIN agency g ON g.id = r.agency ORDER BY {{}}
"""
_CLOCKS = "SELECT c.*, yp.family_name, yp.given_names FROM clock c JOIN young_person yp ON yp.id = c.young_person WHERE c.id = ANY($1)"


class Referrals(Listed[Filter, ListedOut]):
    """The referrals that exist for a viewer, newest first."""

    id = "referrals"
    noun = ("referral", "referrals")
    tie = "r.id"
    source = FROM.removeprefix("FROM ")

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns(Sql(_NEXT_DUE), terminology)

    def other_sorts(self, viewer: User) -> dict[str, Sort]:
        return SORTS

    def default(self, wanted: Filter) -> str:
        return "-recorded"

    def seen(self, viewer: User) -> Sql:
        return visible(viewer)

    async def query(self, viewer: User, wanted: Filter, place: Place, limit: int) -> Sql:
        where = every([*_conditions(wanted), place.after(), in_scope(viewer)])
        return Sql(_LIST, place.columns, where, place.order(), limit, place.order_of("r"))

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[ListedOut]:
        found = await DB.fetch(_CLOCKS, [row["next_clock"] for row in rows if row["next_clock"]])
        clocks = {row["id"]: clock_out(row, terminology) for row in found}
        return [_listed(row, clocks.get(row["next_clock"])) for row in rows]

    def young_people(self, item: ListedOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: Filter, items: Sequence[ListedOut]) -> None:
        await record_list("referrals", [young_person_number(one.young_person) for one in items], by=viewer)


REFERRALS = Referrals()


def _listed(row: Any, next_clock: Any) -> ListedOut:
    return ListedOut(
        ref=referral_ref(row["id"]), young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        status=Status(row["status"]), category=row["category"], home_area=row["home_area"], host_area=row["host_area"],
        establishment=row["establishment"], recorded_at=row["recorded_at"], recorded_for=row["recorded_for"], clock=next_clock,
    )  # fmt: skip


def _conditions(wanted: Filter) -> list[Sql]:
    child, faults = _child(wanted.child)
    check(
        [
            *code_faults("stage", wanted.stages, [status.value for status in Status]),
            *code_faults("clock", [wanted.clock], get_args(ClockAsked)),
            *code_faults("category", [wanted.category], code_list("referral_category").values()),
            *place_faults("establishment", wanted.establishment),
            *faults,
        ]
    )
    found = [Sql(f"r.{column} = {{}}", value) for column, value in (("category", wanted.category), ("establishment", wanted.establishment)) if value]
    if wanted.stages:
        found.append(Sql("r.status = ANY({})", list(wanted.stages)))
    if child is not None:
        found.append(Sql("r.young_person = young_person_now({})", child))
    if wanted.clock:
        found.append(_by_clock(wanted.clock))
    return found


def _child(ref: str) -> tuple[int | None, list[FieldError]]:
    """The young person asked for, and what is wrong with the reference."""
    try:
        return (number("YP", ref) if ref else None), []
    except NotFound:
        return None, [FieldError("child", "Enter a young person's reference, like YP-000123")]


def _by_clock(asked: str) -> Sql:
    today = clock.today()
    soon = add_working_days(today, SOON).due
    match asked:
        case "overdue":
            return Sql(f"{_NEXT_DUE} < {{}}", today)
        case "soon":
            return Sql(f"{_NEXT_DUE} BETWEEN {{}} AND {{}}", today, soon)
        case "later":
            return Sql(f"{_NEXT_DUE} > {{}}", soon)
        case "due":
            return Sql(f"{_NEXT_DUE} >= {{}}", today)
        case "met":
            return Sql(f"({_NEXT_DUE} IS NULL AND EXISTS (SELECT FROM clock c WHERE {_OF_REFERRAL} AND c.met_at IS NOT NULL))")
    return Sql(f"({_NEXT_DUE} IS NULL AND r.status <> ALL({{}}))", [status.value for status in OVER])


async def counts(viewer: User) -> Counts:
    """For the cards of the tracker. Each number is that of the list which the filter of the same name gives."""
    today = clock.today()
    soon = add_working_days(today, SOON).due
    query = Sql(
        f"""
        SELECT count(*) FILTER (WHERE due < {{}}) AS overdue, count(*) FILTER (WHERE due BETWEEN {{}} AND {{}}) AS soon,
            count(*) FILTER (WHERE due > {{}}) AS later, count(*) FILTER (WHERE due IS NULL) AS none
        FROM (SELECT {_NEXT_DUE} AS due {FROM} WHERE r.status <> ALL({{}}) AND {{}}) live
        """,
        today, today, soon, soon, [status.value for status in OVER], in_scope(viewer),
    )  # fmt: skip
    row = await DB.fetchrow(*query.parts())
    return Counts(**dict(row or {}))


async def establishments_of(viewer: User) -> list[str]:
    """Codes of the establishments from which the viewer's referrals came, for the filter."""
    query = Sql(f"SELECT DISTINCT r.establishment {FROM} WHERE r.establishment IS NOT NULL AND {{}} ORDER BY 1", in_scope(viewer))
    return [row["establishment"] for row in await DB.fetch(*query.parts())]


async def of_child(viewer: User, young_person: int, *, limit: int = 50, terminology: Terminology = "2002") -> list[ListedOut]:
    """A young person's referrals, newest first. The young person was loaded for the viewer, and that was noted."""
    wanted = Filter(child=young_person_ref(young_person))
    return [item for _, item in await REFERRALS.find(viewer, wanted, REFERRALS.place(viewer, wanted, terminology), limit, terminology)]


async def resting_on(viewer: User, incident: int) -> list[tuple[str, Status]]:
    """The referrals that rest on an incident, and the decisions not to make one: references and where they stand, oldest first."""
    query = Sql(
        f"SELECT r.id, r.status {FROM} JOIN referral_incident ri ON ri.referral = r.id WHERE ri.incident = {{}} AND {{}} ORDER BY r.id",
        incident,
        visible(viewer),
    )
    return [(referral_ref(row["id"]), Status(row["status"])) for row in await DB.fetch(*query.parts())]
