"""The audit trail as a page and by API."""

import datetime as dt
from typing import Annotated, Any, Literal

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Template

from yosafe.audit.event_words import WORDS
from yosafe.audit.events import EventName
from yosafe.db.filters import check, code_faults
from yosafe.db.paging import Page
from yosafe.errors import FieldError, Invalid, NotFound
from yosafe.refs import number, ref
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, day_asked, page
from yosafe.web.listing import answered, sort_parameter

from .permissions import ROLE_TITLES
from .trail import TRAIL, TrailFilter, people_of
from .trail_words import EntryOut, done
from .unusual import REASONS, UNUSUAL, UnusualFilter, UnusualOut
from .viewer import User

SORT = sort_parameter("at", default="-at")
UNUSUAL_SORT = sort_parameter("day", "who", "records", default="-day")
Reason = Literal["opened", "many", "night", "name"]


class TrailApi(Controller):
    tags = ("audit",)

    @get("/audit", opt={"permission": "audit:read"})
    async def audit(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        child: FromQuery[str | None] = None,
        by: FromQuery[int | None] = None,
        event: FromQuery[EventName | None] = None,
        since: Annotated[dt.date | None, QueryParameter(name="from")] = None,
        until: Annotated[dt.date | None, QueryParameter(name="to")] = None,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[EntryOut]:
        """What people of your agency did and saw, newest first. Looking is recorded too."""
        wanted = TrailFilter(young_person=child, user=by, event=event.value if event else None, since=since, until=until)
        return await answered(request, user, TRAIL, wanted, sort=sort, after=after, limit=limit)

    @get("/audit/unusual", opt={"permission": "audit:read"})
    async def unusual(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        reason: FromQuery[Reason | None] = None,
        by: FromQuery[int | None] = None,
        since: Annotated[dt.date | None, QueryParameter(name="from")] = None,
        until: Annotated[dt.date | None, QueryParameter(name="to")] = None,
        sort: Annotated[str | None, UNUSUAL_SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[UnusualOut]:
        """Days on which people of your agency read outside their duty, many records, at night, or of someone with their own family name; of the last
        four weeks where no days are given. Never a verdict."""
        return await answered(
            request, user, UNUSUAL, UnusualFilter(reason=reason, user=by, since=since, until=until), sort=sort, after=after, limit=limit
        )


class TrailPages(Controller):
    include_in_schema = False

    @get("/admin/audit", opt={"permission": "audit:read"})
    async def audit(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        view = await listing.shown(request, user, TRAIL, lambda: _filter(query), address="/admin/audit", fields=await _fields(user))
        rows = done(view.found.items, asked=_child(query) if view.found.items else None)
        return page("accounts/audit.html", request, status=view.status, view=view, rows=rows, errors=view.errors)

    @get("/admin/audit/export", opt={"permission": "audit:read"})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file: each entry has a row of its own."""
        return await listing.file_of(request, user, TRAIL, _filter(request.query_params))

    @get("/admin/audit/unusual", opt={"permission": "audit:read"})
    async def unusual(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        fields = [
            *listing.radios(reason=("Why", {"": "Anything", **REASONS})),
            *(one for one in await _fields(user) if one["name"] in ("user", "from", "to")),
        ]
        view = await listing.shown(
            request,
            user,
            UNUSUAL,
            lambda: _unusual(query),
            address="/admin/audit/unusual",
            fields=fields,
            values={"reason": query.get("reason") or ""},
        )
        return page("accounts/unusual.html", request, status=view.status, view=view, errors=view.errors, reasons=REASONS, roles=ROLE_TITLES)

    @get("/admin/audit/unusual/export", opt={"permission": "audit:read"})
    async def export_unusual(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, UNUSUAL, _unusual(request.query_params))


async def _fields(user: User) -> list[dict[str, Any]]:
    """The questions of the filter panel."""
    people = [{"value": str(id), "label": name} for id, name in await people_of(user)]
    events = [{"value": name.value, "label": WORDS[name]} for name in EventName]
    return [
        {"name": "child", "kind": "text", "label": "Young person", "hint": "Reference, for example YP-000123", "required": True},
        {"name": "user", "kind": "select", "label": "Person", "required": True, "options": [{"value": "", "label": "Anyone"}, *people]},
        {"name": "action", "kind": "select", "label": "What was done", "required": True, "options": [{"value": "", "label": "Anything"}, *events]},
        {"name": "from", "kind": "day", "label": "From"},
        {"name": "to", "kind": "day", "label": "To"},
    ]


def _unusual(query: Query) -> UnusualFilter:
    by, reason = query.get("user", ""), query.get("reason", "")
    check([*_person_faults(by), *code_faults("reason", [reason], REASONS)])
    return UnusualFilter(
        reason=reason or None, user=int(by) if by else None, since=day_asked(query, "from"), until=day_asked(query, "to")
    )  # fmt: skip


def _person_faults(by: str) -> list[FieldError]:
    return [FieldError("user", "Select a person from the list")] if by and not (by.isascii() and by.isdigit() and len(by) < 18) else []


def _filter(query: Query) -> TrailFilter:
    by, event = query.get("user", ""), query.get("action", "")
    check([*_person_faults(by), *code_faults("action", [event], list(EventName))])
    return TrailFilter(
        young_person=_child(query),
        user=int(by) if by else None,
        event=event or None,
        since=day_asked(query, "from"),
        until=day_asked(query, "to"),
    )


def _child(query: Query) -> str | None:
    """The reference of the young person who is asked about, as it is written. Raises Invalid for what is none."""
    asked = query.get("child", "").strip()
    try:
        return ref("YP", number("YP", asked)) if asked else None
    except NotFound as refusal:
        raise Invalid([FieldError("child", str(refusal))]) from None
