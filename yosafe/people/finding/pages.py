"""The search box that stands on every page. What is typed is posted: no name stands in an address."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid
from yosafe.reference.establishments import establishment
from yosafe.text import visible
from yosafe.web.kit import AnyRequest, page, posted, see_other

from . import queries, records
from .queries import TITLES
from .schemas import GroupOut

NOTHING_TYPED = "Type a name, a date of birth, a number or a reference"


class SearchPages(Controller):
    path = "/search"
    include_in_schema = False

    @get("/", opt={"permission": "young-person:read"})
    async def ask(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return _shown(request, user, "", None)

    @post("/", opt={"permission": "young-person:read"}, status_code=200)
    async def look_up(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        """The record itself where its reference was typed; otherwise whom was found."""
        typed = next(iter((await posted(request)).get("q", [])), "")
        try:
            if not typed.strip():
                raise Invalid([FieldError("q", NOTHING_TYPED)])
            found = await queries.search(user, typed)
        except Invalid as refusal:
            return _shown(request, user, typed, None, refusal.errors)
        return see_other(found.record) if found.record else _shown(request, user, typed, found.groups)


def _shown(request: AnyRequest, user: User, typed: str, groups: list[GroupOut] | None, errors: tuple[FieldError, ...] = ()) -> Template:
    return page(
        "people/finding/results.html", request, status=422 if errors else 200, typed=visible(typed), groups=groups, errors=errors, titles=TITLES,
        place=establishment, prefixes=records.prefixes(user),
    )  # fmt: skip
