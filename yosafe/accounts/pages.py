"""Signing in and out, setting a password, and the administrator's lists."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.errors import FieldError, Invalid, TooMany
from yosafe.lists.listed import Listed, Nothing
from yosafe.web import listing
from yosafe.web.kit import COOKIE, AnyRequest, first_values, page, posted, see_other

from . import actions, queries, rules
from .listed import USER_STATES, covers, user_state
from .permissions import KIND_TITLES, PERMISSION_TITLES, ROLE_TITLES
from .signing_in import confirm, sign_in, sign_out, sign_out_everywhere
from .viewer import User


def _safe_next(address: str) -> str:
    """Only an address of ours: a path, not `//elsewhere`, not a scheme."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and all(c.isprintable() and c != "\\" for c in address)
    return address if plain else "/"


def _session_cookie(token: str) -> Cookie:
    return Cookie(key=COOKIE, value=token, path="/", secure=True, httponly=True, samesite="lax", max_age=int(rules.ABSOLUTE.total_seconds()))


class AccountPages(Controller):
    include_in_schema = False

    @get("/sign-in", opt={"permission": "public"})
    async def sign_in_form(self, request: AnyRequest) -> Template | Redirect:
        if request.scope.get("user") is not None:
            return see_other("/")
        return page("accounts/sign-in.html", request, next=_safe_next(request.query_params.get("next", "/")), email="", errors=())

    @post("/sign-in", opt={"permission": "public"})
    async def sign_in_post(self, request: AnyRequest) -> Template | Redirect:
        form = first_values(await posted(request))
        email, there = form.get("email", "").strip(), _safe_next(form.get("next", "/"))
        address = request.client.host if request.client else "unknown"
        try:
            if faults := _missing(email, form.get("password", "")):
                raise Invalid(faults)
            _, token = await sign_in(email, form["password"], address=address, old_token=request.cookies.get(COOKIE))
        except (Invalid, TooMany) as refusal:
            return _sign_in_again(request, refusal, next=there, email=email)
        answer = see_other(there)
        answer.set_cookie(_session_cookie(token))
        return answer

    @post("/sign-out", opt={"permission": "own-account:use"})
    async def sign_out_post(self, request: AnyRequest, user: NamedDependency[User]) -> Redirect:
        if request.auth:
            await sign_out(request.auth, by=user)
        answer = see_other("/sign-in")
        answer.set_cookie(Cookie(key=COOKIE, value="", path="/", secure=True, httponly=True, samesite="lax", max_age=0))
        return answer

    @get("/confirm", opt={"permission": "own-account:use"})
    async def confirm_form(self, request: AnyRequest) -> Template:
        return _confirm(request, _safe_next(request.query_params.get("next", "/")))

    @post("/confirm", opt={"permission": "own-account:use"})
    async def confirm_post(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        form = first_values(await posted(request))
        there, address = _safe_next(form.get("next", "/")), request.client.host if request.client else "unknown"
        try:
            if not form.get("password"):
                raise Invalid([FieldError("password", "Enter your password")])
            token = await confirm(request.auth or "", form["password"], by=user, address=address)
        except (Invalid, TooMany) as refusal:
            return _confirm(request, there, refusal)
        answer = see_other(there)
        answer.set_cookie(_session_cookie(token))
        return answer

    @get("/account", opt={"permission": "own-account:use"})
    async def account(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return page(
            "accounts/account.html",
            request,
            role=ROLE_TITLES[user.role],
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


def _sign_in_again(request: AnyRequest, refusal: Invalid | TooMany, **typed: str) -> Template:
    """The form with what is wrong; where it was tried too often, with the seconds to wait for whatever tries."""
    if isinstance(refusal, Invalid):
        return page("accounts/sign-in.html", request, status=422, errors=refusal.errors, **typed)
    again = page("accounts/sign-in.html", request, status=429, errors=(FieldError("email", str(refusal)),), **typed)
    again.headers["Retry-After"] = str(refusal.retry_after)
    return again


def _confirm(request: AnyRequest, there: str, refusal: Invalid | TooMany | None = None) -> Template:
    errors = refusal.errors if isinstance(refusal, Invalid) else (FieldError("password", str(refusal)),) if refusal else ()
    minutes = int(rules.CONFIRMED_FOR.total_seconds() // 60)
    status = 429 if isinstance(refusal, TooMany) else 422 if refusal else 200
    answer = page("accounts/confirm.html", request, status=status, errors=errors, next=there, minutes=minutes)
    if isinstance(refusal, TooMany):
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


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
