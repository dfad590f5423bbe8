"""Help, accessibility and what cookies are for: pages that anyone may read."""

from litestar import Controller, get
from litestar.response import Template

from .kit import AnyRequest, page


class HelpPages(Controller):
    include_in_schema = False
    opt = {"permission": "public"}  # noqa: RUF012  # Litestar's own attribute

    @get("/help")
    async def help(self, request: AnyRequest) -> Template:
        return page("web/help.html", request)

    @get("/accessibility")
    async def accessibility(self, request: AnyRequest) -> Template:
        return page("web/accessibility.html", request)
