import datetime as dt

from tests.code.matrix.rows import Call, Row
from tests.world import World
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.people.duties import DutyKind, open_duty
from yosafe.reviews.actions import refresh_flags

ANSWER = {"outcome": "agreed", "reason": "His mother can't afford the fare."}


async def prepare(world: World) -> None:
    """A flag of each young person; the committee has a duty towards Kai, so that its member sees him."""
    await refresh_flags(by=Operator("system"), as_of=dt.date(2026, 10, 5))
    for name, child in (("kai", world.kai), ("nia", world.nia)):
        world.made[f"{name}'s flag"] = await DB.fetchval("SELECT min(id) FROM flag WHERE young_person = $1", child.id)
        world.made[f"{name}'s ref"] = young_person_ref(child.id)
    async with DB.transaction():
        await open_duty(DutyKind.COMMITTEE, young_person=world.kai.id, area="E08000035", subject=("review_case", 1))


def flag(name: str, path: str, **more: object):
    return lambda world: Call(path.format(world.made[f"{name}'s flag"]), **more)


def child(name: str, path: str):
    return lambda world: path.format(world.made[f"{name}'s ref"])


ROWS = {
    "GET /api/v1/flags": Row("/api/v1/flags"),
    "GET /api/v1/flags/{flag}": Row(flag("kai", "/api/v1/flags/{}"), other=flag("nia", "/api/v1/flags/{}")),
    "POST /api/v1/flags/{flag}/outcomes": Row(
        flag("kai", "/api/v1/flags/{}/outcomes", json=ANSWER), other=flag("nia", "/api/v1/flags/{}/outcomes", json=ANSWER)
    ),
    "GET /api/v1/young-people/{ref}/flags": Row(child("kai", "/api/v1/young-people/{}/flags"), other=child("nia", "/api/v1/young-people/{}/flags")),
}
