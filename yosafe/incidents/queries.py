"""Lists and counts of incidents, as a viewer may see them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list
from yosafe.db.engine import DB
from yosafe.db.filters import check, code_faults, in_days, place_faults
from yosafe.db.paging import MOST
from yosafe.db.sql import Sql, at_most, every
from yosafe.errors import FieldError, Invalid, NotFound
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people import access as people
from yosafe.people.rules import full_name
from yosafe.reference.codes import code_list
from yosafe.refs import number, number_in
from yosafe.settings import Terminology

from . import access
from .listed import columns
from .rules import Precision
from .schemas import ListedOut, NamedOut
from .severity import LEVELS
from .status import OPEN, Status

_Found = tuple[tuple[Any, ...], ListedOut]  # by what it stands in the order, and the incident

SOMEONE = "Another young person"
PAGE = 50
NEWEST = "-happened"


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


class Incidents(Listed[Filter, ListedOut]):
    """The incidents that exist for a viewer, newest first."""

    id = "incidents"
    noun = ("incident", "incidents")
    tie = "i.id"
    event = EventName.INCIDENTS_EXPORTED

    def columns(self, viewer: User, terminology: Terminology) -> Sequence[Column]:
        return columns(terminology)

    def default(self, wanted: Filter) -> str:
        return NEWEST

    async def find(self, viewer: User, wanted: Filter, place: Place, limit: int, terminology: Terminology) -> list[tuple[tuple[Any, ...], ListedOut]]:
        return await _listed(viewer, wanted, place, limit)

    async def query(self, viewer: User, wanted: Filter, place: Place, limit: int) -> Sql:
        _check(wanted)
        return _by_young_person(viewer, wanted, place, limit)

    def young_people(self, item: ListedOut) -> list[int]:
        return [number_in(person.young_person) for person in item.young_people if person.young_person is not None]

    async def note(self, viewer: User, wanted: Filter, items: Sequence[ListedOut]) -> None:
        named = [one for item in items for one in self.young_people(item)]
        await record_list("incidents", named, by=viewer, searched=bool(wanted.child or wanted.q))


class OfOne(Incidents):
    """Those of one young person whom the viewer has been let to see, with the others in them. Not for a file: the young person's record is."""

    permission = ""

    async def note(self, viewer: User, wanted: Filter, items: Sequence[ListedOut]) -> None:
        await record_list("incidents of a young person", [one for item in items for one in self.young_people(item)], by=viewer)


INCIDENTS, OF_ONE = Incidents(), OfOne()
incidents = INCIDENTS.page


async def open_incidents_of(viewer: User, young_person: int, *, limit: int) -> list[ListedOut]:
    """The same of those that are open, for where nobody else in them is named: showing them is part of reading the young person's record."""
    wanted = of_one(young_person, statuses=tuple(status.value for status in OPEN))
    return [found for _, found in await _listed(viewer, wanted, INCIDENTS.place(viewer, wanted, "2002"), limit)]


def of_one(young_person: int, **more: Any) -> Filter:
    """What OF_ONE is narrowed by."""
    return Filter(child=people.young_person_ref(young_person), **more)


async def counts(viewer: User) -> Counts:
    """For the first page. Only what is open or waits to be closed is looked at."""
    waiting = [*(status.value for status in OPEN), Status.CONCLUDED.value]
    query = Sql(
        """
        SELECT count(*) FILTER (WHERE i.status IN ('submitted', 'reopened')) AS to_look_at,
            count(*) FILTER (WHERE i.status = 'in_investigation') AS in_hand,
            count(*) FILTER (WHERE i.status = 'concluded') AS to_close,
            count(*) FILTER (WHERE i.owner = {} AND i.status <> 'concluded') AS mine
        FROM incident i WHERE i.status = ANY({}) AND {} AND {} AND i.id IN (SELECT iv.incident FROM involvement iv WHERE iv.young_person IN ({}))
        """,
        viewer.id, waiting, access.at_own_place(viewer), access.named(viewer), people.all_visible(viewer),
    )  # fmt: skip
    row = await DB.fetchrow(*query.parts())
    return Counts(**dict(row or {}))


