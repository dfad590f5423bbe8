"""The pages: a whole assessment through its flow, drafts that are nobody else's, and what is seen by whom."""

import datetime as dt
import re

import pytest

from tests.welfare.answers import asset, asset_answers, own_words, screen, screen_answers
from tests.world import NOW, another_child, arrival, kai
from yosafe.db.engine import DB
from yosafe.forms.questions import walk
from yosafe.people.actions import add_young_person
from yosafe.welfare.actions import complete_assessment
from yosafe.welfare.instruments import ACT_ON, instruments, own_questions


def location(answer) -> str:
    assert answer.status_code == 303, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))[-3000:]
    return answer.headers["location"]


async def begin(browser, ref: str, instrument: str) -> str:
    """The address of a new draft."""
    return location(await browser.send_form(f"/children/{ref}/assessments/new", {"instrument": instrument}))


def form_of(section, answers: dict) -> dict[str, str | list[str]]:
    form = {}
    for question in walk(section.questions):
        if question.name in answers:
            value = answers[question.name]
            form[question.name] = value if isinstance(value, list) else str(value)
    return form


ABOUT = {"completed_on-day": "15", "completed_on-month": "9", "completed_on-year": "2026", "occasion": "start"}


async def fill_asset(browser, ref: str) -> str:
    """A draft of which everything is answered."""
    draft = await begin(browser, ref, "asset-2000")
    there = location(await browser.send_form(f"{draft}/about", ABOUT))
    for section in instruments().by_ref("asset-2000/1").sections:
        assert there == f"{draft}/{section.name}"
        there = location(await browser.send_form(there, form_of(section, asset_answers() | own_words())))
    assert location(await browser.send_form(there, {"concern": "He is afraid at night."})) == f"{draft}/check"
    return draft


async def test_a_welfare_assessment_from_start_to_record(world, kai_ref, client):
    amina = await client(world.amina)
    draft = await fill_asset(amina, kai_ref)
    check = await amina.get(f"{draft}/check")
    assert check.status_code == 200
    assert "3: Quite strongly associated" in check.text
    done = location(await amina.send_form(f"{draft}/check"))
    assert done == "/assessments/AS-000001/done"
    row = await DB.fetchrow("SELECT * FROM assessment")
    assert (row["answers"], row["own_words"], row["concern"]) == (asset_answers(), own_words(), "He is afraid at night.")
    assert "AS-000001" in (await amina.get(done)).text
    assert (await amina.get(draft)).status_code == 404
    assert (await amina.send_form(f"{draft}/check")).status_code == 404
    assert await DB.fetchval("SELECT count(*) FROM assessment") == 1


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"own_hurt": "often", "own_feel_safe": "always"}, ["Someone hurts, picks on or scares them"]),
        ({"own_emotional_health_hurt": "sometimes", "own_feel_safe": "mostly"}, ["Think about hurting themselves"]),
        ({"own_feel_safe": "no"}, ["Feel safe now"]),
        ({"own_feel_safe": "always", "own_hurt": "no", "own_emotional_health_hurt": "skip"}, []),
    ],
)
async def test_what_the_young_person_says_is_acted_on_whatever_the_worker_answered(world, kai_ref, client, said, shown):
    words = {"own_how": "told", **said}
    made = await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref, own_words=words))
    amina = await client(world.amina)
    for page in (f"/assessments/AS-{made.id:06d}", f"/assessments/AS-{made.id:06d}/done"):
        text = (await amina.get(page)).text
        alert = re.search(r'<div role="region" class="moj-alert moj-alert--warning(.*?)</ul>', text, re.DOTALL)
        assert re.findall(r"<li>([^:<]+):", alert[1] if alert else "") == shown
        assert ("/referrals/new?young_person=" in text) is bool(shown)


def test_what_is_acted_on_is_asked():
    asked = {question.name: question for question in own_questions(instruments().by_ref("asset-2000/1"))}
    for name, values in ACT_ON.items():
        assert values < {option.value for option in asked[name].options}


