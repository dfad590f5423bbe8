"""Pages about actions of joint reviews: the list and its file, one that is done, handed over, or cancelled."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, Stale
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import read, to_struct
from yosafe.forms.typed import Typed
from yosafe.lists.listed import EXPORT
from yosafe.people.record_pages import version_of
from yosafe.reviews.access import can_settle_now, check_can_finish, get_action_for, review_of
from yosafe.reviews.meeting_queries import agencies_about
from yosafe.reviews.meeting_schemas import FinishAction
from yosafe.reviews.tables import Action
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other

from . import actions, queries
from .schemas import AskCancel, HandOver, SettleCancel

STATUS: dict[type[DomainError], int] = {Invalid: 422, Conflict: 409, Stale: 412}
DONE = {
    "finished": "The action is done.",
    "handed": "The action is handed over, and its new agency is told.",
    "cancelling": "A second person, who runs the review, is asked to decide.",
    "cancelled": "The action is cancelled. It stays in the list of what was cancelled.",
    "kept": "The action stays to be done.",
}
STATE_WORDS = {
    "open": "To do", "overdue": "Overdue", "done": "Done", "to_cancel": "Cancelling is to be decided", "cancelled": "Cancelled", "any": "Any",
}  # fmt: skip
FINISH = (
    Question(name="note", kind=Kind.TEXT, label="What was done?", called="what was done", required=True, max_length=200),
    Question(
        name="evidence", kind=Kind.TEXT, label="What shows that it is done?", called="what shows that it is done", required=True, max_length=200,
        hint="For example, the visit is in his chronology, or the letter of 9 November",
    ),
)  # fmt: skip
WHY_CANCEL = (
    Question(
        name="reason", kind=Kind.TEXTAREA, label="Why should it not be done any more?", called="why it should not be done", required=True,
        min_length=10, max_length=2000, rows=3, hint="A second person, who runs the review, decides",
    ),
)  # fmt: skip
SETTLE = (
    Question(
        name="agree", kind=Kind.RADIOS, label="Is it cancelled?", called="whether it is cancelled", required=True,
        options=(Option(value="yes", label="Yes, it is cancelled"), Option(value="no", label="No, it stays to be done")),
        required_message="Select whether it is cancelled",
    ),
)  # fmt: skip
Values = Mapping[str, Typed]
Act = Callable[[dict[str, Any], int], Awaitable[object]]


def hand_over_questions(agencies: Sequence[tuple[str, str]]) -> tuple[Question, ...]:
    return (
        Question(
            name="owner_agency", kind=Kind.SELECT, label="Which agency does it now?", called="the agency", required=True,
            options=tuple(Option(value=code, label=name) for code, name in agencies),
        ),
        Question(name="owner_name", kind=Kind.TEXT, label="Who?", called="who does it", required=True, max_length=100, width=20),
        Question(
            name="reason", kind=Kind.TEXTAREA, label="Why is it handed over?", called="why it is handed over", required=True, min_length=10,
            max_length=2000, rows=3, hint="It stays due on the day that was agreed",
        ),
    )  # fmt: skip


class ActionPages(Controller):
    path = "/reviews/actions"
    include_in_schema = False

    @get("/", opt={"permission": "review:read"})
    async def actions(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """`owner`: all, mine, or the code of an agency; `state`; `overdue=yes` is the same as the state overdue."""
        query = request.query_params
        values = {"owner": query.get("owner") or "all", "state": _state(query)}
        view = await listing.shown(
            request, user, queries.ACTIONS, lambda: _wanted(query), address="/reviews/actions", fields=await _filters(user), values=values
        )
        return page("reviews/actions.html", request, status=view.status, view=view, errors=view.errors, done=DONE.get(query.get("done", "")))

    @get("/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.ACTIONS, _wanted(request.query_params))

    @get("/{action:int}", opt={"permission": "action:finish"})
    async def one(self, request: AnyRequest, action: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _show(request, user, await _loaded(user, action), "action", FINISH)

    @post("/{action:int}", opt={"permission": "action:finish"})
    async def finish(self, request: AnyRequest, action: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await _loaded(user, action)

        def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
            return actions.finish_action(by=user, action=found, version=version, new=to_struct(FinishAction, answers, FINISH))

        return await _take(request, user, found, "action", FINISH, act, "finished")

    @get("/{action:int}/hand-over", opt={"permission": "action:finish"})
    async def hand_over_form(self, request: AnyRequest, action: FromPath[int], user: NamedDependency[User]) -> Template:
        found = await _loaded(user, action)
        return await _show(request, user, found, "hand-over", await _owners(found))

    @post("/{action:int}/hand-over", opt={"permission": "action:finish"})
    async def hand_over(self, request: AnyRequest, action: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await _loaded(user, action)
        questions = await _owners(found)

        def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
            return actions.hand_over(by=user, action=found, version=version, new=to_struct(HandOver, answers, questions))

        return await _take(request, user, found, "hand-over", questions, act, "handed")

    @get("/{action:int}/cancel", opt={"permission": "action:finish"})
    async def cancel_form(self, request: AnyRequest, action: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _show(request, user, await _loaded(user, action), "cancel", WHY_CANCEL)

    @post("/{action:int}/cancel", opt={"permission": "action:finish"})
    async def cancel(self, request: AnyRequest, action: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await _loaded(user, action)

        def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
            return actions.ask_cancel(by=user, action=found, version=version, new=to_struct(AskCancel, answers, WHY_CANCEL))

        return await _take(request, user, found, "cancel", WHY_CANCEL, act, "cancelling")

    @post("/{action:int}/settle", opt={"permission": "review:decide"})
    async def settle(self, request: AnyRequest, action: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await _loaded(user, action)
        sent = await posted(request)
        agreed = sent.get("agree") == ["yes"]

        def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
            return actions.settle_cancel(by=user, action=found, version=version, new=SettleCancel(agree=answers["agree"] == "yes"))

        return await _take(request, user, found, "cancel", SETTLE, act, "cancelled" if agreed else "kept")


async def _loaded(user: User, number: int) -> Action:
    """An action that the user may finish or settle. Raises NotFound, Refused."""
    found = await get_action_for(user, number)
    await check_can_finish(user, found)
    return found


async def _owners(action: Action) -> tuple[Question, ...]:
    return hand_over_questions(await agencies_about(await review_of(action), action.young_person))


async def _show(
    request: AnyRequest,
    user: User,
    action: Action,
    what: str,
    questions: Sequence[Question],
    *,
    values: Values | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Template:
    settles = what == "cancel" and action.cancel_asked_by is not None
    return page(
        "reviews/action.html", request, status=status, action=await queries.action_numbered(user, action.id), what=what,
        questions=SETTLE if settles else questions, values=values or {}, errors=errors, handed=await queries.handed_over(action), settles=settles,
        can_settle=await can_settle_now(user, action),
    )  # fmt: skip


async def _take(
    request: AnyRequest, user: User, action: Action, what: str, questions: Sequence[Question], act: Act, done: str
) -> Template | Redirect:
    """Read a form and do it; the form again, with what was typed, where it is refused."""
    sent = await posted(request)
    reading = read(questions, sent)
    try:
        await act(reading.checked(), version_of(sent))
    except (Invalid, Conflict, Stale) as refusal:
        errors = list(refusal.errors) if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]
        return await _show(request, user, action, what, questions, values=reading.typed, errors=errors, status=STATUS[type(refusal)])
    return see_other(f"/reviews/actions?done={done}")


def _state(query: Query) -> str:
    return "overdue" if query.get("overdue") == "yes" else query.get("state") or "open"


def _wanted(query: Query) -> queries.ActionFilter:
    owner = query.get("owner") or "all"
    code = None if owner in ("all", "mine") else owner
    return queries.ActionFilter(state=queries.check_action_state(_state(query)), mine=owner == "mine", owner=code)


async def _filters(user: User) -> list[dict[str, Any]]:
    whose = [("all", "Anyone's"), ("mine", "My agency's"), *await queries.owners(user)]
    return [
        {"name": "owner", "kind": "select", "label": "Whose", "options": [{"value": value, "label": words} for value, words in whose]},
        {
            "name": "state", "kind": "radios", "label": "State",
            "options": [{"value": value, "label": words} for value, words in STATE_WORDS.items()],
        },
    ]  # fmt: skip
