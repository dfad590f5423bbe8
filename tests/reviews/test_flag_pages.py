"""Pages about flags, as people of the tests see them."""

import pytest

from tests.world import TODAY
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.reviews.actions import refresh_flags

GOOD = {"outcome": "agreed", "reason": "His mother can't afford the fare."}


@pytest.fixture
async def flag(world):
    """Kai's flag about contact by the YOT, as at today."""
    await refresh_flags(by=Operator("system"), as_of=TODAY)
    return await DB.fetchval("SELECT id FROM flag WHERE young_person = $1 AND indicator = 'no-yot-contact'", world.kai.id)


async def test_the_register_lists_filters_and_says_when_nothing_fits(flag, client, cleo, kai_ref):
    browser = await client(cleo)
    page = (await browser.get("/risks")).text
    assert "Morton, Kai" in page
    assert f"/risks/{flag}" in page
    assert "5 October 2026" in page
    assert "No flags fit these filters" in (await browser.get("/risks?level=high")).text
    only = (await browser.get("/risks?flag=no-yot-contact")).text
    assert "1 flag<" in only
    assert "Bello" not in page


@pytest.mark.parametrize("query", ["level=extreme", "state=lost", "flag=bad-vibes", "after=rubbish"])
async def test_a_filter_that_can_not_be_shows_the_form_again(flag, client, cleo, query):
    answer = await (await client(cleo)).get(f"/risks?{query}")
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


async def test_a_flag_explains_itself(flag, client, amina):
    page = (await (await client(amina)).get(f"/risks/{flag}")).text
    for words in (
        "No contact by the YOT recorded for 28 days",
        "What it does not mean",
        "The worker may have been in touch and not written it down.",
        "Nobody has said yet whether a flag of this kind was right.",
        "What does your agency make of it?",
        "Flag opened",
    ):
        assert words in page


async def test_an_answer_is_saved_shown_and_counted(flag, client, amina):
    browser = await client(amina)
    answer = await browser.send_form(f"/risks/{flag}/outcomes", GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/risks/{flag}?done=answered")
    page = (await browser.get(answer.headers["location"])).text
    assert "Leeds YOT: agreed" in page
    assert "1 of 1 that people decided on. Too few for a percentage." in page


@pytest.mark.parametrize(
    "form", [{}, {**GOOD, "outcome": "maybe"}, {**GOOD, "reason": "short"}, {**GOOD, "reason": "x" * 3000}, {**GOOD, "reason": "a\0b" * 9}]
)
async def test_what_can_not_be_saved_comes_back_with_what_was_typed(flag, client, amina, form):
    answer = await (await client(amina)).send_form(f"/risks/{flag}/outcomes", form)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert await DB.fetchval("SELECT count(*) FROM flag_outcome") == 0


async def test_an_officer_reads_and_has_no_form(flag, client, dan, ben):
    reader = await client(dan)
    page = await reader.get(f"/risks/{flag}")
    assert page.status_code == 200
    assert "What does your agency make of it?" not in page.text
    assert (await reader.send_form(f"/risks/{flag}/outcomes", GOOD)).status_code == 403
    assert (await (await client(ben)).get(f"/risks/{flag}")).status_code == 404


async def test_a_childs_page_shows_flags_gaps_and_what_is_past(flag, world, client, amina, kai_ref):
    await DB.execute("UPDATE flag SET cleared_on = $1 WHERE indicator = 'assessment-overdue'", TODAY)
    browser = await client(amina)
    page = (await browser.get(f"/children/{kai_ref}/flags")).text
    for words in ("No contact by the YOT: raised", "Could not be worked out", "Care status", "Flags of the past", "Not on the agenda of any."):
        assert words.lower() in page.lower()
    overview = (await browser.get(f"/children/{kai_ref}")).text
    assert "Why flagged" in overview
    assert "flags</span>" in overview


async def test_every_rule_is_explained_in_the_words_of_the_installation(flag, client, amina):
    from yosafe.models.indicators import catalogue

    page = (await (await client(amina)).get("/risks/rules")).text
    assert all(f'id="{name}"' in page for name in catalogue())
    assert "{" not in page.split("<main")[1].split("</main>")[0]


async def test_an_answer_is_an_entry_of_the_chronology(flag, client, amina, kai_ref):
    browser = await client(amina)
    await browser.send_form(f"/risks/{flag}/outcomes", GOOD)
    page = (await browser.get(f"/children/{kai_ref}/chronology")).text
    assert "Flag “No contact by the YOT”: agreed" in page
