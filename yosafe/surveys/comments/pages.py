"""The pages of what was written in surveys: the reading list, one text, and the forms about it."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.read import asked, read, to_struct
from yosafe.reference.establishments import establishments
from yosafe.surveys.access import can_import
from yosafe.surveys.words import month_words
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import access, actions, queries, questions, shown
from .queries import CommentFilter, StateAsked
from .schemas import AnswerComment, MarkComment, SayRead

ADDRESS = "/surveys/comments"
DONE = {
    "read": "They are no longer among the unread", "marked": "It was marked: the safeguarding lead is told", "answered": "What was done is recorded",
}  # fmt: skip
STATUS: dict[type[Exception], int] = {Invalid: 422, Conflict: 409, Stale: 412}


class CommentPages(Controller):
    path = ADDRESS
    include_in_schema = False

    @get("/", opt={"permission": "survey-comment:read"})
    async def list_all(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        values = {"state": query.get("state") or "unread"}
        view = await listing.shown(
            request, user, queries.COMMENTS, lambda: _wanted(query), address=ADDRESS, fields=_filters(user), values=values
        )  # fmt: skip
        unread = [item.ref for item in view.found.items if item.state == "unread"]
        return page(
            "surveys/comments/list.html", request, status=view.status, view=view, errors=view.errors, shown=shown, month=month_words, unread=unread,
            done=DONE.get(query.get("done", "")),
        )  # fmt: skip

    @get("/export", opt={"permission": "survey-comment:read"})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file, without the words."""
        return await listing.file_of(request, user, queries.COMMENTS, _wanted(request.query_params))

    @post("/read", opt={"permission": "survey-comment:read"})
    async def say_read(self, request: AnyRequest, user: NamedDependency[User]) -> Redirect:
        sent = await posted(request)
        await actions.say_read(by=user, said=to_struct(SayRead, {"comments": sent.get("comment", [])}))
        return see_other(f"{ADDRESS}?done=read")

    @get("/{ref:str}", opt={"permission": "survey-comment:read"})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _record(request, user, ref)

    @post("/{ref:str}/mark", opt={"permission": "survey-comment:mark"})
    async def mark(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        comment, sent = await access.get_comment_for(user, ref), await posted(request)
        reading = read(questions.MARK, sent, terminology=terminology(request))
        try:
            mark = to_struct(MarkComment, reading.checked(), questions.MARK)
            await actions.mark_comment(by=user, comment=comment, mark=mark, version=_version(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _record(request, user, ref, reading.typed, refusal)
        return see_other(f"{ADDRESS}/{ref}?done=marked")

    @post("/{ref:str}/answer", opt={"permission": "survey-comment:answer"})
    async def answer(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        comment, sent = await access.get_comment_for(user, ref), await posted(request)
        reading = read(questions.ANSWER, sent, terminology=terminology(request))
        try:
            answer = to_struct(AnswerComment, reading.checked(), questions.ANSWER)
            await actions.answer_comment(by=user, comment=comment, answer=answer, version=_version(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _record(request, user, ref, reading.typed, refusal)
        return see_other(f"{ADDRESS}/{ref}?done=answered")


def _wanted(query: Query) -> CommentFilter:
    state, survey = query.get("state") or "unread", query.get("survey") or ""
    faults = code_faults("state", [state], get_args(StateAsked))
    if survey and not (survey.isascii() and survey.isdigit() and len(survey) < 16):
        faults.append(FieldError("survey", "Choose the survey from the list of surveys"))
    check(faults)
    return CommentFilter(state=cast("StateAsked", state), site=query.get("site", ""), survey=int(survey) if survey else None)


def _filters(user: User) -> list[listing.Field | None]:
    sites = [{"value": place.code, "label": place.name} for place in establishments() if can_import(user, place.code)]
    return [
        *listing.radios(state=("State", shown.STATES)),
        {"name": "site", "kind": "select", "label": "Establishment", "options": sites} if len(sites) > 1 else None,
    ]


async def _record(
    request: AnyRequest, user: User, ref: str, values: Any = None, refusal: Invalid | Conflict | Stale | None = None
) -> Template:  # fmt: skip
    """One text with what may be done about it now, for whoever was too late too."""
    found = await queries.comment(user, ref)
    form = questions.MARK if found.state in ("unread", "read") else questions.ANSWER if found.state == "marked" else ()
    may = access.can_mark(user) if form is questions.MARK else access.can_answer(user)
    return page(
        "surveys/comments/record.html", request, status=STATUS[type(refusal)] if refusal else 200, found=found, shown=shown, month=month_words,
        asked=asked(form, {}, on=clock.today(), terminology=terminology(request)) if may else (), values=values or {}, errors=_faults(refusal),
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip


def _faults(refusal: Invalid | Conflict | Stale | None) -> list[FieldError]:
    if isinstance(refusal, Invalid):
        return list(refusal.errors)
    return [FieldError("", str(refusal))] if refusal else []


def _version(form: Mapping[str, list[str]]) -> int:
    """The version that the form was made from; one that is no number was not made by us."""
    text = next(iter(form.get("version", [])), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
