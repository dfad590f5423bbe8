"""Pages about joint reviews: meetings, an agenda, a case with its decision, actions."""

from collections.abc import Mapping, Sequence

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, NotFound, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import read, to_struct
from yosafe.forms.typed import Typed
from yosafe.people.access import get_young_person_for
from yosafe.people.frame import frame
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishments
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, shown
from . import meeting_actions as actions
from . import meeting_forms as forms
from . import meeting_queries as queries
from .meeting_schemas import AgreeAction, ArrangeReview, CaseDetail, FinishAction, GiveView, ListCase, RecordAttendance
from .rules import FlagState
from .schemas import FlagOut
from .tables import Review, ReviewCase

Values = Mapping[str, Typed]
DONE = {
    "arranged": "The review is arranged. Put young people on its agenda.",
    "listed": "The young person is on the agenda.",
    "attendance": "Attendance is recorded.",
    "view": "Your agency's view is recorded.",
    "decided": "The decision is recorded, and its minutes stand.",
    "agreed": "The action is recorded.",
    "finished": "The action is done.",
}
ACTION_STATES = (("open", "To do"), ("overdue", "Overdue"), ("done", "Done"), ("any", "Any"))


class ReviewPages(Controller):
    path = "/reviews"
    include_in_schema = False

    @get("/", opt={"permission": "review:read"})
    async def meetings(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        found = await queries.reviews(user, after=request.query_params.get("after"))
        return page("reviews/meetings.html", request, found=found)

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
            errors = _on_dates(refusal.errors, "meets_on")
            return page("reviews/arrange.html", request, status=422, questions=questions, values=reading.typed, errors=errors)
        return see_other(f"/reviews/{queries.review_ref(review)}?done=arranged")

    @get("/actions", opt={"permission": "review:read"})
    async def actions(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        errors: Sequence[FieldError] = ()
        found = None
        try:
            state = queries.check_action_state(query.get("state") or "open")
            wanted = queries.ActionFilter(state=state, mine=query.get("owner") == "mine")
            found = await queries.actions(user, wanted, after=query.get("after"))
        except Invalid as refusal:
            errors = refusal.errors
        return page(
            "reviews/actions.html", request, status=422 if errors else 200, found=found, errors=errors, asked=query,
            states=[{"value": value, "label": label} for value, label in ACTION_STATES], done=DONE.get(query.get("done", "")),
        )  # fmt: skip

    @get("/actions/{action:int}", opt={"permission": "action:finish"})
    async def action(self, request: AnyRequest, action: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _action_page(request, user, action, {}, ())

    @post("/actions/{action:int}", opt={"permission": "action:finish"})
    async def finish(self, request: AnyRequest, action: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await access.get_action_for(user, action)
        form = await posted(request)
        reading = read(forms.DONE_QUESTIONS, form)
        try:
            new = to_struct(FinishAction, reading.checked(), forms.DONE_QUESTIONS)
            await actions.finish_action(by=user, action=found, version=_version(form), new=new)
        except Invalid as refusal:
            return await _action_page(request, user, action, reading.typed, refusal.errors)
        except (Conflict, Stale) as refusal:
            return await _action_page(request, user, action, reading.typed, [FieldError("", str(refusal))], status=_status(refusal))
        return see_other("/reviews/actions?done=finished")

    @get("/{ref:str}", opt={"permission": "review:read"})
    async def agenda(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _agenda(request, user, await access.get_review_for(user, ref))

    @post("/{ref:str}/cases", opt={"permission": "review:arrange"})
    async def list_case(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        review = await access.get_review_for(user, ref)
        reading = read(forms.LIST_QUESTIONS, await posted(request))
        try:
            await actions.list_case(by=user, review=review, new=to_struct(ListCase, reading.checked(), forms.LIST_QUESTIONS))
        except Invalid as refusal:
            return await _agenda(request, user, review, list_values=reading.typed, errors=refusal.errors)
        except (Conflict, NotFound) as refusal:
            errors = [FieldError("young_person", str(refusal))]
            status = 409 if isinstance(refusal, Conflict) else 422
            return await _agenda(request, user, review, list_values=reading.typed, errors=errors, status=status)
        return see_other(f"/reviews/{ref}?done=listed")

    @post("/{ref:str}/attendance", opt={"permission": "review:arrange"})
    async def attendance(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        review = await access.get_review_for(user, ref)
        questions = forms.attendance_questions(await queries.agencies_about(review))
        reading = read(questions, await posted(request))
        try:
            await actions.record_attendance(by=user, review=review, new=to_struct(RecordAttendance, reading.checked(), questions))
        except Invalid as refusal:
            return await _agenda(request, user, review, attendance_values=reading.typed, errors=refusal.errors)
        return see_other(f"/reviews/{ref}?done=attendance")

    @get("/{ref:str}/cases/{number:int}", opt={"permission": "review:read"})
    async def case(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _case_page(request, user, *await access.get_case_for(user, ref, number))

    @post("/{ref:str}/cases/{number:int}/views", opt={"permission": "review:view"})
    async def give_view(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        review, case = await access.get_case_for(user, ref, number)
        reading = read(forms.VIEW_QUESTIONS, await posted(request))
        try:
            await actions.give_view(by=user, case=case, new=to_struct(GiveView, reading.checked(), forms.VIEW_QUESTIONS))
        except Invalid as refusal:
            return await _case_page(request, user, review, case, view_values=reading.typed, errors=refusal.errors)
        return see_other(f"/reviews/{ref}/cases/{number}?done=view")

    @post("/{ref:str}/cases/{number:int}/actions", opt={"permission": "review:decide"})
    async def agree(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        review, case = await access.get_case_for(user, ref, number)
        questions = forms.action_questions(await queries.agencies_about(review, case.young_person))
        reading = read(questions, await posted(request))
        try:
            await actions.agree_action(by=user, review=review, case=case, new=to_struct(AgreeAction, reading.checked(), questions))
        except Invalid as refusal:
            errors = _on_dates(refusal.errors, "due_on")
            return await _case_page(request, user, review, case, action_values=reading.typed, errors=errors)
        return see_other(f"/reviews/{ref}/cases/{number}?done=agreed")

    @get("/{ref:str}/cases/{number:int}/decision", opt={"permission": "review:decide"})
    async def ask_decision(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _decision_page(request, user, *await access.get_case_for(user, ref, number), {}, ())

    @post("/{ref:str}/cases/{number:int}/decision", opt={"permission": "review:decide"})
    async def decide(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        review, case = await access.get_case_for(user, ref, number)
        form = await posted(request)
        detail = await queries.case_detail(user, review, case, terminology=terminology(request))
        questions = forms.decision_questions(_open_flags(detail), await queries.agencies_about(review, case.young_person))
        reading = read(questions, form, terminology=terminology(request))
        try:
            new = forms.decision_from(reading.checked(), questions)
            await actions.decide_case(by=user, review=review, case=case, version=_version(form), new=new)
        except Invalid as refusal:
            return await _decision_page(request, user, review, case, reading.typed, _on_dates(refusal.errors, "next_review_on", *_ACTION_DATES))
        except (Conflict, Stale) as refusal:
            errors = [FieldError("", str(refusal))]
            return await _decision_page(request, user, review, case, reading.typed, errors, status=_status(refusal))
        return see_other(f"/reviews/{ref}/cases/{number}?done=decided")


_ACTION_DATES = tuple(f"action-{row}-due_on" for row in range(1, forms.ACTION_ROWS + 1))


def _arrange(user: User) -> tuple[Question, ...]:
    """A committee chooses among the establishments of its area; a lead's own is not asked."""
    places = [] if user.establishment else [(place.code, place.name) for place in establishments() if place.area == user.area]
    return forms.arrange_questions(places)


def _on_dates(errors: Sequence[FieldError], *names: str) -> list[FieldError]:
    """Faults of a date belong to the first of its boxes."""
    return [FieldError(f"{key}-day" if key in names else key, message) for key, message in errors]


def _version(form: Mapping[str, list[str]]) -> int:
    """The version that a form was made for; one that can't be read is of no version there is."""
    text = next(iter(form.get("version", [])), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _status(refusal: Exception) -> int:
    return 412 if isinstance(refusal, Stale) else 409


async def _agenda(
    request: AnyRequest,
    user: User,
    review: Review,
    *,
    list_values: Values | None = None,
    attendance_values: Values | None = None,
    errors: Sequence[FieldError] = (),
    status: int | None = None,
) -> Template:
    terms = terminology(request)
    runs = access.can_run(user, review)
    return page(
        "reviews/agenda.html", request, status=status or (422 if errors else 200), errors=errors, runs=runs,
        detail=await queries.review_detail(user, review, terminology=terms),
        candidates=await queries.candidates(user, review, terminology=terms) if runs else [],
        list_questions=forms.LIST_QUESTIONS, list_values=list_values or {},
        attendance_questions=forms.attendance_questions(await queries.agencies_about(review)) if runs else (),
        attendance_values=attendance_values or {}, attended=code_list("review_attendance"), decisions=code_list("review_decision"),
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip


async def _case_page(
    request: AnyRequest,
    user: User,
    review: Review,
    case: ReviewCase,
    *,
    view_values: Values | None = None,
    action_values: Values | None = None,
    errors: Sequence[FieldError] = (),
) -> Template:
    terms = terminology(request)
    child = await get_young_person_for(user, case.young_person)
    runs = access.can_run(user, review)
    return page(
        "reviews/case.html", request, status=422 if errors else 200, **await frame(user, child, "flags", terminology=terms), errors=errors,
        detail=await queries.case_detail(user, review, case, terminology=terms), runs=runs, shown=shown,
        view_questions=forms.VIEW_QUESTIONS, view_values=view_values or {}, action_values=action_values or {},
        action_questions=forms.action_questions(await queries.agencies_about(review, case.young_person)) if runs else (),
        outcomes=code_list("flag_outcome"), decisions=code_list("review_decision"), parts=code_list("young_person_part"),
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip


def _open_flags(detail: CaseDetail) -> list[FlagOut]:
    """The flags that the decision must answer."""
    return [flag for flag in detail.flags if flag.state is not FlagState.CLOSED]


async def _decision_page(
    request: AnyRequest, user: User, review: Review, case: ReviewCase, values: Values, errors: Sequence[FieldError], *, status: int | None = None
) -> Template:
    terms = terminology(request)
    access.check_can_run(user, review)
    child = await get_young_person_for(user, case.young_person)
    detail = await queries.case_detail(user, review, case, terminology=terms)
    flags = _open_flags(detail)
    questions = forms.decision_questions(flags, await queries.agencies_about(review, case.young_person))
    return page(
        "reviews/decision.html", request, status=status or (422 if errors else 200), **await frame(user, child, "flags", terminology=terms),
        detail=detail, flags=flags, questions={question.name: question for question in questions}, all_questions=questions,
        rows=range(1, forms.ACTION_ROWS + 1), values=values, errors=errors, shown=shown,
    )  # fmt: skip


async def _action_page(
    request: AnyRequest, user: User, number: int, values: Values, errors: Sequence[FieldError], *, status: int | None = None
) -> Template:
    action = await access.get_action_for(user, number)
    access.check_can_finish(user, action)
    found = await queries.action_numbered(user, action.id)
    return page(
        "reviews/action.html", request, status=status or (422 if errors else 200), action=found, questions=forms.DONE_QUESTIONS,
        values=values, errors=errors,
    )  # fmt: skip
