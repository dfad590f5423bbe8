"""The pages of a data protection officer about requests for what is kept."""

from collections.abc import Awaitable, Callable
from typing import Any, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, NotFound, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import asked, read
from yosafe.forms.structs import to_struct
from yosafe.refs import ref as as_ref
from yosafe.subject_access.access import EXPORT, get_young_person_to_answer
from yosafe.web import listing
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import access, actions, queries, questions, rules
from .api import file_of
from .queries import RequestFilter
from .schemas import Answer, Decide, Extend, Identity, NewRequest, RequestOut, RequestsAsked
from .tables import SubjectRequest

HERE = "/admin/subject-access"
STATUS: dict[type[Exception], int] = {Invalid: 422, Conflict: 409, Stale: 412, NotFound: 404}
TITLES = {"open": "Not answered", "answered": "Answered", "all": "All"}
# The forms of one request, by the end of their address.
FORMS: dict[str, tuple[Question, ...]] = {
    "identity": questions.IDENTIFY, "extension": questions.EXTEND, "decisions": questions.DECIDE, "answer": questions.ANSWER,
}  # fmt: skip


class SubjectRequestPages(Controller):
    path = HERE
    include_in_schema = False

    @get("/", opt={"permission": access.RECORD})
    async def everyone(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        view = await listing.shown(
            request, user, queries.REQUESTS, lambda: _wanted(query), address=HERE, fields=listing.radios(state=("Which", TITLES)),
            values={"state": query.get("state") or "open"},
        )  # fmt: skip
        return page("subject_access/requests.html", request, status=view.status, view=view, errors=view.errors, here=HERE, rules=rules)

    @get("/export", opt={"permission": access.RECORD})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.REQUESTS, _wanted(request.query_params))

    @get("/new", opt={"permission": access.RECORD})
    async def form(self, request: AnyRequest) -> Template:
        return _new(request, {})

    @post("/new", opt={"permission": access.RECORD})
    async def record(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        reading = read(questions.NEW, await posted(request), terminology=terminology(request))
        try:
            new = to_struct(NewRequest, reading.checked(), questions.NEW)
            made = await actions.record_request(by=user, young_person=await get_young_person_to_answer(user, new.young_person), new=new)
        except NotFound as refusal:
            return _new(request, reading.typed, Invalid([FieldError("young_person", str(refusal))]))
        except Invalid as refusal:
            return _new(request, reading.typed, refusal)
        return see_other(f"{HERE}/{as_ref(access.PREFIX, made.id)}")

    @get("/{ref:str}", opt={"permission": access.RECORD})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _one(request, user, ref)

    @get("/{ref:str}/held-back", opt={"permission": access.RECORD})
    async def held_back(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        found = await access.get_request_for(user, ref)
        one, items = await queries.one_request(found.id), await queries.held_back(user, found)
        return page("subject_access/held_back.html", request, here=HERE, one=one, items=items)

    @get("/{ref:str}/pdf/file", opt=takes_out(EXPORT))
    async def as_pdf(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """What is kept, to read."""
        return await file_of(request, user, ref, "pdf")

    @get("/{ref:str}/json/file", opt=takes_out(EXPORT))
    async def as_json(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """The same for a program."""
        return await file_of(request, user, ref, "json")

    @post("/{ref:str}/identity", opt={"permission": access.RECORD})
    async def identity(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        async def change(found: SubjectRequest, new: Identity, version: int) -> Any:
            await actions.record_identity(by=user, found=found, new=new, version=version)

        return await _changed(request, user, ref, "identity", Identity, change)

    @post("/{ref:str}/extension", opt={"permission": access.RECORD})
    async def extend(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        async def change(found: SubjectRequest, new: Extend, version: int) -> Any:
            await actions.extend(by=user, found=found, new=new, version=version)

        return await _changed(request, user, ref, "extension", Extend, change)

    @post("/{ref:str}/decisions", opt={"permission": access.RECORD})
    async def decide(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        async def change(found: SubjectRequest, new: Decide, _: int) -> Any:
            await actions.decide(by=user, found=found, new=new)

        return await _changed(request, user, ref, "decisions", Decide, change)

    @post("/{ref:str}/answer", opt={"permission": access.RECORD})
    async def answer(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        async def change(found: SubjectRequest, new: Answer, version: int) -> Any:
            await actions.answer(by=user, found=found, new=new, version=version)

        return await _changed(request, user, ref, "answer", Answer, change)


def _wanted(query: Query) -> RequestFilter:
    state = query.get("state") or "open"
    check(code_faults("state", [state], get_args(RequestsAsked)))
    return RequestFilter(state=cast("RequestsAsked", state))


def _faults(refusal: DomainError | None) -> list[FieldError]:
    if refusal is None:
        return []
    return [*refusal.errors] if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]


def _new(request: AnyRequest, values: Any, refusal: Invalid | None = None) -> Template:
    shown = asked(questions.NEW, {}, on=clock.today(), terminology=terminology(request))
    status = 422 if refusal else 200
    return page("subject_access/new.html", request, status=status, errors=_faults(refusal), values=values, here=HERE, asked=shown)


async def _changed(
    request: AnyRequest, user: User, ref: str, form: str, kind: type[Any], change: Callable[[SubjectRequest, Any, int], Awaitable[Any]]
) -> Template | Redirect:
    found, sent = await access.get_request_for(user, ref), await posted(request)
    reading = read(FORMS[form], sent, terminology=terminology(request))
    try:
        await change(found, to_struct(kind, reading.checked(), FORMS[form]), _version(sent))
    except (Invalid, Conflict, Stale) as refusal:
        return await _one(request, user, ref, form, reading.typed, refusal)
    return see_other(f"{HERE}/{as_ref(access.PREFIX, found.id)}")


def _version(sent: dict[str, list[str]]) -> int:
    text = next(iter(sent.get("version", [])), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _one(
    request: AnyRequest, user: User, ref: str, form: str | None = None, values: Any = None, refusal: Invalid | Conflict | Stale | None = None
) -> Template:
    found = await access.get_request_for(user, ref)
    one = await queries.shown_request(user, found)
    forms = {name: asked(each, {}, on=clock.today(), terminology=terminology(request)) for name, each in FORMS.items() if _open(name, one)}
    return page(
        "subject_access/request.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=_faults(refusal), here=HERE, one=one,
        rules=rules, forms=forms, chosen=form, values=values or {},
    )  # fmt: skip


def _open(form: str, one: RequestOut) -> bool:
    """Whether a form can be sent of a request as it stands."""
    if one.outcome is not None:
        return False
    return {"identity": one.identity_on is None, "extension": one.extended_because is None}.get(form, True)
