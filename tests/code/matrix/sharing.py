"""Cleo has recorded checks of Kai's, which Esi's authority was asked; Amina sees Kai and not these. Ben has recorded one of Nia's."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import KENT, LEEDS, TODAY, World
from yosafe.accounts.permissions import Role
from yosafe.sharing.checks.actions import ask_check
from yosafe.sharing.checks.schemas import AskCheck
from yosafe.sharing.shares.actions import record_share
from yosafe.sharing.shares.schemas import RecordShare

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

    for who, child in (("cleo", world.kai), ("amina", world.kai), ("esi", world.kai), ("ben", world.nia)):
        for which in ("share", "page share"):
            asked = RecordShare(**TOLD, happened="asked", on=TODAY, due_on=TODAY)
            world.made[f"{who}'s {which}"] = (await record_share(by=world[who], young_person=child, new=asked)).id


def child(path: str, prefix: str = API, **more: Any) -> Row:
    """About Kai, and the same about Nia."""
    return Row(Call(f"{prefix}/{KAI}{path}", **more), other=Call(f"{prefix}/{NIA}{path}", **more))


def check(which: str, prefix: str = API, **more: Any) -> Row:
    def ask(ref: str, whose: str) -> Any:
        return lambda world: Call(f"{prefix}/{ref}/checks/{world.made[f'{whose} {which}']}/answer", **more)

    return Row(ask(KAI, "kai's"), other=ask(NIA, "nia's"), alone=NOT_THEIRS)


SHARED = {"happened": "shared", "on": TODAY.isoformat(), "basis": "significant_harm", "consent": "given"}
TOLD = {"party": "health", "party_name": "Dr Quist", "categories": ["harm"], "what": "The bruises."}
CRITERIA = {code: {"answer": "not_met"} for code in ("imminence", "resources", "community", "media", "agencies")}
DECIDED = {
    "criteria": CRITERIA, "decision": "not_refer", "reason": "Nothing points to it.", "protection": "considered", "decided_on": TODAY.isoformat(),
    "decided_by": "Cleo",
}  # fmt: skip


def share(which: str, prefix: str = API, **more: Any) -> Row:
    """Of what each agency was asked for itself: nobody works on another's."""

    def ask(ref: str, whose: str) -> Any:
        return lambda world: Call(f"{prefix}/{ref}/shares/{world.made[f'{whose} {which}']}/answer", **more)

    own = {Role.YOT_WORKER: ask(KAI, "amina's"), Role.SOCIAL_WORKER: ask(KAI, "esi's")}
    return Row(ask(KAI, "cleo's"), other=ask(NIA, "ben's"), own_for=own)


ROWS = {
    "GET /api/v1/shares": Row("/api/v1/shares"),
    "GET /api/v1/young-people/{ref}/shares": child("/shares"),
    "POST /api/v1/young-people/{ref}/shares": child("/shares", json=SHARED | TOLD),
    "POST /api/v1/young-people/{ref}/shares/{share}/answer": share("share", json=SHARED, headers=VERSION),
    "GET /shares": Row("/shares"),
    "GET /shares/export": Row("/shares/export"),
    "GET /children/{ref}/shares/new": child("/shares/new", PAGES),
    "POST /children/{ref}/shares/new": child("/shares/new", PAGES, form={}),
    "GET /children/{ref}/shares/{share}/answer": share("page share", PAGES),
    "POST /children/{ref}/shares/{share}/answer": share("page share", PAGES, form={}),
    "GET /api/v1/young-people/{ref}/public-risk": child("/public-risk"),
    "POST /api/v1/young-people/{ref}/public-risk": child("/public-risk", json=DECIDED),
    "GET /children/{ref}/public-risk/new": child("/public-risk/new", PAGES),
    "POST /children/{ref}/public-risk/new": child("/public-risk/new", PAGES, form={}),
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
