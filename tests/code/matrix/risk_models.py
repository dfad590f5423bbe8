from tests.code.matrix.rows import Call, Row
from tests.reviews.models import version
from tests.world import World

READ = {"read": True, "sha256": "0" * 64}
END = {"reason": "It points to everyone."}
VERSION = {"If-Match": '"0"'}


async def prepare(world: World) -> None:
    world.made["model"] = await version()


def model(path: str, **more: object) -> Row:
    return Row(lambda world: Call(path.format(world.made["model"]), **more), other=lambda _: Call(path.format(999_999), **more))


ROWS = {
    "GET /risks/models": Row("/risks/models"),
    "GET /risks/models/{number}": model("/risks/models/{}"),
    "POST /risks/models/{number}/sign": model("/risks/models/{}/sign", form={}),
    "POST /risks/models/{number}/end": model("/risks/models/{}/end", form={}),
    "GET /api/v1/models": Row("/api/v1/models"),
    "GET /api/v1/models/standing": Row("/api/v1/models/standing"),
    "GET /api/v1/models/{number}": model("/api/v1/models/{}"),
    "POST /api/v1/models/{number}/signatures": model("/api/v1/models/{}/signatures", json=READ, headers=VERSION),
    "POST /api/v1/models/{number}/end": model("/api/v1/models/{}/end", json=END, headers=VERSION),
}
