"""Signing in with a code, setting up a phone for it, recovery codes, and the sessions that one has."""

import segno
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from markupsafe import Markup

from yosafe.errors import DomainError, FieldError, Invalid, NotSignedIn, TooMany
from yosafe.web.confirmed import check_in_person
from yosafe.web.kit import AnyRequest, first_values, page, posted, see_other

from . import second_factor, sessions
from .access import SignedIn
from .answers import address_of, own_address, refused, session_cookie
from .signing_in import finish_with_code, finish_with_phone, set_up_phone
from .viewer import User

OWN = "own-account:use"
DONE = {"ended": "You sign in with the password alone from now on", "session": "That session has ended"}


def half_signed_in(request: AnyRequest, awaits: str) -> tuple[SignedIn, str]:
    """Who gave the right password and still has to give something, and the token of that. Raises NotSignedIn for anybody else."""
    state = request.scope["state"]
    found: SignedIn | None = state.get("half_signed_in")
    if found is None or found.awaits != awaits:
        raise NotSignedIn("Sign in to go on.")
    return found, state["half_token"]


def picture(address: str) -> Markup:
    """What a phone reads, drawn into the page: no address of it exists. Made by us of an address that we put together."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(scale=5, border=4, title="QR code for your phone", svgclass="ys-qr")
    return Markup(drawn)  # noqa: S704  # squares only: the library draws what an address stands for, and writes none of it


class CodePages(Controller):
    include_in_schema = False

    @get("/sign-in/code", opt={"permission": "public"})
    async def code_form(self, request: AnyRequest) -> Template:
        half_signed_in(request, "code")
        return _code(request, own_address(request.query_params.get("next", "/")))

    @post("/sign-in/code", opt={"permission": "public"})
    async def code(self, request: AnyRequest) -> Template | Redirect:
        half, token = half_signed_in(request, "code")
        form = first_values(await posted(request))
        there = own_address(form.get("next", "/"))
        try:
            fresh = await finish_with_code(token, _typed(form), by=half.user, address=address_of(request))
        except (Invalid, TooMany) as refusal:
            return _code(request, there, refusal)
        answer = see_other(there)
        answer.set_cookie(session_cookie(fresh))
        return answer

    @get("/sign-in/set-up", opt={"permission": "public"})
    async def first_form(self, request: AnyRequest) -> Template:
        half, _ = half_signed_in(request, "enrolment")
        return await _set_up(request, half.user, half.session, "/sign-in/set-up")

    @post("/sign-in/set-up", opt={"permission": "public"}, status_code=200)
    async def first(self, request: AnyRequest) -> Template:
        half, token = half_signed_in(request, "enrolment")
        try:
            typed = _typed(first_values(await posted(request)))
            fresh, recovery = await finish_with_phone(token, typed, by=half.user, session=half.session, address=address_of(request))
        except (Invalid, TooMany) as refusal:
            return await _set_up(request, half.user, half.session, "/sign-in/set-up", refusal)
        answer = page("accounts/recovery.html", request, codes=recovery, then="/")
        answer.set_cookie(session_cookie(fresh))
        return answer

    @get("/account/codes", opt={"permission": OWN})
    async def codes(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        done = DONE.get(request.query_params.get("done", ""))
        return page("accounts/codes.html", request, standing=await second_factor.standing(user), done=done)

    @get("/account/codes/new", opt={"permission": OWN, "confirm": True})
    async def new_form(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        check_in_person(request)
        return await _set_up(request, user, request.scope["state"]["session"], "/account/codes/new")

    @post("/account/codes/new", opt={"permission": OWN, "confirm": True}, status_code=200)
    async def new(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        check_in_person(request)
        session = request.scope["state"]["session"]
        try:
            typed = _typed(first_values(await posted(request)))
            recovery = await set_up_phone(typed, by=user, session=session, address=address_of(request))
        except (Invalid, TooMany) as refusal:
            return await _set_up(request, user, session, "/account/codes/new", refusal)
        return page("accounts/recovery.html", request, codes=recovery, then="/account/codes")

    @post("/account/codes/recovery", opt={"permission": OWN, "confirm": True}, status_code=200)
    async def recovery(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        check_in_person(request)
        return page("accounts/recovery.html", request, codes=await second_factor.new_recovery_codes(by=user), then="/account/codes")

    @post("/account/codes/end", opt={"permission": OWN, "confirm": True})
    async def end(self, request: AnyRequest, user: NamedDependency[User]) -> Redirect:
        check_in_person(request)
        await second_factor.end_own(by=user)
        return see_other("/account/codes?done=ended")

    @get("/account/sessions", opt={"permission": OWN})
    async def sessions(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        found = await sessions.sessions_of(user.id, here=request.scope["state"].get("session"))
        return page("accounts/sessions.html", request, sessions=found, done=DONE.get(request.query_params.get("done", "")))

    @post("/account/sessions/{session:int}/end", opt={"permission": OWN})
    async def end_session(self, session: FromPath[int], user: NamedDependency[User]) -> Redirect:
        await sessions.end_own(session, by=user)
        return see_other("/account/sessions?done=session")


def _typed(form: dict[str, str]) -> str:
    if not form.get("code", "").strip():
        raise Invalid([FieldError("code", "Enter the code that your phone shows")])
    return form["code"]


def _code(request: AnyRequest, there: str, refusal: DomainError | None = None) -> Template:
    return refused("accounts/code.html", request, refusal, field="code", next=there)


async def _set_up(request: AnyRequest, user: User, session: int, action: str, refusal: DomainError | None = None) -> Template:
    setup = await second_factor.begin(user, session=session)
    return refused("accounts/set-up.html", request, refusal, field="code", picture=picture(setup.address), typed=setup.typed, action=action)
