"""Finding young people, adding them, and reading one record."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal

from litestar import Controller, Response, get, post
from litestar.datastructures import MultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.db.paging import Page
from yosafe.errors import FieldError, Invalid
from yosafe.lists.listed import EXPORT
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, day_asked, page, terminology

from . import access, adding_pages, queries, shown
from .access import young_person_number
from .chronology import ChronologyEntry, Order, Wanted, chronology, entries, source_options
from .clock_queries import clocks_of
from .columns import Column, Filled, columns_for, filled
from .frame import frame
from .known import shown as known_shown
from .panels import actions as record_actions
from .panels import panels
from .queries import CHILDREN, ChildFilter
from .record_pages import DONE
from .rules import WANTED
from .schemas import CompletenessOut, FoundOut

LATEST = 5
HELD = ({"value": "now", "label": "In custody now"}, {"value": "left", "label": "Not in custody"})


class ChildrenPages(Controller):
    path = "/children"
    include_in_schema = False

    @get("/", opt={"permission": "young-person:read"})
    async def everyone(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return await _list(request, user, _nameless(request.query_params))

    @post("/find", opt={"permission": "young-person:read"}, status_code=200)
    async def find(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect | Response[bytes]:
        """Names are posted: they must not stand in an address. What is only narrowed down has an address of its own."""
        sent = await listing.search(request)
        if not sent.get("q", "").strip():
            return listing.put_in_address("/children", sent)
        if sent.get("file"):
            return await listing.file_of(request, user, CHILDREN, _looked_for(sent, columns_for(user)), sent)
        return await _list(request, user, sent, sent=sent)

    @get("/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The narrowed list as a file."""
        return await listing.file_of(request, user, CHILDREN, _looked_for(_nameless(request.query_params), columns_for(user)))

    @post("/", opt={"permission": "young-person:add"})
    async def add(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        return await adding_pages.add(request, user)

    @get("/completeness", opt={"permission": "young-person:read"})
    async def completeness(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        site = request.query_params.get("site", "")
        errors: Sequence[FieldError] = ()
        found: CompletenessOut | None = None
        try:
            found = await queries.completeness(user, site=site)
        except Invalid as refusal:
            errors = refusal.errors
        return page(
            "people/completeness.html", request, status=422 if errors else 200, found=found, errors=errors, sites=await _sites(user),
            site=establishment(site).name if site and found else None, wanted=len(WANTED),
        )  # fmt: skip

    @get("/{ref:str}", opt={"permission": "young-person:read"})
    async def overview(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        terms = terminology(request)
        child = await queries.open_record(user, ref, "overview")
        record = await queries.overview(child)
        latest = await entries(user, child.id, Wanted(), limit=LATEST, terminology=terms)
        in_care = record.care is not None and record.care.status in ("looked_after", "care_leaver")
        contact = shown.contact_standing(
            await queries.last_contacts(child),
            in_care=in_care,
            arrived_at=record.placement.arrived_at if record.placement else None,
            terminology=terms,
        )
        running = [one for one in await clocks_of(user, child.id, terminology=terms) if one.state not in ("met", "met_late", "stopped")]
        return page(
            "people/overview.html", request, **await frame(user, child, "overview", terminology=terms), record=record,
            details=shown.details(record, await queries.names_of(child), await queries.numbers_of(child), terms),
            latest=latest, contact=contact, clocks=running, actions=record_actions(user, child.id),
            panels=await panels(user, child.id, terms),
            done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @get("/{ref:str}/chronology", opt={"permission": "young-person:read"})
    async def chronology(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child, query, terms = await access.get_young_person_for(user, ref), request.query_params, terminology(request)
        errors: Sequence[FieldError] = ()
        found: Page[ChronologyEntry] = Page(items=[], next=None)
        try:
            found = await chronology(user, child, wanted_of(query), after=query.get("after"), limit=100, terminology=terms)
        except Invalid as refusal:
            errors = refusal.errors
        return page(
            "people/chronology.html", request, status=422 if errors else 200, **await frame(user, child, "chronology", terminology=terms),
            found=found, months=_by_month(found.items), errors=errors, sources=source_options(user),
            oldest=query.get("order") == "oldest", known_shown=known_shown,
        )  # fmt: skip


def _nameless(query: Query) -> Query:
    return MultiDict([(key, value) for key, value in query.items() if key != "q"])


async def _list(request: AnyRequest, user: User, query: Query, *, sent: Query | None = None) -> Template:
    columns = columns_for(user)
    more: list[Filled] = []
    fields: list[dict[str, Any]] = [
        {"name": "q", "kind": "text", "label": "Name, date of birth, reference or number"},
        {"name": "site", "kind": "select", "label": "Held at", "options": await _sites(user)},
        {"name": "held", "kind": "select", "label": "In custody", "options": HELD},
        *(
            {"name": one.id, "kind": "select", "label": one.title, "options": [{"value": "yes", "label": one.filter_label}]}
            for one in columns if one.only
        ),
    ]  # fmt: skip

    async def also(found: Sequence[FoundOut]) -> list[str]:
        more.extend(await filled(user, [young_person_number(one.ref) for one in found], terminology(request)))
        return [one.title for one in more]

    view = await listing.shown(request, user, CHILDREN, lambda: _looked_for(query, columns), address="/children", fields=fields, also=also, sent=sent)
    return page(
        "people/list.html", request, status=view.status, view=view, errors=view.errors, number=young_person_number, place=establishment, area=area,
        more=more, done=DONE.get(query.get("done", "")),
    )  # fmt: skip


async def _sites(user: User) -> list[dict[str, str]]:
    """Where those whom the user sees are held now, to choose from."""
    return [{"value": code, "label": establishment(code).name} for code in await queries.sites_of(user)]


def _looked_for(query: Query, columns: Sequence[Column]) -> ChildFilter:
    held: Literal["", "now", "left"] = "now" if query.get("held") == "now" else "left" if query.get("held") == "left" else ""
    check(code_faults("held", [query.get("held", "")], [one["value"] for one in HELD]))
    return ChildFilter(
        q=query.get("q", ""),
        site=query.get("site", ""),
        held=held,
        only=frozenset(column.id for column in columns if query.get(column.id) == "yes"),
    )


def wanted_of(query: Query, order: Order | None = None) -> Wanted:
    """What the address asks for. Raises Invalid."""
    asked: Order = "oldest" if query.get("order") == "oldest" else "newest"
    check(code_faults("significant", [query.get("significant", "")], ("", "yes")))
    return Wanted(
        source=query.get("source") or None, since=day_asked(query, "from"), until=day_asked(query, "to"), order=order or asked,
        significant=query.get("significant") == "yes",
    )  # fmt: skip


def _by_month(found: list[ChronologyEntry]) -> list[tuple[str, list[ChronologyEntry]]]:
    return [(month, list(of)) for month, of in groupby(found, key=lambda entry: f"{entry.day:%B %Y}")]
