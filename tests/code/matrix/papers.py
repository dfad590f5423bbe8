from tests.code.matrix.rows import Call, Row
from tests.world import World
from yosafe.people.access import young_person_ref
from yosafe.welfare.arrival.access import paper_ref
from yosafe.welfare.arrival.actions import add_paper
from yosafe.welfare.arrival.schemas import AddPaper

DAY = {"happened_on-day": "5", "happened_on-month": "10", "happened_on-year": "2026"}
STEP = {"kind": "asked", "whom": "The duty worker"}


async def prepare(world: World) -> None:
    """A paper of each young person that has not come."""
    for name, child, by in (("kai", world.kai, world.dan), ("nia", world.nia, world.ivy)):
        made = await add_paper(by=by, young_person=child, new=AddPaper(paper="education_plan", state="awaited"))
        world.made[f"{name}'s paper"] = paper_ref(made.id)
        world.made[f"{name}'s arrival"] = young_person_ref(child.id)


def of(path: str, which: str = "arrival", **more: object) -> Row:
    return Row(*(lambda world, name=name: Call(path.format(world.made[f"{name}'s {which}"]), **more) for name in ("kai", "nia")))


ROWS = {
    "GET /papers": Row("/papers"),
    "GET /papers/export": Row("/papers/export"),
    "GET /papers/{ref}": of("/papers/{}", "paper"),
    "POST /papers/{ref}": of("/papers/{}", "paper", form={**STEP, **DAY, "version": "1"}),
    "GET /children/{ref}/arrival": of("/children/{}/arrival"),
    "GET /children/{ref}/arrival/new": of("/children/{}/arrival/new"),
    "POST /children/{ref}/arrival/new": of("/children/{}/arrival/new", form={"paper": "watch_form", "state": "awaited"}),
    "GET /api/v1/papers": Row("/api/v1/papers"),
    "GET /api/v1/papers/{ref}": of("/api/v1/papers/{}", "paper"),
    "POST /api/v1/papers/{ref}/steps": of(
        "/api/v1/papers/{}/steps", "paper", json={**STEP, "happened_on": "2026-10-05"}, headers={"If-Match": '"1"'}
    ),
    "GET /api/v1/young-people/{ref}/arrivals": of("/api/v1/young-people/{}/arrivals"),
    "POST /api/v1/young-people/{ref}/papers": of("/api/v1/young-people/{}/papers", json={"paper": "watch_form", "state": "awaited"}),
}
