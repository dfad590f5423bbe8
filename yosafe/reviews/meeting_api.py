"""Joint reviews by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.lists.listed import Nothing
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, listing_queries
from . import meeting_actions as actions
from . import meeting_queries as queries
from .meeting_schemas import (
    AgreeAction,
    ArrangeReview,
    CandidateOut,
    CaseDetail,
    DecideCase,
    GiveView,
    ListCase,
    RecordAttendance,
    ReviewDetail,
    ReviewOut,
)

REVIEW_SORT = sort_parameter("recorded", "meets", "place", "chair", "cases", default="-recorded")


class ReviewsApi(Controller):
    tags = ("reviews",)

    @get("/reviews", opt={"permission": "review:read"})
    async def reviews(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        sort: Annotated[str | None, REVIEW_SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[ReviewOut]:
        """Joint reviews of your establishment or area, or with a young person on the agenda whom you see. Last arranged first."""
        return await answered(request, user, queries.REVIEWS, Nothing(), sort=sort, after=after, limit=limit)

    @post("/reviews", opt={"permission": "review:arrange"})
    async def arrange(self, request: AnyRequest, data: JSONBody[ArrangeReview], user: NamedDependency[User]) -> ReviewDetail:
        """Arrange a joint review of young people in one establishment."""
        review = await actions.arrange_review(by=user, new=data)
        return await queries.review_detail(user, review, terminology=terminology(request))

    @get("/reviews/{ref:str}", opt={"permission": "review:read"})
    async def review(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> ReviewDetail:
        """The agenda, with the cases that you may see."""
        return await queries.review_detail(user, await access.get_review_for(user, ref), terminology=terminology(request))

    @get("/reviews/{ref:str}/candidates", opt={"permission": "review:arrange"})
    async def candidates(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Page[CandidateOut]:
        """Who might be put on the agenda: flagged above a note, or with work that is late. The highest first, at most 100."""
        return whole(await listing_queries.candidates(user, await access.get_review_for(user, ref), terminology=terminology(request)))

    @post("/reviews/{ref:str}/attendance", opt={"permission": "review:arrange"})
    async def attendance(
        self, request: AnyRequest, ref: FromPath[str], data: JSONBody[RecordAttendance], user: NamedDependency[User]
    ) -> ReviewDetail:
        """Who came for an agency. The same person again puts it right."""
        review = await access.get_review_for(user, ref)
        await actions.record_attendance(by=user, review=review, new=data)
        return await queries.review_detail(user, review, terminology=terminology(request))

    @post("/reviews/{ref:str}/cases", opt={"permission": "review:arrange"})
    async def list_case(self, request: AnyRequest, ref: FromPath[str], data: JSONBody[ListCase], user: NamedDependency[User]) -> Response[CaseDetail]:
        """Put a young person on the agenda, for every flag of theirs that stands above a note."""
        review = await access.get_review_for(user, ref)
        case = await actions.list_case(by=user, review=review, new=data)
        return await _case(request, user, ref, case.number, status=201)

    @get("/reviews/{ref:str}/cases/{number:int}", opt={"permission": "review:read"})
    async def case(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Response[CaseDetail]:
        """A case: why it was listed, what agencies say, the decision and its actions."""
        return await _case(request, user, ref, number)

    @post("/reviews/{ref:str}/cases/{number:int}/views", opt={"permission": "review:view"})
    async def give_view(
        self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], data: JSONBody[GiveView], user: NamedDependency[User]
    ) -> Response[CaseDetail]:
        """What your agency says of the case."""
        _, case = await access.get_case_for(user, ref, number)
        await actions.give_view(by=user, case=case, new=data)
        return await _case(request, user, ref, number, status=201)

    @post("/reviews/{ref:str}/cases/{number:int}/actions", opt={"permission": "review:decide"})
    async def agree(
        self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], data: JSONBody[AgreeAction], user: NamedDependency[User]
    ) -> Response[CaseDetail]:
        """One more action, with its owner and its day."""
        review, case = await access.get_case_for(user, ref, number)
        await actions.agree_action(by=user, review=review, case=case, new=data)
        return await _case(request, user, ref, number, status=201)

    @post("/reviews/{ref:str}/cases/{number:int}/decision", opt={"permission": "review:decide"})
    async def decide(
        self,
        request: AnyRequest,
        ref: FromPath[str],
        number: FromPath[int],
        data: JSONBody[DecideCase],
        user: NamedDependency[User],
        version: NamedDependency[int],
    ) -> Response[CaseDetail]:
        """Record the decision: what the young person said, an outcome for each flag, actions. The minutes stand from then on. Before the day on which
        the review meets, `before_meeting` must confirm it."""
        review, case = await access.get_case_for(user, ref, number)
        async with shown_if_stale(lambda: _case(request, user, ref, number)):
            await actions.decide_case(by=user, review=review, case=case, version=version, new=data)
        return await _case(request, user, ref, number, status=201)


async def _case(request: AnyRequest, user: User, ref: str, number: int, *, status: int = 200) -> Response[CaseDetail]:
    review, case = await access.get_case_for(user, ref, number)
    detail = await queries.case_detail(user, review, case, terminology=terminology(request))
    return versioned(detail, detail.version, status=status)
