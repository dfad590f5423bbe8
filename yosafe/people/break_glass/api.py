"""Opening a record in an emergency, and its review, by API. Never with an API key: a person does it, who has just shown who they are."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.web.confirmed import check_in_person
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .queries import AccessFilter, StateAsked
from .schemas import AccessOut, OpenedOut, OpenRecord, ReviewAccess

SORT = sort_parameter("at", "who", "due", default="due of those that wait, else -at")


class BreakGlassApi(Controller):
    tags = ("break-glass",)

    @post("/break-glass", opt={"permission": actions.OPEN})
    async def open(self, request: AnyRequest, data: JSONBody[OpenRecord], user: NamedDependency[User]) -> OpenedOut:
        """Open one record to read for three hours. The data protection officer is told at once, and the record shows it. 404 where not exactly one
        record has these details; 429 after five tries in an hour, whatever came of them."""
        check_in_person(request)
        made = await actions.open_record(by=user, wanted=data)
        return next(one for one in await queries.open_to(user) if one.id == made.id)

    @get("/break-glass", opt={"permission": "break-glass:review"})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "waiting",
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[AccessOut]:
        """Records that people of your agency opened: `waiting` for review, `reviewed`, or `all`."""
        return await answered(request, user, queries.ACCESSES, AccessFilter(state=wanted), sort=sort, after=after, limit=limit)

    @get("/break-glass/{id:int}", opt={"permission": "break-glass:review"})
    async def show(self, id: FromPath[int], user: NamedDependency[User]) -> Response[AccessOut]:
        return await _shown(id, user)

    @post("/break-glass/{id:int}/review", opt={"permission": "break-glass:review"}, status_code=200)
    async def review(
        self, id: FromPath[int], data: JSONBody[ReviewAccess], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[AccessOut]:
        """Say whether it was proper, and what was found. It stays as it is written. A record that is open still closes where it was not proper."""
        found = await access.get_access_for(user, id)
        async with shown_if_stale(lambda: _shown(id, user)):
            await actions.review_access(by=user, opened=found, review=data, version=version)
        return await _shown(id, user)


async def _shown(number: int, user: User) -> Response[AccessOut]:
    now = await queries.open_access(user, number)
    return versioned(now, now.version)
