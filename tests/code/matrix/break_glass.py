"""Cleo, of Wetherby, opened Nia's record, and Grace reviews what people of Wetherby open; Ivy, at Oakhill, opened Kai's, which is nothing to Grace.
Both were over by NOW. Whoever tries to open a record in the table is told that none fits."""

import datetime as dt
from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import NOW, World
from yosafe.db.engine import DB

REASON = "Someone may come to harm tonight."
OPENING = {"date_of_birth": "2009-02-03", "young_person": "YP-000001", "reason": REASON}
FORM = {"date_of_birth-day": "3", "date_of_birth-month": "2", "date_of_birth-year": "2009", "young_person": "YP-000001", "reason": "Too short"}
REVIEW = {"outcome": "proper", "note": "She was called at night and asked."}
STALE = {"If-Match": '"99"'}
_ADD = """
    INSERT INTO break_glass (young_person, user_account, agency, reason, way, at, until, due_on)
    VALUES ($1, $2, $3, $4, 'reference', $5, $6, '2026-10-06') RETURNING id
"""


async def prepare(world: World) -> None:
    began, ended = NOW - dt.timedelta(hours=5), NOW - dt.timedelta(hours=2)
    for name, child, user in (("cleo's access", world.nia, world.cleo), ("ivy's access", world.kai, world.ivy)):
        world.made[name] = await DB.fetchval(_ADD, child.id, user.id, user.agency, REASON, began, ended)


def of(path: str, **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(path.format(world.made[f"{whose}'s access"]), **more)

    return Row(ask("cleo"), other=ask("ivy"))


ROWS = {
    "GET /confirm": Row("/confirm"),
    "POST /confirm": Row(Call("/confirm", form={"typed": ""})),
    "GET /break-glass": Row("/break-glass"),
    "POST /break-glass": Row(Call("/break-glass", form=FORM)),
    "GET /admin/break-glass": Row("/admin/break-glass"),
    "GET /admin/break-glass/export": Row("/admin/break-glass/export"),
    "GET /admin/break-glass/{id}": of("/admin/break-glass/{}"),
    "POST /admin/break-glass/{id}": of("/admin/break-glass/{}", form={**REVIEW, "version": "99"}),
    "POST /api/v1/break-glass": Row(Call("/api/v1/break-glass", json={**OPENING, "reason": "short"})),
    "GET /api/v1/break-glass": Row("/api/v1/break-glass"),
    "GET /api/v1/break-glass/{id}": of("/api/v1/break-glass/{}"),
    "POST /api/v1/break-glass/{id}/review": of("/api/v1/break-glass/{}/review", json=REVIEW, headers=STALE),
}
