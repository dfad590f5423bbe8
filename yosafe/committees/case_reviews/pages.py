"""The pages about serious case reviews: the list, one with everything, and the forms of each step."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, NotFound, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import asked, read, to_struct
from yosafe.lists.listed import EXPORT
from yosafe.people.access import get_young_person_for
from yosafe.people.document_pages import as_file
from yosafe.people.record_pages import Form as ChildForm
from yosafe.people.record_pages import put, take, version_of
from yosafe.people.tables import YoungPerson
from yosafe.web import listing
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import actions, queries, questions, rules, shown
from .access import ASK, DECIDE, READ, case_review_ref, check_can_decide, check_can_finish, get_case_review_for, get_party, get_recommendation
from .document import event_notice
from .queries import CaseReviewFilter, StateAsked
from .schemas import AddParty, AskReview, CompleteReview, DecideReview, FinishRecommendation, ReceiveReview, Recommend, RecordChange
from .tables import CaseReview

STATES = {"open": "Open", "asked": "To be decided", "held": "Being held", "completed": "Completed", "not_held": "Not held", "all": "All"}
DONE = {
    "asked": "The committee was asked for a decision",
    "decision": "The decision was recorded",
    "party": "The agency is on the panel",
    "recommendation": "The recommendation was recorded",
    "change": "What changed was recorded",
    "completion": "The review is completed",
    "received": "That the management review came was recorded",
    "done": "That it was done was recorded",
}
STATUS: dict[type[DomainError], int] = {Invalid: 422, Conflict: 409, Stale: 412}
ASKING = ChildForm(title="Ask for a serious case review", section="sharing", questions=questions.ASK, submit="Ask the committee")
NO_STEP = "There is no such page. Go back to the review."
Act = Callable[[dict[str, Any], int], Awaitable[object]]


class Step(Struct, frozen=True, kw_only=True):
    """One page that asks about a review, and what is done with the answers."""

    title: str
    submit: str
    questions: Sequence[Question]
    act: Act
    version: int | None = None
    about: str | None = None


class CaseReviewPages(Controller):
    include_in_schema = False

    @get("/case-reviews", opt={"permission": READ})
    async def everyone(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        fields, values = listing.radios(state=("State", STATES)), {"state": query.get("state") or "open"}
        view = await listing.shown(request, user, queries.CASE_REVIEWS, lambda: _wanted(query), address="/case-reviews", fields=fields, values=values)
        return page("committees/case_reviews.html", request, status=view.status, view=view, errors=view.errors, shown=shown)

    @get("/case-reviews/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.CASE_REVIEWS, _wanted(request.query_params))

    @get("/children/{ref:str}/case-reviews/new", opt={"permission": ASK})
    async def ask_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child = await get_young_person_for(user, ref)
        return await put(request, user, ref, ASKING, values={"area": child.home_area})

    @post("/children/{ref:str}/case-reviews/new", opt={"permission": ASK})
    async def ask(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        made: list[CaseReview] = []

        async def record(child: YoungPerson, answers: dict[str, Any]) -> None:
            made.append(await actions.ask_review(by=user, young_person=child, new=to_struct(AskReview, answers, questions.ASK)))

        answer = await take(request, user, ref, ASKING, record, "asked")
        return see_other(f"/case-reviews/{case_review_ref(made[0].id)}?done=asked") if made else answer

    @get("/case-reviews/{ref:str}", opt={"permission": READ})
    async def one(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        found = await queries.open_case_review(user, await get_case_review_for(user, ref))
        return page("committees/case_review.html", request, found=found, shown=shown, done=DONE.get(request.query_params.get("done", "")))

    @get("/case-reviews/{ref:str}/notice", opt=takes_out(READ))
    async def notice(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """The notice of the event as a PDF; that it was taken out is recorded."""
        return as_file(await event_notice(user, ref, settings=request.app.state.settings))

    @get("/case-reviews/{ref:str}/{step:str}", opt={"permission": DECIDE})
    async def step_form(self, request: AnyRequest, ref: FromPath[str], step: FromPath[str], user: NamedDependency[User]) -> Template:
        review = await get_case_review_for(user, ref)
        return _put(request, review, await _step(user, review, step))

    @post("/case-reviews/{ref:str}/{step:str}", opt={"permission": DECIDE})
    async def step(self, request: AnyRequest, ref: FromPath[str], step: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        review = await get_case_review_for(user, ref)
        return await _take(request, review, await _step(user, review, step), step)

    @get("/case-reviews/{ref:str}/{part:str}/{entry:int}", opt={"permission": READ})
    async def end_form(
        self, request: AnyRequest, ref: FromPath[str], part: FromPath[str], entry: FromPath[int], user: NamedDependency[User]
    ) -> Template:
        review = await get_case_review_for(user, ref)
        return _put(request, review, await _end(user, review, part, entry))

    @post("/case-reviews/{ref:str}/{part:str}/{entry:int}", opt={"permission": READ})
    async def end(
        self, request: AnyRequest, ref: FromPath[str], part: FromPath[str], entry: FromPath[int], user: NamedDependency[User]
    ) -> Template | Redirect:
        review = await get_case_review_for(user, ref)
        return await _take(request, review, await _end(user, review, part, entry), "received" if part == "parties" else "done")


async def _step(user: User, review: CaseReview, step: str) -> Step:
    """A step of the committee. Raises NotFound, Refused."""
    check_can_decide(user, review)
    match step:
        case "decision":
            return Step(title="Record the decision", submit="Record the decision", questions=questions.DECISION, version=review.version,
                        act=_acting(actions.decide_review, DecideReview, questions.DECISION, "decision", by=user, review=review))  # fmt: skip
        case "party":
            agencies = await DB.fetch("SELECT code, name FROM agency WHERE closed_at IS NULL AND kind <> 'operator' ORDER BY name")
            asked_about = questions.party([(row["code"], row["name"]) for row in agencies])
            return Step(title="Put an agency on the panel", submit="Put it on the panel", questions=asked_about,
                        act=_acting(actions.add_party, AddParty, asked_about, "new", by=user, review=review, versioned=False))  # fmt: skip
        case "recommendation":
            found = await queries.case_review_out(user, review.id)
            parties = [(one.id, f"{shown.seat(one.seat, '2002')}: {one.member}") for one in found.parties]
            asked_about = questions.recommendation(parties, rules.warning(len(found.recommendations) + 1))
            return Step(title="Record a recommendation", submit="Record it", questions=asked_about,
                        act=_acting(actions.recommend, Recommend, asked_about, "new", by=user, review=review, versioned=False))  # fmt: skip
        case "change":
            change = _acting(actions.record_change, RecordChange, questions.CHANGE, "new", by=user, review=review, versioned=False)
            return Step(title="Record what changed in practice", submit="Record it", questions=questions.CHANGE, act=change)
        case "completion":
            return Step(title="Complete the review", submit="Complete it", questions=questions.COMPLETION, version=review.version,
                        act=_acting(actions.complete_review, CompleteReview, questions.COMPLETION, "new", by=user, review=review))  # fmt: skip
    raise NotFound(NO_STEP)


async def _end(user: User, review: CaseReview, part: str, entry: int) -> Step:
    """What an agency of the panel, or the committee, says of a management review or a recommendation. Raises NotFound, Refused."""
    if part == "parties":
        party = await get_party(review, entry)
        check_can_finish(user, review, party.agency)
        return Step(title="Record that a management review came", submit="Record it", questions=questions.RECEIVED, version=party.version,
                    about=party.member,
                    act=_acting(actions.receive_review, ReceiveReview, questions.RECEIVED, "new", by=user, review=review, party=party))  # fmt: skip
    if part == "recommendations":
        found = await get_recommendation(review, entry)
        check_can_finish(user, review, (await get_party(review, found.case_review_party)).agency)
        return Step(title=f"Recommendation {found.number} was done", submit="Record that it was done", questions=questions.DONE,
                    version=found.version, about=found.text,
                    act=_acting(actions.finish_recommendation, FinishRecommendation, questions.DONE, "new", by=user, review=review,
                                recommendation=found))  # fmt: skip
    raise NotFound(NO_STEP)


def _acting(action: Any, struct: type[Any], asked_about: Sequence[Question], name: str, *, versioned: bool = True, **known: Any) -> Act:
    """An action as what a form does with its answers and its version."""

    def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
        given = {name: to_struct(struct, answers, asked_about)} | ({"version": version} if versioned else {})
        return cast("Awaitable[object]", action(**known, **given))

    return act


def _put(
    request: AnyRequest, review: CaseReview, step: Step, *, values: Mapping[str, Any] | None = None, errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Template:  # fmt: skip
    return page(
        "committees/case_review_step.html", request, status=status, step=step, ref=case_review_ref(review.id), values=values or {}, errors=errors,
        asked=asked(step.questions, {}, on=clock.today(), terminology=terminology(request)),
    )  # fmt: skip


async def _take(request: AnyRequest, review: CaseReview, step: Step, done: str) -> Template | Redirect:
    """Read a form and do it; the form again, with what was typed, where it is refused."""
    sent = await posted(request)
    reading = read(step.questions, sent, terminology=terminology(request))
    try:
        await step.act(reading.checked(), version_of(sent))
    except (Invalid, Conflict, Stale) as refusal:
        errors = refusal.errors if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]
        return _put(request, review, step, values=reading.typed, errors=errors, status=STATUS[type(refusal)])
    return see_other(f"/case-reviews/{case_review_ref(review.id)}?done={done}")


def _wanted(query: Query) -> CaseReviewFilter:
    state = query.get("state") or "open"
    check(code_faults("state", [state], get_args(StateAsked)))
    return CaseReviewFilter(state=cast("StateAsked", state))
