"""One time line of all that happened to a young person. Each feature contributes a source with its own access rule; here they are put in one order.

A source's rows are a SELECT of: part (text, which of the record's events), id (bigint), at (timestamptz), day_only (boolean: only the day is
known, and `at` is the London midnight that begins it), recorded_at (timestamptz), recorded_by (bigint, a user), facts (jsonb, what `tell` needs).
It names one young person and reads by an index on them: the page costs the same however many incidents there are in the country.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.filters import in_days
from yosafe.db.paging import Id, Instant, Page, check_limit, cut, key_of
from yosafe.db.sql import Sql, every
from yosafe.errors import FieldError, Invalid
from yosafe.settings import Terminology

from .known.queries import Asked, learnt
from .known.schemas import KnownOut
from .marks.rules import EntryKey
from .marks.schemas import MarkOut
from .tables import YoungPerson
from .tied import hidden_names

Facts = dict[str, Any]
Order = Literal["newest", "oldest"]
Key = tuple[Instant, str, Id, str]
KEY: Any = Key

# A day as the instant that begins it, for the SQL of sources: `{DAY_AS_INSTANT.format("happened_on")}`.
DAY_AS_INSTANT = "({}::timestamp AT TIME ZONE 'Europe/London')"


class Told(Struct, frozen=True, kw_only=True):
    """An entry in words: a title, one or two sentences, the reference and address of the record."""

    title: str
    text: str | None = None
    ref: str | None = None
    link: str | None = None


class Source(Struct, frozen=True, kw_only=True):
    """What a feature contributes. `title` names it in the filter; without `permission`, of the role and of the key by which someone asks, none of its
    entries exists; `rows(viewer, young_person)` holds the feature's access rule beyond that; `tell(part, facts, terminology)` puts one row in words.
    `facts(viewer, young_person)`, where the facts of a row cost more than a look at it, is an expression for them by `e.part` and `e.id`, worked out
    for the rows of the page only. `others(young_person)` selects the ids of other young people whom its entries may name; `mostly_others` says that
    they are mostly about those.

    `tables` are those that name a young person and of which these entries are told. `owner` selects whose an entry is, by `m.part` and `m.entry`.
    For who knew when: `subject(part, facts)` is the record, as the trail and notices name it, whose reader has read of the entry;
    `learned(viewer, young_person)` selects what the feature knows of others coming to know of any entry: source, part, id, agency or else party
    ("list:code"), at, how."""

    id: str
    title: str
    permission: str
    rows: Callable[[User, int], Sql]
    tell: Callable[[str, Facts, Terminology], Told]
    facts: Callable[[User, int], Sql] | None = None
    others: Callable[[int], Sql] | None = None
    mostly_others: bool = False
    tables: tuple[str, ...] = ()
    owner: str = "SELECT NULL::bigint WHERE false"
    subject: Callable[[str, Facts], tuple[str, int] | None] | None = None
    learned: Callable[[User, int], Sql] | None = None


class ChronologyEntry(Struct, kw_only=True):
    """`day` and, where the hour is known, `at`: when it happened. `recorded_at`: when someone wrote it down, `by` whom, of which `agency`. `known`:
    who else came to know of it and when, the first of them on `shared_on`; null where no record shows that anyone did. `mark`: where it is marked
    as significant. `key` names the entry, and stays."""

    key: str
    source: str
    title: str
    text: str | None
    day: dt.date
    at: dt.datetime | None
    by: str
    agency: str
    recorded_at: dt.datetime
    ref: str | None
    link: str | None
    mark: MarkOut | None = None
    shared_on: dt.date | None = None
    known: list[KnownOut] = []


class Wanted(Struct, frozen=True, kw_only=True):
    """What to show of a chronology; None means all."""

    source: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    order: Order = "newest"
    significant: bool = False


_SOURCES: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Called once for each source, in yosafe/composition.py. Filters offer them in this order."""
    _SOURCES[source.id] = source


def sources() -> tuple[Source, ...]:
    return tuple(_SOURCES.values())


def sources_for(viewer: User) -> list[Source]:
    """Those whose entries exist for a viewer, and by which they may narrow."""
    return [source for source in _SOURCES.values() if viewer.may(source.permission)]


def source_options(viewer: User) -> list[dict[str, str]]:
    """The same as a filter offers them."""
    return [{"value": source.id, "label": source.title} for source in sources_for(viewer)]


