"""A few requests of a few operations, always the same; all of them, as every role, by the thousand: `make bench ARGS=attack`."""

import pytest

from tests.attack.described import Tried, attack, operations, requests_of
from tests.code.test_access_matrix import NAMED
from tests.code.test_strict_bodies import DESCRIBED
from yosafe.accounts.permissions import PERMISSIONS, Role

EVERY, OF_EACH = 40, 3  # operations, and requests of a kind
CHOSEN = operations(DESCRIBED)[::EVERY]


@pytest.mark.parametrize(("key", "operation"), CHOSEN, ids=[key for key, _ in CHOSEN])
async def test_what_the_description_allows_and_what_it_does_not(api, world, key, operation):
    script = await api(world.of(next(role for role in Role if NAMED[key] in PERMISSIONS[role])))
    tried = Tried()
    await attack(script, key, requests_of(operation, OF_EACH), tried)
    assert tried.number > 0
    assert tried.wrong == []
