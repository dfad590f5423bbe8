"""Every refusal and every fault as an answer: `application/problem+json` under /api/ (RFC 9457), a page elsewhere.

Never the words of the database, never what was sent.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, PermissionDeniedException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.response import Redirect

from yosafe import errors
from yosafe.errors import DomainError
from yosafe.forms.structs import remedy_for

from .kit import page

log = structlog.get_logger("yosafe.web")

STATUS: dict[type[DomainError], int] = {
    errors.NotSignedIn: 401,
    errors.Refused: 403,
    errors.NotConfirmed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.Invalid: 422,
    errors.VersionMissing: 428,
    errors.TooMany: 429,
    errors.DatabaseAway: 503,
    errors.NotUpgraded: 503,
    errors.ProviderAway: 503,
}
FAULT = "Something went wrong in yosafe. It has been noted. Try again; if it happens again, tell your administrator this reference."
TITLES = {
    400: "That request can't be read",
    404: "Not found",
    405: "That can't be done here",
    413: "Too large",
    415: "That kind of content can't be read",
}


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What went wrong, as every API answer says it. `type` never changes for a kind of problem; `reference` finds it in the log. With 412, `current`
    is the record as it is now, whose version the ETag names; with 409, `candidates` are records one of which may be meant."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []
    reference: str | None = None
    current: dict[str, Any] | None = None
    candidates: list[dict[str, Any]] = []


def problem_of(error: Exception, reference: str | None, spelt: Mapping[str, str] | None = None) -> Problem:
    """`spelt`: what parameters are called in the address, of those that have another name inside."""
    match error:
        case errors.Invalid():
            return _problem(error, 422, reference, [{"key": e.key, "message": e.message} for e in error.errors])
        case errors.Stale(current=current):
            problem = _problem(error, 412, reference, [])
            problem.current = None if current is None else msgspec.to_builtins(current)
            return problem
        case errors.Conflict(candidates=candidates):
            problem = _problem(error, 409, reference, [])
            problem.candidates = msgspec.to_builtins(candidates)
            return problem
        case DomainError() if status := next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None):
            return _problem(error, status, reference, [])
        case ValidationException():
            return Problem(
                type=_type("invalid"), title=errors.Invalid.title, status=422, reference=reference, errors=_validation_errors(error, spelt or {}),
                detail="Mend the fields that are named and send it again.",
            )  # fmt: skip
        case HTTPException() if error.status_code < 500:
            title = TITLES.get(error.status_code, "That can't be done")
            return Problem(
                type=_type(f"http-{error.status_code}"),
                title=title,
                status=error.status_code,
                detail=_REMEDY.get(error.status_code, title),
                reference=reference,
            )
        case RecursionError():
            return Problem(type=_type("http-400"), title=TITLES[400], status=400, detail="What was sent is nested too deeply.", reference=reference)
    return Problem(type=_type("fault"), title=DomainError.title, status=500, detail=FAULT, reference=reference)


_REMEDY = {
    400: "Send well-formed JSON, or the form as yosafe made it.",
    404: "There is nothing at this address that you can see. Check it, or go back to your worklist.",
    405: "This address does not take that method. The API description at /api/openapi.json says which it takes.",
    413: "What was sent is larger than yosafe takes here. Send a smaller file or a shorter text.",
    415: "Send application/json here.",
}


def _type(slug: str) -> str:
    return f"urn:yosafe:problem:{slug}"


def _problem(error: DomainError, status: int, reference: str | None, fields: list[dict[str, str]]) -> Problem:
    return Problem(type=_type(error.slug), title=error.title, status=status, detail=str(error), errors=fields, reference=reference)


def _validation_errors(error: ValidationException, spelt: Mapping[str, str]) -> list[dict[str, str]]:
    extra = [e for e in error.extra if isinstance(e, dict)] if isinstance(error.extra, list) else []
    return [_validation_error(_key(e, spelt), str(e.get("message", "is not right"))) for e in extra]


def _key(fault: Mapping[str, Any], spelt: Mapping[str, str]) -> str:
    key = str(fault.get("key", ""))
    if key == "data":  # the body as a whole
        return ""
    return key if fault.get("source") == "body" else spelt.get(key, key)


def _validation_error(key: str, message: str) -> dict[str, str]:
    """The fault on its own field: our sentences about a text lead with its name, and msgspec names unknown and missing fields only in words."""
    field, words = "", NO_BODY if message == "'data'" else remedy_for(message)
    for pattern, remedy in _NAMED_IN_WORDS:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            field, words = match[1], remedy or match[2]
    return {"key": ".".join(part for part in (key, field) if part), "message": words[:1].upper() + words[1:]}


NO_BODY = "Send the fields as a JSON object"
_NAMED_IN_WORDS = (
    (r"(\w+): (.+)", ""),
    (r"Object contains unknown field `(.+)`", "There is no such field here: take it out"),
    (r"Object missing required field `(.+)`", "Must be given"),
)


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The one exception handler."""
    reference = request.scope["state"].get("request_id")
    problem = problem_of(error, reference, _spelt(request))
    if problem.status >= 500:
        # The class and where it was raised, never its words: those can hold what someone typed.
        log.error("fault", reference=reference, error=type(error).__name__, where=_where(error))
    if request.scope["path"].startswith("/api/"):  # not its url: of a host that is none, none can be made
        return _as_json(problem, error)
    return _as_page(request, problem, error)


