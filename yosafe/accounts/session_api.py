"""Sessions, codes and keys by API: one's own sessions; for the administrator everybody's, and keys."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.db.paging import Page, whole
from yosafe.web.kit import AnyRequest

from . import actions, linked, queries, second_factor, sessions
from .linked import Link
from .schemas import KeyMade, KeyOut, LinkIdentity, MakeKey
from .sessions import SessionOut
from .viewer import User


class SessionsApi(Controller):
    tags = ("accounts",)

    @get("/sessions", opt={"permission": "own-account:use"})
    async def own(self, request: AnyRequest, user: NamedDependency[User]) -> Page[SessionOut]:
        """Your sessions that live, the one last seen first."""
        return whole(await sessions.sessions_of(user.id, here=request.scope["state"].get("session")))

    @post("/sessions/{id:int}/end", opt={"permission": "own-account:use"}, status_code=204)
    async def end(self, id: FromPath[int], user: NamedDependency[User]) -> None:
        """End one of your sessions."""
        await sessions.end_own(id, by=user)

    @post("/users/{id:int}/sign-out", opt={"permission": "user:manage"}, status_code=204)
    async def end_all(self, id: FromPath[int], user: NamedDependency[User]) -> None:
        """End every session of a user."""
        await sessions.end_all_of(id, by=user)

    @post("/users/{id:int}/codes/end", opt={"permission": "user:manage", "confirm": True}, status_code=204)
    async def end_codes(self, id: FromPath[int], user: NamedDependency[User]) -> None:
        """Take a user's phone and recovery codes away, for who lost them. Their sessions end, and they are told."""
        await second_factor.take_away(id, by=user)

    @post("/users/{id:int}/link", opt={"permission": "user:manage", "confirm": True})
    async def link(self, id: FromPath[int], data: JSONBody[LinkIdentity], user: NamedDependency[User]) -> Link:
        """Let a user sign in through the OpenID provider of this installation; they are told."""
        return await linked.link_identity(id, data, by=user)

    @post("/users/{id:int}/link/end", opt={"permission": "user:manage", "confirm": True}, status_code=204)
    async def end_link(self, id: FromPath[int], user: NamedDependency[User]) -> None:
        """Stop a user from signing in through it. Sessions that began so end."""
        await linked.end_link(id, by=user)

    @get("/keys", opt={"permission": "api-key:manage"})
    async def keys(self) -> Page[KeyOut]:
        """Every API key, the newest first; never the key itself."""
        return whole(await queries.keys())

    @post("/keys", opt={"permission": "api-key:manage", "confirm": True})
    async def make(self, data: JSONBody[MakeKey], user: NamedDependency[User]) -> KeyMade:
        """Make an API key that acts for a user. This answer is the only place where it is shown."""
        return await actions.make_key(data, by=user)

    @post("/keys/{id:int}/rotate", opt={"permission": "api-key:manage", "confirm": True})
    async def rotate(self, id: FromPath[int], user: NamedDependency[User]) -> KeyMade:
        """A new key in place of another, with its name, its scope and as many days; the old one works for seven more days."""
        return await actions.rotate_key(id, by=user)

    @post("/keys/{id:int}/end", opt={"permission": "api-key:manage"}, status_code=204)
    async def end_key(self, id: FromPath[int], user: NamedDependency[User]) -> None:
        await actions.revoke_key(id, by=user)
