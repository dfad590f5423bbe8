from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.incidents.make import incident, involve
from tests.world import World
from yosafe.db.engine import DB
from yosafe.people.duties import DutyKind, open_duty

API = "/api/v1/incidents"
VERSION = {"If-Match": '"1"'}
NEW = {
    "kind": "bullying", "happened_at": "2026-10-04T19:40:00Z", "place": "cell", "account": "Words.", "child_said": "Words.", "told_by": "staff",
    "involvements": [{"young_person": "YP-000001", "roles": ["harmed"]}],
    "answers": {"forms": ["verbal"], "happened_before": "no", "still_afraid": "no"},
}  # fmt: skip
CORRECTION = {"reason": "It was written down wrongly", "place": "cell"}


async def prepare(world: World) -> None:
    """An incident of Kai at Wetherby and one of Nia at Oakhill; the committee has a duty towards Kai, so that its member sees his."""
    world.made["kai's incident"] = f"IN-{(await incident(world.dan, involve(world.kai, 'harmed'))).id:06}"
    world.made["nia's incident"] = f"IN-{(await incident(world.ivy, involve(world.nia, 'harmed'))).id:06}"
    async with DB.transaction():
        await open_duty(DutyKind.COMMITTEE, young_person=world.kai.id, area="E08000035", subject=("incident-matrix", 1))


def of(path: str = "", **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(f"{API}/{world.made[whose]}{path}", **more)

    return Row(ask("kai's incident"), other=ask("nia's incident"))


ROWS = {
    "GET /api/v1/incidents": Row(API),
    "POST /api/v1/incidents": Row(Call(API, json=NEW)),
    "GET /api/v1/incidents/{ref}": of(),
    "PATCH /api/v1/incidents/{ref}": of(json=CORRECTION, headers=VERSION),
    "POST /api/v1/incidents/{ref}/transitions": of("/transitions", json={"action": "investigate"}, headers=VERSION),
    "POST /api/v1/incidents/{ref}/addenda": of("/addenda", json={"text": "More."}),
    "POST /api/v1/incidents/{ref}/involvements": of("/involvements", json={"young_person": "YP-000001", "roles": ["told_us"]}),
    "POST /api/v1/incidents/{ref}/outcomes": of("/outcomes", json={"outcome": "family_told"}),
}
