import msgspec

from tests.code.matrix.rows import Call, Row
from tests.welfare.answers import screen
from tests.world import World
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.people.duties import DutyKind, open_duty
from yosafe.welfare.access import assessment_ref
from yosafe.welfare.actions import complete_assessment

NO_DRAFT = "00000000-0000-4000-8000-000000000000"


async def prepare(world: World) -> None:
    """An arrival screen of each young person; the committee has a duty towards Kai, so that its member sees him."""
    for name, child, by in (("kai", world.kai, world.dan), ("nia", world.nia, world.ivy)):
        reference = young_person_ref(child.id)
        made = await complete_assessment(by=by, young_person=child, new=screen(reference))
        world.made[f"{name}'s screen"] = assessment_ref(made.id)
        world.made[f"{name}'s welfare"] = reference
    async with DB.transaction():
        await open_duty(DutyKind.COMMITTEE, young_person=world.kai.id, area="E08000035", subject=("review_case", 2))


def of(name: str, path: str, **more: object):
    return lambda world: Call(path.format(world.made[f"{name}'s welfare"]), **more)


def record(name: str, path: str):
    return lambda world: path.format(world.made[f"{name}'s screen"])


def new(name: str):
    return lambda world: Call("/api/v1/assessments", json=msgspec.to_builtins(screen(world.made[f"{name}'s welfare"])))


def both(path: str, **more: object) -> Row:
    return Row(of("kai", path, **more), other=of("nia", path, **more))


ROWS = {
    "POST /api/v1/assessments": Row(new("kai"), other=new("nia")),
    "GET /api/v1/assessments/due": Row("/api/v1/assessments/due"),
    "GET /api/v1/assessments/{ref}": Row(record("kai", "/api/v1/assessments/{}"), other=record("nia", "/api/v1/assessments/{}")),
    "GET /api/v1/young-people/{ref}/assessments": both("/api/v1/young-people/{}/assessments"),
    "GET /api/v1/young-people/{ref}/assessments/due": both("/api/v1/young-people/{}/assessments/due"),
}
