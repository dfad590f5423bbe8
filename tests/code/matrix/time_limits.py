from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import LEEDS, NOW, OAKHILL, WETHERBY, World
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.db.engine import DB, write_transaction
from yosafe.people.clocks import Owner, start_clock
from yosafe.people.time_limits.actions import make_feed

OWNERS = {
    "cleo's": Owner.yoi(WETHERBY), "amina's": Owner.in_area(AgencyKind.YOT, LEEDS), "esi's": Owner.in_area(AgencyKind.SOCIAL_SERVICES, LEEDS),
    "oakhill's": Owner.yoi(OAKHILL),
}  # fmt: skip
REASON = "It should never have run: the complaint was withdrawn that day."


async def prepare(world: World) -> None:
    """A time limit of Kai's for each agency to meet; one of Nia's; Amina's calendar."""
    for n, (name, owner) in enumerate(OWNERS.items()):
        child = world.nia if name == "oakhill's" else world.kai
        async with write_transaction():
            await start_clock("complaint-answered", young_person=child.id, subject=("placement", 7_000 + n), owner=owner, started_at=NOW)
        world.made[f"{name} time limit"] = await DB.fetchval("SELECT max(id) FROM clock")
    world.made["amina's calendar"] = await make_feed(by=world.amina)


def of(path: str, **more: Any) -> Row:
    """Each role's own; Nia's, which none of them sees."""

    def ask(whose: str) -> Any:
        return lambda world: Call(path.format(world.made[f"{whose} time limit"]), **more)

    return Row(ask("cleo's"), other=ask("oakhill's"), own_for={Role.YOT_WORKER: ask("amina's"), Role.SOCIAL_WORKER: ask("esi's")})


JSON_HOLD = {"kind": "voided", "reason": REASON, "agreed_with": "Dr Ada Quist"}
STALE = {"If-Match": '"99"'}
ROWS = {
    "GET /api/v1/clocks/{id}": of("/api/v1/clocks/{}"),
    "POST /api/v1/clocks/{id}/hold": of("/api/v1/clocks/{}/hold", json=JSON_HOLD, headers=STALE),
    "POST /api/v1/clocks/{id}/resume": of("/api/v1/clocks/{}/resume", json={"reason": REASON}, headers=STALE),
    "GET /api/v1/clock-figures": Row("/api/v1/clock-figures?year=2025"),
    "POST /api/v1/calendar": Row(Call("/api/v1/calendar", json={})),
    "POST /api/v1/calendar/end": Row(Call("/api/v1/calendar/end", json={})),
    "GET /clocks/{id}": of("/clocks/{}"),
    "GET /clocks/{id}/hold": of("/clocks/{}/hold"),
    "POST /clocks/{id}/hold": of("/clocks/{}/hold", form={**JSON_HOLD, "version": "99"}),
    "GET /clocks/{id}/resume": of("/clocks/{}/resume"),
    "POST /clocks/{id}/resume": of("/clocks/{}/resume", form={"reason": REASON, "version": "99"}),
    "GET /clocks/figures": Row("/clocks/figures?year=2025"),
    "GET /clocks/calendar": Row("/clocks/calendar"),
    "POST /clocks/calendar": Row(Call("/clocks/calendar", form={})),
    "POST /clocks/calendar/end": Row(Call("/clocks/calendar/end", form={})),
    # Its own kind of case: nobody signs in, the secret in the address is all that counts. See test_time_limits.py for wrong and ended ones.
    "GET /calendar/{token}": Row(lambda world: "/calendar/" + world.made["amina's calendar"] + ".ics"),
}
