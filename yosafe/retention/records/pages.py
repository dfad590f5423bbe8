"""The pages of a data protection officer about keeping records: what is due, one record with its holds, all holds."""

from typing import Any, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, Refused, Stale
from yosafe.forms.read import asked, read
from yosafe.people.access import young_person_ref
from yosafe.subject_access.access import get_young_person_to_answer
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import access, holding, queries, questions
from .queries import DueFilter, HoldFilter
from .schemas import DueState, HoldState

HERE = "/admin/retention"
STATUS: dict[type[Exception], int] = {Invalid: 422, Conflict: 409, Stale: 412, Refused: 403}
DUE_TITLES = {"due": "Due now", "soon": "Due within a year", "held": "Held"}
HOLD_TITLES = {"standing": "Standing", "lifted": "Lifted", "all": "All"}
DONE = {"placed": "The record is held", "lifted": "The hold is lifted"}
Refusal = Invalid | Conflict | Stale | Refused


class RetentionPages(Controller):
    path = HERE
    include_in_schema = False

    @get("/", opt={"permission": access.READ})
    async def due(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        view = await listing.shown(
            request, user, queries.DUE, lambda: _due(query), address=HERE, fields=listing.radios(state=("Which", DUE_TITLES)),
            values={"state": query.get("state") or "due"},
        )  # fmt: skip
        rules = queries.schedule()
        return page("retention/due.html", request, status=view.status, view=view, errors=view.errors, here=HERE, rules=rules.rules, stop=rules.stop)

    @get("/export", opt={"permission": access.READ})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.DUE, _due(request.query_params))

    @get("/holds", opt={"permission": access.READ})
    async def holds(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        view = await listing.shown(
            request, user, queries.HOLDS, lambda: _holds(query), address=f"{HERE}/holds", fields=listing.radios(state=("Which", HOLD_TITLES)),
            values={"state": query.get("state") or "standing"},
        )  # fmt: skip
        return page("retention/holds.html", request, status=view.status, view=view, errors=view.errors, here=HERE)

    @get("/holds/export", opt={"permission": access.READ})
    async def export_holds(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.HOLDS, _holds(request.query_params))

    @get("/records/{ref:str}", opt={"permission": access.READ})
    async def record(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _record(request, user, ref)

    @post("/records/{ref:str}/hold", opt={"permission": access.HOLD})
    async def place(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        child = await get_young_person_to_answer(user, ref)
        reading = read(questions.PLACE, await posted(request), terminology=terminology(request))
        try:
            await holding.place_hold(by=user, young_person=child, reason=reading.checked()["reason"])
        except (Invalid, Conflict) as refusal:
            return await _record(request, user, ref, reading.typed, refusal)
        return see_other(f"{HERE}/records/{young_person_ref(child.id)}?done=placed")

    @get("/holds/{id:int}", opt={"permission": access.READ})
    async def hold(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _hold(request, user, id)

    @post("/holds/{id:int}", opt={"permission": access.HOLD})
    async def lift(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found, sent = await access.get_hold_for(user, id), await posted(request)
        reading = read(questions.LIFT, sent, terminology=terminology(request))
        try:
            await holding.lift_hold(by=user, hold=found, reason=reading.checked()["reason"], version=version_in(sent))
        except (Invalid, Conflict, Stale, Refused) as refusal:
            return await _hold(request, user, id, reading.typed, refusal)
        return see_other(f"{HERE}/records/{young_person_ref(found.young_person)}?done=lifted")


def _due(query: Query) -> DueFilter:
    state = query.get("state") or "due"
    check(code_faults("state", [state], get_args(DueState)))
    return DueFilter(state=cast("DueState", state))


def _holds(query: Query) -> HoldFilter:
    state = query.get("state") or "standing"
    check(code_faults("state", [state], get_args(HoldState)))
    return HoldFilter(state=cast("HoldState", state))


def version_in(sent: dict[str, list[str]]) -> int:
    text = next(iter(sent.get("version", [])), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def faults(refusal: DomainError | None) -> list[FieldError]:
    if refusal is None:
        return []
    return [*refusal.errors] if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]


async def _record(request: AnyRequest, user: User, ref: str, values: Any = None, refusal: Refusal | None = None) -> Template:
    standing = await queries.standing_of(user, await get_young_person_to_answer(user, ref))
    held = {hold.agency for hold in standing.holds if hold.lifted_at is None}
    return page(
        "retention/record.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=faults(refusal), values=values or {}, here=HERE,
        one=standing, may_hold=user.agency_name not in held, done=DONE.get(request.query_params.get("done", "")),
        asked=asked(questions.PLACE, {}, on=clock.today(), terminology=terminology(request)),
    )  # fmt: skip


async def _hold(request: AnyRequest, user: User, number: int, values: Any = None, refusal: Refusal | None = None) -> Template:
    found = await access.get_hold_for(user, number)
    one = await queries.one_hold(found.id)
    return page(
        "retention/hold.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=faults(refusal), values=values or {}, here=HERE,
        one=one, may_lift=one.lifted_at is None and access.can_lift(user, found.agency),
        asked=asked(questions.LIFT, {}, on=clock.today(), terminology=terminology(request)),
    )  # fmt: skip
