"""Reading young people. Every function takes the viewer, and leaves an audit entry where a record or a list of names is shown."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, Literal

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list, record_read
from yosafe.db.engine import DB
from yosafe.db.filters import check, place_faults
from yosafe.db.paging import Id, Page, check_limit, cut, key_of, older
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, Sort
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from . import rules
from .access import all_visible, get_young_person_for, visible, young_person_number
from .columns import Filled, filled, narrowed
from .describe import care_out, contact_out, found_out, name_out, number_out, placement_out, young_person_out
from .listed import CHILD_SORTS, KEY, child_columns
from .schemas import (
    Around,
    CarePeriodOut,
    CompletenessOut,
    ContactOut,
    FoundOut,
    NameOut,
    NumberOut,
    PlaceCounts,
    PlacementOut,
    YoungPersonOut,
)
from .searching import Search, asked_by, search_of, to_fold
from .subjects import showing
from .tables import CarePeriod, Placement, YoungPerson

DayKey = tuple[dt.date, Id]
DAY_KEY: Any = DayKey


class ChildFilter(Struct, kw_only=True, frozen=True):
    """What to look for; empty means any. `site` is an establishment's code; `held` says whether they are in custody now;
    `only` narrows the list to those who have something in those columns."""

    q: str = ""
    site: str = ""
    unit: str = ""
    held: Literal["", "now", "left"] = ""
    only: frozenset[str] = frozenset()


_NEXT_DUE = """
    (SELECT min(c.due_on) FROM clock c WHERE c.young_person = yp.id AND c.met_at IS NULL AND c.stopped_at IS NULL AND c.held IS NULL AND {})
"""
_FROM = "young_person yp LEFT JOIN placement now_at ON now_at.young_person = yp.id AND now_at.left_at IS NULL"
# The due date is worked out for the rows of the page only, unless the list is in order of it: the planner puts it after the limit.
_LIST = f"""
    SELECT yp.id, yp.family_name, yp.given_names, yp.known_as, yp.date_of_birth, yp.home_area, now_at.establishment, now_at.unit, now_at.arrived_at,
        ARRAY(SELECT concat_ws(', ', o.family_name, o.given_names) FROM other_name o WHERE o.young_person = yp.id ORDER BY o.id) AS other_names,
        {{}} AS next_due_on {{}}
    FROM {_FROM} WHERE {{}} ORDER BY {{}} LIMIT {{}}
