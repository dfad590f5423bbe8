"""The pages about destroying records: what would go and proposing it, the list, one with its certificate."""

from typing import Any, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, Invalid, Refused, Stale
from yosafe.forms.read import asked, read
from yosafe.refs import ref as as_ref
from yosafe.subject_access.access import get_young_person_to_answer
from yosafe.web import listing
from yosafe.web.confirmed import check_in_person, takes_out
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import access, certificates, destruction, queries, questions
from .certificates import STATE_WORDS, DestructionFilter
from .destruction_api import certificate_file
from .pages import HERE, STATUS, Refusal, faults, version_in
from .schemas import DestructionAsked

LIST = f"{HERE}/destructions"
TITLES = {"open": "Not done", "done": "Destroyed", "stopped": "Broken off", "all": "All"}
COLOURS = {"proposed": "yellow", "confirmed": "orange", "done": "grey", "stopped": "blue"}


class DestructionPages(Controller):
    path = HERE
    include_in_schema = False

    @get("/records/{ref:str}/destroy", opt={"permission": access.READ})
    async def form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _form(request, user, ref)

    @post("/records/{ref:str}/destroy", opt={"permission": access.DESTROY})
    async def propose(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        check_in_person(request)
        child = await get_young_person_to_answer(user, ref)
        reading = read(questions.PROPOSE, await posted(request), terminology=terminology(request))
        try:
            made = await destruction.propose(by=user, young_person=child, reason=reading.checked()["reason"])
        except (Invalid, Conflict) as refusal:
            return await _form(request, user, ref, reading.typed, refusal)
        return see_other(f"{LIST}/{as_ref(access.PREFIX, made.id)}")

    @get("/destructions", opt={"permission": access.READ})
    async def everyone(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        view = await listing.shown(
            request, user, certificates.DESTRUCTIONS, lambda: _wanted(query), address=LIST, fields=listing.radios(state=("Which", TITLES)),
            values={"state": query.get("state") or "open"},
        )  # fmt: skip
        return page("retention/destructions.html", request, status=view.status, view=view, errors=view.errors, here=HERE, **_words())

    @get("/destructions/export", opt={"permission": access.READ})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, certificates.DESTRUCTIONS, _wanted(request.query_params))

    @get("/destructions/{ref:str}", opt={"permission": access.READ})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _one(request, user, ref)

    @get("/destructions/{ref:str}/file", opt=takes_out(access.READ))
    async def certificate(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """The certificate as a tagged PDF."""
        return await certificate_file(request, user, ref)

    @post("/destructions/{ref:str}/confirm", opt={"permission": access.DESTROY})
    async def confirm(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        check_in_person(request)
        found, sent = await access.get_destruction_for(user, ref), await posted(request)
        try:
            await destruction.confirm(by=user, proposed=found, version=version_in(sent))
        except (Conflict, Stale, Refused) as refusal:
            return await _one(request, user, ref, refusal=refusal)
        return see_other(f"{LIST}/{as_ref(access.PREFIX, found.id)}")

    @post("/destructions/{ref:str}/break-off", opt={"permission": access.DESTROY})
    async def break_off(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        found, sent = await access.get_destruction_for(user, ref), await posted(request)
        reading = read(questions.BREAK_OFF, sent, terminology=terminology(request))
        try:
            await destruction.break_off(by=user, proposed=found, reason=reading.checked()["reason"], version=version_in(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _one(request, user, ref, reading.typed, refusal)
        return see_other(f"{LIST}/{as_ref(access.PREFIX, found.id)}")


def _wanted(query: Query) -> DestructionFilter:
    state = query.get("state") or "open"
    check(code_faults("state", [state], get_args(DestructionAsked)))
    return DestructionFilter(state=cast("DestructionAsked", state))


def _words() -> dict[str, Any]:
    return {"states": STATE_WORDS, "colours": COLOURS, "called": certificates.called}


async def _form(request: AnyRequest, user: User, ref: str, values: Any = None, refusal: Refusal | None = None) -> Template:
    child = await get_young_person_to_answer(user, ref)
    return page(
        "retention/propose.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=faults(refusal), values=values or {}, here=HERE,
        one=await queries.standing(child.id), would=await certificates.would_go(user, child), **_words(),
        asked=asked(questions.PROPOSE, {}, on=clock.today(), terminology=terminology(request)),
    )  # fmt: skip


async def _one(request: AnyRequest, user: User, ref: str, values: Any = None, refusal: Refusal | None = None) -> Template:
    found = await access.get_destruction_for(user, ref)
    one = await certificates.shown_destruction(user, found)
    return page(
        "retention/destruction.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=faults(refusal), values=values or {},
        here=HERE, one=one, facts=certificates.facts(one), **_words(), may_confirm=one.state == "proposed" and user.id != found.proposed_by,
        mine=user.id == found.proposed_by, asked=asked(questions.BREAK_OFF, {}, on=clock.today(), terminology=terminology(request)),
    )  # fmt: skip
