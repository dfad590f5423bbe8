"""The same seed makes the same estate, names are invented, and each place is as full as it should be."""

import datetime as dt
import hashlib
import random
from collections import Counter

import pytest

from tests.synthetic.conftest import NOW
from yosafe.accounts.schemas import AddAgency, AddUser
from yosafe.forms.read import to_struct
from yosafe.synthetic.book import TABLES, Batch
from yosafe.synthetic.estate import NAMED, agencies_of, shape
from yosafe.synthetic.history import History
from yosafe.synthetic.names import backgrounds
from yosafe.synthetic.young_people import birthday


def history(seed: int, size: str = "small") -> History:
    rng = random.Random(seed)
    of = shape(size)
    return History(of, agencies_of(of, rng), rng, NOW)


def fingerprint(seed: int) -> str:
    digest = hashlib.sha256()
    for _, batch in history(seed).batches():
        digest.update(repr((sorted(batch.rows.items()), sorted(batch.updates.items()), batch.audit)).encode())
    return digest.hexdigest()


def test_the_same_seed_at_the_same_moment_makes_the_same_estate():
    assert fingerprint(3) == fingerprint(3)


def test_another_seed_makes_another():
    assert fingerprint(3) != fingerprint(4)


def rows(batches: list[Batch], table: str) -> list[dict[str, object]]:
    return [dict(zip(TABLES[table], row, strict=True)) for batch in batches for row in batch.rows[table]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_place_is_as_full_as_it_should_be(seed: int):
    of = history(seed)
    batches = [batch for _, batch in of.batches()]
    held = Counter(row["establishment"] for row in rows(batches, "placement") if row["left_at"] is None)
    assert held == {place.code: place.held for place in of.custody.shape.places}


def test_nothing_is_recorded_before_its_turn():
    """Each transaction's entries come in order, and none is of the future."""
    for _, batch in history(5).batches():
        moments = [entry[0] for entry in batch.audit]
        assert moments == sorted(moments)
        assert all(moment <= NOW for moment in moments)


def test_the_walk_finds_its_people_in_every_size():
    for size in ("small", "estate", "national"):
        workers = agencies_of(shape(size), random.Random(1)).workers
        found = {worker.email: worker.agency.code for worker in workers if worker.signs_in}
        assert found == {f"{login}@example.org": agency for login, _, _, agency in NAMED}


def test_the_estate_of_2002_has_thirteen_yois_and_2900_boys():
    boys = [place for place in shape("estate").places if not place.at.adult_estate]
    assert len(boys) == 13
    assert sum(place.held for place in boys) == 2900
    assert {place.at.sexes for place in shape("estate").places if place.at.adult_estate} == {("female",)}


@pytest.mark.parametrize("size", ["small", "estate"])
def test_agencies_and_workers_could_have_been_added_one_by_one(size: str):
    made = agencies_of(shape(size), random.Random(2))
    for agency in made.all:
        to_struct(
            AddAgency,
            {"code": agency.code, "kind": agency.kind.value, "name": agency.name, "area": agency.area, "establishment": agency.establishment},
        )
    for worker in made.workers:
        to_struct(AddUser, {"email": worker.email, "name": worker.name, "role": worker.role.value, "agency": worker.agency.code})
    assert len({agency.code for agency in made.all}) == len(made.all)
    assert len({worker.email.lower() for worker in made.workers}) == len(made.workers)


def test_names_are_ours():
    given = {name for background in backgrounds() for name in (*background.boys, *background.girls)}
    families = {name for background in backgrounds() for name in background.families}
    people = [row for _, batch in history(6).batches() for row in batch.rows["young_person"]]
    assert all(family in families and name in given for _, family, name, *_ in people)


@pytest.mark.parametrize(
    ("born", "age", "on"),
    [
        (dt.date(2008, 2, 29), 17, dt.date(2025, 3, 1)),
        (dt.date(2008, 2, 29), 16, dt.date(2024, 2, 29)),
        (dt.date(2008, 7, 3), 18, dt.date(2026, 7, 3)),
    ],
)
def test_birthday(born: dt.date, age: int, on: dt.date):
    assert birthday(born, age) == on
