"""A small estate, loaded once and read by many tests. It is half past three in London on Thursday 19 November 2026, and stays so."""

import datetime as dt
import sys
from collections.abc import AsyncIterator

import pytest

from tests.conftest import TEMPLATE, at, run_at
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.synthetic.load import Loaded, load

NOW = dt.datetime(2026, 11, 19, 15, 30, tzinfo=dt.UTC)
NAME = "made_up"


@pytest.fixture(scope="session")
async def loaded_at(template: str) -> tuple[str, Loaded]:
    """The address of a database with a small estate in it, and what was loaded."""
    await run_at(template, f"CREATE DATABASE {NAME} TEMPLATE {TEMPLATE}")
    address = at(template, NAME)
    await DB.open(address)
    with clock.stopped_at(NOW):
        loaded = await load("small", seed=7)
    await DB.close()
    sys.stdout.write(f"Small estate: {sum(loaded.rows.values())} rows in {loaded.seconds:.1f} s\n")
    return address, loaded


@pytest.fixture(scope="module")
async def estate(loaded_at: tuple[str, Loaded]) -> AsyncIterator[Loaded]:
    """The engine, open on the small estate. Only read."""
    address, loaded = loaded_at
    await DB.open(address)
    with clock.stopped_at(NOW):
        yield loaded
    await DB.close()
