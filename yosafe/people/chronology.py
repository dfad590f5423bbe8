"""One time line of all that happened to a young person. Each feature contributes a source with its own access rule; here they are put in one order.

A source's rows are a SELECT of: part (text, which of the record's events), id (bigint), at (timestamptz), day_only (boolean: only the day is
known, and `at` is the London midnight that begins it), recorded_at (timestamptz), recorded_by (bigint, a user), facts (jsonb, what `tell` needs).
It names one young person and reads by an index on them: the page costs the same however many incidents there are in the country.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal

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

from .tables import YoungPerson

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
    """What a feature contributes. `title` names it in the filter; `rows(viewer, young_person)` holds the feature's access rule; `tell(part, facts,
    terminology)` puts one row in words. `facts(viewer, young_person)`, where the facts of a row cost more than a look at it, is an expression for
    them by `e.part` and `e.id`, worked out for the rows of the page only. `others(young_person)` selects the ids of other young people whom its
    entries may name; `mostly_others` says that they are mostly about those."""

    id: str
    title: str
    rows: Callable[[User, int], Sql]
    tell: Callable[[str, Facts, Terminology], Told]
    facts: Callable[[User, int], Sql] | None = None
    others: Callable[[int], Sql] | None = None
    mostly_others: bool = False


class ChronologyEntry(Struct, kw_only=True):
    """`day` and, where the hour is known, `at`: when it happened. `recorded_at`: when someone wrote it down, `by` whom, of which `agency`."""

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


class Wanted(Struct, frozen=True, kw_only=True):
    """What to show of a chronology; None means all."""

    source: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    order: Order = "newest"


_SOURCES: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Called once for each source, in yosafe/composition.py. Filters offer them in this order."""
    _SOURCES[source.id] = source


def sources() -> tuple[Source, ...]:
    return tuple(_SOURCES.values())


_PAGE = """
    SELECT e.source, e.part, e.id, e.at, e.day_only, e.recorded_at, u.name AS by, g.name AS agency, {} AS facts
    FROM (SELECT * FROM ({}) s WHERE {} ORDER BY {} LIMIT {}) e JOIN user_account u ON u.id = e.recorded_by JOIN agency g ON g.id = u.agency
    ORDER BY {}
"""


async def chronology(
    viewer: User, young_person: YoungPerson, wanted: Wanted, *, after: str | None = None, limit: int = 50, terminology: Terminology = "2002"
) -> Page[ChronologyEntry]:
    """Entries of all sources, or of one, in one order; noted as read. The young person was loaded for this viewer.

    Raises Invalid for an unknown source, a period that ends before it begins, or a cursor that is not one.
    """
    found = await entries(viewer, young_person.id, wanted, after=after, limit=limit, terminology=terminology)
    detail = {"source": wanted.source, "entries": len(found.items)}
    await record_read(EventName.CHRONOLOGY_READ, by=viewer, young_person=young_person.id, detail=detail)
    return found


async def entries(
    viewer: User, young_person: int, wanted: Wanted, *, after: str | None = None, limit: int = 50, terminology: Terminology = "2002"
) -> Page[ChronologyEntry]:
    """The same for a page that notes the reading itself."""
    conditions = [*in_days("s.at", wanted.since, wanted.until), _after(key_of(after, KEY), wanted.order)]
    order = _ORDER[wanted.order]
    chosen = _chosen(wanted.source)
    facts, union = _facts(viewer, young_person, chosen), _union(viewer, young_person, chosen)
    query = Sql(_PAGE, facts, union, every(conditions), Sql(order.format("")), check_limit(limit) + 1, Sql(order.format("e.")))
    rows = await DB.fetch(*query.parts())
    return cut([*rows], limit, key=lambda row: (row["at"], row["source"], row["id"], row["part"]), item=lambda row: _entry(row, terminology))


# What is known by its day only, and was written down on that day, stands where it was written: before what followed from it.
_AT = "CASE WHEN r.day_only AND r.recorded_at >= r.at AND r.recorded_at < r.at + interval '1 day' THEN r.recorded_at ELSE r.at END"

_ORDER = {"newest": "{0}at DESC, {0}source DESC, {0}id DESC, {0}part DESC", "oldest": "{0}at, {0}source, {0}id, {0}part"}


def _chosen(only: str | None) -> list[Source]:
    if only is not None and only not in _SOURCES:
        raise Invalid([FieldError("source", f"There is no such source. Choose one of: {', '.join(_SOURCES)}.")])
    return [source for source in _SOURCES.values() if only in (None, source.id)]


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
    return Sql(" UNION ALL ".join(["{}"] * len(parts)), *parts)


def _after(key: Key | None, order: Order) -> Sql:
    if key is None:
        return Sql("true")
    return Sql(f"(s.at, s.source, s.id, s.part) {'<' if order == 'newest' else '>'} ({{}}, {{}}, {{}}, {{}})", *key)


def _entry(row: Any, terminology: Terminology) -> ChronologyEntry:
    told = _SOURCES[row["source"]].tell(row["part"], row["facts"], terminology)
    return ChronologyEntry(
        source=row["source"], title=told.title, text=told.text, day=day_of(row["at"]), at=None if row["day_only"] else row["at"],
        by=row["by"], agency=row["agency"], recorded_at=row["recorded_at"], ref=told.ref, link=told.link,
    )  # fmt: skip
