"""Pages of minutes: read, locked, added to, as a file; and a case that is put off."""

from collections.abc import Mapping, Sequence

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, Stale
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import read, to_struct
from yosafe.forms.typed import Typed
from yosafe.people.access import get_young_person_for
from yosafe.people.document_pages import as_file
from yosafe.people.frame import frame
from yosafe.people.record_pages import version_of
from yosafe.reference.codes import code_list
from yosafe.reviews import access
from yosafe.reviews.access import get_case_for, get_review_for
from yosafe.reviews.status import Act
from yosafe.reviews.tables import Review, ReviewCase
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import actions, queries
from .document import EXPORT, minutes_document
from .schemas import LockMinutes, MinutesOut, PutOff

STATUS: dict[type[DomainError], int] = {Invalid: 422, Conflict: 409, Stale: 412}
DONE = {"locked": "The minutes are locked. What comes up later goes into an addendum.", "added": "The addendum is recorded."}
MEETING = "meeting"
WHY = (
    Question(
        name="reason", kind=Kind.TEXTAREA, label="Why is it not decided now?", called="why it is not decided now", min_length=10, max_length=2000,
        rows=3, required=True, hint="The case is proposed again for the next review, with this reason",
    ),
)  # fmt: skip
LOCK = (
    Question(
        name="agreed_by", kind=Kind.TEXT, label="Who was in the chair, and agrees that these are the minutes?", called="who was in the chair",
        max_length=100, width=20, required=True,
    ),
)  # fmt: skip
Values = Mapping[str, Typed]


def addendum_questions(cases: Sequence[tuple[int, str]], *, meeting: bool) -> tuple[Question, ...]:
    """`cases`: numbers and names. `meeting`: it may be about the meeting as well."""
    options = [Option(value=str(number), label=f"Case {number}: {name}") for number, name in cases]
    options += [Option(value=MEETING, label="The meeting, and no case in particular")] if meeting else []
    return (
        Question(name="about", kind=Kind.SELECT, label="What is it about?", called="what it is about", options=tuple(options), required=True),
        Question(name="text", kind=Kind.TEXTAREA, label="What has come up since?", called="what has come up since", required=True, rows=4),
    )


class MinutesPages(Controller):
    path = "/reviews/{ref:str}"
    include_in_schema = False

    @get("/minutes", opt={"permission": "review:read"})
    async def minutes(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _minutes(request, user, await get_review_for(user, ref))

    @get("/minutes/file", opt={"permission": EXPORT})
    async def file(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """The minutes as a tagged PDF; each download is recorded."""
        return as_file(await minutes_document(user, await get_review_for(user, ref), settings=request.app.state.settings))

    @post("/lock", opt={"permission": "review:decide"})
    async def lock(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        review, form = await get_review_for(user, ref), await posted(request)
        reading = read(LOCK, form)
        try:
            new = to_struct(LockMinutes, reading.checked(), LOCK)
            await actions.lock_minutes(by=user, review=review, version=version_of(form), new=new)
        except (Invalid, Conflict, Stale) as refusal:
            return await _minutes(request, user, review, lock_values=reading.typed, errors=_errors(refusal), status=STATUS[type(refusal)])
        return see_other(f"/reviews/{ref}/minutes?done=locked")

    @post("/addenda", opt={"permission": "review:view"})
    async def add(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        review = await get_review_for(user, ref)
        found = await queries.minutes(user, review, terminology=terminology(request))
        questions = _asked(user, review, found)
        reading = read(questions, await posted(request))
        try:
            answers = reading.checked()
            about = answers["about"]
            case = None if about == MEETING else (await get_case_for(user, ref, int(about)))[1]
            await actions.add_addendum(by=user, review=review, case=case, text=answers["text"])
        except (Invalid, Conflict) as refusal:
            return await _minutes(request, user, review, add_values=reading.typed, errors=_errors(refusal), status=STATUS[type(refusal)])
        return see_other(f"/reviews/{ref}/minutes?done=added")

    @get("/cases/{number:int}/put-off", opt={"permission": "review:decide"})
    async def put_off_form(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template:
        review, case = await get_case_for(user, ref, number)
        access.check_can_run(user, review)
        return await _putting_off(request, user, review, case)

    @post("/cases/{number:int}/put-off", opt={"permission": "review:decide"})
    async def put_off(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        review, case = await get_case_for(user, ref, number)
        access.check_can_run(user, review)
        form = await posted(request)
        reading = read(WHY, form)
        try:
            await actions.put_off_case(by=user, review=review, case=case, version=version_of(form), new=to_struct(PutOff, reading.checked(), WHY))
        except (Invalid, Conflict, Stale) as refusal:
            return await _putting_off(request, user, review, case, values=reading.typed, errors=_errors(refusal), status=STATUS[type(refusal)])
        return see_other(f"/reviews/{ref}/cases/{number}?done=put-off")


async def _minutes(
    request: AnyRequest,
    user: User,
    review: Review,
    *,
    lock_values: Values | None = None,
    add_values: Values | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Template:
    found = await queries.minutes(user, review, terminology=terminology(request))
    may = access.acts_of(user, found.review.status, review)
    return page(
        "reviews/minutes.html", request, status=status, found=found, review=found.review, acts=may, lock_questions=LOCK,
        lock_values=lock_values or {"agreed_by": review.chair}, add_questions=_asked(user, review, found) if Act.ADD in may else (),
        add_values=add_values or {}, errors=errors, done=DONE.get(request.query_params.get("done", "")), attended=code_list("review_attendance"),
        decisions=code_list("review_decision"), parts=code_list("young_person_part"), advocates=code_list("review_advocate"),
        outcomes=code_list("flag_outcome"), levels=code_list("flag_level"),
    )  # fmt: skip


def _asked(user: User, review: Review, found: MinutesOut) -> tuple[Question, ...]:
    cases = [(one.written.number, one.name) for one in found.cases]
    return addendum_questions(cases, meeting=access.can_run(user, review))


async def _putting_off(
    request: AnyRequest,
    user: User,
    review: Review,
    case: ReviewCase,
    *,
    values: Values | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Template:
    child = await get_young_person_for(user, case.young_person)
    around = await frame(user, child, "flags", terminology=terminology(request))
    return page(
        "reviews/put_off.html", request, status=status, **around, review=review, case=case, ref=request.path_params["ref"], questions=WHY,
        values=values or {}, errors=errors,
    )  # fmt: skip


def _errors(refusal: DomainError) -> list[FieldError]:
    return list(refusal.errors) if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]
