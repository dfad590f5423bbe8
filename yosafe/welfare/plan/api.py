"""Welfare plans by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.people.access import get_young_person_for
from yosafe.people.queries import open_record
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .queries import NeedFilter, StateAsked
from .schemas import AddNeed, ChangeNeed, CloseNeed, NeedOut, NeedWithHistoryOut

SORT = sort_parameter("target", "topic", "owner", "ref", default="target")


class PlanApi(Controller):
    tags = ("welfare plans",)

    @get("/plan", opt={"permission": "need:read"})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "open",
        mine: FromQuery[bool] = False,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[NeedOut]:
        """Needs in the plans of young people whom you see, the most overdue first; `mine`: what your agency is to see to."""
        return await answered(request, user, queries.NEEDS, NeedFilter(state=wanted, mine=mine), sort=sort, after=after, limit=limit)

    @get("/young-people/{ref:str}/plan", opt={"permission": "need:read"})
    async def of(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[NeedOut]:
        """The whole plan of one young person: open needs by their day, then closed ones."""
        return whole(await queries.plan_of(user, (await open_record(user, ref, "plan")).id))

    @post("/young-people/{ref:str}/plan", opt={"permission": "need:record"})
    async def add(self, ref: FromPath[str], data: JSONBody[AddNeed], user: NamedDependency[User]) -> Response[NeedWithHistoryOut]:
        made = await actions.add_need(by=user, young_person=await get_young_person_for(user, ref), new=data)
        return await _shown(access.need_ref(made.id), user, status=201)

    @get("/plan/{ref:str}", opt={"permission": "need:read"})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[NeedWithHistoryOut]:
        return await _shown(ref, user)

    @post("/plan/{ref:str}/change", opt={"permission": "need:record"}, status_code=200)
    async def change(
        self, ref: FromPath[str], data: JSONBody[ChangeNeed], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[NeedWithHistoryOut]:
        """What will be done from now on, by whom and by when. What held before stays in the history."""
        need = await access.get_need_for(user, ref)
        async with shown_if_stale(lambda: _shown(ref, user)):
            await actions.change_need(by=user, need=need, change=data, version=version)
        return await _shown(ref, user)

    @post("/plan/{ref:str}/close", opt={"permission": "need:record"}, status_code=200)
    async def close(
        self, ref: FromPath[str], data: JSONBody[CloseNeed], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[NeedWithHistoryOut]:
        need = await access.get_need_for(user, ref)
        async with shown_if_stale(lambda: _shown(ref, user)):
            await actions.close_need(by=user, need=need, closing=data, version=version)
        return await _shown(ref, user)


async def _shown(ref: str, user: User, *, status: int = 200) -> Response[NeedWithHistoryOut]:
    need = await queries.open_need(user, ref)
    return versioned(need, need.version, status=status)
