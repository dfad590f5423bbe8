"""Kai is kept apart from Lee, who is at Wetherby with him and at home nowhere near: whoever sees Kai reads the pair. Nia is kept apart from Mia, at
Oakhill."""

import datetime as dt
from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import OAKHILL, TODAY, WETHERBY, World, arrival, nia
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person
from yosafe.people.duties import DutyKind, open_duty
from yosafe.people.keep_apart.access import keep_apart_ref
from yosafe.people.keep_apart.actions import start_keep_apart
from yosafe.people.keep_apart.schemas import StartKeepApart

API, PAGES = "/api/v1/keep-apart", "/keep-apart"
KAI, NIA = "YP-000001", "YP-000002"
VERSION = {"If-Match": '"1"'}
REVIEW_ON = TODAY + dt.timedelta(days=20)
FACTS = {"reason_code": "fight", "reason": "They fought in the showers.", "restriction": "unit", "review_on": REVIEW_ON}
ELSEWHERE = "W06000015"


async def prepare(world: World) -> None:
    """Nobody in the tests from Oakhill but Ivy sees Nia's pair; the committee has a duty towards Kai, so that its member sees his."""
    for name, child, by, place in (("kai", world.kai, world.dan, WETHERBY), ("nia", world.nia, world.ivy, OAKHILL)):
        placed = arrival(place, clock.now() - dt.timedelta(days=3), unit="Elsewhere")
        other = await add_young_person(by=by, new=nia(family_name=f"Apart from {name}", home_area=ELSEWHERE, placement=placed))
        people = [young_person_ref(one.id) for one in (child, other)]
        (made,) = await start_keep_apart(by=by, new=StartKeepApart(young_people=people, **FACTS))
        world.made[f"{name}'s keep-apart"] = keep_apart_ref(made.id)
        world.made[f"{name}'s other"] = people[1]
    third = await add_young_person(
        by=world.dan, new=nia(family_name="Third", home_area=ELSEWHERE, placement=arrival(WETHERBY, clock.now() - dt.timedelta(days=2)))
    )
    world.made["a third"] = young_person_ref(third.id)
    async with DB.transaction():
        await open_duty(DutyKind.COMMITTEE, young_person=world.kai.id, area="E08000035", subject=("review_case", 3))


def of(path: str = "", base: str = API, **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(f"{base}/{world.made[whose]}{path}", **more)

    return Row(ask("kai's keep-apart"), other=ask("nia's keep-apart"))


def starting(whose: str) -> Any:
    return lambda world: Call(API, json={**FACTS, "review_on": REVIEW_ON.isoformat(), "young_people": [world.made["a third"], whose]})


AGAIN = {"restriction": "cell", "review_on": REVIEW_ON.isoformat(), "reason": "They were seen together, calm."}
ROWS = {
    "GET /api/v1/keep-apart": Row(API),
    "POST /api/v1/keep-apart": Row(starting(KAI), other=starting(NIA)),
    "GET /api/v1/keep-apart/{ref}": of(),
    "POST /api/v1/keep-apart/{ref}/review": of("/review", json=AGAIN, headers=VERSION),
    "POST /api/v1/keep-apart/{ref}/end": of("/end", json={"reason": "It is over, both say."}, headers=VERSION),
    "GET /api/v1/young-people/{ref}/keep-apart": Row(f"/api/v1/young-people/{KAI}/keep-apart", f"/api/v1/young-people/{NIA}/keep-apart"),
    "GET /keep-apart": Row(PAGES),
    "GET /keep-apart/export": Row(f"{PAGES}/export"),
    "GET /keep-apart/new": Row(f"{PAGES}/new?child={KAI}", other=f"{PAGES}/new?child={NIA}"),
    "POST /keep-apart/new": Row(Call(f"{PAGES}/new?child={KAI}", form={}), other=Call(f"{PAGES}/new?child={NIA}", form={})),
    "GET /keep-apart/{ref}": of(base=PAGES),
    "GET /keep-apart/{ref}/review": of("/review", PAGES),
    "POST /keep-apart/{ref}/review": of("/review", PAGES, form={}),
    "GET /keep-apart/{ref}/end": of("/end", PAGES),
    "POST /keep-apart/{ref}/end": of("/end", PAGES, form={}),
    "GET /children/{ref}/keep-apart": Row(f"/children/{KAI}/keep-apart", f"/children/{NIA}/keep-apart"),
}
