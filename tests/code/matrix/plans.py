import datetime as dt

from tests.code.matrix.rows import Call, Row
from tests.world import TODAY, World
from yosafe.people.access import young_person_ref
from yosafe.welfare.plan.access import need_ref
from yosafe.welfare.plan.actions import add_need
from yosafe.welfare.plan.schemas import AddNeed

SOON = TODAY + dt.timedelta(days=14)
WILL = {"will_do": "A nurse sees him twice a week.", "owner": "health", "owner_name": "Ms Hill"}
NEW = {**WILL, "topic": "physical_health", "need": "His asthma is not treated."}
CHANGE = {**WILL, "reason": "Ms Hill is away until Monday."}
CLOSE = {"came_of": "met", "note": "He has his inhaler and uses it."}
DAY = {"target_on-day": str(SOON.day), "target_on-month": str(SOON.month), "target_on-year": str(SOON.year)}
CLOSED = {"closed_on-day": str(TODAY.day), "closed_on-month": str(TODAY.month), "closed_on-year": str(TODAY.year)}
VERSION = {"If-Match": '"1"'}


async def prepare(world: World) -> None:
    """A need of each young person: for each of the three things that are done with one."""
    for name, child, by in (("kai", world.kai, world.amina), ("nia", world.nia, world.ben)):
        for which in ("shown", "changed", "closed"):
            made = await add_need(by=by, young_person=child, new=AddNeed(**NEW, target_on=SOON))
            world.made[f"{name}'s {which} need"] = need_ref(made.id)
        world.made[f"{name}'s plan"] = young_person_ref(child.id)


def of(path: str, **more: object) -> Row:
    return Row(*(lambda world, name=name: Call(path.format(world.made[f"{name}'s plan"]), **more) for name in ("kai", "nia")))


def need(path: str, which: str = "shown", **more: object) -> Row:
    return Row(*(lambda world, name=name: Call(path.format(world.made[f"{name}'s {which} need"]), **more) for name in ("kai", "nia")))


ROWS = {
    "GET /plan": Row("/plan"),
    "GET /plan/export": Row("/plan/export"),
    "GET /plan/{ref}": need("/plan/{}"),
    "GET /plan/{ref}/change": need("/plan/{}/change"),
    "POST /plan/{ref}/change": need("/plan/{}/change", "changed", form={**CHANGE, **DAY, "version": "1"}),
    "GET /plan/{ref}/close": need("/plan/{}/close"),
    "POST /plan/{ref}/close": need("/plan/{}/close", "closed", form={**CLOSE, **CLOSED, "version": "1"}),
    "GET /children/{ref}/plan": of("/children/{}/plan"),
    "GET /children/{ref}/plan/new": of("/children/{}/plan/new"),
    "POST /children/{ref}/plan/new": of("/children/{}/plan/new", form={**NEW, **DAY}),
    "GET /api/v1/plan": Row("/api/v1/plan"),
    "GET /api/v1/plan/{ref}": need("/api/v1/plan/{}"),
    "POST /api/v1/plan/{ref}/change": need("/api/v1/plan/{}/change", "changed", json={**CHANGE, "target_on": SOON.isoformat()}, headers=VERSION),
    "POST /api/v1/plan/{ref}/close": need("/api/v1/plan/{}/close", "closed", json={**CLOSE, "closed_on": TODAY.isoformat()}, headers=VERSION),
    "GET /api/v1/young-people/{ref}/plan": of("/api/v1/young-people/{}/plan"),
    "POST /api/v1/young-people/{ref}/plan": of("/api/v1/young-people/{}/plan", json={**NEW, "target_on": SOON.isoformat()}),
}
