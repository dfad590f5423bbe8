import datetime as dt
from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.incidents.make import incident, involve
from tests.referrals.make import decision, letter, send
from tests.world import World

API = "/api/v1/referrals"
DAY = dt.date(2026, 10, 5)


async def prepare(world: World) -> None:
    """A referral about Kai, which lets the committee see him, and one about Nia."""
    of_kai, of_nia = await incident(world.dan, involve(world.kai, "harmed")), await incident(world.ivy, involve(world.nia, "harmed"))
    world.made["kai's referred incident"] = f"IN-{of_kai.id:06}"
    world.made["kai's referral"] = (await send(world.cleo, world.kai, f"IN-{of_kai.id:06}")).ref
    world.made["nia's referral"] = (await send(world.ben, world.nia, f"IN-{of_nia.id:06}")).ref


def of(path: str = "", **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(f"{API}/{world.made[whose]}{path}", **more)

    return Row(ask("kai's referral"), other=ask("nia's referral"))


def posting(path: str, body: Any) -> Row:
    """A body about Kai, resting on his incident; the same about Nia."""
    return Row(
        lambda world: Call(path, json=body(world.kai, world.made["kai's referred incident"])),
        other=lambda world: Call(path, json=body(world.nia, world.made["kai's referred incident"])),
    )


ROWS = {
    "GET /api/v1/referrals": Row(API),
    "POST /api/v1/referrals": posting(API, letter),
    "POST /api/v1/referrals/considered": posting(
        f"{API}/considered", lambda child, incident: {**decision(child, incident), "review_on": "2026-11-01"}
    ),
    "GET /api/v1/referrals/{ref}": of(),
    # Everyone with the permission may record some events; for a decision, all but the social worker hear 403, so the matrix asks for an old version.
    "POST /api/v1/referrals/{ref}/events": of("/events", json={"kind": "decided", "on": "2026-10-05"}, headers={"If-Match": '"99"'}),
}
