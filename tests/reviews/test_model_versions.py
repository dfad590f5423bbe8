"""Versions of the risk model, trained on what is in the database; `yosafe model list` and `card`."""

import json
import os
import subprocess
import sys

import pytest

from tests.reviews.estate import audited
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, NotFound, Refused
from yosafe.reviews.model_versions import get_version, train_model, versions

OPERATOR = Operator()
# Several commands in one process: each start of Python with scikit-learn costs seconds.
SEVERAL = """
import json, sys
from click.testing import CliRunner
from yosafe.cli import main
done = [CliRunner().invoke(main, args) for args in json.loads(sys.argv[1])]
print(json.dumps([[one.exit_code, one.output] for one in done]))
"""


@pytest.fixture(autouse=True)
def key(monkeypatch, tmp_path):
    monkeypatch.setenv("YOSAFE_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    monkeypatch.setattr("yosafe.settings._chosen", [])


@pytest.fixture
def commands(database_url):
    def run(*lines):
        env = os.environ | {"YOSAFE_DATABASE_URL": database_url}
        args = json.dumps([["model", *line.split()] for line in lines])
        done = subprocess.run([sys.executable, "-c", SEVERAL, args], capture_output=True, text=True, env=env, check=True)
        return json.loads(done.stdout)

    return run


async def history():
    """Sixty young people held for 250 days, every third of whom is harmed every nine days, and the others now and then."""
    today = clock.today()
    await DB.execute(
        "INSERT INTO young_person (id, family_name, given_names, date_of_birth, sex, home_area, created_at, recorded_by, version) "
        "SELECT 7000 + n, 'Test', 'Boy', $1::date - 6000, 'male', 'E08000035', $1::date - 250, 1, 1 FROM generate_series(1, 60) n",
        today,
    )
    await DB.execute(
        "INSERT INTO placement (young_person, establishment, legal_status, arrived_at, distance_miles, recorded_at, recorded_by, version) "
        "SELECT 7000 + n, 'FYI', 'dto', $1::date - 250, n, $1::date - 250, 1, 1 FROM generate_series(1, 60) n",
        today,
    )
    await DB.execute(
        "INSERT INTO incident (id, kind, status, severity, restricted, establishment, place, happened_at, happened_precision, account, told_by, "
        "question_set, answers, agency, recorded_at, recorded_by, version) "
        "SELECT 90000 + n * 100 + k, 'assault', 'submitted', 'low', false, 'FYI', 'cell', $1::date - 9 * k - n % 7, 'exact', 'Words.', 'staff', 'x', "
        "'{}', 1, $1::date - 9 * k, 1, 1 FROM generate_series(1, 60) n, generate_series(1, 26) k WHERE n % 3 = 0 OR (n * 7 + k * 5) % 23 = 0",
        today,
    )
    await DB.execute(
        "INSERT INTO involvement (incident, young_person, role, injuries, age, care_status, happened_at, recorded_at) "
        "SELECT id, 7000 + (id - 90000) / 100, 'harmed', '{}', 16, 'never', happened_at, recorded_at FROM incident WHERE id > 90000"
    )


async def test_a_version_is_trained_kept_and_read(staff, commands):
    with pytest.raises(NotFound, match="yosafe model train"):
        await get_version(OPERATOR, None)
    await history()
    made = await train_model(by=OPERATOR, seed=1, capacity=0.1)
    assert made.card.persons == 60
    assert made.card.events > 100
    assert made.failings == made.card.failings
    assert (await get_version(OPERATOR, made.version), await audited("model:trained")) == (made, 1)
    listed, card, as_json, missing, refused = commands("list", "card", "card --format json", "card 999", "train --as cleo@example.org")
    assert (listed[0], card[0], as_json[0], missing[0], refused[0]) == (0, 0, 0, 4, 5)
    assert f"{made.version}. trained" in listed[1]
    assert "never a verdict" in card[1]
    assert "Now: refused." in card[1]
    assert "indicators alone" in listed[1]
    assert json.loads(as_json[1])["sha256"] == made.sha256


async def test_a_version_that_was_tampered_with_says_so_and_is_not_read(staff):
    await history()
    made = await train_model(by=OPERATOR, seed=1, capacity=0.1)
    await DB.execute("UPDATE model_version SET card = replace(card, '\"seed\":1', '\"seed\":2') WHERE id = $1", made.version)
    found = await get_version(OPERATOR, made.version)
    assert (found.card, found.failings) == (None, None)
    assert "its hash is another" in found.refused


async def test_too_little_to_learn_from_is_refused_and_nothing_is_kept(staff):
    with pytest.raises(Conflict, match="Flags are raised by indicators"):
        await train_model(by=OPERATOR, seed=1, capacity=0.1)
    assert (await versions(OPERATOR), await audited("model:trained")) == ([], 0)


@pytest.mark.parametrize("name", ["Amina", "Cleo", "Dan", "Esi", "Grace"])
async def test_only_the_administrator_trains_and_everyone_may_read(staff, name):
    with pytest.raises(Refused):
        await train_model(by=staff[name], seed=1, capacity=0.1)
    assert await versions(staff[name]) == []
