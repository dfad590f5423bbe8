"""Signing in through an OpenID provider: leaving for it, coming back, showing again who one is, and signing out of it too.

Leaving is by links, not forms: the policy of the pages lets no form lead elsewhere. What is refused is said on the page of signing in, in words.
"""

from litestar import Controller, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from yosafe.errors import NotFound, NotSignedIn, ProviderAway, Refused
from yosafe.web.confirmed import check_in_person
from yosafe.web.kit import COOKIE, AnyRequest, see_other

from . import linked, provider
from .answers import address_of, own_address, session_cookie
from .pages import sign_in_page, step_after
from .provider import Begun
from .viewer import User

LEFT_COOKIE = "__Host-yosafe-left"
STAYED = "You did not sign in there, or it did not let you. Try again, or sign in with your password."
NO_SIGN_OUT = "It does not say where people sign out of it. Close every window of your browser instead."


def left_cookie(begun: Begun | None) -> Cookie:
    """What a browser keeps while its user is at the provider; None takes it away."""
    lasts = int(provider.WITHIN.total_seconds()) if begun else 0
    value = provider.sealed(begun) if begun else ""
    return Cookie(key=LEFT_COOKIE, value=value, path="/", secure=True, httponly=True, samesite="lax", max_age=lasts)


class ProviderPages(Controller):
    include_in_schema = False

    @get("/sign-in/provider", opt={"permission": "public"})
    async def leave(self, request: AnyRequest) -> Template | Redirect:
        provider.chosen()
        try:
            return await _left(provider.begin(own_address(request.query_params.get("next", "/"))))
        except ProviderAway as refusal:
            return sign_in_page(request, refusal, status=503)

    @get("/confirm/provider", opt={"permission": "own-account:use"})
    async def leave_to_confirm(self, request: AnyRequest, user: NamedDependency[User]) -> Redirect:
        check_in_person(request)
        if not await linked.may_confirm_through(user):
            raise NotFound("You can't show who you are through another service. Use your password or your code.")
        return await _left(provider.begin(own_address(request.query_params.get("next", "/")), session=request.scope["state"]["session"]))

    @get("/sign-in/provider/back", opt={"permission": "public"})
    async def back(self, request: AnyRequest) -> Template | Redirect:
        """Whoever comes back, however it went: what they left with is good once."""
        provider.chosen()
        begun = provider.unsealed(request.cookies.get(LEFT_COOKIE, ""))
        try:
            answer: Template | Redirect = await _came_back(request, begun)
        except (Refused, ProviderAway) as refusal:
            if begun is not None and begun.session is not None and request.scope.get("user") is not None:
                raise  # signed in they stay; a page of its own says it
            answer = sign_in_page(request, refusal, status=503 if isinstance(refusal, ProviderAway) else 403)
        answer.set_cookie(left_cookie(None))
        return answer

    @get("/sign-in/provider/out", opt={"permission": "public"})
    async def out(self) -> Redirect:
        there = await provider.sign_out_address()
        if there is None:
            raise NotFound(NO_SIGN_OUT)
        return see_other(there)


async def _left(begun: Begun) -> Redirect:
    answer = see_other(await provider.address(begun))
    answer.set_cookie(left_cookie(begun))
    return answer


async def _came_back(request: AnyRequest, begun: Begun | None) -> Redirect:
    """Raises Refused, ProviderAway."""
    query = request.query_params
    if begun is None or query.get("state") != provider.state_of(begun):
        raise Refused(provider.WRONG)
    if "code" not in query:
        raise Refused(STAYED)
    identity = await provider.identity(begun, query["code"])
    if begun.session is not None:
        return await _confirmed(request, begun, identity)
    browser = request.headers.get("user-agent", "")
    began = await linked.sign_in_through(identity, address=address_of(request), old_token=request.cookies.get(COOKIE), browser=browser)
    answer = see_other(step_after(began.awaits, begun.there))
    answer.set_cookie(session_cookie(began.token))
    return answer


async def _confirmed(request: AnyRequest, begun: Begun, identity: provider.Identity) -> Redirect:
    user: User | None = request.scope.get("user")
    session = request.scope["state"].get("session")
    if user is None or session is None:
        raise NotSignedIn("Sign in to go on.")
    answer = see_other(begun.there)
    answer.set_cookie(session_cookie(await linked.confirm_through(request.auth or "", begun, identity, by=user, session=session)))
    return answer