async def test_an_arrival_screen_in_two_pages(world, kai_ref, client):
    dan = await client(world.dan)
    draft = await begin(dan, kai_ref, "vulnerability-screen")
    assert location(await dan.get(draft)) == f"{draft}/screen"
    talk, own, night = instruments().by_ref("vulnerability-screen/1").sections
    day = {"completed_on-day": "7", "completed_on-month": "September", "completed_on-year": "2026"}
    answers = screen_answers() | {"own_worry": "My nan.", "own_how": "wrote"}
    first = day | form_of(talk, answers) | form_of(own, answers)
    assert location(await dan.send_form(f"{draft}/screen", first)) == f"{draft}/first-night"
    assert location(await dan.send_form(f"{draft}/first-night", form_of(night, answers))) == f"{draft}/check"
    location(await dan.send_form(f"{draft}/check"))
    row = await DB.fetchrow("SELECT * FROM assessment")
    assert (row["occasion"], row["answers"], row["own_words"]) == ("arrival", screen_answers(), {"own_worry": "My nan.", "own_how": "wrote"})
    assert await DB.fetchval("SELECT met_at IS NOT NULL FROM clock WHERE young_person = $1", world.kai.id)


async def test_parts_may_be_done_in_any_order_but_all_before_the_end(world, kai_ref, client):
    amina = await client(world.amina)
    draft = await begin(amina, kai_ref, "asset-2000")
    assert location(await amina.get(f"{draft}/check")) == f"{draft}/about"
    lifestyle = next(s for s in instruments().by_ref("asset-2000/1").sections if s.name == "lifestyle")
    assert location(await amina.send_form(f"{draft}/lifestyle", form_of(lifestyle, asset_answers()))) == f"{draft}/substance-use"
    home = (await amina.get(draft)).text
    assert "1 of 17 parts done" in home
    assert location(await amina.send_form(f"{draft}/check")) == f"{draft}/about"
    assert await DB.fetchval("SELECT count(*) FROM assessment") == 0


async def test_what_is_wrong_is_said_with_what_was_typed(world, kai_ref, client):
    amina = await client(world.amina)
    draft = await begin(amina, kai_ref, "asset-2000")
    answer = await amina.send_form(f"{draft}/lifestyle", {"lifestyle_evidence": "<b>Seen</b>", "lifestyle_need": "yes"})
    assert answer.status_code == 422
    assert "<title>" in answer.text
    assert re.search(r"<title>\s*Error: ", answer.text)
    for message in ("Select a rating for lifestyle", "Enter what the welfare need in lifestyle is"):
        assert answer.text.count(message) == 2  # above, and at the box
    assert "&lt;b&gt;Seen&lt;/b&gt;" in answer.text
    assert 'href="#lifestyle_rating"' in answer.text


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (ABOUT | {"completed_on-month": "13"}, "Day on which it was done must be a real date"),
        (ABOUT | {"completed_on-year": "2027"}, "Day on which it was done must be today or in the past"),
        (ABOUT | {"occasion": "arrival"}, "Select why it is done now"),
        ({}, "Enter the day on which it was done"),
    ],
)
async def test_the_first_page(world, kai_ref, client, form, message):
    amina = await client(world.amina)
    draft = await begin(amina, kai_ref, "asset-2000")
    answer = await amina.send_form(f"{draft}/about", form)
    assert (answer.status_code, message in answer.text) == (422, True)


async def test_a_new_draft_knows_what_is_owed(world, kai_ref, client):
    amina = await client(world.amina)
    draft = await begin(amina, kai_ref, "asset-2000")
    about = (await amina.get(f"{draft}/about")).text
    assert re.search(r'value="start"[^>]*checked', about)
    assert [re.search(rf'name="completed_on-{part}"[^>]*value="(\d+)"', about)[1] for part in ("day", "month", "year")] == ["5", "10", "2026"]


async def test_answers_of_a_screen_that_cannot_be_true_together_are_found_across_its_pages(world, kai_ref, client):
    dan = await client(world.dan)
    draft = await begin(dan, kai_ref, "vulnerability-screen")
    talk, own, night = instruments().by_ref("vulnerability-screen/1").sections
    answers = screen_answers(self_harm_now="yes", self_harm_now_detail="Said so.", first_night_actions=["none"]) | {"own_how": "declined"}
    day = {"completed_on-day": "7", "completed_on-month": "9", "completed_on-year": "2026"}
    location(await dan.send_form(f"{draft}/screen", day | form_of(talk, answers) | form_of(own, answers)))
    refused = await dan.send_form(f"{draft}/first-night", form_of(night, answers))
    assert (refused.status_code, "Select what was done: the young person thinks of hurting themselves" in refused.text) == (422, True)


