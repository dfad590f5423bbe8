"""Kai is recorded twice by Leeds (the rows of merging say so); Nia is none of theirs."""

from collections.abc import Callable

from tests.code.matrix.people import ALL_OF_KAI, API, KAI, NIA, PAGES
from tests.code.matrix.rows import Call, Row
from tests.world import World

WHY = "They are brothers: the mother says so."


def with_twin(prefix: str, path: str, **more: object) -> Callable[[World], Call]:
    return lambda world: Call(f"{prefix}/{KAI}/{path.format(world.made['twin'])}", **more)


ROWS = {
    "POST /api/v1/young-people/likely-duplicates": Row(Call(f"{API}/likely-duplicates", json=ALL_OF_KAI)),
    "GET /api/v1/young-people/likely-duplicates": Row(f"{API}/likely-duplicates"),
    "GET /api/v1/young-people/{ref}/not-the-same": Row(f"{API}/{KAI}/not-the-same", other=f"{API}/{NIA}/not-the-same"),
    "POST /api/v1/young-people/{ref}/not-the-same": Row(
        lambda world: Call(f"{API}/{KAI}/not-the-same", json={"other": world.made["twin"], "reason": WHY}),
        other=Call(f"{API}/{KAI}/not-the-same", json={"other": NIA, "reason": WHY}),
    ),
    "GET /children/duplicates": Row(f"{PAGES}/duplicates"),
    "GET /children/{ref}/not-the-same/{other}": Row(with_twin(PAGES, "not-the-same/{}"), other=f"{PAGES}/{KAI}/not-the-same/{NIA}"),
    "POST /children/{ref}/not-the-same/{other}": Row(
        with_twin(PAGES, "not-the-same/{}", form={}), other=Call(f"{PAGES}/{KAI}/not-the-same/{NIA}", form={})
    ),
    "GET /search": Row("/search"),
    "POST /search": Row(Call("/search", form={"q": "mort"})),
    "POST /api/v1/search": Row(Call("/api/v1/search", json={"q": "mort"})),
}
