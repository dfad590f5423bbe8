"""Time out by API."""

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
from .queries import StateAsked, TimeOutFilter
from .schemas import ChangeTimeOut, EndTimeOut, StartTimeOut, TimeOutOut

SORT = sort_parameter("went", "expected", "name", "reason", default="-went")


class TimeOutApi(Controller):
    tags = ("time out",)

    @get("/time-out", opt={"permission": "time-out:read"})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "out",
        site: FromQuery[str] = "",
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[TimeOutOut]:
        """Young people whom you see: `out` now, `overdue` back, `ended`, or `all`; whoever went last comes first."""
        filters = TimeOutFilter(state=wanted, site=site)
        return await answered(request, user, queries.TIMES_OUT, filters, sort=sort, after=after, limit=limit)

    @get("/young-people/{ref:str}/time-out", opt={"permission": "time-out:read"})
    async def of(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[TimeOutOut]:
        """Newest first, all at once."""
        return whole(await queries.times_out_of((await open_record(user, ref, "placements")).id))

    @post("/young-people/{ref:str}/time-out", opt={"permission": "time-out:record"})
    async def start(self, ref: FromPath[str], data: JSONBody[StartTimeOut], user: NamedDependency[User]) -> Response[TimeOutOut]:
        """They went out. Refused with 409 while they are out already."""
        made = await actions.start_time_out(by=user, young_person=await get_young_person_for(user, ref), new=data)
        return await _shown(made.id, status=201)

    @post("/young-people/{ref:str}/time-out/{time_out:int}/change", opt={"permission": "time-out:record"}, status_code=200)
    async def change(
        self, ref: FromPath[str], time_out: FromPath[int], data: JSONBody[ChangeTimeOut], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[TimeOutOut]:
        """Where they are now, with whom, and when they are expected back."""
        found = await access.get_time_out_for(user, ref, time_out)
        async with shown_if_stale(lambda: _now(user, ref, time_out)):
            await actions.change_time_out(by=user, time_out=found, change=data, version=version)
        return await _shown(time_out)

    @post("/young-people/{ref:str}/time-out/{time_out:int}/return", opt={"permission": "time-out:record"}, status_code=200)
    async def came_back(
        self, ref: FromPath[str], time_out: FromPath[int], data: JSONBody[EndTimeOut], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[TimeOutOut]:
        """They came back, and how they are."""
        found = await access.get_time_out_for(user, ref, time_out)
        async with shown_if_stale(lambda: _now(user, ref, time_out)):
            await actions.end_time_out(by=user, time_out=found, ending=data, version=version)
        return await _shown(time_out)


async def _shown(number: int, *, status: int = 200) -> Response[TimeOutOut]:
    now = await queries.time_out(number)
    return versioned(now, now.version, status=status)


async def _now(user: User, ref: str, number: int) -> Response[TimeOutOut]:
    """As it is now, noted as read."""
    await open_record(user, ref, "placements")
    return await _shown(number)