async def test_a_change_on_the_first_page_asks_the_second_again(world, kai_ref, client):
    dan = await client(world.dan)
    draft = await begin(dan, kai_ref, "vulnerability-screen")
    talk, own, night = instruments().by_ref("vulnerability-screen/1").sections
    answers = screen_answers(first_night_actions=["none"]) | {"own_how": "declined"}
    day = {"completed_on-day": "7", "completed_on-month": "9", "completed_on-year": "2026"}
    location(await dan.send_form(f"{draft}/screen", day | form_of(talk, answers) | form_of(own, answers)))
    assert location(await dan.send_form(f"{draft}/first-night", form_of(night, answers))) == f"{draft}/check"
    answers |= {"self_harm_now": "yes", "self_harm_now_detail": "Said so."}
    assert location(await dan.send_form(f"{draft}/screen", day | form_of(talk, answers) | form_of(own, answers))) == f"{draft}/first-night"
    assert location(await dan.get(f"{draft}/check")) == f"{draft}/first-night"
    assert "Select what was done: the young person thinks of hurting themselves" in (await dan.get(f"{draft}/first-night")).text


async def test_what_only_the_end_can_know_is_said_on_the_check_page(world, kai_ref, client):
    dan = await client(world.dan)
    draft = await begin(dan, kai_ref, "vulnerability-screen")
    talk, own, night = instruments().by_ref("vulnerability-screen/1").sections
    answers = screen_answers() | {"own_how": "declined"}
    day = {"completed_on-day": "6", "completed_on-month": "9", "completed_on-year": "2026"}  # the day before they came
    location(await dan.send_form(f"{draft}/screen", day | form_of(talk, answers) | form_of(own, answers)))
    location(await dan.send_form(f"{draft}/first-night", form_of(night, answers)))
    refused = await dan.send_form(f"{draft}/check")
    assert refused.status_code == 422
    assert "The young person was not held anywhere on that day" in refused.text
    assert f'href="{draft}/screen#completed_on-day"' in refused.text


async def test_saving_for_later_keeps_what_is_there_and_does_not_count_as_done(world, kai_ref, client):
    amina = await client(world.amina)
    draft = await begin(amina, kai_ref, "asset-2000")
    saved = await amina.send_form(f"{draft}/lifestyle", {"lifestyle_evidence": "Half a thought", "later": "yes"})
    assert location(saved) == f"/children/{kai_ref}/assessments?saved=draft"
    assert "Go on with the welfare assessment" in (await amina.get(location(saved))).text
    assert "Half a thought" in (await amina.get(f"{draft}/lifestyle")).text
    assert "0 of 17 parts done" in (await amina.get(draft)).text


async def test_saving_for_later_never_loses_what_cannot_be_kept(world, kai_ref, client):
    amina = await client(world.amina)
    draft = await begin(amina, kai_ref, "asset-2000")
    long = "word " * 1000
    answer = await amina.send_form(f"{draft}/lifestyle", {"lifestyle_evidence": long, "later": "yes"})
    assert (answer.status_code, long.strip() in answer.text) == (422, True)


@pytest.mark.parametrize("who", ["ben", "cleo", "dan", "esi", "ivy"])
async def test_a_draft_is_its_owners_only(world, kai_ref, client, who):
    amina, other = await client(world.amina), await client(world[who])
    draft = await begin(amina, kai_ref, "asset-2000")
    for path in (draft, f"{draft}/lifestyle", f"{draft}/check"):
        assert (await other.get(path)).status_code in (403, 404), path
    assert (await other.send_form(f"{draft}/discard")).status_code in (403, 404)
    assert (await amina.get(draft)).status_code == 200


async def test_a_draft_opens_only_under_the_child_that_it_is_about(world, kai_ref, nia_ref, client):
    amina = await client(world.amina)
    draft = await begin(amina, kai_ref, "asset-2000")
    await DB.execute("UPDATE young_person SET home_area = 'E08000035' WHERE id = $1", world.nia.id)
    assert (await amina.get(f"/children/{nia_ref}")).status_code == 200
    assert (await amina.get(draft.replace(kai_ref, nia_ref))).status_code == 404


async def test_who_lost_sight_of_the_child_loses_the_draft(world, kai_ref, client):
    amina = await client(world.amina)
    draft = await begin(amina, kai_ref, "asset-2000")
    await DB.execute("UPDATE young_person SET home_area = 'E10000016' WHERE id = $1", world.kai.id)
    assert (await amina.get(draft)).status_code == 404


async def test_an_officer_is_offered_the_screen_only(world, kai_ref, client):
    dan = await client(world.dan)
    assert 'value="asset-2000"' not in (await dan.get(f"/children/{kai_ref}/assessments/new")).text
    assert (await dan.send_form(f"/children/{kai_ref}/assessments/new", {"instrument": "asset-2000"})).status_code == 422


