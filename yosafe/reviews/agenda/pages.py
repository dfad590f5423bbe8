"""Pages about agendas: asking for a review and taking it back, leaving someone off, and the order."""

from collections.abc import Mapping, Sequence

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, Stale
from yosafe.forms.questions import Kind, Question
from yosafe.forms.read import read, to_struct
from yosafe.forms.typed import Typed
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.frame import frame
from yosafe.people.record_pages import version_of
from yosafe.people.tables import YoungPerson
from yosafe.reviews import access
from yosafe.reviews.access import get_review_for
from yosafe.reviews.tables import Review
from yosafe.web.kit import AnyRequest, first_values, page, posted, see_other, terminology

from . import actions, queries
from .access import ASK, check_can_withdraw, get_request_for
from .schemas import AskForReview, LeaveOff, Order, WithdrawRequest

STATUS: dict[type[DomainError], int] = {Invalid: 422, Conflict: 409, Stale: 412}
DONE = {"asked": "The request waits for the next agenda.", "withdrawn": "The request is taken back. It stays below."}
Values = Mapping[str, Typed]


def why(label: str, hint: str) -> tuple[Question, ...]:
    return (
        Question(
            name="reason", kind=Kind.TEXTAREA, label=label, called="the reason", hint=hint, required=True, min_length=10, max_length=2000, rows=3
        ),
    )


ASKING = why("Why should agencies look at this together?", "It is read by every agency that sees this young person")
WITHDRAWING = why("Why is the review not needed any more?", "In words that another agency would understand")
LEAVING = why("Why not at this review?", "They stay listed with this reason, and are proposed for the next review")


class AgendaPages(Controller):
    include_in_schema = False

    @get("/children/{ref:str}/review-requests", opt={"permission": "review:read"})
    async def requests(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _requests(request, user, await get_young_person_for(user, ref))

    @post("/children/{ref:str}/review-requests", opt={"permission": ASK})
    async def ask(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        child = await get_young_person_for(user, ref)
        reading = read(ASKING, await posted(request))
        try:
            await actions.ask_for_review(by=user, young_person=child, new=to_struct(AskForReview, reading.checked(), ASKING))
        except (Invalid, Conflict) as refusal:
            return await _requests(request, user, child, values=reading.typed, errors=_errors(refusal), status=STATUS[type(refusal)])
        return see_other(f"/children/{young_person_ref(child.id)}/review-requests?done=asked")

    @get("/review-requests/{request_id:int}/withdraw", opt={"permission": ASK})
    async def withdraw_form(self, request: AnyRequest, request_id: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _withdrawing(request, user, request_id, {}, ())

    @post("/review-requests/{request_id:int}/withdraw", opt={"permission": ASK})
    async def withdraw(self, request: AnyRequest, request_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found, form = await get_request_for(user, request_id), await posted(request)
        check_can_withdraw(user, found)
        reading = read(WITHDRAWING, form)
        try:
            new = to_struct(WithdrawRequest, reading.checked(), WITHDRAWING)
            await actions.withdraw_request(by=user, request=found, version=version_of(form), new=new)
        except (Invalid, Conflict, Stale) as refusal:
            return await _withdrawing(request, user, request_id, reading.typed, _errors(refusal), status=STATUS[type(refusal)])
        return see_other(f"/children/{young_person_ref(found.young_person)}/review-requests?done=withdrawn")

    @get("/reviews/{ref:str}/leave", opt={"permission": "review:arrange"})
    async def leave_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """`child`: whom to leave for later."""
        review = await get_review_for(user, ref)
        access.check_can_run(user, review)
        child = await get_young_person_for(user, request.query_params.get("child", ""))
        return await _leaving(request, user, review, child, {}, ())

    @post("/reviews/{ref:str}/leave", opt={"permission": "review:arrange"})
    async def leave(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        review, form = await get_review_for(user, ref), await posted(request)
        access.check_can_run(user, review)
        child = await get_young_person_for(user, first_values(form).get("child", ""))
        reading = read(LEAVING, form)
        try:
            new = to_struct(LeaveOff, {**reading.checked(), "young_person": young_person_ref(child.id)}, LEAVING)
            await actions.leave_off(by=user, review=review, new=new)
        except (Invalid, Conflict) as refusal:
            return await _leaving(request, user, review, child, reading.typed, _errors(refusal), status=STATUS[type(refusal)])
        return see_other(f"/reviews/{ref}?done=left#left")

    @post("/reviews/{ref:str}/order", opt={"permission": "review:arrange"})
    async def order(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Redirect:
        """`order`: the numbers of the cases as they should be, with commas. An agenda that has changed meanwhile is shown again, as it is."""
        review, form = await get_review_for(user, ref), await posted(request)
        asked = first_values(form).get("order", "")
        cases = tuple(int(one) for one in asked.split(",") if one.isascii() and one.isdigit() and len(one) < 6)
        try:
            await actions.order_cases(by=user, review=review, version=version_of(form), new=Order(cases=cases))
        except (Invalid, Stale, Conflict):
            return see_other(f"/reviews/{ref}?done=not-ordered")
        return see_other(f"/reviews/{ref}?done=ordered")


async def _requests(
    request: AnyRequest, user: User, child: YoungPerson, *, values: Values | None = None, errors: Sequence[FieldError] = (), status: int = 200
) -> Template:
    around = await frame(user, child, "flags", terminology=terminology(request))
    return page(
        "reviews/requests.html", request, status=status, **around, found=await queries.requests_of(user, child.id), questions=ASKING,
        values=values or {}, errors=errors, done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip


async def _withdrawing(request: AnyRequest, user: User, number: int, values: Values, errors: Sequence[FieldError], *, status: int = 200) -> Template:
    found = await get_request_for(user, number)
    check_can_withdraw(user, found)
    child = await get_young_person_for(user, found.young_person)
    around = await frame(user, child, "flags", terminology=terminology(request))
    back = f"/children/{young_person_ref(child.id)}/review-requests"
    return page(
        "reviews/reason.html", request, status=status, **around, title="Take the request back", about=found.reason, questions=WITHDRAWING,
        values=values, errors=errors, fields={"version": found.version}, submit_words="Take it back", back=back,
    )  # fmt: skip


async def _leaving(
    request: AnyRequest, user: User, review: Review, child: YoungPerson, values: Values, errors: Sequence[FieldError], *, status: int = 200
) -> Template:
    around = await frame(user, child, "flags", terminology=terminology(request))
    return page(
        "reviews/reason.html", request, status=status, **around, title="Leave for a later review", about=None, questions=LEAVING, values=values,
        errors=errors, fields={"child": young_person_ref(child.id)}, submit_words="Leave for later",
        back=f"/reviews/{request.path_params['ref']}",
    )  # fmt: skip


def _errors(refusal: DomainError) -> list[FieldError]:
    return list(refusal.errors) if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]
