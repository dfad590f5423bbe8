from tests.code.matrix.rows import Call, Row
from tests.imports.files import LOG, LOG_MAPPING, entry, table
from tests.world import World
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.imports import actions

FILE = {"target": (None, "placements"), "source": (None, "Movements"), "file": ("moves.csv", b"Est,In\nFeltham,1/2/2002\n", "text/csv")}


async def prepare(world: World) -> None:
    """A log of Cleo's and lists of young people of both teams, all of them open."""
    names = table(["Surname", "Forename", "DOB", "Sex"], ["Adeyemi", "Tobi", "03/02/2010", "male"])
    await keep(world, "cleo", world.cleo, "incidents", table(LOG, entry()))
    await keep(world, "amina", world.amina, "people", names)
    await keep(world, "ben", world.ben, "people", names)


async def keep(world: World, name: str, by: User, target: str, file: bytes) -> None:
    mapping = LOG_MAPPING if target == "incidents" else None
    run = await actions.upload(by=by, target_name=target, source="Wing log", file=file, name="file.csv", mapping=mapping)
    world.made[f"import {name}"] = str(run)


def run(prefix: str, end: str = "", **more: object) -> Row:
    def of(name: str):
        return lambda world: Call(f"{prefix}/{world.made[f'import {name}']}{end}", **more)

    return Row(of("cleo"), of("ben"), own_for={Role.YOT_WORKER: of("amina")})


API, MATCH = "/api/v1/imports", {"If-Match": '"9"'}
ROWS = {
    "GET /imports": Row("/imports"),
    "GET /imports/export": Row("/imports/export"),
    "GET /imports/new": Row("/imports/new"),
    "POST /imports/new": Row(Call("/imports/new", form={})),
    "GET /imports/{import_id}": run("/imports"),
    "GET /imports/{import_id}/columns": run("/imports", "/columns"),
    "POST /imports/{import_id}/columns": run("/imports", "/columns", form={}),
    "GET /imports/{import_id}/values": run("/imports", "/values"),
    "POST /imports/{import_id}/values": run("/imports", "/values", form={}),
    "POST /imports/{import_id}/confirm": run("/imports", "/confirm", form={}),
    "POST /imports/{import_id}/cancel": run("/imports", "/cancel", form={}),
    "POST /imports/{import_id}/undo": run("/imports", "/undo", form={}),
    "GET /imports/{import_id}/refused": run("/imports", "/refused"),
    "GET /imports/{import_id}/questions": run("/imports", "/questions"),
    "POST /imports/{import_id}/questions/{row}": run("/imports", "/questions/2", form={}),
    "GET /api/v1/imports/{import_id}/questions": run(API, "/questions"),
    "POST /api/v1/imports/{import_id}/questions/{row}": run(API, "/questions/2", json={"same": "YP-000001"}, headers=MATCH),
    "GET /api/v1/imports": Row(API),
    "POST /api/v1/imports": Row(Call(API, files=FILE)),
    "GET /api/v1/imports/{import_id}": run(API),
    "GET /api/v1/imports/{import_id}/preview": run(API, "/preview"),
    "PUT /api/v1/imports/{import_id}/mapping": run(API, "/mapping", json={"target": "incidents", "source": "Wing log"}, headers=MATCH),
    "POST /api/v1/imports/{import_id}/confirm": run(API, "/confirm", json={"mode": "good"}, headers=MATCH),
    "POST /api/v1/imports/{import_id}/cancel": run(API, "/cancel", json={}, headers=MATCH),
    "POST /api/v1/imports/{import_id}/undo": run(API, "/undo", json={}, headers=MATCH),
    "GET /api/v1/imports/{import_id}/refused": run(API, "/refused"),
}
