"""Serious case reviews by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.people.access import get_young_person_for
from yosafe.people.document_pages import as_file
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import actions, queries
from .access import ASK, DECIDE, READ, case_review_ref, get_case_review_for, get_party, get_recommendation
from .document import event_notice
from .queries import CaseReviewFilter, StateAsked
from .schemas import (
    AddParty,
    AskReview,
    CaseReviewListedOut,
    CaseReviewOut,
    CompleteReview,
    DecideReview,
    FinishRecommendation,
    ReceiveReview,
    Recommend,
    RecordChange,
)

SORT = sort_parameter("recorded", "name", "area", "happened", "due", "state", default="-recorded")


class CaseReviewsApi(Controller):
    tags = ("serious case reviews",)

    @get("/case-reviews", opt={"permission": READ})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "open",
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[CaseReviewListedOut]:
        """Reviews of your committee, or that your agency asked for or takes part in. `open`: with something still to be done."""
        return await answered(request, user, queries.CASE_REVIEWS, CaseReviewFilter(state=wanted), sort=sort, after=after, limit=limit)

    @post("/young-people/{ref:str}/case-reviews", opt={"permission": ASK})
    async def ask(self, ref: FromPath[str], data: JSONBody[AskReview], user: NamedDependency[User]) -> Response[CaseReviewOut]:
        """Ask a committee whether it reviews what happened."""
        made = await actions.ask_review(by=user, young_person=await get_young_person_for(user, ref), new=data)
        return await _now(user, case_review_ref(made.id), status=201)

    @get("/case-reviews/{ref:str}", opt={"permission": READ})
    async def one(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[CaseReviewOut]:
        """The whole review. Looking is recorded."""
        return await _now(user, ref)

    @get("/case-reviews/{ref:str}/notice", opt=takes_out(READ), media_type="application/pdf")
    async def notice(self, ref: FromPath[str], user: NamedDependency[User], request: AnyRequest) -> Response[bytes]:
        """The notice of the event to the partnership, as a PDF. It gives the young person's reference and not their name. Recorded."""
        return as_file(await event_notice(user, ref, settings=request.app.state.settings))

    @post("/case-reviews/{ref:str}/decision", opt={"permission": DECIDE}, status_code=200)
    async def decide(
        self, ref: FromPath[str], data: JSONBody[DecideReview], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[CaseReviewOut]:
        """Whether the review is held. If it is, its time limit runs."""
        review = await get_case_review_for(user, ref)
        async with shown_if_stale(lambda: _now(user, ref)):
            await actions.decide_review(by=user, review=review, decision=data, version=version)
        return await _now(user, ref)

    @post("/case-reviews/{ref:str}/parties", opt={"permission": DECIDE})
    async def add_party(self, ref: FromPath[str], data: JSONBody[AddParty], user: NamedDependency[User]) -> Response[CaseReviewOut]:
        """An agency comes on the panel, and is asked for its management review."""
        await actions.add_party(by=user, review=await get_case_review_for(user, ref), new=data)
        return await _now(user, ref, status=201)

    @post("/case-reviews/{ref:str}/parties/{party:int}/received", opt={"permission": READ}, status_code=200)
    async def receive(
        self, ref: FromPath[str], party: FromPath[int], data: JSONBody[ReceiveReview], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[CaseReviewOut]:
        """A management review came: said by the agency itself, or by the committee. The version is that of the agency on the panel."""
        review = await get_case_review_for(user, ref)
        found = await get_party(review, party)
        async with shown_if_stale(lambda: _now(user, ref)):
            await actions.receive_review(by=user, review=review, party=found, new=data, version=version)
        return await _now(user, ref)

    @post("/case-reviews/{ref:str}/recommendations", opt={"permission": DECIDE})
    async def recommend(self, ref: FromPath[str], data: JSONBody[Recommend], user: NamedDependency[User]) -> Response[CaseReviewOut]:
        """`warning` in the answer says where there are too many."""
        await actions.recommend(by=user, review=await get_case_review_for(user, ref), new=data)
        return await _now(user, ref, status=201)

    @post("/case-reviews/{ref:str}/recommendations/{recommendation:int}/done", opt={"permission": READ}, status_code=200)
    async def finish(
        self,
        ref: FromPath[str],
        recommendation: FromPath[int],
        data: JSONBody[FinishRecommendation],
        user: NamedDependency[User],
        version: NamedDependency[int],
    ) -> Response[CaseReviewOut]:
        """A recommendation was done: said by the agency that had to, or by the committee. The version is that of the recommendation."""
        review = await get_case_review_for(user, ref)
        found = await get_recommendation(review, recommendation)
        async with shown_if_stale(lambda: _now(user, ref)):
            await actions.finish_recommendation(by=user, review=review, recommendation=found, new=data, version=version)
        return await _now(user, ref)

    @post("/case-reviews/{ref:str}/changes", opt={"permission": DECIDE})
    async def change(self, ref: FromPath[str], data: JSONBody[RecordChange], user: NamedDependency[User]) -> Response[CaseReviewOut]:
        """What changed in practice."""
        await actions.record_change(by=user, review=await get_case_review_for(user, ref), new=data)
        return await _now(user, ref, status=201)

    @post("/case-reviews/{ref:str}/completion", opt={"permission": DECIDE}, status_code=200)
    async def complete(
        self, ref: FromPath[str], data: JSONBody[CompleteReview], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[CaseReviewOut]:
        """The end of the review, once every management review has come."""
        review = await get_case_review_for(user, ref)
        async with shown_if_stale(lambda: _now(user, ref)):
            await actions.complete_review(by=user, review=review, new=data, version=version)
        return await _now(user, ref)


async def _now(user: User, ref: str, *, status: int = 200) -> Response[CaseReviewOut]:
    """As it is now, noted as read."""
    now = await queries.open_case_review(user, await get_case_review_for(user, ref))
    return versioned(now, now.version, status=status)
