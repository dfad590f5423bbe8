"""Pages about the risk model: its versions, the card of one, signing it and taking it out of use."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import asked, read, to_struct
from yosafe.models import report
from yosafe.models.card import KNOWN
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import actions, drifting, queries, questions, shown
from .schemas import ModelOut, SignVersion, State, StopModel

STATUS: dict[type[Exception], int] = {Invalid: 422, Conflict: 409, Stale: 412}
DONE = {
    "sign": "Your signature is recorded. The version is used once somebody of another agency signs it too.",
    "used": "Your signature is recorded, and the version is used from now on. Its flags are raised when flags are next worked out.",
    "end": "The version is not used any more, and its flags have cleared.",
}
Refusal = Invalid | Conflict | Stale


class ModelPages(Controller):
    path = "/risks/models"
    include_in_schema = False

    @get("/", opt={"permission": "model:read"})
    async def list_all(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return page(
            "reviews/model/list.html", request, lines=await queries.lines(user), standing=await queries.standing(user), say=report, shown=shown
        )  # fmt: skip

    @get("/drift", opt={"permission": "model:read"})
    async def drift(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        found, standing = await drifting.drift(user), await queries.standing(user)
        return page("reviews/model/drift.html", request, drift=found, standing=standing, say=report, band_words=drifting.band_words)

    @get("/{model:int}", opt={"permission": "model:read"})
    async def card(self, request: AnyRequest, model: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _card(request, user, model)

    @post("/{model:int}/sign", opt={"permission": "model:sign"})
    async def sign(self, request: AnyRequest, model: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        sent = await posted(request)
        reading = read(questions.SIGN, sent, terminology=terminology(request))
        try:
            reading.checked()
            new = to_struct(SignVersion, {"read": True, "sha256": first(sent, "sha256")})
            await actions.sign_version(by=user, version=model, new=new, steps=number_in(sent, "version"))
        except (Invalid, Conflict, Stale) as refusal:
            return await _card(request, user, model, reading.typed, refusal)
        state = (await queries.model(user, model)).state
        return see_other(f"/risks/models/{model}?done={'used' if state is State.IN_USE else 'sign'}#use")

    @post("/{model:int}/end", opt={"permission": "model:sign"})
    async def end(self, request: AnyRequest, model: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        sent = await posted(request)
        reading = read(questions.END, sent, terminology=terminology(request))
        try:
            new = to_struct(StopModel, reading.checked(), questions.END)
            await actions.end_use(by=user, new=new, version=model, steps=number_in(sent, "version"))
        except (Invalid, Conflict, Stale) as refusal:
            return await _card(request, user, model, reading.typed, refusal)
        return see_other(f"/risks/models/{model}?done=end#use")


async def _card(request: AnyRequest, user: User, version: int, values: Any = None, refusal: Refusal | None = None) -> Template:
    """A card with what may be done about it now, for whoever was too late too."""
    found = await queries.model(user, version)
    form = _form(user, found)
    wanted: tuple[Question, ...] = {"sign": questions.SIGN, "end": questions.END, "": ()}[form]
    words = terminology(request)
    return page(
        "reviews/model/card.html", request, status=STATUS[type(refusal)] if refusal else 200, model=found, known=KNOWN, say=report, shown=shown,
        form=form, asked=asked(wanted, {}, on=clock.today(), terminology=words) if wanted else (),
        values=values or {}, errors=faults(refusal), replaces=(await queries.standing(user)).version is not None,
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip


def _form(user: User, found: ModelOut) -> str:
    """Which form the card ends with for this person."""
    if not user.may("model:sign"):
        return ""
    if found.state is State.IN_USE:
        return "end"
    mine = any((one.by, one.agency) == (user.name, user.agency_name) and one.ended_at is None for one in found.signatures)
    return "sign" if found.state in (State.TO_SIGN, State.SIGNED_ONCE) and not mine else ""


def faults(refusal: Refusal | None) -> list[FieldError]:
    """What the error summary says of a refusal."""
    if isinstance(refusal, Invalid):
        return list(refusal.errors)
    return [FieldError("", str(refusal))] if refusal else []


def first(form: Mapping[str, list[str]], name: str) -> str:
    return next(iter(form.get(name, [])), "")


def number_in(form: Mapping[str, list[str]], name: str) -> int:
    """A hidden number; one that is none was not made by us, and is no version of anything."""
    text = first(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
