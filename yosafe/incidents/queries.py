"""Lists and counts of incidents, as a viewer may see them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.paging import Page, check_limit, cut, key_of, older
from yosafe.db.sql import Sql, every
from yosafe.errors import FieldError, Invalid, NotFound
from yosafe.people import access as people
from yosafe.people.rules import full_name
from yosafe.refs import number

from .access import incident_ref, visible
from .rules import Precision
from .schemas import ListedOut, NamedOut
from .status import OPEN, Status

SOMEONE = "Another young person"
PAGE = 50
MOST_EXPORTED = 10_000


class Filter(Struct, frozen=True, kw_only=True):
    """What to look for; nothing given means any. Days are London days, both included. `child` is a young person's reference; `q` an incident's
    reference, or the beginning of a name. `mine` keeps those that the viewer looks after."""

    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    establishment: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    child: str = ""
    q: str = ""
    mine: bool = False


class Counts(Struct, frozen=True, kw_only=True):
    """How many incidents wait for something: to be looked at first, to be concluded, to be closed; and how many the viewer looks after."""

    to_look_at: int
    in_hand: int
    to_close: int
    mine: int


async def incidents(viewer: User, wanted: Filter, *, after: str | None = None, limit: int = PAGE) -> Page[ListedOut]:
    """A page of the incidents that exist for a viewer, newest first. Raises Invalid for a filter that can't be."""
    rows = await _listed(viewer, wanted, [older(key_of(after), ("i.happened_at", "i.id"))], check_limit(limit) + 1)
    return cut(rows, limit, key=lambda row: (row["happened_at"], row["id"]), item=_listed_out)


async def incidents_to_export(viewer: User, wanted: Filter) -> list[ListedOut]:
    """All of them at once. Raises Invalid where there are more than a file should hold."""
    rows = await _listed(viewer, wanted, [], MOST_EXPORTED + 1)
    if len(rows) > MOST_EXPORTED:
        raise Invalid(f"There are more than {MOST_EXPORTED:,} incidents in this list. Narrow it by date first.")
    return [_listed_out(row) for row in rows]


async def incidents_of(viewer: User, young_person: int, *, limit: int = PAGE, after: str | None = None) -> Page[ListedOut]:
    """Those of one young person whom the viewer has been let to see."""
    return await incidents(viewer, Filter(child=people.young_person_ref(young_person)), limit=limit, after=after)


async def counts(viewer: User) -> Counts:
    """For the first page. Only what is open or waits to be closed is looked at."""
    waiting = [*(status.value for status in OPEN), Status.CONCLUDED.value]
    query = Sql(
        """
        SELECT count(*) FILTER (WHERE i.status IN ('submitted', 'reopened')) AS to_look_at,
            count(*) FILTER (WHERE i.status = 'in_investigation') AS in_hand,
            count(*) FILTER (WHERE i.status = 'concluded') AS to_close,
            count(*) FILTER (WHERE i.owner = {} AND i.status <> 'concluded') AS mine
        FROM incident i WHERE i.status = ANY({}) AND {}
        """,
        viewer.id, waiting, visible(viewer),
    )  # fmt: skip
    row = await DB.fetchrow(*query.parts())
    return Counts(**dict(row or {}))


async def _listed(viewer: User, wanted: Filter, conditions: Sequence[Sql], limit: int) -> list[Any]:
    """Rows of the page, with everyone involved and whether the viewer can see them. The page is cut first, then people are looked up."""
    query = Sql(
        """
        WITH page AS MATERIALIZED (
            SELECT i.id, i.kind, i.status, i.severity, i.establishment, i.place, i.happened_at, i.happened_precision, i.recorded_at
            FROM incident i WHERE {} ORDER BY i.happened_at DESC, i.id DESC LIMIT {}
        )
        SELECT page.*, (
            SELECT jsonb_agg(jsonb_build_array(yp.id, yp.family_name, yp.given_names, iv.role, {}) ORDER BY iv.id)
            FROM involvement iv JOIN young_person yp ON yp.id = iv.young_person WHERE iv.incident = page.id
        ) AS people
        FROM page ORDER BY happened_at DESC, id DESC
        """,
        every([*conditions, *_conditions(viewer, wanted), visible(viewer)]), limit, people.visible(viewer),
    )  # fmt: skip
    return await DB.fetch(*query.parts())


def _conditions(viewer: User, wanted: Filter) -> list[Sql]:
    found = [
        Sql(f"i.{column} = ANY({{}})", list(values)) if len(values) > 1 else Sql(f"i.{column} = {{}}", values[0])
        for column, values in (("kind", wanted.kinds), ("status", wanted.statuses), ("severity", wanted.severities))
        if values
    ]
    if wanted.establishment:
        found.append(Sql("i.establishment = {}", wanted.establishment))
    if wanted.since:
        found.append(Sql("i.happened_at >= {}", clock.midnight(wanted.since)))
    if wanted.until:
        found.append(Sql("i.happened_at < {}", clock.midnight(wanted.until + dt.timedelta(days=1))))
    if wanted.mine:
        found.append(Sql("i.owner = {}", viewer.id))
    if wanted.child:
        found.append(_with_child(viewer, wanted.child))
    if wanted.q:
        found.append(_matching(viewer, wanted.q))
    return found


def _with_child(viewer: User, child: str) -> Sql:
    """Incidents of a child the viewer can see: of any other, none, so that nothing shows who `another young person` is."""
    try:
        wanted = number("YP", child)
    except NotFound:
        raise Invalid([FieldError("child", "Enter a young person's reference, like YP-000123")]) from None
    return _with_someone(viewer, Sql("yp.id = {}", wanted))


def _matching(viewer: User, text: str) -> Sql:
    try:
        return Sql("i.id = {}", number("IN", text))
    except NotFound:
        begins = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        return _with_someone(viewer, Sql("(lower(yp.family_name) LIKE {} OR lower(yp.given_names) LIKE {})", begins, begins))


def _with_someone(viewer: User, who: Sql) -> Sql:
    return Sql(
        "EXISTS (SELECT FROM involvement iv JOIN young_person yp ON yp.id = iv.young_person WHERE iv.incident = i.id AND {} AND {})",
        who,
        people.visible(viewer),
    )


def _listed_out(row: Any) -> ListedOut:
    return ListedOut(
        ref=incident_ref(row["id"]), kind=row["kind"], status=Status(row["status"]), severity=row["severity"], establishment=row["establishment"],
        place=row["place"], happened_at=row["happened_at"], happened_precision=Precision(row["happened_precision"]),
        recorded_at=row["recorded_at"], young_people=_named(row["people"]),
    )  # fmt: skip


def _named(involved: list[list[Any]]) -> list[NamedOut]:
    """Each person once, with all their roles; whom the viewer can't see, without a name."""
    found: dict[int, NamedOut] = {}
    for who, family_name, given_names, role, seen in involved:
        if who not in found:
            name = full_name(family_name, given_names) if seen else SOMEONE
            found[who] = NamedOut(young_person=people.young_person_ref(who) if seen else None, name=name, roles=[])
        found[who].roles.append(role)
    return list(found.values())