# Of an entry, the mark that stands.
_MARK = """
    SELECT to_jsonb(m) || jsonb_build_object('by', mu.name, 'agency', mg.name)
    FROM chronology_mark m JOIN user_account mu ON mu.id = m.recorded_by JOIN agency mg ON mg.id = m.agency
    WHERE m.young_person = {} AND m.taken_off_at IS NULL AND m.source = e.source COLLATE "C" AND m.part = e.part COLLATE "C" AND m.entry = e.id
"""
_PAGE = f"""
    SELECT e.source, e.part, e.id, e.at, e.day_only, e.recorded_at, u.name AS by, g.id AS agency_number, g.name AS agency, {{}} AS facts,
        ({_MARK}) AS mark
    FROM (SELECT * FROM ({{}}) s WHERE {{}} ORDER BY {{}} LIMIT {{}}) e JOIN user_account u ON u.id = e.recorded_by JOIN agency g ON g.id = u.agency
    ORDER BY {{}}
"""
_SIGNIFICANT = """
    EXISTS (SELECT FROM chronology_mark m WHERE m.young_person = {} AND m.taken_off_at IS NULL
        AND m.source = s.source COLLATE "C" AND m.part = s.part COLLATE "C" AND m.entry = s.id)
"""


async def chronology(
    viewer: User, young_person: YoungPerson, wanted: Wanted, *, after: str | None = None, limit: int = 50, terminology: Terminology = "2002"
) -> Page[ChronologyEntry]:
    """Entries of all sources, or of one, in one order, with who knew when; noted as read. The young person was loaded for this viewer.

    Raises Invalid for an unknown source, a period that ends before it begins, or a cursor that is not one.
    """
    found = await _found(viewer, young_person.id, wanted, after=after, limit=limit)
    shown = await _told(viewer, young_person.id, found.items, terminology)
    detail = {"source": wanted.source, "entries": len(shown), **({"significant": True} if wanted.significant else {})}
    await record_read(EventName.CHRONOLOGY_READ, by=viewer, young_person=young_person.id, detail=detail)
    return Page(items=shown, next=found.next)


async def entries(
    viewer: User, young_person: int, wanted: Wanted, *, after: str | None = None, limit: int = 50, terminology: Terminology = "2002"
) -> Page[ChronologyEntry]:
    """The same for a page that notes the reading itself, without who knew when."""
    found = await _found(viewer, young_person, wanted, after=after, limit=limit)
    return Page(items=await _worded(viewer, young_person, found.items, terminology), next=found.next)


async def entries_known(
    viewer: User, young_person: int, wanted: Wanted, *, after: str | None = None, limit: int = 50, terminology: Terminology = "2002"
) -> Page[ChronologyEntry]:
    """The same, with it."""
    found = await _found(viewer, young_person, wanted, after=after, limit=limit)
    return Page(items=await _told(viewer, young_person, found.items, terminology), next=found.next)


async def entry_of(viewer: User, young_person: int, key: EntryKey, *, terminology: Terminology = "2002") -> ChronologyEntry | None:
    """One entry with who knew when; None where there is none that this viewer, who sees the young person, may see."""
    if key.source not in {source.id for source in sources_for(viewer)}:
        return None
    query = _page_of(viewer, young_person, _chosen(viewer, key.source), [Sql("(s.part, s.id) = ({}, {})", key.part, key.id)], "newest", 1)
    told = await _told(viewer, young_person, await DB.fetch(*query.parts()), terminology)
    return told[0] if told else None


def ties(young_person: int) -> list[Sql]:
    """The ids of other young people whom entries may name."""
    return [source.others(young_person) for source in _SOURCES.values() if source.others]


def every_entry(viewer: User, young_person: int) -> Sql:
    """All entries that a viewer may see: source, part, id and more."""
    return _union(viewer, young_person, _chosen(viewer))


async def _found(viewer: User, young_person: int, wanted: Wanted, *, after: str | None, limit: int) -> Page[Any]:
    conditions = [*in_days("s.at", wanted.since, wanted.until), _after(key_of(after, KEY), wanted.order)]
    if wanted.significant:
        conditions.append(Sql(_SIGNIFICANT, young_person))
    query = _page_of(viewer, young_person, _chosen(viewer, wanted.source), conditions, wanted.order, check_limit(limit) + 1)
    rows = await DB.fetch(*query.parts())
    return cut([*rows], limit, key=lambda row: (row["at"], row["source"], row["id"], row["part"]), item=lambda row: row)


def _page_of(viewer: User, young_person: int, chosen: list[Source], conditions: list[Sql], way: Order, limit: int) -> Sql:
    order = _ORDER[way]
    facts, union = _facts(viewer, young_person, chosen), _union(viewer, young_person, chosen)
    return Sql(_PAGE, facts, young_person, union, every(conditions), Sql(order.format("")), limit, Sql(order.format("e.")))


