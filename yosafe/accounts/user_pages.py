"""One user as the administrator sees them: sessions, the phone for codes, API keys. A new key is shown once, on the page that made it."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.errors import Conflict, DomainError, FieldError, Invalid
from yosafe.web.kit import AnyRequest, page, posted, see_other

from . import actions, linked, queries, second_factor, sessions
from .permissions import PERMISSION_TITLES, PERMISSIONS, ROLE_TITLES
from .policy import provider_name
from .schemas import KeyMade, LinkIdentity, MakeKey
from .viewer import User

MANAGE, KEYS = "user:manage", "api-key:manage"
DONE = {
    "sessions": "Every session of this user has ended",
    "codes": "The phone and the recovery codes were taken away, and the user is told",
    "key": "That key no longer works",
    "linked": "The account is linked, and the user is told",
    "unlinked": "The link has ended, and so has every session that began through it",
}
MOST_LETTERS, MOST_DAYS, MOST_LETTERS_OF_SUBJECT = 100, 365, 255
STATUS: dict[type[Exception], int] = {Invalid: 422, Conflict: 409}


class UserPages(Controller):
    path = "/admin/users/{id:int}"
    include_in_schema = False

    @get("/", opt={"permission": MANAGE})
    async def show(self, request: AnyRequest, id: FromPath[int]) -> Template:
        return await _user(request, id)

    @post("/sessions/end", opt={"permission": MANAGE})
    async def end_sessions(self, id: FromPath[int], user: NamedDependency[User]) -> Redirect:
        await sessions.end_all_of(id, by=user)
        return see_other(f"/admin/users/{id}?done=sessions")

    @post("/codes/end", opt={"permission": MANAGE, "confirm": True})
    async def end_codes(self, id: FromPath[int], user: NamedDependency[User]) -> Redirect:
        await second_factor.take_away(id, by=user)
        return see_other(f"/admin/users/{id}?done=codes")

    @post("/link", opt={"permission": MANAGE, "confirm": True})
    async def link(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        typed = {"subject": next(iter((await posted(request)).get("subject", [])), "").strip()}
        try:
            await linked.link_identity(id, _link(typed["subject"]), by=user)
        except (Invalid, Conflict) as refusal:
            return await _user(request, id, {"days": "365", **typed}, refusal)
        return see_other(f"/admin/users/{id}?done=linked")

    @post("/link/end", opt={"permission": MANAGE, "confirm": True})
    async def end_link(self, id: FromPath[int], user: NamedDependency[User]) -> Redirect:
        await linked.end_link(id, by=user)
        return see_other(f"/admin/users/{id}?done=unlinked")

    @post("/keys", opt={"permission": KEYS, "confirm": True}, status_code=200)
    async def make_key(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template:
        of, sent = await queries.user(id), await posted(request)
        typed = {"name": next(iter(sent.get("name", [])), ""), "days": next(iter(sent.get("days", [])), ""), "scope": sent.get("scope", [])}
        try:
            made = await actions.make_key(_key(of.email, typed), by=user)
        except Invalid as refusal:
            return await _user(request, id, typed, refusal)
        return await _user(request, id, made=made)

    @post("/keys/{key:int}/rotate", opt={"permission": KEYS, "confirm": True}, status_code=200)
    async def rotate(self, request: AnyRequest, id: FromPath[int], key: FromPath[int], user: NamedDependency[User]) -> Template:
        try:
            made = await actions.rotate_key(key, by=user, of=id)
        except Conflict as refusal:
            return await _user(request, id, refusal=refusal)
        return await _user(request, id, made=made)

    @post("/keys/{key:int}/end", opt={"permission": KEYS})
    async def end_key(self, id: FromPath[int], key: FromPath[int], user: NamedDependency[User]) -> Redirect:
        await actions.revoke_key(key, by=user, of=id)
        return see_other(f"/admin/users/{id}?done=key")


def _key(email: str, typed: dict[str, Any]) -> MakeKey:
    """Raises Invalid, on its fields."""
    name, days = str(typed["name"]).strip(), str(typed["days"]).strip()
    faults = []
    if not 1 <= len(name) <= MOST_LETTERS:
        faults.append(FieldError("name", f"Say what the key is for, in {MOST_LETTERS} characters or fewer"))
    if not (days.isascii() and days.isdigit() and len(days) < 4 and 1 <= int(days) <= MOST_DAYS):
        faults.append(FieldError("days", f"Enter for how many days the key works, from 1 to {MOST_DAYS}"))
    if faults:
        raise Invalid(faults)
    try:
        return MakeKey(email=email, name=name, days=int(days), scope=list(typed["scope"]))
    except ValueError as fault:
        raise Invalid([FieldError("name", f"What the key is for {str(fault).partition(': ')[2]}")]) from None


def _link(subject: str) -> LinkIdentity:
    """Raises Invalid, on its field."""
    if len(subject) > MOST_LETTERS_OF_SUBJECT:
        raise Invalid([FieldError("subject", f"Enter {MOST_LETTERS_OF_SUBJECT} characters or fewer, as the service shows it")])
    try:
        return LinkIdentity(subject=subject or None)
    except ValueError as fault:
        raise Invalid([FieldError("subject", f"What you typed {str(fault).partition(': ')[2]}")]) from None


async def _user(request: AnyRequest, id: int, values: Any = None, refusal: DomainError | None = None, made: KeyMade | None = None) -> Template:
    of = await queries.user(id)
    errors = [*refusal.errors] if isinstance(refusal, Invalid) else [FieldError("", str(refusal))] if refusal else []
    return page(
        "accounts/user.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=errors, one=of, role=ROLE_TITLES[of.role],
        values=values or {"days": "365"}, made=made, sessions=await sessions.sessions_of(id), keys=await queries.keys_of(id),
        has_codes=await queries.has_codes(id), done=DONE.get(request.query_params.get("done", "")),
        scopes=[{"value": name, "label": title} for name, title in PERMISSION_TITLES.items() if name in PERMISSIONS[of.role] - actions.BY_A_PERSON],
        titles=PERMISSION_TITLES, provider=provider_name(), link=await linked.link_of(id),
    )  # fmt: skip
