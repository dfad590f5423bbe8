"""Pages about joint reviews: meetings, an agenda, a case."""

from collections.abc import Mapping, Sequence

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, NotFound, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import Reading, read, to_struct
from yosafe.forms.typed import Typed
from yosafe.incidents.choosing import choices
from yosafe.lists.listed import Nothing
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.chronology import Wanted, entries
from yosafe.people.frame import frame
from yosafe.people.queries import overview
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishments
from yosafe.referrals.contributions import PANEL as REFERRALS
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, first_values, page, posted, see_other, terminology

from . import access, listing_queries, shown
from . import meeting_actions as actions
from . import meeting_forms as forms
from . import meeting_queries as queries
from . import status as status_words
from .agenda.queries import left_off
from .meeting_rules import takes_cases
from .meeting_schemas import AgreeAction, ArrangeReview, ListCase, RecordAttendance
from .status import Act
from .tables import Review, ReviewCase

Values = Mapping[str, Typed]
DONE = {
    "arranged": "The review is arranged. Put young people on its agenda.",
    "listed": "The young person is on the agenda.",
    "left": "They stay listed below with the reason, and are proposed for the next review.",
    "ordered": "The order is changed.",
    "not-ordered": "The agenda has changed since you saw it, and the order is not changed. Look at it again.",
    "attendance": "Attendance is recorded.",
    "view": "Your agency's view is recorded.",
    "decided": "The decision is recorded, and its minutes stand.",
    "put-off": "The case is put off, and is proposed for the next review.",
    "agreed": "The action is recorded.",
}
FIRST_CANDIDATES = 15
LATEST = 5


class ReviewPages(Controller):
    path = "/reviews"
    include_in_schema = False

    @get("/", opt={"permission": "review:read"})
    async def meetings(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        view = await listing.shown(request, user, queries.REVIEWS, Nothing, address="/reviews")
        return page("reviews/meetings.html", request, status=view.status, view=view, errors=view.errors)

    @get("/export", opt={"permission": "review:read"})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file. It names no young person."""
        return await listing.file_of(request, user, queries.REVIEWS, Nothing())

    @get("/new", opt={"permission": "review:arrange"})
    async def ask(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return page("reviews/arrange.html", request, questions=_arrange(user), values={}, errors=())

    @post("/new", opt={"permission": "review:arrange"})
    async def arrange(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        questions = _arrange(user)
        reading = read(questions, await posted(request), terminology=terminology(request))
        try:
            review = await actions.arrange_review(by=user, new=to_struct(ArrangeReview, reading.checked(), questions))
        except Invalid as refusal:
            errors = forms.on_dates(refusal.errors, "meets_on")
            return page("reviews/arrange.html", request, status=422, questions=questions, values=reading.typed, errors=errors)
        return see_other(f"/reviews/{queries.review_ref(review)}?done=arranged")

    @get("/{ref:str}", opt={"permission": "review:read"})
    async def agenda(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """With `child`, that young person is found already, to be listed for a reason."""
        review, child = await access.get_review_for(user, ref), request.query_params.get("child", "")
        if not child or not access.can_run(user, review):
            return await _agenda(request, user, review)
        chosen = young_person_ref((await get_young_person_for(user, child)).id)
        return await _agenda(request, user, review, q=chosen, list_values={"young_person": chosen})

    @post("/{ref:str}/find", opt={"permission": "review:arrange"}, status_code=200)
    async def find(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """Posted, since no address may hold a name."""
        review = await access.get_review_for(user, ref)
        access.check_can_run(user, review)
        typed = first_values(await posted(request)).get("q", "").strip()
        if not typed:
            return await _agenda(request, user, review, errors=[FieldError("q", "Enter a name, a date of birth or a reference")])
        try:
            return await _agenda(request, user, review, q=typed)
        except Invalid as refusal:
            return await _agenda(request, user, review, errors=refusal.errors)

    @post("/{ref:str}/cases", opt={"permission": "review:arrange"})
    async def list_case(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        review = await access.get_review_for(user, ref)
        form = await posted(request)
        reading, q = read(forms.LIST_QUESTIONS, form), first_values(form).get("q", "")
        try:
            case = await actions.list_case(by=user, review=review, new=to_struct(ListCase, reading.checked(), forms.LIST_QUESTIONS))
        except Invalid as refusal:
            return await _not_listed(request, user, review, reading, q, refusal.errors, status=422)
        except (Conflict, NotFound) as refusal:
            errors = [FieldError("young_person", str(refusal))]
            return await _not_listed(request, user, review, reading, q, errors, status=409 if isinstance(refusal, Conflict) else 422)
        back = forms.back_to(form)
        return see_other(f"{back}?done=listed" if back else f"/reviews/{ref}?done=listed&case={case.number}")

    @post("/{ref:str}/attendance", opt={"permission": "review:arrange"})
    async def attendance(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        review = await access.get_review_for(user, ref)
        questions = forms.attendance_questions(await queries.agencies_about(review))
        reading = read(questions, await posted(request))
        try:
            await actions.record_attendance(by=user, review=review, new=to_struct(RecordAttendance, reading.checked(), questions))
        except (Invalid, Conflict) as refusal:
            return await _agenda(request, user, review, attendance_values=reading.typed, errors=_errors(refusal), status=_status(refusal))
        return see_other(f"/reviews/{ref}?done=attendance")

    @get("/{ref:str}/cases/{number:int}", opt={"permission": "review:read"})
    async def case(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _case_page(request, user, *await access.get_case_for(user, ref, number))

    @post("/{ref:str}/cases/{number:int}/views", opt={"permission": "review:view"})
    async def give_view(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        review, case = await access.get_case_for(user, ref, number)
        questions = await _view_questions(user, review, case)
        reading = read(questions, await posted(request))
        try:
            await actions.give_view(by=user, case=case, new=forms.view_from(reading.checked(), questions))
        except (Invalid, Conflict) as refusal:
            return await _case_page(request, user, review, case, view_values=reading.typed, errors=_errors(refusal), status=_status(refusal))
        return see_other(f"/reviews/{ref}/cases/{number}?done=view")

    @post("/{ref:str}/cases/{number:int}/actions", opt={"permission": "review:decide"})
    async def agree(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        review, case = await access.get_case_for(user, ref, number)
        questions = forms.action_questions(await queries.agencies_about(review, case.young_person))
        reading = read(questions, await posted(request))
        try:
            await actions.agree_action(by=user, review=review, case=case, new=to_struct(AgreeAction, reading.checked(), questions))
        except (Invalid, Conflict) as refusal:
            errors = forms.on_dates(_errors(refusal), "due_on")
            return await _case_page(request, user, review, case, action_values=reading.typed, errors=errors, status=_status(refusal))
        return see_other(f"/reviews/{ref}/cases/{number}?done=agreed")


def _arrange(user: User) -> tuple[Question, ...]:
    """A committee chooses among the establishments of its area; a lead's own is not asked."""
    places = [] if user.establishment else [(place.code, place.name) for place in establishments() if place.area == user.area]
    return forms.arrange_questions(places)


def _status(refusal: DomainError) -> int:
    return {Invalid: 422, Stale: 412}.get(type(refusal), 409)


def _errors(refusal: DomainError) -> Sequence[FieldError]:
    return refusal.errors if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]


