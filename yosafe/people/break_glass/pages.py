"""The pages about records opened in an emergency: where one opens one, and where the data protection officer reviews them."""

from typing import Any, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, NotFound, Stale, TooMany
from yosafe.forms.read import asked, read
from yosafe.forms.structs import to_struct
from yosafe.people.access import young_person_ref
from yosafe.web import listing
from yosafe.web.confirmed import check_in_person
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import access, actions, queries, questions, shown
from .queries import AccessFilter, StateAsked
from .rules import LASTS, MOST_TRIES
from .schemas import OpenRecord, ReviewAccess

HOURS = int(LASTS.total_seconds() // 3600)
STATUS: dict[type[Exception], int] = {Invalid: 422, NotFound: 404, Conflict: 409, TooMany: 429, Stale: 412}
Refusal = Invalid | NotFound | Conflict | TooMany | Stale


class BreakGlassPages(Controller):
    include_in_schema = False

    @get("/break-glass", opt={"permission": actions.OPEN})
    async def open_form(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        check_in_person(request)  # the page names what is open
        return await _form(request, user, {})

    @post("/break-glass", opt={"permission": actions.OPEN})
    async def open(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        check_in_person(request)
        reading = read(questions.OPEN, await posted(request), terminology=terminology(request))
        try:
            wanted = to_struct(OpenRecord, reading.checked(), questions.OPEN)
            made = await actions.open_record(by=user, wanted=wanted)
        except (Invalid, NotFound, Conflict, TooMany) as refusal:
            return await _form(request, user, reading.typed, refusal)
        return see_other(f"/children/{young_person_ref(made.young_person)}")

    @get("/admin/break-glass", opt={"permission": "break-glass:review"})
    async def everyone(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        fields, values = listing.radios(state=("State", shown.STATE_TITLES)), {"state": query.get("state") or "waiting"}
        view = await listing.shown(
            request, user, queries.ACCESSES, lambda: _wanted(query), address="/admin/break-glass", fields=fields, values=values
        )
        done = "Your review was recorded" if query.get("done") else None
        return page("people/break_glass/list.html", request, status=view.status, view=view, errors=view.errors, shown=shown, done=done)

    @get("/admin/break-glass/export", opt={"permission": "break-glass:review"})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.ACCESSES, _wanted(request.query_params))

    @get("/admin/break-glass/{id:int}", opt={"permission": "break-glass:review"})
    async def show(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _one(request, user, id)

    @post("/admin/break-glass/{id:int}", opt={"permission": "break-glass:review"})
    async def review(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found, sent = await access.get_access_for(user, id), await posted(request)
        reading = read(questions.REVIEW, sent, terminology=terminology(request))
        try:
            review = to_struct(ReviewAccess, reading.checked(), questions.REVIEW)
            await actions.review_access(by=user, opened=found, review=review, version=_version(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _one(request, user, id, reading.typed, refusal)
        return see_other("/admin/break-glass?done=reviewed")


def _wanted(query: Query) -> AccessFilter:
    state = query.get("state") or "waiting"
    check(code_faults("state", [state], get_args(StateAsked)))
    return AccessFilter(state=cast("StateAsked", state))


def _version(sent: dict[str, list[str]]) -> int:
    text = next(iter(sent.get("version", [])), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _faults(refusal: DomainError | None) -> list[FieldError]:
    if refusal is None:
        return []
    return [*refusal.errors] if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]


async def _form(request: AnyRequest, user: User, values: Any, refusal: Refusal | None = None) -> Template:
    answer = page(
        "people/break_glass/open.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=_faults(refusal), values=values,
        asked=asked(questions.OPEN, {}, on=clock.today(), terminology=terminology(request)), opened=await queries.open_to(user), hours=HOURS,
        tries=MOST_TRIES, reviewer=await access.reviewer_words(user),
    )  # fmt: skip
    if isinstance(refusal, TooMany):
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


async def _one(request: AnyRequest, user: User, number: int, values: Any = None, refusal: Refusal | None = None) -> Template:
    return page(
        "people/break_glass/record.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=_faults(refusal), values=values or {},
        one=await queries.open_access(user, number), shown=shown,
        asked=asked(questions.REVIEW, {}, on=clock.today(), terminology=terminology(request)),
    )  # fmt: skip
