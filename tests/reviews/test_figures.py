"""Figures of joint reviews: small numbers are hidden from those who see figures only, and nobody counts what is not theirs."""

import datetime as dt

import pytest

from tests.world import NOW, TODAY
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Invalid
from yosafe.reviews.figures.queries import ASKED, _suppressed, figures

NEXT_YEAR = NOW + dt.timedelta(days=365)
_CASE = """
    INSERT INTO review_case (review, number, young_person, decision, decision_reason, child_came, advocate, decided_at, decided_by, place, version)
    VALUES ($1, 1, $2, 'continue', 'x', $3, 'came', $4, $5, 1, 1) RETURNING id
"""


@pytest.fixture
async def met(world):
    """Nine reviews at Wetherby, seven of them with Kai there, and one at Oakhill; put straight into the tables."""
    for place, area, who, number in (("WYI", "E08000035", world.kai, 9), ("STC3", "E10000025", world.nia, 1)):
        for one in range(number):
            review = await DB.fetchval(
                "INSERT INTO review (establishment, area, meets_on, chair, held_at, locked_at, quorate, agency, recorded_at, recorded_by, version) "
                "VALUES ($1, $2, $3, 'C', $4, $4, true, $5, $4, $6, 1) RETURNING id",
                *(place, area, TODAY, NOW, world.cleo.agency, world.cleo.id),
            )
            await DB.fetchval(_CASE, review, who.id, "attended" if one < 7 else "declined", NOW, world.cleo.id)


def of(found, figure):
    return {line.place: (line.base, line.counts) for one in found.figures if one.id == figure for line in one.lines}


async def test_a_lead_counts_their_own_and_inspectors_see_no_small_number(world, met):
    own = await figures(world.cleo)
    assert (own.year, own.suppressed) == (2026, False)
    assert of(own, "part") == {"Wetherby": (9, {"yes": 7, "no": 2})}
    assert of(own, "quorum") == {"Wetherby": (9, {"quorate": 9, "not": 0, "unknown": 0})}
    with pytest.raises(Invalid):  # a year that is not over: two days could be compared
        await figures(world.femi, year=2026)
    with clock.stopped_at(NEXT_YEAR):
        for only_figures in (world.femi, world.jay):
            seen = await figures(only_figures, year=2026)
            assert seen.suppressed
            numbers = [n for one in seen.figures for line in one.lines for n in (line.base, *line.counts.values())]
            assert numbers
            assert all(n is None or n >= 5 for n in numbers)
        assert set(of(await figures(world.jay, year=2026), "part")) == {"Wetherby"}  # of their area
        assert set(of(await figures(world.femi, year=2026), "part")) == {"Oakhill", "Wetherby", ""}


async def test_every_question_counts_each_thing_once(world, met):
    found = await figures(world.cleo)
    assert [one.id for one in found.figures] == [asked.id for asked in ASKED if asked.id != "actions"]  # no action was agreed
    for one in found.figures:
        assert all(line.base == sum(line.counts.values()) for line in one.lines)
        assert all(set(line.counts) == set(one.answers) for line in one.lines)


async def test_the_page_of_figures(world, met, client, femi, cleo, amina):
    inspector = await client(femi)
    assert "See how joint reviews work" in (await inspector.get("/")).text
    assert (await inspector.get("/reviews")).status_code == 403
    assert "No joint review met in 2025" in (await inspector.get("/reviews/figures")).text
    assert (await inspector.get("/reviews/figures?year=2026")).status_code == 422
    assert "Took part" in (await (await client(cleo)).get("/reviews/figures")).text
    assert (await (await client(amina)).get("/reviews/figures")).status_code == 403


CASES = {"A": (12, 2), "B": (20, 9), "C": (15, 8)}
OF_DECIDED = {
    "part": {"A": (6, 6), "B": (12, 8), "C": (8, 7)},
    "dissent": {"A": (7, 5), "B": (15, 5), "C": (9, 6)},
    "advocate": {"A": (5, 7), "B": (10, 10), "C": (8, 7)},
}


def hidden_in(tables):
    """The lines of figures of several places, by figure and place."""
    counts = {
        name: {place: dict(zip(("decided", "put_off") if name == "cases" else ("yes", "no"), row, strict=True)) for place, row in table.items()}
        for name, table in {"quorum": {}, "actions": {}, **tables}.items()
    }
    return {(name, line.place): line for name, lines in _suppressed(counts).items() for line in lines}


def test_how_many_were_put_off_is_not_told_by_the_base_of_another_figure():
    lines = hidden_in({"cases": CASES, **OF_DECIDED})
    assert (lines["cases", "A"].base, lines["cases", "A"].counts) == (None, {"decided": 12, "put_off": None})
    assert (lines["part", "A"].base, lines["part", "A"].counts) == (12, {"yes": 6, "no": 6})
    assert sum(lines["cases", place].base is None for place in ("A", "B", "C", "")) > 1, "it would be what the others leave"


def test_how_many_were_decided_is_hidden_in_every_figure_or_in_none():
    few = {name: {**table, "D": (1, 2)} for name, table in OF_DECIDED.items()}
    lines = hidden_in({"cases": {**CASES, "D": (3, 7)}, **few})
    hidden = [place for place in ("A", "B", "C", "D", "") if lines["cases", place].counts["decided"] is None]
    assert "D" in hidden
    assert 1 < len(hidden) < 5
    for name in OF_DECIDED:
        assert [place for place in ("A", "B", "C", "D", "") if lines[name, place].base is None] == hidden
        assert all(n is None for place in hidden for n in lines[name, place].counts.values())
