"""Notices as pages."""

from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid
from yosafe.forms.questions import Kind, Option, Question
from yosafe.web.kit import AnyRequest, first_values, page, posted, see_other, terminology

from . import access, actions, queries
from .queries import StateAsked
from .schemas import Mail

STATES: dict[StateAsked, str] = {"open": "To see to", "done": "Done", "all": "All"}
MAIL = Question(
    name="mail", kind=Kind.RADIOS, label="How do you want to hear of notices by email?", called="how you want to hear by email", required=True,
    hint="An email never says what a notice is about, or whom. You always see your notices here.",
    options=(
        Option(value=Mail.AT_ONCE.value, label="At once, within a minute or two"),
        Option(value=Mail.DAILY.value, label="Once a day, in the morning, if there are any"),
        Option(value=Mail.NONE.value, label="Not by email"),
    ),
)  # fmt: skip


class NoticePages(Controller):
    path = "/notices"
    include_in_schema = False

    @get("", opt={"permission": "notice:read"})
    async def found(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """What is shown counts as read from then on; this time it is still marked as new."""
        state = _state_in(request.query_params.get("state"))
        found = await queries.notices(user, state=state, after=request.query_params.get("after"), terminology=terminology(request))
        await actions.mark_read(by=user, notices=[one.id for one in found.items if not one.read])
        return page("notices/list.html", request, found=found, state=state, states=STATES, done=request.query_params.get("saved"))

    @post("/{notice:int}/done", opt={"permission": "notice:read"})
    async def finish(self, notice: FromPath[int], user: NamedDependency[User]) -> Redirect:
        await actions.finish(by=user, notice=await access.get_notice_for(user, notice))
        return see_other("/notices?saved=done")

    @post("/{notice:int}/again", opt={"permission": "notice:read"})
    async def again(self, notice: FromPath[int], user: NamedDependency[User]) -> Redirect:
        await actions.take_up_again(by=user, notice=await access.get_notice_for(user, notice))
        return see_other("/notices?saved=again")

    @get("/mail", opt={"permission": "notice:read"})
    async def choice(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return _choice_page(request, {"mail": (await queries.mail_choice(user)).value})

    @post("/mail", opt={"permission": "notice:read"})
    async def choose(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        typed = first_values(await posted(request))
        try:
            mail = _mail_in(typed)
        except Invalid as refusal:
            return _choice_page(request, typed, refusal.errors)
        await actions.choose_mail(by=user, mail=mail)
        return see_other("/notices?saved=mail")


def _state_in(asked: str | None) -> StateAsked:
    """Which list is asked for; the first one for anything that is none."""
    return next((state for state in STATES if state == asked), "open")


def _mail_in(typed: dict[str, str]) -> Mail:
    try:
        return msgspec.convert(typed.get("mail"), Mail)
    except msgspec.ValidationError:
        raise Invalid([FieldError("mail", "Select how you want to hear by email")]) from None


def _choice_page(request: AnyRequest, values: dict[str, str], errors: Any = ()) -> Template:
    sends = request.app.state.settings.mail is not None
    return page("notices/mail.html", request, status=422 if errors else 200, question=MAIL, values=values, errors=errors, sends_mail=sends)
