"""A service with two workers, and a crowd at its doors: started once for all tests of this folder that want it."""

import contextlib
from collections.abc import AsyncIterator

import pytest

from tests.load.crowd import CLIENTS, Crowd
from tests.load.installation import installed
from yosafe.audit.verify import verify


@pytest.fixture(scope="package")
async def crowd() -> AsyncIterator[Crowd]:
    async with installed(workers=2) as installation, contextlib.AsyncExitStack() as stack:
        await installation.serve()
        scripts = {name: [await stack.enter_async_context(installation.client(name)) for _ in range(CLIENTS)] for name in ("cleo", "esi")}
        crowd = Crowd(installation, scripts)
        yield crowd
        async with installation.looking():
            assert (await verify()).faults == ()
        assert "Traceback" not in installation.log()
        assert crowd.statuses.keys() <= {200, 201, 409, 412, 422}, crowd.statuses
