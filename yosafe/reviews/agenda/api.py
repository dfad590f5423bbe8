"""Agendas by API: requests, who is left off, the order."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.people.access import get_young_person_for
from yosafe.reviews.access import check_can_run, get_review_for
from yosafe.reviews.meeting_queries import review_detail
from yosafe.reviews.meeting_schemas import ReviewDetail
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned

from . import actions, queries
from .access import ASK, get_request_for
from .schemas import AskForReview, LeaveOff, LeftOut, Order, RequestOut, WithdrawRequest


class AgendaApi(Controller):
    tags = ("reviews",)

    @get("/young-people/{ref:str}/review-requests", opt={"permission": "review:read"})
    async def requests(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[RequestOut]:
        """Who asked that a young person be looked at by joint review, why, and what came of it; all at once, newest first."""
        return whole(await queries.requests_of(user, (await get_young_person_for(user, ref)).id))

    @post("/young-people/{ref:str}/review-requests", opt={"permission": ASK})
    async def ask(self, ref: FromPath[str], data: JSONBody[AskForReview], user: NamedDependency[User]) -> Response[RequestOut]:
        """Ask for it. The request waits until the young person is on an agenda, or your agency takes it back."""
        child = await get_young_person_for(user, ref)
        made = await actions.ask_for_review(by=user, young_person=child, new=data)
        return await _request(user, child.id, made.id, status=201)

    @post("/review-requests/{request_id:int}/withdraw", opt={"permission": ASK}, status_code=200)
    async def withdraw(
        self, request_id: FromPath[int], data: JSONBody[WithdrawRequest], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[RequestOut]:
        """Take a request of your agency back, with the reason."""
        found = await get_request_for(user, request_id)
        async with shown_if_stale(lambda: _request(user, found.young_person, found.id)):
            await actions.withdraw_request(by=user, request=found, version=version, new=data)
        return await _request(user, found.young_person, found.id)

    @get("/reviews/{ref:str}/left", opt={"permission": "review:arrange"})
    async def left(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[LeftOut]:
        """Who was left off the agenda, and why."""
        review = await get_review_for(user, ref)
        check_can_run(user, review)
        return whole(await queries.left_off(user, review))

    @post("/reviews/{ref:str}/left", opt={"permission": "review:arrange"})
    async def leave(self, ref: FromPath[str], data: JSONBody[LeaveOff], user: NamedDependency[User]) -> Page[LeftOut]:
        """Leave someone for a later review, with the reason."""
        review = await get_review_for(user, ref)
        await actions.leave_off(by=user, review=review, new=data)
        return whole(await queries.left_off(user, review))

    @post("/reviews/{ref:str}/order", opt={"permission": "review:arrange"}, status_code=200)
    async def order(
        self, request: AnyRequest, ref: FromPath[str], data: JSONBody[Order], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[ReviewDetail]:
        """Put the cases that you see in order. Their numbers stay."""
        review = await get_review_for(user, ref)
        async with shown_if_stale(lambda: _agenda(request, user, ref)):
            await actions.order_cases(by=user, review=review, version=version, new=data)
        return await _agenda(request, user, ref)


async def _request(user: User, young_person: int, number: int, *, status: int = 200) -> Response[RequestOut]:
    found = next(one for one in await queries.requests_of(user, young_person) if one.id == number)
    return versioned(found, found.version, status=status)


async def _agenda(request: AnyRequest, user: User, ref: str) -> Response[ReviewDetail]:
    detail = await review_detail(user, await get_review_for(user, ref), terminology=terminology(request))
    return versioned(detail, detail.review.version)