def _check(wanted: Filter) -> None:
    """Raise Invalid, naming each, for codes that there are not."""
    check(
        [
            *code_faults("kind", wanted.kinds, code_list("incident_kind").values()),
            *code_faults("status", wanted.statuses, _STATUS),
            *code_faults("severity", wanted.severities, LEVELS),
            *place_faults("establishment", wanted.establishment),
        ]
    )


async def _listed(viewer: User, wanted: Filter, place: Place, limit: int) -> list[_Found]:
    """The incidents of a page, with everyone involved."""
    _check(wanted)
    if viewer.role in access.AT_OWN_PLACE and place.name == NEWEST and not place.back and not _someone(wanted) and limit <= MOST + 1:
        # What happened lately in an establishment happened to those who are there now, so its own list is read first.
        lately = _put_together(place, await DB.fetch(*_with_people(viewer, _newest_first(viewer, wanted, place, limit), place).parts()))
        if len(lately) == limit:
            return lately
    page = _by_young_person(viewer, wanted, place, limit)
    return _put_together(place, await DB.fetch(*_with_people(viewer, page, place).parts()))


_COLUMNS = "i.id, i.kind, i.status, i.severity, i.establishment, i.place, i.happened_at, i.happened_precision, i.recorded_at"


def _newest_first(viewer: User, wanted: Filter, place: Place, limit: int) -> Sql:
    """The newest that fit, as far as they are found among the first few: the index gives the order, so this costs the same however many there are."""
    where = every([*_conditions(viewer, wanted), *in_days("i.happened_at", wanted.since, wanted.until), place.after()])
    return Sql(
        f"SELECT i.* FROM (SELECT {_COLUMNS}{{}} FROM incident i WHERE {{}} ORDER BY {{}} {{}}) i "
        # OFFSET 0 keeps the planner from turning this about and reading every involvement first.
        "WHERE EXISTS (SELECT FROM involvement iv WHERE iv.incident = i.id AND {} OFFSET 0) ORDER BY {} {}",
        place.columns, where, place.order(), at_most(4 * limit), people.visible(viewer, "iv.young_person"), place.order(), at_most(limit),
    )  # fmt: skip


def _by_young_person(viewer: User, wanted: Filter, place: Place, limit: int) -> Sql:
    """Those that fit, beginning with the young people of the viewer: what it costs is set by how many those are, not by how many incidents. The index
    that finds them gives the order of time too."""
    theirs = [*in_days("iv.happened_at", wanted.since, wanted.until), *_someone(wanted)]
    by_time = place.name.removeprefix("-") == "happened"
    if by_time:
        theirs.append(place.after([Sql("iv.happened_at")], "iv.incident"))
    in_order = Sql("ORDER BY {} OFFSET 0", place.order([Sql("iv.happened_at")], "iv.incident")) if by_time else Sql("")
    order = place.order([Sql("k.happened_at")], "k.incident") if by_time else place.order()
    return Sql(
        f"""
        SELECT {_COLUMNS}{{}} FROM (
            SELECT DISTINCT iv.happened_at, iv.incident FROM involvement iv WHERE iv.young_person IN ({{}}) AND {{}} {{}}
        ) k JOIN incident i ON i.id = k.incident WHERE {{}} AND {{}} ORDER BY {{}} {{}}
        """,
        place.columns, people.all_visible(viewer), every(theirs), in_order, every(_conditions(viewer, wanted)),
        Sql("true") if by_time else place.after(), order, at_most(limit),
    )  # fmt: skip


