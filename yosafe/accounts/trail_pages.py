"""The audit trail as a page and by API."""

import datetime as dt
from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Template

from yosafe.audit.events import WORDS, EventName
from yosafe.db.filters import check, code_faults
from yosafe.db.paging import Page
from yosafe.errors import DomainError, FieldError, Invalid, NotFound
from yosafe.refs import number, ref
from yosafe.web.kit import AnyRequest, Query, day_asked, page

from .trail import EntryOut, TrailFilter, people_of, trail
from .trail_words import Done, done
from .viewer import User


class TrailApi(Controller):
    tags = ("audit",)

    @get("/audit", opt={"permission": "audit:read"})
    async def audit(
        self,
        user: NamedDependency[User],
        child: FromQuery[str | None] = None,
        by: FromQuery[int | None] = None,
        event: FromQuery[EventName | None] = None,
        since: Annotated[dt.date | None, QueryParameter(name="from")] = None,
        until: Annotated[dt.date | None, QueryParameter(name="to")] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[EntryOut]:
        """What people of your agency did and saw, newest first. Looking is recorded too."""
        wanted = TrailFilter(young_person=child, user=by, event=event.value if event else None, since=since, until=until)
        return await trail(user, wanted, after=after, limit=limit)


class TrailPages(Controller):
    include_in_schema = False

    @get("/admin/audit", opt={"permission": "audit:read"})
    async def audit(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        problem: DomainError | None = None
        found: Page[EntryOut] = Page(items=[], next=None)
        rows: list[Done] = []
        try:
            wanted = _filter(query)
            found = await trail(user, wanted, after=query.get("after"))
            rows = done(found.items, asked=ref("YP", number("YP", wanted.young_person)) if wanted.young_person else None)
        except (Invalid, NotFound) as refusal:
            problem = refusal
        return page(
            "accounts/audit.html",
            request,
            status=422 if problem else 200,
            found=found,
            rows=rows,
            problem=problem,
            asked=query,
            people=[{"value": str(id), "label": name} for id, name in await people_of(user)],
            events=[{"value": name.value, "label": WORDS[name]} for name in EventName],
        )


def _filter(query: Query) -> TrailFilter:
    by, event = query.get("user", ""), query.get("action", "")
    unknown = by and not (by.isascii() and by.isdigit() and len(by) < 18)
    check([*([FieldError("user", "Select a person from the list")] if unknown else []), *code_faults("action", [event], list(EventName))])
    return TrailFilter(
        young_person=query.get("child") or None,
        user=int(by) if by else None,
        event=event or None,
        since=day_asked(query, "from"),
        until=day_asked(query, "to"),
    )
