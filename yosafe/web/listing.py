"""Lists on pages and by API: what an address asks of them, their head, filters and pager, and the same list as a file. With kit.py, what features may
import of web."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from litestar import Response
from litestar.datastructures import MultiDict
from litestar.params import QueryParameter
from litestar.response import Redirect
from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.db.paging import Instant, Page
from yosafe.errors import FieldError, Invalid
from yosafe.lists.listed import MOST_COUNTED, Asked, Column, Listed
from yosafe.reference.terms import in_terms
from yosafe.words import of_how_many

from .confirmed import check_confirmed
from .kit import AnyRequest, Query, see_other, terminology

Wanted = TypeVar("Wanted")
Item = TypeVar("Item")
Field = Mapping[str, Any]

SIZES = (25, 50, 100)
CSV = "text/csv"
PLACE = ("sort", "after", "limit")  # what in an address says where one is in a list, and not what is in it
NOT_FILTERS = (*PLACE, "done", "file")


def sort_parameter(*names: str, default: str) -> QueryParameter:
    """What the API says of the order of a list."""
    words = f"The order: {', '.join(names)}; with - before it for the other way round. Where it is left out, that of the cursor, or {default}."
    return QueryParameter(name="sort", description=words)


def radios(**questions: tuple[str, Mapping[str, str]]) -> list[Field]:
    """Questions of a filter panel of which one answer is chosen, by the name in the address: what is asked, and the words of each answer."""
    return [
        {"name": name, "kind": "radios", "label": label, "options": [{"value": value, "label": text} for value, text in options.items()]}
        for name, (label, options) in questions.items()
    ]


def asked_of(query: Query) -> Asked:
    """Where in a list an address is. Raises Invalid for a number that is none."""
    limit = query.get("limit") or "50"
    if not (limit.isascii() and limit.isdigit() and len(limit) < 4):
        raise Invalid([FieldError("limit", f"Show {', '.join(map(str, SIZES))} at a time")])
    return Asked(sort=query.get("sort") or None, after=query.get("after") or None, limit=int(limit))


async def answered(
    request: AnyRequest, user: User, listed: Listed[Wanted, Item], wanted: Wanted, *, sort: str | None, after: str | None, limit: int
) -> Page[Item]:
    """What the API answers with: a page or, to whoever accepts text/csv, the whole list as a file."""
    # Whoever does not name it can't mean it: the header of most requests need not be taken apart.
    if CSV in request.headers.get("accept", "") and request.accept.best_match(["application/json", CSV]) == CSV:
        return cast("Page[Item]", await _file(request, user, listed, wanted, request.query_params, sort))  # a Response is sent as it is
    return await listed.page(user, wanted, sort=sort, after=after, limit=limit, terminology=terminology(request))


async def file_of(request: AnyRequest, user: User, listed: Listed[Wanted, Item], wanted: Wanted, sent: Query | None = None) -> Response[bytes]:
    """The whole list that an address asks for, or what was `sent`, as a file. Noted before it is given."""
    query = request.query_params if sent is None else sent
    return await _file(request, user, listed, wanted, query, query.get("sort") or None)


async def _file(request: AnyRequest, user: User, listed: Listed[Wanted, Item], wanted: Wanted, query: Query, sort: str | None) -> Response[bytes]:
    check_confirmed(request)
    used = sorted({key for key, value in query.items() if value and key not in NOT_FILTERS})
    file = await listed.file(user, wanted, sort=sort, used=used, terminology=terminology(request))
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return Response(file.content, media_type=CSV, headers=headers)


async def search(request: AnyRequest) -> Query:
    """The filters that were posted, as an address would have them, in the order of the form."""
    form = await request.form()
    return MultiDict([(key, value) for key, value in form.items() if isinstance(value, str) and key != "_csrf_token"])


def put_in_address(address: str, query: Query) -> Redirect:
    """To the list whose filters can stand in its address: posted ones that name nobody."""
    pairs = urlencode([(key, value) for key, value in query.items() if value and key != "file"])
    return see_other(f"{address}?{pairs}" if pairs else address)


class Shown(Struct, frozen=True, kw_only=True):
    """A page of a list as kit/list.html draws it; `found` is empty where the filters are at fault. `fields` are the questions of the filter panel."""

    address: str
    found: Page[Any]
    errors: Sequence[FieldError]
    status: int
    line: str
    heads: list[dict[str, Any]]
    fields: list[Field]
    values: Mapping[str, Any]
    selected: list[dict[str, Any]]
    keep: dict[str, str]
    csv: str | None
    again: list[tuple[str, str]]
    first: str | None
    previous: str | None
    next: str | None
    sizes: list[dict[str, Any]]
    filtered: bool
    searched: bool


async def shown(
    request: AnyRequest,
    user: User,
    listed: Listed[Wanted, Item],
    wanted: Callable[[], Wanted],
    *,
    address: str,
    fields: Sequence[Field | None] = (),
    values: Mapping[str, Any] | None = None,
    also: Callable[[Sequence[Item]], Awaitable[Sequence[str]]] | None = None,
    sent: Query | None = None,
) -> Shown:
    """A page of a list with everything around its rows. `wanted` reads the filters, and may raise Invalid. `values`: what stands in the filters where
    it is not what the address says. `also`: looks up headings of columns that the page adds. `sent`: what was posted instead of being in an address,
    since it may name someone: no address gives that list again, so that it has no other pages."""
    searched, query, terms = sent is not None, request.query_params if sent is None else sent, terminology(request)
    errors: Sequence[FieldError] = ()
    page_of: Page[Item] = Page(items=[], next=None)
    whole, order = 0, str(query.get("sort") or "")
    try:
        asks = wanted()
        order = order or listed.default(asks)
        page_of = await listed.page(user, asks, **asked_of(query), terminology=terms)
        whole = await listed.count(user, asks, terms) if page_of.next or page_of.previous else len(page_of.items)
    except Invalid as refusal:
        errors = refusal.errors or (FieldError("", str(refusal)),)
    columns = listed.columns(user, terms)
    asked = [one for one in fields if one]
    links = _Links(address, [(key, value) for key, value in query.items() if value and key != "done"])
    given = [key for key, _ in links.query if key not in PLACE]
    may_take = bool(page_of.items) and user.may(listed.permission)
    return Shown(
        address=address, found=page_of, errors=errors, status=422 if errors else 200,
        line=of_how_many(len(page_of.items), whole, *listed.noun, most=MOST_COUNTED),
        heads=[_head(column, order, None if searched else links, in_terms(column.title, terms)) for column in columns]
        + [{"text": title} for title in (await also(page_of.items) if also else ())],
        fields=[*asked, _order_field(columns, terms)],
        values={**_values(query), **(values or {}), "sort": order if order.removeprefix("-") in {c.id for c in columns if c.sort} else ""},
        selected=[] if searched else links.selected(asked), keep={"limit": str(query.get("limit", ""))},
        csv=links.to(f"{address}/export", after=None, limit=None) if may_take and not searched else None,
        again=[*((key, value) for key, value in links.query if key not in ("after", "limit")), ("file", "yes")] if may_take and searched else [],
        first=links.to(address, after=None) if query.get("after") else None,
        previous=links.to(address, after=page_of.previous) if page_of.previous and not searched else None,
        next=links.to(address, after=page_of.next) if page_of.next and not searched else None,
        sizes=[
            {"text": str(n), "href": links.to(address, limit=str(n), after=None), "current": str(n) == (query.get("limit") or "50")} for n in SIZES
        ]
        if whole > SIZES[0] and not searched else [],
        filtered=bool(given), searched=searched,
    )  # fmt: skip


class _Links:
    """Addresses of the same list, changed in part."""

    def __init__(self, address: str, query: Sequence[tuple[str, Any]]) -> None:
        self.address, self.query = address, query

    def to(self, address: str, **changes: str | None) -> str:
        kept = [(key, value) for key, value in self.query if key not in changes]
        query = urlencode([*kept, *((key, value) for key, value in changes.items() if value)])
        return f"{address}?{query}" if query else address

    def selected(self, fields: Sequence[Field]) -> list[dict[str, Any]]:
        """The filters in use, each with the address of the list without it."""
        named = {field["name"]: field for field in fields}
        found: dict[str, list[dict[str, str]]] = {}
        for key, value in self.query:
            if key in named:
                options = {str(one["value"]): str(one["label"]) for one in named[key].get("options", ())}
                rest = urlencode([pair for pair in self.query if pair != (key, value) and pair[0] != "after"])
                item = {"text": options.get(value, str(value)), "href": f"{self.address}?{rest}" if rest else self.address}
                found.setdefault(str(named[key]["label"]), []).append(item)
        return [{"heading": heading, "items": items} for heading, items in found.items()]


def _values(query: Query) -> dict[str, Any]:
    """What stands in the filters: several under one name as a list."""
    return {key: query.getall(key) for key in query}


def _head(column: Column, order: str, links: _Links | None, text: str) -> dict[str, Any]:
    """`href` puts the list in order of it, `sorted` says whether it is."""
    name, descending = order.removeprefix("-"), order.startswith("-")
    here = column.sort is not None and column.id == name
    first = f"-{column.id}" if column.down else column.id
    other = column.id if order == f"-{column.id}" else f"-{column.id}"
    href = links.to(links.address, sort=other if here else first, after=None) if links and column.sort is not None else None
    return {"text": text, "number": column.number, "href": href, "sorted": ("descending" if descending else "ascending") if here else None}


def _order_field(columns: Sequence[Column], terms: Any) -> Field:
    """The same choice as the headings give, for a narrow screen, which has none."""
    options = [{"value": "", "label": "The usual order"}]
    for column in columns:
        if column.sort is not None:
            title = in_terms(column.title, terms)
            ways = (f"-{column.id}", column.id) if column.down else (column.id, f"-{column.id}")
            options += [{"value": order, "label": f"{title}, {_way(column, order)}"} for order in ways]
    return {"name": "sort", "kind": "select", "label": "In order of", "options": options, "required": True}


def _way(column: Column, order: str) -> str:
    """A way round in words: of days and numbers of records, of figures and ranks, of names and labels."""
    kinds = column.sort.kinds if column.sort else None
    of_time = kinds == () or any(kind in (dt.date, Instant) for kind in kinds or ())
    if column.down:
        up, down = ("oldest first", "newest first") if of_time else ("lowest first", "highest first")
    else:
        up, down = ("earliest first", "latest first") if of_time else ("first to last", "last to first")
    return down if order.startswith("-") else up
