"""What the pages about signing in share: the cookie of a session, where to go afterwards, a form again with what is wrong."""

from typing import Any

from litestar.datastructures import Cookie
from litestar.response import Template

from yosafe.errors import DomainError, FieldError, Invalid, TooMany
from yosafe.web.kit import COOKIE, AnyRequest, page

from .policy import policy


def session_cookie(token: str) -> Cookie:
    """An empty token takes the cookie away."""
    lasts = int(policy().absolute.total_seconds()) if token else 0
    return Cookie(key=COOKIE, value=token, path="/", secure=True, httponly=True, samesite="lax", max_age=lasts)


def own_address(address: str) -> str:
    """Only an address of ours: a path, not `//elsewhere`, not a scheme."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and all(c.isprintable() and c != "\\" for c in address)
    return address if plain else "/"


def address_of(request: AnyRequest) -> str:
    return request.client.host if request.client else "unknown"


def refused(name: str, request: AnyRequest, refusal: DomainError | None, /, *, field: str, **context: Any) -> Template:
    """A page with a form, with what is wrong where it was refused; where it was tried too often, with the seconds to wait for whatever tries."""
    errors = refusal.errors if isinstance(refusal, Invalid) else (FieldError(field, str(refusal)),) if refusal else ()
    answer = page(name, request, status=429 if isinstance(refusal, TooMany) else 422 if refusal else 200, errors=errors, **context)
    if isinstance(refusal, TooMany):
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer
