"""`yosafe flags refresh`, as a process of its own."""

import datetime as dt
import json
import os
import subprocess
import sys

import pytest

from tests.reviews.estate import child


@pytest.fixture
def yosafe(database_url, tmp_path):
    def run(*arguments):
        env = {**os.environ, "YOSAFE_DATABASE_URL": database_url, "YOSAFE_HOME": str(tmp_path)}
        return subprocess.run([sys.executable, "-m", "yosafe", *arguments], capture_output=True, text=True, env=env, check=False)

    return run


async def test_refresh_prints_what_it_did_and_the_same_day_again_does_nothing(staff, yosafe):
    await child("Sam", arrived=dt.date(2003, 1, 6), miles=80)
    first = yosafe("flags", "refresh", "--as-of", "2003-03-10", "--as", "cleo@example.org", "--format", "json")
    assert (first.returncode, first.stderr) == (0, "")
    assert json.loads(first.stdout)["opened"] > 3
    again = json.loads(yosafe("flags", "refresh", "--as-of", "2003-03-10", "--format", "json").stdout)
    assert (again["opened"], again["cleared"], again["kept"]) == (0, 0, json.loads(first.stdout)["opened"])
    words = yosafe("flags", "refresh", "--as-of", "2003-03-11")
    assert "As at 11 March 2003: 1 young person in custody, 0 worked out anew." in words.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--as-of", "10 March"), 3),
        (("--as-of", "0001-01-01"), 3),
        (("--as-of", "9999-12-31"), 3),
        (("--as-of", "2099-01-01"), 6),
        (("--as", "amina@example.org"), 5),
        (("--as", "nobody@example.org"), 4),
    ],
)
async def test_what_is_refused_says_so_by_its_exit_code(staff, yosafe, arguments, code):
    result = yosafe("flags", "refresh", *arguments)
    assert (result.returncode, result.stdout) == (code, "")
    assert result.stderr
