"""Flags and joint reviews by API."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.models.indicators import Level
from yosafe.people.access import get_young_person_for
from yosafe.web.kit import AnyRequest, terminology
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .actions import RefreshOut
from .queries import FlagFilter
from .schemas import AnswerFlag, ChildFlagsOut, FlagDetail, FlagOut

SORT = sort_parameter("recorded", "level", "name", "flag", "since", "state", default="-recorded")


class FlagsApi(Controller):
    tags = ("flags",)

    @get("/flags", opt={"permission": "flag:read"})
    async def flags(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        indicator: FromQuery[str | None] = None,
        establishment: FromQuery[str | None] = None,
        level: FromQuery[Level | None] = None,
        stands: Annotated[str, QueryParameter(name="state")] = "open",
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[FlagOut]:
        """The risk register, the newest first. `state`: open (new or answered), new, answered, closed, cleared or any. Each flag is a reason to
        talk."""
        wanted = FlagFilter(indicator=indicator, establishment=establishment, level=level, state=stands)
        return await answered(request, user, queries.FLAGS, wanted, sort=sort or (None if after else "-recorded"), after=after, limit=limit)

    @post("/flags/refresh", opt={"permission": "flag:refresh"}, status_code=200)
    async def refresh(self, user: NamedDependency[User]) -> RefreshOut:
        """Work the flags out again from what is known today. Twice on a day changes only what has been recorded since. The counts are of the young
        people whom you see."""
        return await actions.refresh_flags(by=user)

    @get("/flags/{flag:int}", opt={"permission": "flag:read"})
    async def flag(self, request: AnyRequest, flag: FromPath[int], user: NamedDependency[User]) -> FlagDetail:
        """Why a flag was raised, what is missing, what people made of it, and how often its kind was borne out."""
        return await queries.flag_detail(user, await access.get_flag_for(user, flag), terminology=terminology(request))

    @post("/flags/{flag:int}/outcomes", opt={"permission": "flag:answer"})
    async def answer(self, request: AnyRequest, flag: FromPath[int], data: JSONBody[AnswerFlag], user: NamedDependency[User]) -> FlagDetail:
        """Say what your agency makes of a flag. Answers add up: none replaces another."""
        found = await access.get_flag_for(user, flag)
        await actions.answer_flag(by=user, flag=found, outcome=data.outcome, reason=data.reason)
        return await queries.flag_detail(user, found, terminology=terminology(request))

    @get("/young-people/{ref:str}/flags", opt={"permission": "flag:read"})
    async def of_young_person(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> ChildFlagsOut:
        """A young person's flags, and the indicators that can't be worked out for want of a fact."""
        found = await get_young_person_for(user, ref)
        return await queries.flags_of_child(user, found.id, terminology=terminology(request))