async def test_throwing_a_draft_away(world, kai_ref, client):
    amina = await client(world.amina)
    draft = await begin(amina, kai_ref, "asset-2000")
    assert location(await amina.send_form(f"{draft}/discard")) == f"/children/{kai_ref}/assessments?saved=gone"
    assert (await amina.get(draft)).status_code == 404


async def test_the_record_shows_both_voices_and_escapes_them(world, kai_ref, client):
    said = "<img src=x onerror=alert(1)>"
    new = asset(kai_ref, own_words=own_words(own_worry=said, own_lifestyle="often"), answers=asset_answers(loss="yes", loss_evidence="His nan died."))
    await complete_assessment(by=world.amina, young_person=world.kai, new=new)
    text = (await (await client(world.amina)).get("/assessments/AS-000001")).text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert said not in text
    for words in (
        "Section by section",
        "Quite strongly associated",
        "His nan died.",
        "Kai&#39;s own words",
        "Often",
        "I said it and a worker wrote it down",
    ):
        assert words in text, words
    assert not re.search(r"\b(31|score|total)\b", re.sub(r"<[^>]+>", " ", text), re.IGNORECASE)


@pytest.mark.parametrize(
    ("who", "asset_status", "screen_status"),
    [("amina", 200, 200), ("cleo", 200, 200), ("esi", 200, 200), ("dan", 404, 200), ("ben", 404, 404), ("ivy", 404, 404), ("femi", 403, 403)],
)
async def test_who_sees_the_record(world, kai_ref, client, who, asset_status, screen_status):
    await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref))
    await complete_assessment(by=world.dan, young_person=world.kai, new=screen(kai_ref))
    browser = await client(world[who])
    for path in ("", "/done"):
        assert (await browser.get(f"/assessments/AS-000001{path}")).status_code == asset_status
        assert (await browser.get(f"/assessments/AS-000002{path}")).status_code == screen_status


async def test_the_list_of_a_child(world, kai_ref, client):
    await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref))
    await complete_assessment(by=world.dan, young_person=world.kai, new=screen(kai_ref))
    amina, dan = await client(world.amina), await client(world.dan)
    seen = (await amina.get(f"/children/{kai_ref}/assessments")).text
    for words in ("AS-000001", "AS-000002", "Three-month review", "Due in", "Met", "Start a welfare assessment", "Record an arrival screen"):
        assert words in seen, words
    seen = (await dan.get(f"/children/{kai_ref}/assessments")).text
    assert "AS-000002" in seen
    for words in ("AS-000001", "Three-month review", "Start a welfare assessment"):
        assert words not in seen, words


async def test_what_is_due_of_everyone(world, client):
    amina, esi = await client(world.amina), await client(world.esi)
    seen = (await amina.get("/assessments")).text
    assert "Morton, Kai" in seen
    assert "Overdue by 10 working days" in seen
    assert "Bello" not in seen
    assert "Assessment at the start" in (await esi.get("/assessments")).text


async def test_what_is_due_goes_on_to_the_next_page(world, client):
    for number in range(30):
        new = kai(given_names=f"Kai {chr(65 + number)}", placement=arrival(at=NOW - dt.timedelta(hours=1)))
        await add_young_person(by=world.amina, new=await another_child(world.amina, new))
    amina = await client(world.amina)
    first = (await amina.get("/assessments")).text
    onward = re.search(r'href="(/assessments\?after=[^"]+)"', first)
    assert onward
    second = (await amina.get(onward[1])).text
    shown = [set(re.findall(r"YP-\d{6}(?=</span>)", page)) for page in (first, second)]
    assert len(shown[0] | shown[1]) == 31
    assert ("50 of 62 assessments" in first, "12 of 62 assessments" in second) == (True, True)
    assert 'href="/assessments"' in second
    assert (await amina.get("/assessments?after=x")).status_code == 422


async def test_the_chronology_and_the_overview_tell_of_it(world, kai_ref, client):
    await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref))
    amina, dan = await client(world.amina), await client(world.dan)
    seen = (await amina.get(f"/children/{kai_ref}/chronology")).text
    assert "Welfare assessment completed" in seen
    assert "Start of the placement. He is afraid at night." in seen
    assert "Assessments due" in (await amina.get(f"/children/{kai_ref}")).text
    assert "Welfare assessment completed" not in (await dan.get(f"/children/{kai_ref}/chronology")).text