def _spelt(request: Request[Any, Any, Any]) -> dict[str, str]:
    handler = request.scope.get("route_handler")
    parameters = handler.parsed_fn_signature.parameters if isinstance(handler, HTTPRouteHandler) else {}
    given = {name: parameter.kwarg_definition for name, parameter in parameters.items()}
    return {name: kind.name for name, kind in given.items() if isinstance(kind, ParameterKwarg) and kind.name}


def _where(error: BaseException) -> str:
    """File, line and function of the innermost frames."""
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/yosafe/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(frames[-4:]))


def _headers(error: Exception) -> dict[str, str]:
    match error:
        case errors.Stale(version=int(version)):
            return {"ETag": f'"{version}"'}
        case errors.TooMany():
            return {"Retry-After": str(error.retry_after)}
        case errors.DatabaseAway():
            return {"Retry-After": "5"}
        case errors.NotSignedIn():
            return {"WWW-Authenticate": "Bearer"}
        case HTTPException() if error.status_code == 405 and error.headers:
            return dict(error.headers)
    return {}


def _as_json(problem: Problem, error: Exception) -> Response[Problem]:
    return Response(problem, status_code=problem.status, media_type="application/problem+json", headers=_headers(error))


def _as_page(request: Request[Any, Any, Any], problem: Problem, error: Exception) -> Response[Any]:
    if isinstance(error, errors.NotSignedIn):
        there = request.url.path if request.method == "GET" else "/"
        return Redirect("/sign-in" if there == "/" else f"/sign-in?next={quote(there)}", status_code=303)
    if isinstance(error, errors.NotConfirmed) and request.method == "GET":
        return Redirect(f"/confirm?next={quote(_here(request))}", status_code=303)
    if isinstance(error, HTTPException) and error.status_code == 405 and request.method == "GET":
        # What only takes a form: the address stays in the browser after a refusal. Whoever comes back by it wants the record.
        return Redirect(request.url.path.rstrip("/").rpartition("/")[0] or "/", status_code=303)
    if isinstance(error, PermissionDeniedException) and "CSRF" in str(error.detail):
        problem.title, problem.detail = "Your form may have expired", "Nothing was saved. Go back, open the page again and send the form once more."
    template = page("web/problem.html", request, problem=problem, status=problem.status)
    template.headers.update(_headers(error))
    return template


def _here(request: Request[Any, Any, Any]) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


HANDLERS: dict[type[Exception] | int, Callable[[Request[Any, Any, Any], Any], Response[Any]]] = {
    Exception: answer,
    HTTPException: answer,
    DomainError: answer,
}