async def _told(viewer: User, young_person: int, rows: Sequence[Any], terminology: Terminology) -> list[ChronologyEntry]:
    """Rows in words, with who knew when."""
    asked = [_asked(row) for row in rows]
    learned = [source.learned(viewer, young_person) for source in sources_for(viewer) if source.learned]
    known = await learnt(young_person, asked, learned, terminology) if asked else {}
    told = await _worded(viewer, young_person, rows, terminology)
    for one in told:
        one.known = known.get(one.key, [])
        one.shared_on = one.known[0].on if one.known else None
    return told


async def _worded(viewer: User, young_person: int, rows: Sequence[Any], terminology: Terminology) -> list[ChronologyEntry]:
    """Rows in words. Whoever marked an entry may have named someone whom this viewer may not know of: that name is taken out."""
    told = [_entry(row, terminology) for row in rows]
    marks = [one.mark for one in told if one.mark]
    if marks:
        hidden = await hidden_names(young_person, ties(young_person), known_to=viewer)
        for mark in marks:
            mark.why = hidden.text(mark.why)
    return told


def _asked(row: Any) -> Asked:
    source = _SOURCES[row["source"]]
    subject = source.subject(row["part"], row["facts"]) if source.subject else None
    return Asked(key=_key(row), recorded_at=row["recorded_at"], agency=row["agency_number"], subject=subject)


def _key(row: Any) -> str:
    return str(EntryKey(row["source"], row["part"], row["id"]))


# What is known by its day only, and was written down on that day, stands where it was written: before what followed from it.
_AT = "CASE WHEN r.day_only AND r.recorded_at >= r.at AND r.recorded_at < r.at + interval '1 day' THEN r.recorded_at ELSE r.at END"

# For whom there is no source at all.
_NONE = """
    SELECT ''::text AS source, ''::text AS part, 0::bigint AS id, now() AS at, false AS day_only, now() AS recorded_at, 0::bigint AS recorded_by,
        jsonb_build_object() AS facts WHERE false
"""
_ORDER = {"newest": "{0}at DESC, {0}source DESC, {0}id DESC, {0}part DESC", "oldest": "{0}at, {0}source, {0}id, {0}part"}


def _chosen(viewer: User, only: str | None = None) -> list[Source]:
    may = sources_for(viewer)
    if only is not None and only not in {source.id for source in may}:
        raise Invalid([FieldError("source", f"There is no such source. Choose one of: {', '.join(source.id for source in may)}.")])
    return [source for source in may if only in (None, source.id)]


def _facts(viewer: User, young_person: int, chosen: list[Source]) -> Sql:
    cases = [Sql("WHEN {} THEN {}", source.id, source.facts(viewer, young_person)) for source in chosen if source.facts]
    return Sql("CASE e.source " + " ".join(["{}"] * len(cases)) + " ELSE e.facts END", *cases) if cases else Sql("e.facts")


def _union(viewer: User, young_person: int, chosen: list[Source]) -> Sql:
    parts = [
        Sql(
            'SELECT {}::text COLLATE "C" AS source, r.part::text COLLATE "C" AS part, r.id, '
            + _AT
            + " AS at, r.day_only, r.recorded_at, r.recorded_by, r.facts "
            "FROM ({}) r",
            source.id,
            source.rows(viewer, young_person),
        )
        for source in chosen
    ]
    return Sql(" UNION ALL ".join(["{}"] * len(parts)), *parts) if parts else Sql(_NONE)


def _after(key: Key | None, order: Order) -> Sql:
    if key is None:
        return Sql("true")
    return Sql(f"(s.at, s.source, s.id, s.part) {'<' if order == 'newest' else '>'} ({{}}, {{}}, {{}}, {{}})", *key)


def _entry(row: Any, terminology: Terminology) -> ChronologyEntry:
    told = _SOURCES[row["source"]].tell(row["part"], row["facts"], terminology)
    mark = row["mark"]
    return ChronologyEntry(
        key=_key(row), source=row["source"], title=told.title, text=told.text, day=day_of(row["at"]), at=None if row["day_only"] else row["at"],
        by=row["by"], agency=row["agency"], recorded_at=row["recorded_at"], ref=told.ref, link=told.link,
        mark=msgspec.convert({**mark, "at": mark["recorded_at"]}, MarkOut) if mark else None,
    )  # fmt: skip
