"""Pages about joint reviews: the whole story, and what is refused at each step."""

import pytest

from tests.world import TODAY
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.reviews.actions import refresh_flags

CASE = "/reviews/RV-000001/cases/1"
MEETS = {"meets_on-day": "12", "meets_on-month": "10", "meets_on-year": "2026", "chair": "Cleo Adams"}
VIEW = {"view": "He asked for his social worker."}
ACTION = {
    "what": "Book a visit.",
    "owner_agency": "leeds-yot",
    "owner_name": "Amina",
    "due_on-day": "12",
    "due_on-month": "10",
    "due_on-year": "2026",
}


def prefixed(prefix, form):
    return {f"{prefix}{name}": value for name, value in form.items()}


async def decision(**changes):
    flags = {f"flag-{row['flag']}": "agreed" for row in await DB.fetch("SELECT flag FROM review_case_flag ORDER BY flag")}
    plain = {"decision": "restore_contact", "reason": "Nobody has been in touch.", "child_came": "attended", "child_said": "I want my mum to come."}
    return {"version": "1", **flags, **plain, **prefixed("action-2-", ACTION), **changes}


@pytest.fixture
async def lead(world, client, cleo):
    await refresh_flags(by=Operator("system"), as_of=TODAY)
    return await client(cleo)


@pytest.fixture
async def listed(lead, kai_ref):
    """Cleo's browser, with Kai on the agenda of a review."""
    assert (await lead.send_form("/reviews/new", MEETS)).status_code == 303
    assert (await lead.send_form("/reviews/RV-000001/cases", {"young_person": kai_ref})).status_code == 303
    return lead


async def test_the_story_from_the_agenda_to_the_last_action(lead, client, amina, esi, jay, kai_ref):
    assert "No review has been arranged" in (await lead.get("/reviews")).text
    arranged = await lead.send_form("/reviews/new", MEETS)
    assert arranged.headers["location"] == "/reviews/RV-000001?done=arranged"
    agenda = (await lead.get(arranged.headers["location"])).text
    assert f"List {kai_ref}" in agenda
    assert "No contact by the YOT" in agenda
    await lead.send_form("/reviews/RV-000001/cases", {"young_person": kai_ref})
    await lead.send_form("/reviews/RV-000001/attendance", {"agency": "leeds-yot", "person": "Amina", "attended": "by_phone"})
    assert "By telephone or video" in (await lead.get("/reviews/RV-000001")).text
    worker = await client(esi)
    await worker.send_form(f"{CASE}/views", VIEW)
    member = await client(jay)
    assert "He asked for his social worker." in (await member.get(CASE)).text
    assert "How did the young person take part?" in (await member.get(f"{CASE}/decision")).text
    decided = await member.send_form(f"{CASE}/decision", await decision())
    assert (decided.status_code, decided.headers["location"]) == (303, f"{CASE}?done=decided")
    page = (await worker.get(CASE)).text
    for words in ("Restore contact", "I want my mum to come.", "Book a visit.", "recorded by Jay", "Leeds YOT"):
        assert words in page
    owner = await client(amina)
    assert "Say it is done" in (await owner.get("/reviews/actions?owner=mine")).text
    assert "action to do" in (await owner.get("/")).text
    assert (await owner.send_form("/reviews/actions/1", {"note": "She came on Sunday.", "version": "1"})).status_code == 303
    assert "She came on Sunday." in (await owner.get(CASE)).text
    assert "No actions fit these filters" in (await owner.get("/reviews/actions")).text
    told = (await owner.get(f"/children/{kai_ref}/chronology")).text
    for words in ("Joint review decided: restore contact", "View given to the joint review", "Action agreed", "Flag “No contact by the YOT”: agreed"):
        assert words in told
    assert "Review of 12 October 2026" in (await owner.get(f"/children/{kai_ref}/flags")).text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Enter the date of the meeting"),
        ({**MEETS, "meets_on-day": "31", "meets_on-month": "2"}, "real date"),
        ({**MEETS, "meets_on-year": "2020"}, "last 28 days or to come"),
        ({**MEETS, "chair": "x" * 101}, "100 characters"),
    ],
)
async def test_a_meeting_that_can_not_be_comes_back_with_the_remedy(lead, form, words):
    answer = await lead.send_form("/reviews/new", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert await DB.fetchval("SELECT count(*) FROM review") == 0


async def test_a_committee_chooses_an_establishment_of_its_area(lead, client, jay):
    member = await client(jay)
    page = (await member.get("/reviews/new")).text
    assert "Wetherby" in page
    assert "Oakhill" not in page
    assert (await member.send_form("/reviews/new", MEETS)).status_code == 422
    assert (await member.send_form("/reviews/new", {**MEETS, "establishment": "WYI"})).status_code == 303


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"young_person": "YP-999999"}, 422, "There is no young person with this reference that you can see"),
        ({"young_person": "Kai"}, 422, "YP-000123"),
        ({}, 422, "Select the reference of the young person"),
        ({"young_person": "YP-000001"}, 409, "on the agenda already"),
    ],
)
async def test_who_can_not_be_listed(listed, form, status, words):
    answer = await listed.send_form("/reviews/RV-000001/cases", form)
    assert answer.status_code == status
    assert words in answer.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decision": ""}, "Select what the review decided"),
        ({"child_came": ""}, "Select how the young person took part"),
        ({"child_said": ""}, "Enter what the young person said"),
        ({"reason": "short"}, "10 characters"),
        ({"next_review_on-day": "1", "next_review_on-month": "10", "next_review_on-year": "2026"}, "after this one"),
        ({"action-2-what": ""}, "Enter what is to be done"),
        ({"action-2-due_on-year": "2020"}, "today or to come"),
        ({"action-3-owner_name": "Amina"}, "Enter what is to be done"),
    ],
)
async def test_a_decision_that_can_not_stand_comes_back_with_what_was_typed(listed, changes, words):
    answer = await listed.send_form(f"{CASE}/decision", await decision(**changes))
    assert answer.status_code == 422, answer.text
    assert words in answer.text
    if "child_said" not in changes:
        assert "I want my mum to come." in answer.text
    assert await DB.fetchval("SELECT decided_at FROM review_case") is None


