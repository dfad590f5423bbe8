"""Pages about joint reviews: the whole story, and what is refused at each step."""

import datetime as dt
import re

import pytest

from tests.referrals.make import sent
from tests.world import TODAY, another_child, arrival, kai
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.people.actions import add_young_person
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
    """A whole decision as the check page sends it: the review of MEETS has not met."""
    flags = {f"flag-{row['flag']}": "agreed" for row in await DB.fetch("SELECT flag FROM review_case_flag ORDER BY flag")}
    plain = {
        "decision": "restore_contact",
        "reason": "Nobody has been in touch.",
        "child_came": "attended",
        "advocate": "came",
        "child_said": "I want my mum to come.",
    }
    return {"version": "1", "before_meeting": "yes", **flags, **plain, **prefixed("action-2-", ACTION), "step": "record", **changes}


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
    assert 'List<span class="govuk-visually-hidden"> Morton, Kai</span>' in agenda
    assert "No contact by the YOT" in agenda
    assert "1 time limit is late" in agenda
    listed = await lead.send_form("/reviews/RV-000001/cases", {"young_person": kai_ref})
    assert 'href="/reviews/RV-000001/cases/1">See case 1' in (await lead.get(listed.headers["location"])).text
    await lead.send_form("/reviews/RV-000001/attendance", {"agency": "leeds-yot", "person": "Amina", "attended": "by_phone"})
    assert "By telephone or video" in (await lead.get("/reviews/RV-000001")).text
    worker = await client(esi)
    await worker.send_form(f"{CASE}/views", VIEW)
    member = await client(jay)
    assert "He asked for his social worker." in (await member.get(CASE)).text
    assert "How did the young person take part?" in (await member.get(f"{CASE}/decision")).text
    checked = await member.send_form(f"{CASE}/decision", await decision(step=""))
    assert "Check the decision" in checked.text
    assert "Book a visit." in checked.text
    decided = await member.send_form(f"{CASE}/decision", await decision())
    assert (decided.status_code, decided.headers["location"]) == (303, f"{CASE}?done=decided")
    page = (await worker.get(CASE)).text
    for words in ("Restore contact", "I want my mum to come.", "Book a visit.", "recorded by Jay", "Leeds YOT"):
        assert words in page
    owner = await client(amina)
    assert "Done, hand over or cancel" in (await owner.get("/reviews/actions?owner=mine")).text
    assert "action to do" in (await owner.get("/")).text
    assert (
        await owner.send_form("/reviews/actions/1", {"note": "She came on Sunday.", "evidence": "The visits book.", "version": "1"})
    ).status_code == 303
    assert "She came on Sunday." in (await owner.get(CASE)).text
    assert "There is nothing to do" in (await owner.get("/reviews/actions")).text
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
        ({}, 422, "Find a young person, and select who it is"),
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


async def test_a_decision_is_checked_first_and_can_be_changed_until_it_is_recorded(listed):
    form = await decision(child_said="I want my mum\nto come.", step="")
    checked = await listed.send_form(f"{CASE}/decision", form)
    assert checked.status_code == 200
    for words in ("Restore contact", "I want my mum\nto come.", "Leeds YOT", "12 October 2026", 'value="record"'):
        assert words in checked.text
    assert "Action 1" not in checked.text  # it was left blank
    changed = await listed.send_form(f"{CASE}/decision", {**form, "step": "change"})
    assert changed.status_code == 200
    assert "I want my mum\nto come.</textarea>" in changed.text
    assert await DB.fetchval("SELECT decided_at FROM review_case") is None
    assert (await listed.send_form(f"{CASE}/decision", {**form, "step": "record"})).status_code == 303
    assert await DB.fetchval("SELECT child_said FROM review_case") == "I want my mum\nto come."


async def test_a_decision_before_the_day_of_the_meeting_is_confirmed(listed):
    assert "That day is still to come" in (await listed.get(f"{CASE}/decision")).text
    refused = await listed.send_form(f"{CASE}/decision", await decision(before_meeting=""))
    assert refused.status_code == 422
    assert "Confirm that the agencies have decided already" in refused.text
    await listed.send_form(f"{CASE}/decision", await decision())
    assert "before the day of the meeting" in (await listed.get(CASE)).text


async def test_on_the_day_nothing_is_confirmed(listed):
    await DB.execute("UPDATE review SET meets_on = $1", TODAY)
    assert "still to come" not in (await listed.get(f"{CASE}/decision")).text
    assert (await listed.send_form(f"{CASE}/decision", await decision(before_meeting=""))).status_code == 303
    assert "before the day of the meeting" not in (await listed.get(CASE)).text


