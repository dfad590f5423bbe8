"""Patterns by API."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from yosafe.accounts.viewer import User
from yosafe.web.kit import AnyRequest, terminology

from . import queries
from .schemas import PatternsOut


class PatternsApi(Controller):
    tags = ("patterns",)

    @get("/patterns/{site:str}", opt={"permission": "pattern:read"})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        site: FromPath[str],
    ) -> PatternsOut:
        """Where and when harm is recorded in an establishment, how soon it comes again, and whether self-harm comes in clusters; a year until today.
        Small numbers are hidden from those who see no names. Reading it is recorded."""
        return await queries.patterns(user, site, terminology(request))
