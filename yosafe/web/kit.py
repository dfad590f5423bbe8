"""What feature pages and APIs share: the page context, the posted form, redirects, versions. The only part of web that features may import."""

import datetime as dt
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any

from litestar import Request, Response
from litestar.datastructures import MultiDict
from litestar.params import HeaderParameter
from litestar.response import Redirect, Stream, Template

from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid, Stale, VersionMissing
from yosafe.settings import Terminology
from yosafe.text import in_known_years

from .security import FILE_CSP

# __Host-: only this host, only over https (and loopback), never readable by scripts.
COOKIE = "__Host-yosafe"
CSRF_COOKIE = "__Host-yosafe-csrf"


Query = MultiDict[Any]
AnyRequest = Request[User, str | None, Any]

# Menu: text, address, permission. Shown to those who may open it.
MENU = (
    ("Worklist", "/", "worklist:read"),
    ("Children", "/children", "young-person:read"),
    ("Incidents", "/incidents", "incident:read"),
    ("Keep apart", "/keep-apart", "keep-apart:read"),
    ("Referrals", "/referrals", "referral:read"),
    ("Joint review", "/reviews", "review:read"),
    ("Committees", "/committees", "committee:read"),
    ("Surveys", "/surveys", "survey:read"),
    ("Imports", "/imports", "import:run"),
    ("Patterns", "/patterns", "pattern:read"),
    ("Reports", "/reports", "report:read"),
    ("Risk register", "/risks", "flag:read"),
    ("Flags and models", "/risks/rules", "model:read"),
    ("Audit", "/admin/audit", "audit:read"),
    ("Emergency access", "/admin/break-glass", "break-glass:review"),
    ("Requests for records", "/admin/subject-access", "subject-access:record"),
    ("Keeping records", "/admin/retention", "retention:read"),
    ("Users", "/admin/users", "user:read"),
    ("Agencies", "/admin/agencies", "agency:read"),
)


def menu(user: User | None, path: str, overdue: int = 0) -> list[dict[str, Any]]:
    """The menu of a user, with the part that `path` belongs to marked, and how many time limits are overdue beside the worklist."""
    if user is None:
        return []
    return [
        {"text": text, "href": href, "active": _within(path, href), "count": overdue if href == "/" else 0}
        for text, href in menu_of(user.permissions)
    ]


def menu_of(permissions: frozenset[str]) -> list[tuple[str, str]]:
    """Text and address of what may be opened. A page that lies within another one that is shown is led to from there."""
    open_to = [(text, href) for text, href, permission in MENU if permission in permissions]
    return [(text, href) for text, href in open_to if not any(_within(href, other) for _, other in open_to if other != href)]


def _within(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(href + "/"))


def page(name: str, request: AnyRequest, /, *, status: int = 200, **context: Any) -> Template:
    """A whole page. Templates see `viewer`, `may(permission)`, `nav`, `new_notices`, `path`, `query` beside what is passed."""
    user: User | None = request.scope.get("user")
    return Template(
        name,
        status_code=status,
        context={
            "viewer": user,
            "may": user.may if user else lambda _permission: False,
            "nav": menu(user.as_usual if user else None, request.scope["path"], request.scope["state"].get("overdue", 0)),
            "new_notices": request.scope["state"].get("new_notices", 0),
            "path": request.scope["path"],
            "query": {key: request.query_params.getall(key) for key in request.query_params},
            **context,
        },
    )


def terminology(request: AnyRequest) -> Terminology:
    """Whose words this installation uses. Templates have it as `terminology`."""
    chosen: Terminology = request.app.state.settings.terminology
    return chosen


def see_other(address: str) -> Redirect:
    """Where to go after a form was accepted (303: the browser asks for it afresh)."""
    return Redirect(address, status_code=303)


def file_answer(content: AsyncIterator[bytes], name: str, media_type: str, *, size: int | None = None, inline: bool = False) -> Stream:
    """Someone's file, piece by piece, under a name of ours: to be saved, unless it is a picture that we made (`inline`). No browser guesses what it
    is, and none runs anything of it."""
    headers = {"Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}"', "Content-Security-Policy": FILE_CSP}
    if size is not None:
        headers["Content-Length"] = str(size)
    return Stream(content, media_type=media_type, headers=headers)


async def posted(request: AnyRequest) -> dict[str, list[str]]:
    """The text fields of a posted form, each with all its values, the CSRF field left out."""
    form = await request.form()
    return {key: [value for value in form.getall(key) if isinstance(value, str)] for key in form if key != "_csrf_token"}


def version_asked(if_match: Annotated[str | None, HeaderParameter(name="If-Match", description='The ETag that you read, like "3"')] = None) -> int:
    """What `version: NamedDependency[int]` of an API handler is: the version that a change is meant for. Raises VersionMissing (428), Invalid."""
    if if_match is None:
        raise VersionMissing('Send the version that you read in an If-Match header, for example If-Match: "3".')
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid('If-Match holds no version of ours: send it as it was in the ETag, for example "3".')
    return int(text)


def versioned(content: Any, version: int, *, status: int = 200) -> Response[Any]:
    """An answer that carries the record's version as its ETag."""
    return Response(content, status_code=status, headers={"ETag": f'"{version}"'})


@asynccontextmanager
async def shown_if_stale(show: Callable[[], Awaitable[Response[Any]]]) -> AsyncIterator[None]:
    """Around a change by API: a caller who is too late is answered with the record as it is now, with its version. `show` loads it for them."""
    try:
        yield
    except Stale as refusal:
        now = await show()
        raise Stale(str(refusal), current=now.content, version=int(now.headers["ETag"].strip('"'))) from None


def first_values(form: Mapping[str, list[str]]) -> dict[str, str]:
    """One value a field: for forms with no field that can have several."""
    return {key: values[0] for key, values in form.items() if values}


_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", re.ASCII)


def day_asked(query: Query, key: str) -> dt.date | None:
    """A day in a filter, typed as 1/9/2026 or 2026-09-01; None when blank. Raises Invalid with the remedy."""
    text = str(query.get(key, "")).strip()
    if not text:
        return None
    parts = _DAY.fullmatch(text)
    remedy = Invalid([FieldError(key, "Enter a real date, for example 1/9/2026")])
    try:
        day = dt.date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else dt.date.fromisoformat(text)
    except ValueError:
        raise remedy from None
    if not in_known_years(day):
        raise remedy
    return day