"""


def _next_due(viewer: User) -> Sql:
    return Sql(_NEXT_DUE, showing(viewer, "c.subject_kind", "c.subject"))


class Children(Listed[ChildFilter, FoundOut]):
    """Young people whom a viewer sees: those in custody first, by name; by API, as they were recorded. A filter that can't be is refused."""

    id = "children"
    noun = ("child", "children")
    tie = "yp.id"
    source = _FROM

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return child_columns(_next_due(viewer))

    def other_sorts(self, viewer: User) -> dict[str, Sort]:
        return CHILD_SORTS

    def default(self, wanted: ChildFilter) -> str:
        return "held"

    def seen(self, viewer: User) -> Sql:
        return visible(viewer)

    async def query(self, viewer: User, wanted: ChildFilter, place: Place, limit: int) -> Sql:
        check(place_faults("site", wanted.site))
        conditions = [visible(viewer), *await _for(viewer, _conditions(wanted, search_of(wanted.q))), *narrowed(viewer, wanted.only), place.after()]
        return Sql(_LIST, _next_due(viewer), place.columns, every(conditions), place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[FoundOut]:
        return [found_out(row) for row in rows]

    def young_people(self, item: FoundOut) -> list[int]:
        return [young_person_number(item.ref)]

    async def note(self, viewer: User, wanted: ChildFilter, items: Sequence[FoundOut]) -> None:
        search = search_of(wanted.q)
        named = [young_person_number(one.ref) for one in items]
        await record_list(search.kind if search else "list", named, by=viewer, searched=search is not None)

    async def more_columns(self, viewer: User, items: Sequence[FoundOut], terminology: Terminology) -> list[Column]:
        """Those that features add, as the page shows them."""
        return [_added(one) for one in await filled(viewer, [young_person_number(one.ref) for one in items], terminology)]


def _added(one: Filled) -> Column:
    return Column(title=one.title, cells=((one.title, lambda item, _: one.words.get(young_person_number(item.ref))),))


CHILDREN = Children()
children = CHILDREN.page


def _conditions(wanted: ChildFilter, search: Search | None) -> list[Sql]:
    conditions = [search.condition] if search else []
    if wanted.site:
        conditions.append(Sql("now_at.establishment = {}", wanted.site))
    if wanted.unit:
        conditions.append(Sql("now_at.unit = {}", wanted.unit))
    if wanted.held:
        conditions.append(Sql("now_at.id IS NOT NULL" if wanted.held == "now" else "now_at.id IS NULL"))
    return conditions


_BY_NAME = ", ".join((*KEY, "yp.id"))


async def found_among(viewer: User, young_people: Collection[int]) -> dict[int, FoundOut]:
    """Of these young people those whom the viewer sees, by number, as in a list. Whoever shows them notes it."""
    if not young_people:
        return {}
    among = Sql("yp.id = ANY({}::bigint[])", list(young_people))
    query = Sql(_LIST, _next_due(viewer), Sql(""), every([visible(viewer), among]), Sql(_BY_NAME), len(young_people))
    return {row["id"]: found_out(row) for row in await DB.fetch(*query.parts())}


async def _for(viewer: User, conditions: Sequence[Sql]) -> list[Sql]:
    """The conditions with the names in them as the index has them."""
    beginnings = sorted(set[str]().union(*map(to_fold, conditions)))
    folded = dict(zip(beginnings, await DB.fetchval(_FOLDED, beginnings) if beginnings else (), strict=True))
    return [asked_by(all_visible(viewer), condition, folded) for condition in conditions]


_FOLDED = "SELECT array_agg(folded(b) ORDER BY n) FROM unnest($1::text[]) WITH ORDINALITY AS x (b, n)"


_PART = f"""
    (SELECT {{}}::int AS part, row_number() OVER (ORDER BY {_BY_NAME}) AS place, yp.id
    FROM {_FROM} WHERE {{}} ORDER BY place LIMIT {{}})
"""


async def found_in_parts(viewer: User, conditions: Sequence[Sql], *, limit: int) -> list[list[int]]:
    """For each condition on `yp` the first of those whom the viewer sees, by number, in the order of the list. Whoever shows them notes it."""
    parts = [Sql(_PART, number, every([visible(viewer), condition]), limit) for number, condition in enumerate(await _for(viewer, conditions))]
    query = Sql(" UNION ALL ".join(["{}"] * len(parts)), *parts)
    rows = await DB.fetch(*query.parts()) if parts else []
    return [[row["id"] for row in sorted(rows, key=lambda row: row["place"]) if row["part"] == number] for number in range(len(parts))]


async def sites_of(viewer: User) -> list[str]:
    """Codes of the establishments where those whom the viewer sees are held now, for the filter."""
    query = Sql(
        "SELECT DISTINCT now_at.establishment FROM young_person yp JOIN placement now_at ON now_at.young_person = yp.id AND now_at.left_at IS NULL "
        "WHERE {} ORDER BY 1",
        visible(viewer),
    )
    return [row["establishment"] for row in await DB.fetch(*query.parts())]


# Each answer of a full record is a row: what is recorded of it, and of how many.
_ANSWERS = """
    SELECT now_at.establishment, a.field, a.answer, count(*) AS records
    FROM young_person yp
    LEFT JOIN placement now_at ON now_at.young_person = yp.id AND now_at.left_at IS NULL
    LEFT JOIN care_period care ON care.young_person = yp.id AND care.ended_on IS NULL
    CROSS JOIN LATERAL (VALUES {}) AS a (field, answer)
    WHERE {} GROUP BY 1, 2, 3
"""


async def completeness(viewer: User, *, site: str = "") -> CompletenessOut:
    """How complete the records are of the young people whom the viewer sees now, of all or of those held at an establishment. Names nobody."""
    check(place_faults("site", site))
    answers = ", ".join(f"('{field}', {_ANSWER_IN.get(field, f'yp.{field}')})" for field in rules.WANTED)
    here = Sql("now_at.establishment = {}", site) if site else Sql("true")
    rows = await DB.fetch(*Sql(_ANSWERS, Sql(answers), every([visible(viewer), here])).parts())
    fields = rules.tally((row["field"], row["answer"], row["records"]) for row in rows)
    places = [_place_counts(code, [row for row in rows if row["establishment"] == code]) for code in {row["establishment"] for row in rows}]
    places.sort(key=lambda place: (place.establishment is None, place.name))
    around = Around(**dict(await DB.fetchrow(*Sql(_AROUND, every([visible(viewer), here])).parts()) or {}))
    return CompletenessOut(young_people=fields[0].base, around=around, fields=fields, places=places)


_NAMED = "EXISTS (SELECT FROM named_worker w WHERE w.young_person = yp.id AND w.until IS NULL AND w.name IS NOT NULL AND {})"
_IN_CARE = "coalesce(care.status IN ('looked_after', 'care_leaver'), false)"
_ANSWERS_FOR = "(w.role = 'social_worker' OR w.role = 'personal_adviser' AND care.status = 'care_leaver')"
_AROUND = f"""
    SELECT count(*) AS held, count(*) FILTER (WHERE {_NAMED.format("w.role = 'yot_worker'")}) AS team_named,
        count(*) FILTER (WHERE {_NAMED.format("w.role = 'personal_officer'")}) AS personal_officer_named,
        count(*) FILTER (WHERE {_IN_CARE}) AS in_care,
        count(*) FILTER (WHERE {_IN_CARE} AND {_NAMED.format(_ANSWERS_FOR)}) AS answered_for,
        count(*) FILTER (WHERE EXISTS (SELECT FROM contact_plan c WHERE c.young_person = yp.id AND c.until IS NULL)) AS contacts_planned
    FROM young_person yp JOIN placement now_at ON now_at.young_person = yp.id AND now_at.left_at IS NULL
    LEFT JOIN care_period care ON care.young_person = yp.id AND care.ended_on IS NULL
    WHERE {{}}
"""


# Where an answer is not a text in the row of the young person.
_ANSWER_IN = {"first_time_in_custody": "yp.first_time_in_custody::text", rules.CARE: "care.status"}


def _place_counts(code: str | None, rows: list[Any]) -> PlaceCounts:
    fields = rules.tally((row["field"], row["answer"], row["records"]) for row in rows)
    return PlaceCounts(
        establishment=code, name=establishment(code).name if code else "Not held", young_people=fields[0].base,
        recorded=sum(field.recorded for field in fields), wanted=sum(field.base for field in fields),
    )  # fmt: skip


async def open_record(viewer: User, ref: int | str, page: str) -> YoungPerson:
    """The young person for a page or an answer about them, noted as read. Raises NotFound: to an outsider they do not exist."""
    young_person = await get_young_person_for(viewer, ref)
    subject = ("young_person", young_person.id)
    await record_read(EventName.YOUNG_PERSON_READ, by=viewer, subject=subject, young_person=young_person.id, detail={"page": page})
    return young_person


async def overview(young_person: YoungPerson) -> YoungPersonOut:
    """The whole record of someone who was loaded for the viewer: with the placement now, and care now."""
    placement = await Placement.objects().get((Placement.young_person == young_person.id) & Placement.left_at.is_null())
    care = await CarePeriod.objects().get((CarePeriod.young_person == young_person.id) & CarePeriod.ended_on.is_null())
    return young_person_out(young_person, placement, care)


async def placements_of(young_person: YoungPerson) -> list[PlacementOut]:
    rows = await Placement.objects().where(Placement.young_person == young_person.id).order_by(Placement.arrived_at, ascending=False)
    return [placement_out(row) for row in rows]


_CORRECTIONS = """
    SELECT c.*, u.name AS by FROM care_correction c JOIN user_account u ON u.id = c.recorded_by
    WHERE c.young_person = $1 ORDER BY c.at DESC, c.id DESC
"""


async def care_of(young_person: YoungPerson, only: int | None = None) -> list[CarePeriodOut]:
    """Every care period, or one, the newest first, each with what it said before it was corrected."""
    periods = CarePeriod.objects().where(CarePeriod.young_person == young_person.id)
    corrections = await DB.fetch(_CORRECTIONS, young_person.id)
    return [
        care_out(period, [row for row in corrections if row["care_period"] == period.id])
        for period in await periods.order_by(CarePeriod.started_on, CarePeriod.id, ascending=False)
        if only in (None, period.id)
    ]


# Those that are in use first, then those that ended last.
_NAMES = """
    SELECT n.id, n.kind, n.family_name, n.given_names, n.since, n.until, n.recorded_at, n.version, u.name AS recorded_by, e.name AS ended_by
    FROM other_name n JOIN user_account u ON u.id = n.recorded_by LEFT JOIN user_account e ON e.id = n.ended_recorded_by
    WHERE n.young_person = $1 AND ($2::bigint IS NULL OR n.id = $2) ORDER BY n.until DESC NULLS FIRST, n.id DESC
"""
_NUMBERS = """
    SELECT n.id, n.kind, n.value, n.since, n.until, n.recorded_at, n.version, g.code AS agency, g.name AS agency_name,
        u.name AS recorded_by, e.name AS ended_by
    FROM external_number n JOIN user_account u ON u.id = n.recorded_by LEFT JOIN user_account e ON e.id = n.ended_recorded_by
    LEFT JOIN agency g ON g.id = n.agency
    WHERE n.young_person = $1 AND ($2::bigint IS NULL OR n.id = $2) ORDER BY n.until DESC NULLS FIRST, n.id DESC
"""


async def names_of(young_person: YoungPerson, only: int | None = None) -> list[NameOut]:
    """Names beside that of the record, of now and of before."""
    return [name_out(row) for row in await DB.fetch(_NAMES, young_person.id, only)]


async def numbers_of(young_person: YoungPerson, only: int | None = None) -> list[NumberOut]:
    """Numbers that others gave, of now and of before."""
    return [number_out(row) for row in await DB.fetch(_NUMBERS, young_person.id, only)]


async def agencies_with_numbers() -> list[tuple[str, str]]:
    """Code and name of the agencies whose numbers a young person may have, to choose from."""
    rows = await DB.fetch("SELECT code, name FROM agency WHERE closed_at IS NULL AND kind IN ('yot', 'yoi', 'social_services') ORDER BY name, id")
    return [(row["code"], row["name"]) for row in rows]


_CONTACTS = """
    SELECT c.id, c.kind, c.from_whom, c.worker, c.happened_on, c.seen_alone, c.note, c.missed_reason, g.name AS agency, u.name AS recorded_by,
        c.recorded_at
    FROM contact c JOIN agency g ON g.id = c.agency JOIN user_account u ON u.id = c.recorded_by
    WHERE c.young_person = {} AND {} ORDER BY c.happened_on DESC, c.id DESC LIMIT {}
"""


async def contacts_of(young_person: YoungPerson, *, after: str | None = None, limit: int = 50) -> Page[ContactOut]:
    """Newest first."""
    place = older(key_of(after, DAY_KEY), ("c.happened_on", "c.id"))
    query = Sql(_CONTACTS, young_person.id, place, check_limit(limit) + 1)
    rows = await DB.fetch(*query.parts())
    return cut([*rows], limit, key=lambda row: (row["happened_on"], row["id"]), item=contact_out)


async def contact(number: int) -> ContactOut:
    """One contact, just recorded by the viewer."""
    row = await DB.fetchrow(*Sql(_CONTACTS.replace("c.young_person = {}", "c.id = {}"), number, Sql("true"), 1).parts())
    return contact_out(row)


_LAST_CONTACT = """
    SELECT max(happened_on) FILTER (WHERE from_whom = 'yot') AS yot, max(happened_on) FILTER (WHERE from_whom = 'social_worker') AS social_worker
    FROM contact WHERE young_person = $1 AND kind NOT IN ('planned_missed', 'declined')
"""


async def last_contacts(young_person: YoungPerson) -> dict[str, dt.date | None]:
    """The day of the last contact with the YOT and with a social worker, of those that took place."""
    row = await DB.fetchrow(_LAST_CONTACT, young_person.id)
    return {who: row[who] if row else None for who in ("yot", "social_worker")}
