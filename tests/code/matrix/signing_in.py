"""A session of each role's own besides the one by which it asks; Ivy and Ben have phones; keys that act for Femi. Nobody who asks has a phone, so
that there is nothing of theirs to change."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import NOW, World, session_of
from yosafe.accounts.actions import make_key
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import MakeKey
from yosafe.accounts.secrets import token_hash
from yosafe.audit.record import Operator
from yosafe.db.engine import DB

NO_PHONE = dict.fromkeys(Role, "none has a phone: see tests/accounts/test_codes.py")
JSON = {"Content-Type": "application/json"}


async def prepare(world: World) -> None:
    for role in (*Role, None):
        user = world.of(role) if role else world.ivy
        token = await session_of(user)
        world.made[f"{role}'s session"] = await DB.fetchval("SELECT id FROM session WHERE token_hash = $1", token_hash(token))
    for user in (world.ivy, world.ben):
        await DB.execute("INSERT INTO sign_in_code (user_account, nonce, made_at, enrolled_at) VALUES ($1, 'n', $2, $2)", user.id, NOW)
    for name in ("rotated", "ended", "rotated by API", "ended by API"):
        world.made[f"key {name}"] = (await make_key(MakeKey(name=name, email="femi@example.org"), by=Operator())).id


def own(path: str, **more: Any) -> Row:
    def ask(whose: Role | None) -> Any:
        return lambda world: Call(path.format(world.made[f"{whose}'s session"]), **more)

    return Row(ask(Role.YOI_LEAD), other=ask(None), own_for={role: ask(role) for role in Role})


def of(name: str, path: str, **more: Any) -> Row:
    return Row(lambda world: Call(path.format(world[name].id), **more))


def key(which: str, path: str, **more: Any) -> Row:
    return Row(lambda world: Call(path.format(world.femi.id, world.made[f"key {which}"]), **more))


ROWS = {
    "GET /sign-in/code": Row("/sign-in/code"),
    "POST /sign-in/code": Row(Call("/sign-in/code", form={"code": ""})),
    "GET /sign-in/set-up": Row("/sign-in/set-up"),
    "POST /sign-in/set-up": Row(Call("/sign-in/set-up", form={"code": ""})),
    "GET /account/codes": Row("/account/codes"),
    "GET /account/codes/new": Row("/account/codes/new"),
    "POST /account/codes/new": Row(Call("/account/codes/new", form={"code": ""})),
    "POST /account/codes/recovery": Row(Call("/account/codes/recovery", form={}), alone=NO_PHONE),
    "POST /account/codes/end": Row(Call("/account/codes/end", form={}), alone=NO_PHONE),
    "GET /account/sessions": Row("/account/sessions"),
    "POST /account/sessions/{session}/end": own("/account/sessions/{}/end", form={}),
    "GET /admin/users/{id}": of("amina", "/admin/users/{}"),
    "POST /admin/users/{id}/sessions/end": of("amina", "/admin/users/{}/sessions/end", form={}),
    "POST /admin/users/{id}/codes/end": of("ivy", "/admin/users/{}/codes/end", form={}),
    "POST /admin/users/{id}/keys": of("femi", "/admin/users/{}/keys", form={"name": "", "days": "many"}),
    "POST /admin/users/{id}/keys/{key}/rotate": key("rotated", "/admin/users/{}/keys/{}/rotate", form={}),
    "POST /admin/users/{id}/keys/{key}/end": key("ended", "/admin/users/{}/keys/{}/end", form={}),
    "GET /api/v1/sessions": Row("/api/v1/sessions"),
    "POST /api/v1/sessions/{id}/end": Row(
        lambda world: Call("/api/v1/sessions/0/end", headers=JSON), alone=dict.fromkeys(Role, "one's own was ended by the page in this table")
    ),
    "POST /api/v1/users/{id}/sign-out": of("amina", "/api/v1/users/{}/sign-out", headers=JSON),
    "POST /api/v1/users/{id}/codes/end": of("ben", "/api/v1/users/{}/codes/end", headers=JSON),
    "GET /api/v1/keys": Row("/api/v1/keys"),
    "POST /api/v1/keys": Row(Call("/api/v1/keys", json={"email": "femi@example.org", "name": "reports", "scope": ["moon:read"]})),
    "POST /api/v1/keys/{id}/rotate": Row(lambda world: Call(f"/api/v1/keys/{world.made['key rotated by API']}/rotate", headers=JSON)),
    "POST /api/v1/keys/{id}/end": Row(lambda world: Call(f"/api/v1/keys/{world.made['key ended by API']}/end", headers=JSON)),
}
