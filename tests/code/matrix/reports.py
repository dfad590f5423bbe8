"""Papers of Wetherby's committee, which its lead builds, of the area's, which Jay does, of a team, of an authority and of inspectors; that of Oakhill
does not exist for any of them."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.reporting.made_pack import put_pack
from tests.world import World
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.reporting import access, actions, running
from yosafe.reporting.definitions import Definition
from yosafe.reporting.periods import period
from yosafe.reporting.places import place_of
from yosafe.reporting.schedules import actions as schedules
from yosafe.reporting.schedules.schemas import ScheduleReport

NAME, AREA = "yoi-safeguarding", "area-committee"
OTHERS = {
    Role.ACPC_MEMBER: ("leeds-acpc", "jay", AREA), Role.YOT_WORKER: ("leeds-yot", "amina", "yot-caseload"),
    Role.SOCIAL_WORKER: ("leeds-social-services", "esi", "local-authority"), Role.INSPECTOR: ("inspectorate", "femi", "data-quality"),
}  # fmt: skip
PACKS, OF_PACK = "/api/v1/inspection-packs", {"extract": "incidents", "establishment": "WYI", "period": "2026-Q2"}
API, PLANS, MATCH = "/api/v1/report-builds", "/api/v1/report-schedules", {"If-Match": '"9"'}


async def prepare(world: World) -> None:
    """One of each that is built, and one that waits."""
    reports = access.all_reports().reports
    others = [(place, world[who], name) for place, who, name in OTHERS.values()]
    for place, by, name in (("wetherby", world.cleo, NAME), ("oakhill", Operator(), NAME), *others):
        covered, definition = await place_of(code=place), reports[name]
        for which, key in (("built", "2026-Q3"), ("waiting", "2026-Q2")):
            build = await actions.ask_build(by=by, definition=definition, place=covered, period=period(key))
            world.made[f"report {which} {place}"] = f"RP-{build:06d}"
            if which == "built" and isinstance(by, User):
                await running.JOB.run({"build": build})
    for place, by, name in (("wetherby", world.cleo, NAME), ("oakhill", world.cleo, NAME), *others):
        await schedule(world, place, by, reports[name])
    world.made["pack"] = await put_pack(world.femi, "2026-Q1")


async def schedule(world: World, place: str, by: User, definition: Definition) -> None:
    new = ScheduleReport(report=definition.name, every="quarter")
    made = await schedules.set_up(by=by, definition=definition, place=await place_of(code=place), new=new)
    world.made[f"schedule {place}"] = f"RS-{made:06d}"


def scheduled(prefix: str, end: str = "", **more: Any) -> Row:
    def of(place: str):
        return lambda world: Call(f"{prefix}/{world.made[f'schedule {place}']}{end}", **more)

    return Row(of("wetherby"), of("oakhill"), own_for={role: of(place) for role, (place, _, _) in OTHERS.items()})


def pack(prefix: str, end: str = "") -> Row:
    return Row(lambda world: f"{prefix}/{world.made['pack']}{end}")


def build(prefix: str, which: str, end: str = "", **more: Any) -> Row:
    def of(place: str):
        return lambda world: Call(f"{prefix}/{world.made[f'report {which} {place}']}{end}", **more)

    return Row(of("wetherby"), of("oakhill"), own_for={role: of(place) for role, (place, _, _) in OTHERS.items()})


ROWS = {
    "GET /reports": Row("/reports"),
    "GET /reports/export": Row("/reports/export"),
    "GET /reports/build": Row("/reports/build"),
    "POST /reports/build": Row(Call("/reports/build", form={})),
    "GET /reports/{ref}": build("/reports", "built"),
    "GET /reports/{ref}/file": build("/reports", "built", "/file?form=csv"),
    "POST /reports/{ref}/cancel": build("/reports", "waiting", "/cancel", form={}),
    "POST /reports/{ref}/issue": build("/reports", "built", "/issue", form={}),
    "GET /reports/{ref}/correct": build("/reports", "built", "/correct"),
    "POST /reports/{ref}/correct": build("/reports", "built", "/correct", form={}),
    "GET /reports/{ref}/words": build("/reports", "built", "/words"),
    "POST /reports/{ref}/words": build("/reports", "built", "/words", form={}),
    "GET /reports/{ref}/sign": build("/reports", "built", "/sign"),
    "POST /reports/{ref}/sign": build("/reports", "built", "/sign", form={}),
    "GET /reports/{ref}/addendum": build("/reports", "built", "/addendum"),
    "POST /reports/{ref}/addendum": build("/reports", "built", "/addendum", form={}),
    "GET /reports/schedules": Row("/reports/schedules"),
    "GET /reports/schedules/export": Row("/reports/schedules/export"),
    "GET /reports/schedules/new": Row("/reports/schedules/new"),
    "POST /reports/schedules/new": Row(Call("/reports/schedules/new", form={})),
    "GET /reports/schedules/{ref}": scheduled("/reports/schedules"),
    "POST /reports/schedules/{ref}/pause": scheduled("/reports/schedules", "/pause", form={}),
    "POST /reports/schedules/{ref}/resume": scheduled("/reports/schedules", "/resume", form={}),
    "POST /reports/schedules/{ref}/end": scheduled("/reports/schedules", "/end", form={}),
    "GET /api/v1/report-schedules": Row(PLANS),
    "POST /api/v1/report-schedules": Row(
        Call(PLANS, json={"report": NAME, "every": "month"}),
        own_for={role: Call(PLANS, json={"report": name, "every": "year"}) for role, (_, _, name) in OTHERS.items()},
    ),
    "GET /api/v1/report-schedules/{ref}": scheduled(PLANS),
    "POST /api/v1/report-schedules/{ref}/pause": scheduled(PLANS, "/pause", json={}, headers=MATCH),
    "POST /api/v1/report-schedules/{ref}/resume": scheduled(PLANS, "/resume", json={}, headers=MATCH),
    "POST /api/v1/report-schedules/{ref}/end": scheduled(PLANS, "/end", json={}, headers=MATCH),
    "GET /reports/packs": Row("/reports/packs"),
    "GET /reports/packs/export": Row("/reports/packs/export"),
    "GET /reports/packs/new": Row("/reports/packs/new"),
    "POST /reports/packs/new": Row(Call("/reports/packs/new", form={})),
    "GET /reports/packs/{ref}": pack("/reports/packs"),
    "GET /reports/packs/{ref}/file": pack("/reports/packs", "/file?form=csv"),
    "GET /api/v1/inspection-packs": Row(PACKS),
    "GET /api/v1/inspection-packs/choices": Row(f"{PACKS}/choices"),
    "POST /api/v1/inspection-packs": Row(Call(PACKS, json=OF_PACK)),
    "GET /api/v1/inspection-packs/{ref}": pack(PACKS),
    "GET /api/v1/inspection-packs/{ref}/file": pack(PACKS, "/file?form=csv"),
    "GET /api/v1/reports": Row("/api/v1/reports"),
    "POST /api/v1/reports/{name}/builds": Row(
        Call(f"/api/v1/reports/{NAME}/builds", json={"period": "2026-07"}),
        own_for={role: Call(f"/api/v1/reports/{name}/builds", json={"period": "2026-Q1"}) for role, (_, _, name) in OTHERS.items()},
    ),
    "GET /api/v1/report-builds": Row(API),
    "GET /api/v1/report-builds/{ref}": build(API, "built"),
    "POST /api/v1/report-builds/{ref}/cancel": build(API, "waiting", "/cancel", json={}, headers=MATCH),
    "POST /api/v1/report-builds/{ref}/issue": build(API, "built", "/issue", json={}, headers=MATCH),
    "GET /api/v1/report-builds/{ref}/words": build(API, "built", "/words"),
    "POST /api/v1/report-builds/{ref}/words": build(API, "built", "/words", json={"place": "standard-2", "words": "Met."}, headers=MATCH),
    "POST /api/v1/report-builds/{ref}/signature": build(API, "built", "/signature", json={"signed_as": "Chair"}, headers=MATCH),
    "POST /api/v1/report-builds/{ref}/addenda": build(API, "built", "/addenda", json={"place": "standard-2", "words": "Met."}, headers=MATCH),
    "GET /api/v1/report-builds/{ref}/file": build(API, "built", "/file?form=csv"),
}
