"""The page "who knew when" of one young person."""

from collections.abc import Sequence

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.errors import FieldError, Invalid
from yosafe.people.access import get_young_person_for
from yosafe.people.chronology import ChronologyEntry, chronology, source_options
from yosafe.people.frame import frame
from yosafe.people.pages import wanted_of
from yosafe.web.kit import AnyRequest, page, terminology

from . import shown
from .table import table_of

ENTRIES = 50


class KnownPages(Controller):
    path = "/children/{ref:str}/chronology/known"
    include_in_schema = False

    @get("/", opt={"permission": "young-person:read"})
    async def table(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """Entries, oldest first, and when each agency came to know of them."""
        child, query, terms = await get_young_person_for(user, ref), request.query_params, terminology(request)
        errors: Sequence[FieldError] = ()
        found: Page[ChronologyEntry] = Page(items=[], next=None)
        try:
            found = await chronology(user, child, wanted_of(query, "oldest"), after=query.get("after"), limit=ENTRIES, terminology=terms)
        except Invalid as refusal:
            errors = refusal.errors
        return page(
            "people/known/table.html", request, status=422 if errors else 200, **await frame(user, child, "chronology", terminology=terms),
            found=found, table=table_of(found.items), errors=errors, shown=shown,
            sources=source_options(user),
        )  # fmt: skip