async def _view_questions(user: User, review: Review, case: ReviewCase) -> tuple[Question, ...]:
    """Who runs the review may record what other agencies said at the table."""
    others = await queries.agencies_about(review, case.young_person) if access.can_run(user, review) else []
    return forms.view_questions(others)


async def _agenda(
    request: AnyRequest,
    user: User,
    review: Review,
    *,
    list_values: Values | None = None,
    attendance_values: Values | None = None,
    q: str | None = None,
    errors: Sequence[FieldError] = (),
    status: int | None = None,
) -> Template:
    terms, query = terminology(request), request.query_params
    runs = access.can_run(user, review)
    detail = await queries.review_detail(user, review, terminology=terms)
    settled = detail.review.decided + detail.review.put_off
    looks = runs and detail.review.locked_at is None and takes_cases(review.meets_on, cases=detail.review.cases, settled=settled, today=clock.today())
    candidates = await listing_queries.candidates(user, review, terminology=terms) if looks else []
    return page(
        "reviews/agenda.html", request, status=status or (422 if errors else 200), errors=errors, runs=runs, detail=detail, looks=looks,
        acts=_acts(user, review), states=status_words, left=await left_off(user, review) if runs else (),
        candidates=candidates if query.get("all") else candidates[:FIRST_CANDIDATES], all_candidates=len(candidates),
        q=q or "", found=await choices(user, q, leaving_out=[case.young_person for case in detail.cases]) if q else [],
        because=forms.BECAUSE, list_values=list_values or {},
        attendance_questions=forms.attendance_questions(await queries.agencies_about(review)) if runs else (),
        attendance_values=attendance_values or {}, attended=code_list("review_attendance"), decisions=code_list("review_decision"),
        done=DONE.get(query.get("done", "")), case=_number(query.get("case", "")),
    )  # fmt: skip


async def _not_listed(
    request: AnyRequest, user: User, review: Review, reading: Reading, q: str, errors: Sequence[FieldError], *, status: int
) -> Template:
    """The agenda again, with those who were found; what is wrong with the choice belongs to the search where nobody was."""
    wanted = q or str(reading.typed.get("young_person") or "")
    try:
        found = await choices(user, wanted, leaving_out=())
    except Invalid:
        found = []
    if not found:
        errors = [FieldError("q" if key == "young_person" else key, message) for key, message in errors]
    return await _agenda(request, user, review, list_values=reading.typed, q=wanted if found else None, errors=errors, status=status)


def _acts(user: User, review: Review) -> frozenset[Act]:
    return access.acts_of(user, status_words.status_of(review.held_at, review.locked_at), review)


def _number(text: str) -> int | None:
    """The case that a page has just been told of."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


async def _case_page(
    request: AnyRequest,
    user: User,
    review: Review,
    case: ReviewCase,
    *,
    view_values: Values | None = None,
    action_values: Values | None = None,
    errors: Sequence[FieldError] = (),
    status: int | None = None,
) -> Template:
    terms = terminology(request)
    child = await get_young_person_for(user, case.young_person)
    runs = access.can_run(user, review)
    return page(
        "reviews/case.html", request, status=status or 200, **await frame(user, child, "flags", terminology=terms), errors=errors,
        record=await overview(child), latest=await entries(user, child.id, Wanted(), limit=LATEST, terminology=terms),
        last=await queries.last_decision(user, case), early=bool(case.decided_at and clock.day_of(case.decided_at) < review.meets_on),
         referrals=await REFERRALS.load(user, child.id, terms),
        detail=await queries.case_detail(user, review, case, terminology=terms), runs=runs, shown=shown, acts=_acts(user, review),
        quorum=await queries.quorum_words(review), advocates=code_list("review_advocate"),
        view_questions=await _view_questions(user, review, case), view_values=view_values or {}, action_values=action_values or {},
        action_questions=forms.action_questions(await queries.agencies_about(review, case.young_person)) if runs else (),
        outcomes=code_list("flag_outcome"), decisions=code_list("review_decision"), parts=code_list("young_person_part"),
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip
