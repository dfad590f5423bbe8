"""Grace, of Wetherby, answers for Kai, whom she holds, and not for Nia, whom Oakhill holds. Each agency has a certificate."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import NOW, World
from yosafe.db.engine import DB
from yosafe.refs import ref

REASON = "A claim for an injury was announced by a solicitor."
STALE = {"If-Match": '"99"'}
_PROPOSE = """
    INSERT INTO destruction (young_person, agency, rule, kept, source, reason, proposed_at, proposed_by, confirmed_at, confirmed_by, done_at,
        destroyed, treated)
    VALUES ($1, $2, 'custody', '10 years', 'Ours', $3, $4, $5, $4, $6, $4, '{"contact": 1}', '{}') RETURNING id
"""
_ADD = "INSERT INTO legal_hold (young_person, agency, reason, placed_at, placed_by) VALUES ($1, $2, $3, $4, $5) RETURNING id"


async def prepare(world: World) -> None:
    for name, child, user in (("kai's hold", world.kai, world.grace), ("nia's hold", world.nia, world.ivy)):
        world.made[name] = await DB.fetchval(_ADD, child.id, user.agency, REASON, NOW, user.id)
    for name, child, user in (("kai's destruction", world.kai, world.cleo), ("nia's destruction", world.nia, world.ivy)):
        world.made[name] = ref("DR", await DB.fetchval(_PROPOSE, child.id, user.agency, REASON, NOW, user.id, world.hal.id))


def of(path: str, what: str = "hold", **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(path.format(world.made[f"{whose}'s {what}"]), **more)

    return Row(ask("kai"), other=ask("nia"))


def on(path: str, **more: Any) -> Row:
    return Row(Call(path.format("YP-000001"), **more), other=Call(path.format("YP-000002"), **more))


ROWS = {
    "GET /admin/retention": Row("/admin/retention"),
    "GET /admin/retention/export": Row("/admin/retention/export"),
    "GET /admin/retention/holds": Row("/admin/retention/holds"),
    "GET /admin/retention/holds/export": Row("/admin/retention/holds/export"),
    "GET /admin/retention/records/{ref}": on("/admin/retention/records/{}"),
    "POST /admin/retention/records/{ref}/hold": on("/admin/retention/records/{}/hold", form={"reason": "short"}),
    "GET /admin/retention/holds/{id}": of("/admin/retention/holds/{}"),
    "POST /admin/retention/holds/{id}": of("/admin/retention/holds/{}", form={"reason": REASON, "version": "99"}),
    "GET /admin/retention/records/{ref}/destroy": on("/admin/retention/records/{}/destroy"),
    "POST /admin/retention/records/{ref}/destroy": on("/admin/retention/records/{}/destroy", form={"reason": "short"}),
    "GET /admin/retention/destructions": Row("/admin/retention/destructions"),
    "GET /admin/retention/destructions/export": Row("/admin/retention/destructions/export"),
    "GET /admin/retention/destructions/{ref}": of("/admin/retention/destructions/{}", "destruction"),
    "GET /admin/retention/destructions/{ref}/file": of("/admin/retention/destructions/{}/file", "destruction"),
    "POST /admin/retention/destructions/{ref}/confirm": of("/admin/retention/destructions/{}/confirm", "destruction", form={"version": "99"}),
    "POST /admin/retention/destructions/{ref}/break-off": of(
        "/admin/retention/destructions/{}/break-off", "destruction", form={"reason": REASON, "version": "99"}
    ),
    "GET /api/v1/retention": Row("/api/v1/retention"),
    "GET /api/v1/retention/{ref}/reach": on("/api/v1/retention/{}/reach"),
    "POST /api/v1/retention/{ref}/destruction": on("/api/v1/retention/{}/destruction", json={"reason": REASON}),
    "GET /api/v1/destructions": Row("/api/v1/destructions"),
    "GET /api/v1/destructions/{ref}": of("/api/v1/destructions/{}", "destruction"),
    "GET /api/v1/destructions/{ref}/certificate": of("/api/v1/destructions/{}/certificate", "destruction"),
    "POST /api/v1/destructions/{ref}/confirm": of("/api/v1/destructions/{}/confirm", "destruction", json={}, headers=STALE),
    "POST /api/v1/destructions/{ref}/break-off": of("/api/v1/destructions/{}/break-off", "destruction", json={"reason": REASON}, headers=STALE),
    "GET /api/v1/retention/{ref}": on("/api/v1/retention/{}"),
    "POST /api/v1/retention/{ref}/holds": on("/api/v1/retention/{}/holds", json={"reason": REASON}),
    "GET /api/v1/legal-holds": Row("/api/v1/legal-holds"),
    "GET /api/v1/legal-holds/{id}": of("/api/v1/legal-holds/{}"),
    "POST /api/v1/legal-holds/{id}/lift": of("/api/v1/legal-holds/{}/lift", json={"reason": REASON}, headers=STALE),
}
