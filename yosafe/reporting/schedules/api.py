"""Scheduled reports by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.lists.listed import Nothing
from yosafe.refs import ref as as_ref
from yosafe.reporting.access import READ, SCHEDULE, get_report_for
from yosafe.reporting.places import place_of
from yosafe.settings import Terminology
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .access import PREFIX
from .schemas import ScheduleOut, ScheduleReport

SORT = sort_parameter("report", "every", "state", "next", "set", default="next")


class SchedulesApi(Controller):
    path = "/report-schedules"
    tags = ("reports",)

    @get("/", opt={"permission": READ})
    async def list_all(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[ScheduleOut]:
        """The reports that are built by themselves for your agency, the next to be built first."""
        return await answered(request, user, queries.SCHEDULES, Nothing(), sort=sort, after=after, limit=limit)

    @post("/", opt={"permission": SCHEDULE})
    async def set_up(self, request: AnyRequest, data: JSONBody[ScheduleReport], user: NamedDependency[User]) -> Response[ScheduleOut]:
        """Build a report by itself after each period, in your name, from the next one on. Refused with 409 where it is scheduled already."""
        made = await scheduled(user, data)
        return await _shown(user, as_ref(PREFIX, made), terminology(request), status=201)

    @get("/{ref:str}", opt={"permission": READ})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[ScheduleOut]:
        """One of them: what is next, and what came of it last."""
        return await _shown(user, ref, terminology(request))

    @post("/{ref:str}/pause", opt={"permission": SCHEDULE}, status_code=200)
    async def pause(
        self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[ScheduleOut]:
        """Nothing is built until someone lets it go on."""
        row = await access.get_schedule_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref, terminology(request))):
            await actions.pause(by=user, row=row, version=version)
        return await _shown(user, ref, terminology(request))

    @post("/{ref:str}/resume", opt={"permission": SCHEDULE}, status_code=200)
    async def resume(
        self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[ScheduleOut]:
        """Let it go on with the next period, from now on in your name. What passed meanwhile is left out."""
        row = await access.get_schedule_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref, terminology(request))):
            await actions.resume(by=user, row=row, version=version)
        return await _shown(user, ref, terminology(request))

    @post("/{ref:str}/end", opt={"permission": SCHEDULE}, status_code=200)
    async def end(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User], version: NamedDependency[int]) -> Response[ScheduleOut]:
        """End it for good. What was built stays."""
        row = await access.get_schedule_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref, terminology(request))):
            await actions.end(by=user, row=row, version=version)
        return await _shown(user, ref, terminology(request))


async def scheduled(user: User, new: ScheduleReport) -> int:
    """Schedule a report for the user's agency; its number. Raises NotFound, Invalid, Conflict."""
    definition = get_report_for(user, new.report)
    return await actions.set_up(by=user, definition=definition, place=await place_of(user.agency), new=new)


async def _shown(user: User, ref: str, words: Terminology, *, status: int = 200) -> Response[ScheduleOut]:
    now = queries.schedule_out(await access.get_schedule_for(user, ref), words)
    return versioned(now, now.version, status=status)
