"""Pages about flags, as people of the tests see them."""

import re

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


@pytest.mark.parametrize("query", ["level=extreme", "state=lost", "flag=bad-vibes", "after=rubbish", "sort=luck"])
async def test_a_filter_that_can_not_be_shows_the_form_again(flag, client, cleo, query):
    answer = await (await client(cleo)).get(f"/risks?{query}")
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


async def test_a_flag_explains_itself(flag, client, amina):
    page = (await (await client(amina)).get(f"/risks/{flag}")).text
    for words in (
        "No contact by the YOT recorded for 28 days or more",
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
    for words in (
        "No contact by the YOT: raised",
        "Could not be worked out",
        "Care status",
        "Flags of the past",
        "Not on the agenda of any.",
        "talk about Kai Morton, never",
    ):
        assert words.lower() in page.lower()
    overview = (await browser.get(f"/children/{kai_ref}")).text
    assert "Why flagged" in overview
    assert "flags</span>" in overview


MEETS = {"meets_on-day": "12", "meets_on-month": "10", "meets_on-year": "2026", "chair": "Cleo Adams"}
BUTTON = "List for the review of 12 October 2026"


@pytest.fixture
def places(flag, kai_ref) -> list[str]:
    """Where one reads about Kai: the flag, his flags, the overview."""
    return [f"/risks/{flag}", f"/children/{kai_ref}/flags", f"/children/{kai_ref}"]


async def test_without_a_review_ahead_one_is_arranged_first(places, client, cleo, dan, amina):
    for who, offered in ((cleo, True), (dan, False), (amina, False)):
        browser = await client(who)
        for path in places:
            page = (await browser.get(path)).text
            assert ('href="/reviews/new">Arrange a review' in page) is offered, (who.name, path)


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_he_is_listed_from_where_one_reads_about_him(places, client, cleo, dan, jay, kai_ref, place):
    lead, path = await client(cleo), places[place]
    await lead.send_form("/reviews/new", MEETS)
    assert BUTTON in (await lead.get(path)).text
    assert BUTTON not in (await (await client(dan)).get(path)).text
    listed = await lead.send_form("/reviews/RV-000001/cases", {"young_person": kai_ref, "back": path})
    assert (listed.status_code, listed.headers["location"]) == (303, f"{path}?done=listed")
    page = (await lead.get(f"{path}?done=listed")).text
    assert "Kai Morton is on the agenda" in page
    assert 'href="/reviews/RV-000001/cases/1"' in page
    assert BUTTON not in page
    assert "is on the agenda" not in (await lead.get(path)).text
    assert "/reviews/RV-000001/cases/1" in (await (await client(jay)).get(path)).text


async def test_someone_with_nothing_flagged_is_listed_with_a_reason(places, client, cleo, kai_ref, nia_ref):
    await DB.execute("UPDATE flag SET level = 'note'")
    lead = await client(cleo)
    await lead.send_form("/reviews/new", MEETS)
    assert f'href="/reviews/RV-000001?child={kai_ref}#someone"' in (await lead.get(places[1])).text
    agenda = await lead.get(f"/reviews/RV-000001?child={kai_ref}")
    assert re.search(rf'value="{kai_ref}" checked', agenda.text)
    assert (await lead.get(f"/reviews/RV-000001?child={nia_ref}")).status_code == 404


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org/risks/1", "/reviews", "/risks/1?x=1", "/children/YP-000001/flags\n"])
async def test_nobody_is_led_anywhere_else(flag, client, cleo, kai_ref, back):
    lead = await client(cleo)
    await lead.send_form("/reviews/new", MEETS)
    listed = await lead.send_form("/reviews/RV-000001/cases", {"young_person": kai_ref, "back": back})
    assert listed.headers["location"] == "/reviews/RV-000001?done=listed&case=1"


async def test_the_register_begins_with_the_highest_and_offers_other_orders(flag, client, cleo):
    await DB.execute("UPDATE flag SET level = CASE WHEN id = $1 THEN 'high' ELSE 'raised' END", flag)
    browser = await client(cleo)
    page = (await browser.get("/risks?level=any")).text
    assert re.findall(r'href="/risks/(\d+)"', page)[0] == str(flag)
    assert re.search(r'aria-sort="descending"><a[^>]*href="/risks\?level=any&amp;sort=level">Level', page)
    assert "/risks?level=any&amp;sort=name" in page
    assert '<option value="name" selected>' in (await browser.get("/risks?sort=name")).text


async def test_a_flag_page_leads_back_to_the_register(flag, client, cleo):
    page = (await (await client(cleo)).get(f"/risks/{flag}")).text
    assert '<a class="govuk-breadcrumbs__link" href="/risks">Risk register</a>' in page


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
