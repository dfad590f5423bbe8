"""The search box by API. What is looked for stands in the body, never in an address."""

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from yosafe.accounts.viewer import User

from . import queries
from .schemas import LookUp, SearchOut


class SearchApi(Controller):
    path = "/search"
    tags = ("search",)

    @post("/", opt={"permission": "young-person:read"}, status_code=200)
    async def look_up(self, data: JSONBody[LookUp], user: NamedDependency[User]) -> SearchOut:
        """A young person by the beginning of a name or of another name, a date of birth or a number that others gave, whatever case and accents;
        or any record by its reference. Only what you see is found."""
        return await queries.search(user, data.q)
