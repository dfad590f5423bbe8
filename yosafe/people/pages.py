"""Finding young people, adding them, and reading one record."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Literal
from urllib.parse import urlencode

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.db.paging import Page
from yosafe.errors import FieldError, Invalid
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment
from yosafe.web.kit import AnyRequest, Query, day_asked, first_values, page, posted, see_other, terminology

from . import access, adding_pages, queries, shown
from .access import young_person_number
from .chronology import ChronologyEntry, Order, Wanted, chronology, entries, sources
from .clock_queries import clocks_of
from .columns import Column, columns_for, filled
from .frame import frame
from .panels import actions as record_actions
from .panels import panels
from .queries import ChildFilter
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
        asked = {name: request.query_params.get(name, "") for name in request.query_params if name != "q"}
        return await _list(request, user, asked)

    @post("/find", opt={"permission": "young-person:read"}, status_code=200)
    async def find(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        """Names are posted: they must not stand in an address. What is only narrowed down has an address of its own."""
        asked = {name: value for name, value in first_values(await posted(request)).items() if value}
        if "q" not in asked:
            return see_other("/children" + (f"?{urlencode(asked)}" if asked else ""))
        return await _list(request, user, asked)

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
            found = await chronology(user, child, _wanted(query), after=query.get("after"), limit=100, terminology=terms)
        except Invalid as refusal:
            errors = refusal.errors
        return page(
            "people/chronology.html", request, status=422 if errors else 200, **await frame(user, child, "chronology", terminology=terms),
            found=found, months=_by_month(found.items), errors=errors, sources=[{"value": source.id, "label": source.title} for source in sources()],
            oldest=query.get("order") == "oldest",
        )  # fmt: skip


async def _list(request: AnyRequest, user: User, asked: Mapping[str, str]) -> Template:
    columns = columns_for(user)
    errors: Sequence[FieldError] = ()
    found: Page[FoundOut] = Page(items=[], next=None)
    try:
        found = await queries.children(user, _looked_for(asked, columns), after=asked.get("after"))
    except Invalid as refusal:
        errors = refusal.errors
    return page(
        "people/list.html", request, status=422 if errors else 200, found=found, errors=errors, sites=await _sites(user), held=HELD, asked=asked,
        narrow=[column for column in columns if column.only], number=young_person_number, place=establishment, area=area,
        more=await filled(user, [young_person_number(one.ref) for one in found.items], terminology(request)),
        done=DONE.get(asked.get("done", "")),
    )  # fmt: skip


async def _sites(user: User) -> list[dict[str, str]]:
    """Where those whom the user sees are held now, to choose from."""
    return [{"value": code, "label": establishment(code).name} for code in await queries.sites_of(user)]


def _looked_for(query: Mapping[str, str], columns: Sequence[Column]) -> ChildFilter:
    held: Literal["", "now", "left"] = "now" if query.get("held") == "now" else "left" if query.get("held") == "left" else ""
    check(code_faults("held", [query.get("held", "")], [one["value"] for one in HELD]))
    return ChildFilter(
        q=query.get("q", ""),
        site=query.get("site", ""),
        held=held,
        only=frozenset(column.id for column in columns if query.get(column.id) == "yes"),
    )


def _wanted(query: Query) -> Wanted:
    order: Order = "oldest" if query.get("order") == "oldest" else "newest"
    return Wanted(source=query.get("source") or None, since=day_asked(query, "from"), until=day_asked(query, "to"), order=order)


def _by_month(found: list[ChronologyEntry]) -> list[tuple[str, list[ChronologyEntry]]]:
    return [(month, list(of)) for month, of in groupby(found, key=lambda entry: f"{entry.day:%B %Y}")]
