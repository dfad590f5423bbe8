"""Records that may be of one child, by API. Names stand in the body of a request, never in its address."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.people.access import get_young_person_for
from yosafe.people.queries import open_record
from yosafe.web.kit import AnyRequest, terminology

from . import actions, checking, queries
from .schemas import LeadOut, LikelyOut, LookForDuplicates, NotSameOut, NotTheSame


class DuplicatesApi(Controller):
    path = "/young-people"
    tags = ("young people",)

    @post("/likely-duplicates", opt={"permission": "young-person:add"}, status_code=200)
    async def look(self, request: AnyRequest, data: JSONBody[LookForDuplicates], user: NamedDependency[User]) -> LikelyOut:
        """Who may be recorded already, the likeliest first, with why. Nothing is kept of what was asked. Adding a young person asks the same, and is
        refused with 409 while one who is very likely meant is not named in `not_duplicate_of`."""
        return await checking.likely(user, data, terminology(request))

    @get("/likely-duplicates", opt={"permission": "young-person:merge"})
    async def leads(self, request: AnyRequest, user: NamedDependency[User]) -> Page[LeadOut]:
        """Pairs of records that you see and that may be of one child, the likeliest first and at most 100; those that were said to be of two children
        are left out. Merge them, or say that they are not the same."""
        return whole(await queries.leads(user, terminology(request)))

    @get("/{ref:str}/not-the-same", opt={"permission": "young-person:read"})
    async def said(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[NotSameOut]:
        """Records that were said to be of another child than this one, of those that you see. The last first, all at once."""
        child = await open_record(user, ref, "merge")
        return whole(await queries.not_same_as(user, child.id))

    @post("/{ref:str}/not-the-same", opt={"permission": "young-person:merge"})
    async def say(self, ref: FromPath[str], data: JSONBody[NotTheSame], user: NamedDependency[User]) -> NotSameOut:
        """Two records are of two children: nobody is asked about them again. Refused with 409 where that is recorded already."""
        one, other = await get_young_person_for(user, ref), await get_young_person_for(user, data.other)
        await actions.say_not_same(by=user, one=one, other=other, reason=data.reason)
        return (await queries.not_same_as(user, one.id, other.id))[0]
