from tests.code.matrix.rows import Call, Row
from tests.reviews.models import version
from tests.world import World
from yosafe.accounts.permissions import Role

READ = {"read": True, "sha256": "0" * 64}
END = {"reason": "It points to everyone."}
VERSION = {"If-Match": '"0"'}


async def prepare(world: World) -> None:
    world.made["model"] = await version()


def model(path: str, **more: object) -> Row:
    return Row(lambda world: Call(path.format(world.made["model"]), **more), other=lambda _: Call(path.format(999_999), **more))


def rule(path: str, **more: object) -> Row:
    return Row(Call(path.format("self-harm-recent"), **more), other=Call(path.format("no-such-rule"), **more))


def place(path: str, **more: object) -> Row:
    return Row(
        Call(path.format("WYI"), **more), other=Call(path.format("STC3"), **more),
        sees_all={Role.INSPECTOR: "inspectors see the suppressed figures of every establishment"},
    )  # fmt: skip


ROWS = {
    "GET /risks/models": Row("/risks/models"),
    "GET /risks/models/{model}": model("/risks/models/{}"),
    "POST /risks/models/{model}/sign": model("/risks/models/{}/sign", form={}),
    "POST /risks/models/{model}/end": model("/risks/models/{}/end", form={}),
    "GET /risks/models/drift": Row("/risks/models/drift"),
    "GET /api/v1/models/drift": Row("/api/v1/models/drift"),
    "GET /risks/rules/{name}": rule("/risks/rules/{}"),
    "POST /risks/rules/{name}/thresholds": rule("/risks/rules/{}/thresholds", form={}),
    "GET /api/v1/indicators": Row("/api/v1/indicators"),
    "GET /api/v1/indicators/{name}": rule("/api/v1/indicators/{}"),
    "POST /api/v1/indicators/{name}/thresholds": rule("/api/v1/indicators/{}/thresholds", json={"values": {"days": 21}, **END}, headers=VERSION),
    "GET /risks/capacity": Row("/risks/capacity"),
    "GET /risks/capacity/{code}": place("/risks/capacity/{}"),
    "POST /risks/capacity/{code}": place("/risks/capacity/{}", form={}),
    "GET /api/v1/capacities": Row("/api/v1/capacities"),
    "GET /api/v1/capacities/{establishment}": place("/api/v1/capacities/{}"),
    "POST /api/v1/capacities/{establishment}": place("/api/v1/capacities/{}", json={"a_week": 2, **END}, headers=VERSION),
    "GET /api/v1/models": Row("/api/v1/models"),
    "GET /api/v1/models/standing": Row("/api/v1/models/standing"),
    "GET /api/v1/models/{model}": model("/api/v1/models/{}"),
    "POST /api/v1/models/{model}/signatures": model("/api/v1/models/{}/signatures", json=READ, headers=VERSION),
    "POST /api/v1/models/{model}/end": model("/api/v1/models/{}/end", json=END, headers=VERSION),
}
