"""Figures about joint reviews, as a page and by API."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid
from yosafe.people.time_limits.figures import years
from yosafe.web.kit import AnyRequest, page

from .queries import READ, figures
from .schemas import FiguresOut

LATEST_YEARS = 10


class FigurePages(Controller):
    path = "/reviews/figures"
    include_in_schema = False

    @get("/", opt={"permission": READ})
    async def read(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        can, errors = years(user), list[FieldError]()
        typed = request.query_params.get("year") or str(can[-1])
        try:
            found = await figures(user, year=int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else 0)
        except Invalid as refusal:
            errors, found = list(refusal.errors), await figures(user)
        fields = [
            {
                "name": "year", "kind": "select", "label": "Met in", "required": True,
                "options": [{"value": str(year), "label": str(year)} for year in reversed(can[-LATEST_YEARS:])],
            }
        ]  # fmt: skip
        return page("reviews/figures.html", request, status=422 if errors else 200, found=found, errors=errors, fields=fields, values={"year": typed})


class FiguresApi(Controller):
    tags = ("reviews",)

    @get("/review-figures", opt={"permission": READ})
    async def read(self, user: NamedDependency[User], year: FromQuery[int | None] = None) -> FiguresOut:
        """The joint reviews that met in a year, by establishment: quorum, how cases ended, the young person's part, dissent, actions in time."""
        return await figures(user, year=year)