async def test_a_flag_without_an_outcome_is_named(listed):
    form = await decision()
    flag = next(name for name in form if name.startswith("flag-"))
    answer = await listed.send_form(f"{CASE}/decision", {**form, flag: ""})
    assert answer.status_code == 422
    assert f'href="#{flag}"' in answer.text


async def test_a_decision_of_another_version_or_a_second_one_is_told(listed):
    assert (await listed.send_form(f"{CASE}/decision", await decision(version="9"))).status_code == 412
    assert (await listed.send_form(f"{CASE}/decision", await decision(version="x"))).status_code == 412
    assert (await listed.send_form(f"{CASE}/decision", await decision())).status_code == 303
    again = await listed.send_form(f"{CASE}/decision", await decision())
    assert again.status_code == 409
    assert "its minutes stand" in again.text
    assert "Record the decision</a>" not in (await listed.get(CASE)).text


async def test_an_action_is_added_later_and_finished_by_who_may(listed, client, esi, amina):
    assert (await listed.send_form(f"{CASE}/actions", {**ACTION, "due_on-year": "2019"})).status_code == 422
    assert (await listed.send_form(f"{CASE}/actions", ACTION)).status_code == 303
    assert (await (await client(esi)).get("/reviews/actions/1")).status_code == 403
    owner = await client(amina)
    assert (await owner.get("/reviews/actions/1")).status_code == 200
    assert (await owner.send_form("/reviews/actions/1", {"note": "", "version": "1"})).status_code == 422
    assert (await owner.send_form("/reviews/actions/1", {"note": "Done.", "version": "4"})).status_code == 412
    assert (await owner.send_form("/reviews/actions/1", {"note": "Done.", "version": "1"})).status_code == 303
    assert (await owner.send_form("/reviews/actions/1", {"note": "Done.", "version": "2"})).status_code == 409


async def test_an_outsider_finds_none_of_it(listed, client, ben, ivy, dan):
    for who in (ben, ivy):
        browser = await client(who)
        for path in ("/reviews/RV-000001", CASE):
            assert (await browser.get(path)).status_code == 404
        assert "RV-000001" not in (await browser.get("/reviews")).text
    officer = await client(dan)
    page = (await officer.get(CASE)).text
    assert "Record the decision" not in page
    assert "Add your agency's view" not in page
    assert (await officer.get(f"{CASE}/decision")).status_code == 403


async def test_actions_filter_that_can_not_be(listed):
    assert (await listed.get("/reviews/actions?state=lost")).status_code == 422
