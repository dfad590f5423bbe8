"""Cleo has recorded checks of Kai's, which Esi's authority was asked; Amina sees Kai and not these. Ben has recorded one of Nia's."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import KENT, LEEDS, TODAY, World
from yosafe.accounts.permissions import Role
from yosafe.sharing.checks.actions import ask_check
from yosafe.sharing.checks.schemas import AskCheck

API, PAGES = "/api/v1/young-people", "/children"
KAI, NIA = "YP-000001", "YP-000002"
VERSION = {"If-Match": '"1"'}
NOT_THEIRS = {Role.YOT_WORKER: "another agency recorded it"}
ASKED = {"register": "both", "reason": "arrival", "asked_by": "Someone", "asked_on": TODAY.isoformat()}
ANSWER = {"answer": "not_known", "answered_by": "Jo Hart", "answered_on": TODAY.isoformat()}


async def prepare(world: World) -> None:
    for whose, child, by, area in (("kai's", world.kai, world.cleo, LEEDS), ("nia's", world.nia, world.ben, KENT)):
        for which in ("check", "page check"):
            new = AskCheck(area=area, **{**ASKED, "asked_on": TODAY})
            world.made[f"{whose} {which}"] = (await ask_check(by=by, young_person=child, new=new)).id


def child(path: str, prefix: str = API, **more: Any) -> Row:
    """About Kai, and the same about Nia."""
    return Row(Call(f"{prefix}/{KAI}{path}", **more), other=Call(f"{prefix}/{NIA}{path}", **more))


def check(which: str, prefix: str = API, **more: Any) -> Row:
    def ask(ref: str, whose: str) -> Any:
        return lambda world: Call(f"{prefix}/{ref}/checks/{world.made[f'{whose} {which}']}/answer", **more)

    return Row(ask(KAI, "kai's"), other=ask(NIA, "nia's"), alone=NOT_THEIRS)


ROWS = {
    "GET /api/v1/checks": Row("/api/v1/checks"),
    "GET /api/v1/young-people/{ref}/checks": child("/checks"),
    "POST /api/v1/young-people/{ref}/checks": child("/checks", json={"area": LEEDS, **ASKED}),
    "POST /api/v1/young-people/{ref}/checks/{check}/answer": check("check", json=ANSWER, headers=VERSION),
    "GET /checks": Row("/checks"),
    "GET /checks/export": Row("/checks/export"),
    "GET /children/{ref}/sharing": child("/sharing", PAGES),
    "GET /children/{ref}/checks/new": child("/checks/new", PAGES),
    "POST /children/{ref}/checks/new": child("/checks/new", PAGES, form={}),
    "GET /children/{ref}/checks/{check}/answer": check("page check", PAGES),
    "POST /children/{ref}/checks/{check}/answer": check("page check", PAGES, form={}),
}