def _with_people(viewer: User, page: Sql, place: Place) -> Sql:
    """The page, each incident with the parts that were had in it, as JSON that _PARTS reads."""
    return Sql(
        """
        WITH page AS MATERIALIZED ({})
        SELECT page.*, (
            SELECT json_agg(json_build_array(iv.id, iv.young_person, iv.role, yp.family_name, yp.given_names, {}))::text
            FROM involvement iv JOIN young_person yp ON yp.id = iv.young_person WHERE iv.incident = page.id
        ) AS parts
        FROM page ORDER BY {}
        """,
        page, people.visible(viewer), place.order_of("page"),
    )  # fmt: skip


def _conditions(viewer: User, wanted: Filter) -> list[Sql]:
    """What must hold of the incident itself, and that it may be shown."""
    found = [access.at_own_place(viewer), access.named(viewer)]
    found += [
        Sql(f"i.{column} = ANY({{}})", list(values)) if len(values) > 1 else Sql(f"i.{column} = {{}}", values[0])
        for column, values in (("kind", wanted.kinds), ("status", wanted.statuses), ("severity", wanted.severities))
        if values
    ]
    if wanted.establishment:
        found.append(Sql("i.establishment = {}", wanted.establishment))
    if wanted.mine:
        found.append(Sql("i.owner = {}", viewer.id))
    if (incident := numbered("IN", wanted.q)) is not None:
        found.append(Sql("i.id = {}", incident))
    return found


def _someone(wanted: Filter) -> list[Sql]:
    """What must hold of one of the young people that the viewer can see: others are not looked for, so that no filter tells who they are."""
    found = []
    if wanted.child:
        child = numbered("YP", wanted.child)
        if child is None:
            raise Invalid([FieldError("child", "Enter a young person's reference, like YP-000123")])
        found.append(Sql("iv.young_person = young_person_now({})", child))
    if wanted.q and numbered("IN", wanted.q) is None:
        begins = wanted.q.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        named = "SELECT id FROM young_person WHERE lower(family_name) LIKE {} OR lower(given_names) LIKE {}"
        found.append(Sql(f"iv.young_person IN ({named})", begins, begins))
    return found


def numbered(prefix: str, text: str) -> int | None:
    """The number in a reference, None for what is none."""
    try:
        return number(prefix, text)
    except NotFound:
        return None


_Part = tuple[int, int, str, str, str, bool]  # its number, whose it is, the role, the two names, whether the viewer sees them
_PARTS = msgspec.json.Decoder(list[list[_Part]])


def _put_together(place: Place, rows: Sequence[Any]) -> list[_Found]:
    """The incidents of a page. All parts are read at once: as rows of their own, with the incident in each, they took three times as long."""
    parts = _PARTS.decode("[" + ",".join([row["parts"] or "[]" for row in rows]) + "]")
    return [(place.key(row), _listed_out(row, _named_in(had))) for row, had in zip(rows, parts, strict=True)]


def _named_in(parts: list[_Part]) -> list[NamedOut]:
    """Each person once, with all their roles; whom the viewer can't see, without a name."""
    parts.sort()
    there: dict[int, NamedOut] = {}
    for _, who, role, family_name, given_names, seen in parts:
        if (person := there.get(who)) is not None:
            person.roles.append(role)
        elif seen:
            there[who] = NamedOut(young_person=people.young_person_ref(who), name=full_name(family_name, given_names), roles=[role])
        else:
            there[who] = NamedOut(young_person=None, name=SOMEONE, roles=[role])
    return list(there.values())


# Looked up: a list makes a hundred of them.
_STATUS = {status.value: status for status in Status}
_PRECISION = {precision.value: precision for precision in Precision}


def _listed_out(row: Any, young_people: list[NamedOut]) -> ListedOut:
    return ListedOut(
        ref=access.incident_ref(row["id"]), kind=row["kind"], status=_STATUS[row["status"]], severity=row["severity"],
        establishment=row["establishment"], place=row["place"], happened_at=row["happened_at"],
        happened_precision=_PRECISION[row["happened_precision"]], recorded_at=row["recorded_at"], young_people=young_people,
    )  # fmt: skip