async def test_the_case_shows_what_to_decide_from(listed, client, esi, world, kai_ref):
    await DB.execute("UPDATE placement SET distance_miles = 12 WHERE young_person = $1", world.kai.id)
    await sent(world, world.kai)
    await (await client(esi)).send_form(f"{CASE}/views", VIEW)
    page = (await listed.get(CASE)).text
    for words in (
        "Wetherby, A wing",
        "12 miles",
        "None before",
        "Open referral RF-000001",
        "Decision on a referral",
        "View given to the joint review",
    ):
        assert words in page
    assert '<a class="govuk-breadcrumbs__link" href="/reviews/RV-000001">12 October 2026</a>' in page
    assert re.search(r'govuk-service-navigation__item--active">\s*<a[^>]*href="/reviews"', page)
    form = (await listed.get(f"{CASE}/decision")).text
    assert form.index("He asked for his social worker.") < form.index("How did the young person take part?")
    await listed.send_form(f"{CASE}/decision", await decision())
    await listed.send_form("/reviews/new", {**MEETS, "meets_on-day": "19"})
    await listed.send_form("/reviews/RV-000002/cases", {"young_person": kai_ref, "because": "Once more."})
    again = (await listed.get("/reviews/RV-000002/cases/1")).text
    assert re.search(r"Last review.*?Restore contact.*?/reviews/RV-000001/cases/1", again, re.DOTALL)


async def test_only_so_many_candidates_are_shown_and_none_once_it_is_over(lead, cleo):
    await lead.send_form("/reviews/new", MEETS)
    for number in range(16):
        new = kai(family_name="Held", given_names=f"Ben {number}", placement=arrival(at=clock.now() - dt.timedelta(days=3)))
        await add_young_person(by=cleo, new=await another_child(cleo, new))
    await refresh_flags(by=Operator("system"))
    buttons = 'List<span class="govuk-visually-hidden">'
    first, every = (await lead.get("/reviews/RV-000001")).text, (await lead.get("/reviews/RV-000001?all=yes")).text
    assert (first.count(buttons), every.count(buttons)) == (15, 17)
    assert ("Show all 17" in first, "Show all" in every) == (True, False)
    await DB.execute("UPDATE review SET meets_on = $1", TODAY - dt.timedelta(days=1))
    assert "Who might be listed" not in (await lead.get("/reviews/RV-000001")).text


async def test_who_might_be_listed_is_not_asked_when_all_is_decided(listed):
    await listed.send_form(f"{CASE}/decision", await decision())
    assert "Who might be listed" not in (await listed.get("/reviews/RV-000001")).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("mort", "Morton, Kai"),
        ("YP-000001", "Morton, Kai"),
        ("bello", "Nobody whom you can see"),
        ("", "Enter a name, a date of birth or a reference"),
        ("x" * 200, "100 characters or fewer"),
    ],
)
async def test_someone_else_is_found_by_name_or_reference(lead, typed, words):
    await lead.send_form("/reviews/new", MEETS)
    page = (await lead.send_form("/reviews/RV-000001/find", {"q": typed})).text
    assert words in page
    assert ("Put on the agenda" in page) is (words == "Morton, Kai")


async def test_those_who_were_found_stay_while_nobody_is_chosen_or_no_reason_is_given(lead, kai_ref):
    await DB.execute("UPDATE flag SET level = 'note'")
    await lead.send_form("/reviews/new", MEETS)
    for form, words in (
        ({}, "Find a young person, and select who it is"),
        ({"young_person": kai_ref}, "say why the young person is to be discussed"),
    ):
        page = (await lead.send_form("/reviews/RV-000001/cases", {"q": "mort", **form})).text
        assert words in page
        assert f'value="{kai_ref}"' in page
    listed = await lead.send_form("/reviews/RV-000001/cases", {"q": "mort", "young_person": kai_ref, "because": "His mother asked."})
    assert listed.status_code == 303


async def test_who_may_not_list_does_not_search_from_here(listed, client, amina, ivy, jay):
    for who, status in ((amina, 403), (ivy, 403), (jay, 200)):
        assert (await (await client(who)).send_form("/reviews/RV-000001/find", {"q": "mort"})).status_code == status


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
    assert (await owner.send_form("/reviews/actions/1", {"note": "Done.", "evidence": "The book.", "version": "4"})).status_code == 412
    assert (await owner.send_form("/reviews/actions/1", {"note": "Done.", "evidence": "The book.", "version": "1"})).status_code == 303
    assert (await owner.send_form("/reviews/actions/1", {"note": "Done.", "evidence": "The book.", "version": "2"})).status_code == 409


async def test_an_outsider_finds_none_of_it(listed, client, ben, ivy, dan):
    for who in (ben, ivy):
        browser = await client(who)
        for path in ("/reviews/RV-000001", CASE):
            assert (await browser.get(path)).status_code == 404
        assert "RV-000001" not in (await browser.get("/reviews")).text
    officer = await client(dan)
    page = (await officer.get(CASE)).text
    assert "Record the decision" not in page
    assert "Add the view" not in page
    assert (await officer.get(f"{CASE}/decision")).status_code == 403


async def test_actions_filter_that_can_not_be(listed):
    assert (await listed.get("/reviews/actions?state=lost")).status_code == 422
