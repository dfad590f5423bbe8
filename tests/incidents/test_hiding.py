"""Names of children whom a reader may not know of are taken out of what was written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.incidents.make import ANSWERS, another, incident, involve
from yosafe.incidents import access
from yosafe.incidents.actions import add_addendum
from yosafe.incidents.correcting import correct
from yosafe.incidents.hearing import may_hear
from yosafe.incidents.record import record_of
from yosafe.incidents.schemas import AddAddendum, CorrectIncident
from yosafe.people.chronology import Wanted, chronology
from yosafe.people.hiding import Hidden

HAMZA = ("Shah", "Hamza Ali", "Ham")


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Hamza Shah was hit.", "Another young person was hit."),
        ("He hit Shah, Hamza in the showers.", "He hit another young person in the showers."),
        ("They took hamza's shoes. SHAH cried.", "They took another young person's shoes. Another young person cried."),
        ("“Ham” is what they call him.", "“Another young person” is what they call him."),
        ("Shahid and a hamper are someone and something else.", "Shahid and a hamper are someone and something else."),
        ("Luke did it.", "Luke did it."),
    ],
)  # fmt: skip
def test_names_are_taken_out(written, left):
    assert Hidden(HAMZA).text(written) == left


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Mark Stone will say he threw a stone.", "Another young person will say he threw a stone."),
        ("He left a mark. MARK did.", "He left a mark. Another young person did."),
    ],
)
def test_names_that_are_everyday_words_count_with_a_capital(written, left):
    assert Hidden(("Stone", "Mark")).text(written) == left


def test_a_family_name_that_they_share_stays():
    assert (
        Hidden(("Drayfield", "Leon"), ("Drayfield", "Dean")).text("Leon Drayfield hit Dean Drayfield")
        == "Another young person Drayfield hit Dean Drayfield"
    )


def test_nobody_hidden_nothing_changed():
    assert Hidden((), HAMZA).text("Hamza") == "Hamza"


NAME = st.text("abeéñöŁ", min_size=2, max_size=5)


@given(st.lists(NAME, min_size=1, max_size=4), st.lists(st.text("abc.,- ’'\n", max_size=6), min_size=4, max_size=4))
def test_no_name_is_left_as_a_word(names, between):
    written = "".join(f"{name} {gap} {name.upper()}" for name, gap in zip(names, between, strict=False))
    left = set(re.findall(r"\w+", Hidden(names).text(written).casefold()))
    assert left.isdisjoint({name.casefold() for name in names})


@pytest.mark.parametrize(
    ("parts", "hears"),
    [
        ([(["harmed"], True), (["alleged_to_have_harmed"], False)], True),
        ([(["harmed"], False), (["alleged_to_have_harmed"], True)], False),
        ([(["harmed"], False), (["told_us", "present"], True)], True),
        ([(["took_part"], True), (["took_part"], False)], True),
    ],
)
def test_who_hears_a_childs_own_words(parts, hears):
    assert may_hear(parts) is hears


async def test_the_worker_of_the_one_who_is_alleged_reads_no_more_than_that(world):
    """Kai is of Amina's area; the boy who was harmed is of another, and Ben's is elsewhere again."""
    leo = await another(world, "Larkin", "Leo")
    words = {"account": "Kai took Leo Larkin's shoes.", "child_said": "Kai said I would get it.", "immediate_action": "leo was moved to B wing."}
    found = await incident(world.dan, involve(leo, "harmed"), involve(world.kai, "alleged_to_have_harmed"), **words)
    await add_addendum(AddAddendum(text="Larkin has his shoes back."), by=world.dan, incident=found)
    amina, ben, cleo = [await record_of(user, found) for user in (world.amina, world.ben, world.cleo)]
    assert (cleo.account, cleo.child_said, cleo.child_said_withheld) == (words["account"], words["child_said"], False)
    assert (ben.account, ben.child_said) == ("Another young person took Leo Larkin's shoes.", "Another young person said I would get it.")
    assert (amina.account, amina.immediate_action) == ("Kai took another young person's shoes.", "Another young person was moved to B wing.")
    assert (amina.child_said, amina.child_said_withheld, amina.addenda[0].text) == (None, True, "Another young person has his shoes back.")
    told = [entry.text for entry in (await chronology(world.amina, world.kai, Wanted())).items if entry.source == "incident"]
    assert told[0] == "Another young person has his shoes back."
    assert "Kai took another young person's shoes." in told[1]


async def test_a_name_that_is_a_code_too_leaves_codes_and_staff_alone(world):
    """A hidden boy called Dan Threats, and Dan who recorded it."""
    threats = await another(world, "Threats", "Dan")
    found = await incident(world.dan, involve(world.kai, "harmed"), involve(threats, "alleged_to_have_harmed"), account="Threats did it.")
    seen = await record_of(world.amina, found)
    assert (seen.account, seen.answers["forms"], seen.recorded_by) == ("Another young person did it.", ANSWERS["bullying"]["forms"], world.dan.name)


async def test_a_correction_of_a_childs_words_is_withheld_with_them(world):
    leo = await another(world, "Larkin", "Leo")
    found = await incident(world.dan, involve(leo, "harmed"), involve(world.kai, "alleged_to_have_harmed"), child_said="Kai hit me.")
    await correct(CorrectIncident(reason="Leo said more.", child_said="Kai hit me twice."), by=world.cleo, incident=found, version=1)
    found = await access.get_incident_for(world.cleo, found.id)
    [cleo], [amina] = [(await record_of(user, found)).corrections for user in (world.cleo, world.amina)]
    assert (cleo.old, cleo.new, cleo.reason) == ("Kai hit me.", "Kai hit me twice.", "Leo said more.")
    assert (amina.old, amina.new, amina.reason) == (None, None, "Another young person said more.")
