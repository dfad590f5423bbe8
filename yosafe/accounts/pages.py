"""Signing in and out, setting a password, and the administrator's lists."""

from typing import Any
from urllib.parse import quote

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.errors import DomainError, FieldError, Invalid, TooMany
from yosafe.lists.listed import Listed, Nothing
from yosafe.web import listing
from yosafe.web.confirmed import check_in_person
from yosafe.web.kit import COOKIE, AnyRequest, first_values, page, posted, see_other

from . import actions, linked, queries, second_factor
from .access import session_of
from .answers import address_of, own_address, refused, session_cookie
from .listed import USER_STATES, covers, user_state
from .permissions import KIND_TITLES, PERMISSION_TITLES, ROLE_TITLES
from .policy import policy, provider_name
from .signing_in import confirm, sign_in, sign_out, sign_out_everywhere
from .viewer import User


class AccountPages(Controller):
    include_in_schema = False

    @get("/sign-in", opt={"permission": "public"})
    async def sign_in_form(self, request: AnyRequest) -> Template | Redirect:
        there = own_address(request.query_params.get("next", "/"))
        half = request.scope["state"].get("half_signed_in")
        if half is not None and "again" not in request.query_params:
            return see_other(step_after(half.awaits, there))
        if request.scope.get("user") is not None:
            return see_other("/")
        return _sign_in_form(request, next=there, email="")

    @post("/sign-in", opt={"permission": "public"})
    async def sign_in_post(self, request: AnyRequest) -> Template | Redirect:
        form = first_values(await posted(request))
        email, there = form.get("email", "").strip(), own_address(form.get("next", "/"))
        address = address_of(request)
        try:
            if faults := _missing(email, form.get("password", "")):
                raise Invalid(faults)
            browser = request.headers.get("user-agent", "")
            _, token = await sign_in(email, form["password"], address=address, old_token=request.cookies.get(COOKIE), browser=browser)
        except (Invalid, TooMany) as refusal:
            return _sign_in_form(request, refusal, next=there, email=email)
        signed_in = await session_of(token)
        answer = see_other(step_after(signed_in.awaits if signed_in else None, there))
        answer.set_cookie(session_cookie(token))
        return answer

    @post("/sign-out", opt={"permission": "own-account:use"})
    async def sign_out_post(self, request: AnyRequest, user: NamedDependency[User]) -> Redirect:
        if request.auth:
            await sign_out(request.auth, by=user)
        elsewhere = await linked.began_through(request.scope["state"].get("session"))
        answer = see_other("/sign-in?out=provider" if elsewhere else "/sign-in")
        answer.set_cookie(session_cookie(""))
        return answer

    @get("/confirm", opt={"permission": "own-account:use"})
    async def confirm_form(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        check_in_person(request)
        return await _confirm(request, user, own_address(request.query_params.get("next", "/")))

    @post("/confirm", opt={"permission": "own-account:use"})
    async def confirm_post(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        check_in_person(request)
        form = first_values(await posted(request))
        there = own_address(form.get("next", "/"))
        try:
            if not form.get("typed"):
                raise Invalid([FieldError("typed", "Enter what is asked for")])
            token = await confirm(request.auth or "", form["typed"], by=user, address=address_of(request))
        except (Invalid, TooMany) as refusal:
            return await _confirm(request, user, there, refusal)
        answer = see_other(there)
        answer.set_cookie(session_cookie(token))
        return answer

    @get("/account", opt={"permission": "own-account:use"})
    async def account(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return page(
            "accounts/account.html",
            request,
            role=ROLE_TITLES[user.role],
            link=await linked.link_of(user.id),
            permissions=[title for name, title in PERMISSION_TITLES.items() if user.may(name)],
        )

    @post("/account/sign-out-everywhere", opt={"permission": "own-account:use"})
    async def everywhere(self, user: NamedDependency[User]) -> Redirect:
        await sign_out_everywhere(by=user)
        return see_other("/sign-in")

    @get("/set-password/{token:str}", opt={"permission": "public"})
    async def set_password_form(self, request: AnyRequest, token: FromPath[str]) -> Template:
        account = await actions.check_link(token)
        return page("accounts/set-password.html", request, email=account.email, errors=())

    @post("/set-password/{token:str}", opt={"permission": "public"})
    async def set_password_post(self, request: AnyRequest, token: FromPath[str]) -> Template | Redirect:
        account = await actions.check_link(token)
        form = first_values(await posted(request))
        try:
            if form.get("password") != form.get("again"):
                raise Invalid([FieldError("again", "The two passwords are not the same: type both again")])
            await actions.set_password(token, form.get("password", ""))
        except Invalid as refusal:
            return page("accounts/set-password.html", request, status=422, email=account.email, errors=refusal.errors)
        return see_other("/sign-in")


def step_after(awaits: str | None, there: str) -> str:
    """Where someone goes whose password was right."""
    steps = {"code": f"/sign-in/code?next={quote(there)}", "enrolment": "/sign-in/set-up"}
    return steps[awaits] if awaits else there


def _sign_in_form(request: AnyRequest, refusal: Invalid | TooMany | None = None, **typed: str) -> Template:
    return refused("accounts/sign-in.html", request, refusal, field="email", **typed, **_about_signing_in(request))


def sign_in_page(request: AnyRequest, refusal: DomainError, *, status: int) -> Template:
    """The page of signing in, which says why it did not work elsewhere."""
    errors = (FieldError("", str(refusal)),)
    return page("accounts/sign-in.html", request, status=status, errors=errors, next="/", email="", **_about_signing_in(request))


def _about_signing_in(request: AnyRequest) -> dict[str, Any]:
    return {
        "minutes": int(policy().idle.total_seconds() // 60),
        "hours": int(policy().absolute.total_seconds() // 3600),
        "provider": provider_name(),
        "out": provider_name() is not None and request.query_params.get("out") == "provider",
    }


async def _confirm(request: AnyRequest, user: User, there: str, refusal: Invalid | TooMany | None = None) -> Template:
    by_code = await second_factor.wanted_of(user) == "code"
    minutes = int(policy().confirmed_for.total_seconds() // 60)
    through = provider_name() if await linked.may_confirm_through(user) else None
    return refused("accounts/confirm.html", request, refusal, field="typed", next=there, minutes=minutes, by_code=by_code, provider=through)


def _missing(email: str, password: str) -> list[FieldError]:
    faults = []
    if not email:
        faults.append(FieldError("email", "Enter your email address"))
    if not password:
        faults.append(FieldError("password", "Enter your password"))
    return faults


class AdminPages(Controller):
    path = "/admin"
    include_in_schema = False

    @get("/users", opt={"permission": "user:read"})
    async def users(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return await _list(request, user, queries.USERS, "accounts/users.html", roles=ROLE_TITLES, states=USER_STATES, state_of=user_state)

    @get("/users/export", opt={"permission": "user:read"})
    async def export_users(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.USERS, Nothing())

    @get("/agencies", opt={"permission": "agency:read"})
    async def agencies(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return await _list(request, user, queries.AGENCIES, "accounts/agencies.html", kinds=KIND_TITLES, covers=covers)

    @get("/agencies/export", opt={"permission": "agency:read"})
    async def export_agencies(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.AGENCIES, Nothing())


async def _list(request: AnyRequest, user: User, listed: Listed[Nothing, Any], template: str, **context: Any) -> Template:
    view = await listing.shown(request, user, listed, Nothing, address=request.url.path)
    return page(template, request, status=view.status, view=view, errors=view.errors, **context)
