"""What is done about an incident in tests: steps taken by Cleo, or by Lou, the other safeguarding lead of Wetherby."""

import datetime as dt
from typing import Any

from tests.incidents.make import again, incident, involve
from tests.world import World
from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.actions import add_user
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import AddUser
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.incidents.actions import move
from yosafe.incidents.schemas import MoveIncident
from yosafe.incidents.tables import Incident

WHY = "Both say the same, and it is on camera."


async def lou() -> User:
    await add_user(AddUser(email="lou@example.org", name="Lou", role=Role.YOI_LEAD, agency="wetherby"), by=Operator())
    return await user_by_email("lou@example.org")


async def take(act: str, found: Incident, *, by: User, **more: Any) -> Incident:
    """The incident after a step."""
    now = await again(by, found)
    await move(MoveIncident(action=act, **{"comment": WHY, **more}), by=by, incident=now, version=now.version)  # type: ignore[arg-type]  # a word
    return await again(by, found)


async def investigated(world: World, **changes: Any) -> Incident:
    """An assault on Kai that Cleo investigates."""
    given = {"kind": "assault", "outcomes": [{"outcome": "health_care"}], "told_by": "family", **changes}
    return await take("investigate", await incident(world.dan, involve(world.kai, "harmed"), **given), by=world.cleo)


async def complained(world: World, by: User | None = None, **answers: Any) -> Incident:
    """A complaint of Kai's, recorded by Dan unless said."""
    given = {
        "answers": {"themes": ["food"], **answers},
        "outcomes": [{"outcome": "support_plan"}],
        "told_by": "young_person",
        "happened_at": clock.now() - dt.timedelta(hours=1),
    }
    return await incident(by or world.dan, involve(world.kai, "complainant"), kind="complaint", **given)


async def answered(world: World, **answers: Any) -> Incident:
    found = await complained(world, world.cleo, **answers)
    return await take("conclude", found, by=world.cleo, finding="not_upheld", answer="We looked and found nothing wrong.")
