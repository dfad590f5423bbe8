"""Actions of joint reviews by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.reviews.access import get_action_for
from yosafe.reviews.meeting_schemas import ActionOut, FinishAction
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import actions, queries
from .schemas import AskCancel, HandedOut, HandOver, SettleCancel

ACTION_SORT = sort_parameter("due", "name", "owner", "state", default="due")


class ActionsApi(Controller):
    path = "/actions"
    tags = ("reviews",)

    @get("/", opt={"permission": "review:read"})
    async def actions(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        stands: Annotated[str, QueryParameter(name="state")] = "open",
        mine: FromQuery[bool] = False,
        owner: FromQuery[str | None] = None,
        sort: Annotated[str | None, ACTION_SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[ActionOut]:
        """Actions that your reviews agreed or that your agency took on, the earliest due first. `state`: open, overdue, done, to_cancel (a second
        person is to decide), cancelled or any; `mine`: of your agency; `owner`: of the agency with this code."""
        wanted = queries.ActionFilter(state=queries.check_action_state(stands), mine=mine, owner=owner)
        return await answered(request, user, queries.ACTIONS, wanted, sort=sort, after=after, limit=limit)

    @get("/{action:int}", opt={"permission": "review:read"})
    async def one(self, action: FromPath[int], user: NamedDependency[User]) -> Response[ActionOut]:
        """One of them, with its version."""
        return await _action(user, (await get_action_for(user, action)).id)

    @get("/{action:int}/owners", opt={"permission": "review:read"})
    async def handed(self, action: FromPath[int], user: NamedDependency[User]) -> Page[HandedOut]:
        """How it changed hands: from whom, to whom and why; the oldest first."""
        return whole(await queries.handed_over(await get_action_for(user, action)))

    @post("/{action:int}/done", opt={"permission": "action:finish"})
    async def finish(
        self, action: FromPath[int], data: JSONBody[FinishAction], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[ActionOut]:
        """Say that an action is done, how, and what shows it."""
        found = await get_action_for(user, action)
        async with shown_if_stale(lambda: _action(user, found.id)):
            await actions.finish_action(by=user, action=found, version=version, new=data)
        return await _action(user, found.id, status=201)

    @post("/{action:int}/hand-over", opt={"permission": "action:finish"}, status_code=200)
    async def hand_over(
        self, action: FromPath[int], data: JSONBody[HandOver], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[ActionOut]:
        """Give it to another owner, with the reason. The answer still shows it, whoever owns it now."""
        found = await get_action_for(user, action)
        async with shown_if_stale(lambda: _action(user, found.id)):
            await actions.hand_over(by=user, action=found, version=version, new=data)
        return await _action(user, found.id)

    @post("/{action:int}/cancel", opt={"permission": "action:finish"}, status_code=200)
    async def ask_cancel(
        self, action: FromPath[int], data: JSONBody[AskCancel], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[ActionOut]:
        """Ask that it be cancelled. A second person, who runs the review, decides."""
        found = await get_action_for(user, action)
        async with shown_if_stale(lambda: _action(user, found.id)):
            await actions.ask_cancel(by=user, action=found, version=version, new=data)
        return await _action(user, found.id)

    @post("/{action:int}/cancel/answer", opt={"permission": "review:decide"}, status_code=200)
    async def settle_cancel(
        self, action: FromPath[int], data: JSONBody[SettleCancel], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[ActionOut]:
        """Cancel it, or keep it to be done; by someone else than who asked."""
        found = await get_action_for(user, action)
        async with shown_if_stale(lambda: _action(user, found.id)):
            await actions.settle_cancel(by=user, action=found, version=version, new=data)
        return await _action(user, found.id)


async def _action(user: User, number: int, *, status: int = 200) -> Response[ActionOut]:
    found = await queries.action_numbered(user, number)
    return versioned(found, found.version, status=status)
