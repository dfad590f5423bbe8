"""What was written in surveys, by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .queries import CommentFilter, StateAsked
from .schemas import AnswerComment, CommentOut, MarkComment, SaidReadOut, SayRead

SORT = sort_parameter("ref", "month", default="ref, in which they were shuffled")


class CommentsApi(Controller):
    path = "/survey-comments"
    tags = ("surveys",)

    @get("/", opt={"permission": "survey-comment:read"})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "unread",
        site: FromQuery[str] = "",
        survey: Annotated[int | None, QueryParameter(ge=1, le=2**53)] = None,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[CommentOut]:
        """What young people wrote: `unread`, `read`, `marked` as one that may hold a disclosure and waiting, `answered`, or `all`. Reading is
        recorded. As a file it has no words."""
        filters = CommentFilter(state=wanted, site=site, survey=survey)
        return await answered(request, user, queries.COMMENTS, filters, sort=sort, after=after, limit=limit)

    @post("/read", opt={"permission": "survey-comment:read"}, status_code=200)
    async def say_read(self, data: JSONBody[SayRead], user: NamedDependency[User]) -> SaidReadOut:
        """Say that you have read some. All or none."""
        return SaidReadOut(read=await actions.say_read(by=user, said=data))

    @get("/{ref:str}", opt={"permission": "survey-comment:read"})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[CommentOut]:
        return await _shown(ref, user)

    @post("/{ref:str}/mark", opt={"permission": "survey-comment:mark"}, status_code=200)
    async def mark(
        self, ref: FromPath[str], data: JSONBody[MarkComment], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[CommentOut]:
        """Say that it may hold a disclosure, and why. The safeguarding leads of the establishment are told."""
        comment = await access.get_comment_for(user, ref)
        async with shown_if_stale(lambda: _shown(ref, user)):
            await actions.mark_comment(by=user, comment=comment, mark=data, version=version)
        return await _shown(ref, user)

    @post("/{ref:str}/answer", opt={"permission": "survey-comment:answer"}, status_code=200)
    async def answer(
        self, ref: FromPath[str], data: JSONBody[AnswerComment], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[CommentOut]:
        """What was done about one that was marked, when and by whom."""
        comment = await access.get_comment_for(user, ref)
        async with shown_if_stale(lambda: _shown(ref, user)):
            await actions.answer_comment(by=user, comment=comment, answer=data, version=version)
        return await _shown(ref, user)


async def _shown(ref: str, user: User) -> Response[CommentOut]:
    now = await queries.comment(user, ref)
    return versioned(now, now.version)
