"""A list: its columns, its orders, its pages and its file. Each feature declares its own; nothing here knows what is listed."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypedDict, TypeVar, cast

from msgspec import Struct

from yosafe import clock
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.paging import Id, Page, check_limit
from yosafe.db.sql import Sql
from yosafe.errors import Invalid, Refused
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

from .files import as_csv
from .ordering import Place, Sort, order_in, place_of

Wanted = TypeVar("Wanted")
Item = TypeVar("Item")
Found = tuple[tuple[Any, ...], Item]  # by what it stands in the order, and the item itself
Cells = Callable[[Any, Terminology], object]

EXPORT = "list:export"  # for lists that name young people
MOST_COUNTED = 1_000
MOST_EXPORTED = 10_000


class Column(Struct, frozen=True, kw_only=True):
    """A column. `cells` are those of the file: its heading, and what stands in it, words beside codes; a page draws its own. `sort`: the list can be
    in order of it; `down`: the first press puts the latest or the most first."""

    title: str
    cells: tuple[tuple[str, Cells], ...]
    id: str = ""
    sort: Sort | None = None
    down: bool = False
    number: bool = False


class Asked(TypedDict, total=False):
    """The part of a list that is wanted: its order ("due", "-due"; None for the list's own), the cursor it begins after, how many."""

    sort: str | None
    after: str | None
    limit: int


class Nothing(Struct, frozen=True):
    """What a list is narrowed by that nothing narrows."""


class File(Struct, frozen=True):
    name: str
    content: bytes


class Listed(Generic[Wanted, Item]):
    """One list. A feature says what it is made of; pages, counts and files are the same for all."""

    id: ClassVar[str]
    noun: ClassVar[tuple[str, str]]
    tie: ClassVar[str]
    source: ClassVar[str] = ""
    permission: ClassVar[str] = EXPORT
    event: ClassVar[EventName] = EventName.LIST_EXPORTED
    number: ClassVar[Any] = Id

    def columns(self, viewer: Any, terminology: Terminology) -> Sequence[Column]:
        """In the order of the page."""
        raise NotImplementedError

    def other_sorts(self, viewer: Any) -> Mapping[str, Sort]:
        """Orders that no column shows."""
        return {}

    def default(self, wanted: Wanted) -> str:
        """The order that it is in where none is asked for."""
        raise NotImplementedError

    def seen(self, viewer: Any) -> Sql:
        """The condition, on `source`, under which a row exists for a viewer."""
        return Sql("true")

    async def query(self, viewer: Any, wanted: Wanted, place: Place, limit: int) -> Sql:
        """The rows from a place on, with `place.columns` and `id`."""
        raise NotImplementedError

    async def items(self, viewer: Any, rows: Sequence[Any], terminology: Terminology) -> Sequence[Item]:
        raise NotImplementedError

    def young_people(self, item: Item) -> Iterable[int]:
        """Whom an item names to the viewer."""
        return ()

    async def note(self, viewer: Any, wanted: Wanted, items: Sequence[Item]) -> None:
        """Keep in the trail that a page was shown."""

    async def more_columns(self, viewer: Any, items: Sequence[Item], terminology: Terminology) -> Sequence[Column]:
        """Columns of the file that are looked up for the items at hand."""
        return ()

    async def find(self, viewer: Any, wanted: Wanted, place: Place, limit: int, terminology: Terminology) -> Sequence[Found[Item]]:
        rows = await DB.fetch(*(await self.query(viewer, wanted, place, limit)).parts())
        return [*zip([place.key(row) for row in rows], await self.items(viewer, rows, terminology), strict=True)]

    async def count(self, viewer: Any, wanted: Wanted, terminology: Terminology = "2002") -> int:
        """How many there are, up to one more than MOST_COUNTED."""
        whole = await self.query(viewer, wanted, self.place(viewer, wanted, terminology), MOST_COUNTED + 1)
        return cast("int", await DB.fetchval(*Sql("SELECT count(*) FROM ({}) AS found", whole).parts()))

    def sorts(self, viewer: Any, terminology: Terminology) -> dict[str, Sort]:
        """Every order, by the name under which it is asked for."""
        shown = {column.id: column.sort for column in self.columns(viewer, terminology) if column.sort is not None}
        return {**shown, **self.other_sorts(viewer)}

    def place(self, viewer: Any, wanted: Wanted, terminology: Terminology, *, sort: str | None = None, after: str | None = None) -> Place:
        """Raises Invalid for an order or a cursor that is none."""
        name = sort or order_in(after) or self.default(wanted)
        return place_of(self.sorts(viewer, terminology), name, after, tie=self.tie, number=self.number)

    async def page(
        self, viewer: Any, wanted: Wanted, *, sort: str | None = None, after: str | None = None, limit: int = 50, terminology: Terminology = "2002"
    ) -> Page[Item]:
        """Some of the list, noted as shown. Raises Invalid for a filter, an order, a cursor or a number that can't be."""
        check_limit(limit)
        place = self.place(viewer, wanted, terminology, sort=sort, after=after)
        if self.source:
            place = await place.found_again(self.source, self.seen(viewer))
        found = await self.find(viewer, wanted, place, limit + 1, terminology)
        kept, more = [*found[:limit]], len(found) > limit
        if place.back:
            if not more:  # back at the beginning, where there may be more by now than when it was left
                return await self.page(viewer, wanted, sort=place.name, limit=limit, terminology=terminology)
            kept.reverse()
        items = [item for _, item in kept]
        await self.note(viewer, wanted, items)
        return Page(
            items=items,
            next=place.cursor(kept[-1][0]) if kept and (more or place.back) else None,
            previous=place.cursor(kept[0][0], back=True) if kept and place.last is not None else None,
        )

    async def file(
        self, viewer: Any, wanted: Wanted, *, sort: str | None = None, used: Sequence[str] = (), terminology: Terminology = "2002"
    ) -> File:
        """All of it as a CSV file; who took it, the names of the filters used, how many rows and which young people are noted before it is given.
        It is whole before any of it is sent. Raises Refused; Invalid where there are more rows than a file should hold."""
        if not viewer.may(self.permission):
            raise Refused("Your role may not take out this list as a file.")
        place = self.place(viewer, wanted, terminology, sort=sort)
        found = [item for _, item in await self.find(viewer, wanted, place, MOST_EXPORTED + 1, terminology)]
        if len(found) > MOST_EXPORTED:
            raise Invalid(f"There are more than {MOST_EXPORTED:,} {self.noun[1]} in this list, which is as many as a file holds. Narrow it first.")
        columns = [*self.columns(viewer, terminology), *await self.more_columns(viewer, found, terminology)]
        content = await asyncio.to_thread(_file, columns, found, terminology)
        named = sorted({number for item in found for number in self.young_people(item)})
        detail = {"list": self.id, "filters": sorted(used), "rows": len(found), "young_people": named}
        await record_read(self.event, by=viewer, detail=detail)
        return File(_name(self.id, viewer, used), content)


def _file(columns: Sequence[Column], items: Sequence[Any], terminology: Terminology) -> bytes:
    cells = [one for column in columns for one in column.cells]
    heads = [in_terms(head, terminology) for head, _ in cells]
    return as_csv(heads, ([value(item, terminology) for _, value in cells] for item in items))


def _name(listed: str, viewer: Any, used: Sequence[str]) -> str:
    """Which list, who took it and when, and by which filters it was narrowed; never by what."""
    who = re.sub(r"[^a-z0-9]+", "-", viewer.name.lower()).strip("-") or f"user-{viewer.id}"
    return "-".join([listed, "by", who, f"{clock.now().astimezone(clock.LONDON):%Y-%m-%dT%H%M}", *sorted(used)]) + ".csv"
