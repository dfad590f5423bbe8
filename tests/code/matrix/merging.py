"""Kai is recorded twice by Leeds, and a third time in a record that was merged into his. Nia is none of theirs."""

from collections.abc import Callable

from tests.code.matrix.people import API, KAI, NIA, PAGES
from tests.code.matrix.rows import Call, Row
from tests.merging.histories import WHY, merge, second_record
from tests.world import World, arrival
from yosafe.people.access import young_person_ref
from yosafe.people.actions import start_placement

VERSION = {"If-Match": '"2"'}


async def prepare(world: World) -> None:
    twin, third = await second_record(world), await second_record(world, given_names="Kaj")
    await start_placement(by=world.amina, young_person=twin, new=arrival())
    world.made["twin"] = young_person_ref(twin.id)
    world.made["merge"] = (await merge(world, world.kai, third)).id


def with_twin(path: str, **more: object) -> Callable[[World], Call]:
    return lambda world: Call(f"{PAGES}/{KAI}/merge/{world.made['twin']}{path}", **more)


def undoing(prefix: str, child: str, path: str, **more: object) -> Callable[[World], Call]:
    return lambda world: Call(f"{prefix}/{child}/{path.format(world.made['merge'])}", **more)


def body(other: str) -> dict[str, object]:
    return {"other": other, "other_version": 1, "reason": WHY, "keep": {}}


ROWS = {
    "POST /api/v1/young-people/{ref}/merge": Row(
        lambda world: Call(f"{API}/{KAI}/merge", json=body(world.made["twin"]), headers=VERSION),
        other=Call(f"{API}/{KAI}/merge", json=body(NIA), headers=VERSION),
    ),
    "GET /api/v1/young-people/{ref}/merges": Row(f"{API}/{KAI}/merges", other=f"{API}/{NIA}/merges"),
    "POST /api/v1/young-people/{ref}/merges/{merge}/undo": Row(
        undoing(API, KAI, "merges/{}/undo", json={"reason": WHY}), other=undoing(API, NIA, "merges/{}/undo", json={"reason": WHY})
    ),
    "GET /children/{ref}/merge": Row(f"{PAGES}/{KAI}/merge", other=f"{PAGES}/{NIA}/merge"),
    "POST /children/{ref}/merge/find": Row(
        Call(f"{PAGES}/{KAI}/merge/find", form={"q": "Morton"}), other=Call(f"{PAGES}/{NIA}/merge/find", form={"q": "Morton"})
    ),
    "GET /children/{ref}/merge/{other}": Row(with_twin(""), other=f"{PAGES}/{KAI}/merge/{NIA}"),
    "POST /children/{ref}/merge/{other}": Row(with_twin("", form={}), other=Call(f"{PAGES}/{KAI}/merge/{NIA}", form={})),
    "GET /children/{ref}/merge/undo/{merge}": Row(undoing(PAGES, KAI, "merge/undo/{}"), other=undoing(PAGES, NIA, "merge/undo/{}")),
    "POST /children/{ref}/merge/undo/{merge}": Row(
        undoing(PAGES, KAI, "merge/undo/{}", form={}), other=undoing(PAGES, NIA, "merge/undo/{}", form={})
    ),
}
