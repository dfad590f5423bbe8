"""Everyone is told of Kai, who exists for those who do casework; Ivy, at Oakhill, is told of Nia. A notice is its reader's own."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import World
from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.db.engine import DB

JSON = {"Content-Type": "application/json"}
API, PAGES = "/api/v1/notices", "/notices"
NOTHING = "nothing that a notice can be about exists for them"
_ADD = """
    INSERT INTO notice (event, subject_kind, subject, urgent, at, user_account)
    VALUES ('concerns-accumulated', 'young_person', $1, true, $2, $3) RETURNING id
"""


async def prepare(world: World) -> None:
    for role in Role:
        world.made[f"{role}'s notice"] = await DB.fetchval(_ADD, world.kai.id, clock.now(), world.of(role).id)
    world.made["ivy's notice"] = await DB.fetchval(_ADD, world.nia.id, clock.now(), world.ivy.id)


def of(path: str, base: str, **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(f"{base}/{world.made[f'{whose}s notice']}{path}", **more)

    return Row(
        ask(f"{Role.YOI_LEAD}'"), other=ask("ivy'"), own_for={role: ask(f"{role}'") for role in Role},
        alone=dict.fromkeys((Role.INSPECTOR, Role.DPO, Role.ADMIN), NOTHING),
    )  # fmt: skip


CHOICE = {"mail": "none"}
ROWS = {
    "GET /api/v1/notices": Row(API),
    "GET /api/v1/notices/count": Row(f"{API}/count"),
    "POST /api/v1/notices/{notice}/read": of("/read", API, headers=JSON),
    "POST /api/v1/notices/{notice}/done": of("/done", API, headers=JSON),
    "POST /api/v1/notices/{notice}/again": of("/again", API, headers=JSON),
    "GET /api/v1/notices/mail": Row(f"{API}/mail"),
    "POST /api/v1/notices/mail": Row(Call(f"{API}/mail", json=CHOICE)),
    "GET /notices": Row(PAGES),
    "POST /notices/{notice}/done": of("/done", PAGES, form={}),
    "POST /notices/{notice}/again": of("/again", PAGES, form={}),
    "GET /notices/mail": Row(f"{PAGES}/mail"),
    "POST /notices/mail": Row(Call(f"{PAGES}/mail", form=CHOICE)),
}
