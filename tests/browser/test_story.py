"""The whole story once through, in a real browser, each person in a window of their own."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import As, check_pages
from tests.welfare.answers import asset_answers, own_words

REECE, MARLON, TOMAS = "Ellis, Reece", "Stone, Marlon", "Varga, Tomas"
BOY = "/children/YP-000001"


@pytest.fixture(scope="module")
def refs() -> dict[str, str]:
    """What the story made, by name."""
    return {}


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def involve(page: Page, search: str, name: str, role: str) -> None:
    page.get_by_label("Find a young person").fill(search)
    press(page, "Search")
    page.get_by_label(name).check()
    page.get_by_label(role, exact=True).check()
    page.get_by_role("group", name="Were they injured or distressed?").get_by_label("No", exact=True).check()
    press(page, "Add this young person")


def test_dan_records_bullying_of_one_boy_by_two_others(signed_in: As, refs: dict[str, str]) -> None:
    page = signed_in("dan")
    page.get_by_role("button", name="Record an incident").click()
    page.get_by_label("Bullying", exact=True).check()
    page.get_by_label("Only the day is known").check()
    page.get_by_label("Where did it happen?").select_option(label="Showers or toilets")
    press(page, "Continue")
    involve(page, "ellis", REECE, "Was harmed")
    involve(page, "stone", MARLON, "Is said to have harmed")
    involve(page, "varga", TOMAS, "Is said to have harmed")
    press(page, "Continue")
    page.get_by_label("What happened?").fill("Marlon and Tomas took his trainers and said what would happen if he told.")
    page.get_by_label("Threats").check()
    page.get_by_label("Taking possessions").check()
    page.get_by_role("group", name="Has it happened to this young person before?").get_by_label("Once before").check()
    page.get_by_role("group", name="Is the young person still afraid?").get_by_label("Yes", exact=True).check()
    press(page, "Continue")
    page.get_by_role("group", name="Has the young person said what happened?").get_by_label("Yes", exact=True).check()
    page.get_by_label("In their own words").fill("They said they would get me at night.")
    page.get_by_role("group", name="Who first told us?").get_by_label("Staff", exact=False).first.check()
    page.get_by_label("Moved apart").check()
    press(page, "Continue")
    assert "Check your answers" in heading(page)
    check_pages(page, [page.url])
    press(page, "Record this incident")
    expect(page.get_by_role("heading", name="Incident recorded")).to_be_visible()
    refs["incident"] = re.search(r"IN-\d{6}", page.url)[0]  # type: ignore[index]  # the address ends with it
    check_pages(page, [f"/incidents/{refs['incident']}"])


def test_cleo_concludes_it_and_refers(signed_in: As, refs: dict[str, str]) -> None:
    page = signed_in("cleo")
    page.goto("/incidents?status=submitted")
    page.get_by_role("link", name=refs["incident"]).click()
    page.get_by_label("Conclude it").check()
    page.get_by_role("group", name="Finding").get_by_label("Happened", exact=True).check()
    page.locator("textarea[name^=comment]:visible").fill("Reece was told that he was believed, and Dan what was found.")
    press(page, "Do this")
    expect(page.get_by_role("main")).to_contain_text("Concluded")
    page.get_by_role("link", name="Refer a young person to social services").click()
    page.get_by_role("main").get_by_role("link", name=REECE).click()
    press(page, "Start the referral")
    press(page, "Continue")
    page.get_by_label("Physical abuse").check()
    page.get_by_label("What are you worried about?").fill("Two boys rob and threaten him, and he is afraid to leave his cell.")
    press(page, "Continue")
    page.get_by_role("group", name="Have you asked the young person what they think?").get_by_label("Yes", exact=True).check()
    page.get_by_label("What do they say?").fill("I want it to stop.")
    press(page, "Continue")
    page.get_by_label("To protect a child from significant harm").check()
    press(page, "Continue")
    assert "Check your answers" in heading(page)
    page.get_by_label("Why do you send it all the same?").fill("He is at risk tonight.")
    press(page, "Send the referral")
    expect(page.get_by_role("heading", name="Referral sent")).to_be_visible()
    refs["referral"] = re.search(r"RF-\d{6}", page.url)[0]  # type: ignore[index]  # the address ends with it
    check_pages(page, [f"/referrals/{refs['referral']}"])


def test_esi_records_the_decision_in_time_and_the_clock_says_met(signed_in: As, refs: dict[str, str]) -> None:
    page = signed_in("esi")
    page.get_by_role("link", name=refs["referral"]).first.click()
    page.get_by_label("Decision made").check()
    page.get_by_label("Assessment", exact=False).first.check()
    press(page, "Record it")
    decision = page.locator(".govuk-summary-card").filter(has_text="Decision on a referral")
    expect(decision).to_contain_text("Met")


def answer(page: Page, answers: dict[str, Any]) -> None:
    """Fill in whatever this page asks for."""
    for name, value in answers.items():
        for one in value if isinstance(value, list) else [value]:
            choice = page.locator(f"input[name='{name}'][value='{one}']")
            if choice.count():
                choice.check()
            elif (box := page.locator(f"textarea[name='{name}']:visible, input[type=text][name='{name}']:visible")).count():
                box.fill(str(one))


def fill_date(page: Page) -> None:
    today = page.evaluate("(() => { const d = new Date(); return [d.getDate(), d.getMonth() + 1, d.getFullYear()] })()")
    for label, value in zip(("Day", "Month", "Year"), today, strict=True):
        page.get_by_label(label, exact=True).fill(str(value))


def test_amina_completes_an_assessment_and_a_visit(signed_in: As, refs: dict[str, str]) -> None:
    page = signed_in("amina")
    page.goto(f"{BOY}/assessments")
    page.get_by_role("main").get_by_role("link", name="Welfare assessment", exact=False).first.click()
    page.get_by_label("Welfare assessment", exact=False).first.check()
    press(page, "Start")
    draft = page.url
    check_pages(page, [draft])
    page.get_by_role("main").get_by_role("link").filter(has_text="About").first.click()
    fill_date(page)
    page.locator("input[name=occasion]").first.check()
    press(page, "Save and continue")
    while not page.url.endswith("/check"):
        if page.get_by_role("heading", name="What do YOU think?").count():
            check_pages(page, [page.url])
        answer(page, asset_answers() | own_words(own_present_told="His personal officer") | {"concern": "He is afraid at night."})
        press(page, "Save and continue")
    check_pages(page, [page.url])
    press(page, "Complete it")
    refs["assessment"] = re.search(r"AS-\d{6}", page.url)[0]
    page.goto(f"/assessments/{refs['assessment']}")
    expect(page.get_by_role("main")).to_contain_text("The shouting at night.")
    page.goto(f"{BOY}/contacts")
    page.get_by_role("main").get_by_role("button", name="Record a contact").or_(page.get_by_role("link", name="Record a contact")).first.click()
    page.get_by_label("Visit", exact=True).check()
    page.get_by_label("Who was it with?").select_option(label="Youth offending team")
    fill_date(page)
    press(page, "Record the contact")
    expect(page.get_by_role("main")).to_contain_text("Visit")


def test_a_refresh_raises_flags_with_reasons(signed_in: As) -> None:
    page = signed_in("cleo")
    page.goto("/risks")
    press(page, "Work them out now")
    page.goto(f"{BOY}/flags")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Harmed by others")
    expect(main).to_contain_text("Far from home")
    expect(main).to_contain_text("169 miles")


def test_the_joint_review_decides_and_closes_the_flag(signed_in: As, refs: dict[str, str]) -> None:
    page = signed_in("cleo")
    page.goto("/reviews/new")
    fill_date(page)
    page.get_by_label("Who chairs it?").fill("Jay Marrow")
    press(page, "Arrange the review")
    page.goto(f"{BOY}/flags")
    page.get_by_role("link", name="Explain “Harmed by others”", exact=False).click()
    check_pages(page, [page.url])
    page.get_by_role("main").get_by_role("button", name="List for the review of", exact=False).first.click()  # other stories arrange reviews too
    expect(page.get_by_role("main")).to_contain_text("Reece Ellis is on the agenda")
    check_pages(page, [page.url])
    page.get_by_role("main").get_by_role("link", name="review of", exact=False).click()
    refs["case"] = page.url.split("?")[0]
    views = (("cleo", "He has been moved apart."), ("esi", "We assess now, with his carers."), ("amina", "He told me that he does not sleep."))
    for name, view in views:
        other = signed_in(name)
        other.goto(refs["case"])
        other.locator("#view").fill(view)
        press(other, "Add the view")
    member = signed_in("jay")
    member.goto(refs["case"])
    expect(member.get_by_role("main")).to_contain_text("He told me that he does not sleep.")
    member.get_by_role("main").get_by_role("button", name="Record the decision").or_(
        member.get_by_role("link", name="Record the decision")
    ).first.click()
    member.get_by_label("Came", exact=True).check()
    member.get_by_label("What did they say?").fill("I want to move wings.")
    member.get_by_label("The young person did not want one").check()
    for agreed in member.get_by_label("Agreed", exact=True).all():
        agreed.check()
    member.get_by_label("Ask for a move").check()
    member.get_by_label("Why?").fill("He is safe only away from the two who rob him.")
    expect(member.get_by_role("main")).to_contain_text("We assess now, with his carers.")
    first = member.get_by_role("group", name="Action 1")
    first.get_by_label("What is to be done?").fill("Find him a place on another wing.")
    first.get_by_label("Which agency does it?").select_option(label="Feltham")
    first.get_by_label("Who?").fill("Dan")
    today = member.evaluate("(() => { const d = new Date(); return [d.getDate(), d.getMonth() + 1, d.getFullYear()] })()")
    for label, value in zip(("Day", "Month", "Year"), today, strict=True):
        first.get_by_label(label).fill(str(value))
    press(member, "Check the decision")
    expect(member.get_by_role("main")).to_contain_text("Find him a place on another wing.")
    press(member, "Record the decision")
    assert member.url.endswith("?done=decided")
    member.goto(f"{BOY}/flags")
    harmed = member.get_by_role("main")
    expect(harmed).to_contain_text("Closed by a review")


def test_grace_sees_who_looked(signed_in: As) -> None:
    page = signed_in("grace")
    page.goto("/admin/audit?child=YP-000001")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Recorded an incident")
    expect(main).to_contain_text("Read a young person's record")
    expect(main).to_contain_text("Cleo")


def test_the_chronology_tells_it_in_order(signed_in: As, refs: dict[str, str]) -> None:
    page = signed_in("cleo")
    page.goto(f"{BOY}/chronology?order=oldest")
    told = page.get_by_role("main").inner_text()
    order = [
        "Arrived at Feltham", "Bullying: was harmed", "Child protection referral sent", "Referral: decision made", "Welfare assessment completed",
        "Joint review decided",
    ]  # fmt: skip
    places = [told.find(words) for words in order]
    assert -1 not in places, told
    assert places == sorted(places), told
    check_pages(page, [f"{BOY}/chronology", BOY])


def test_for_ben_none_of_it_exists(signed_in: As, refs: dict[str, str], base_url: str) -> None:
    page = signed_in("ben")
    case = refs["case"].removeprefix(base_url)
    records = [f"/incidents/{refs['incident']}", f"/referrals/{refs['referral']}", f"/assessments/{refs['assessment']}", case]
    api = f"/api/v1/young-people/{BOY[-9:]}"
    tells = [f"{api}{section}" for section in ("", "/chronology", "/flags", "/assessments", "/placements", "/care-periods", "/contacts")]
    tells += [f"/api/v1{record}" for record in records]
    sections = ("chronology", "flags", "referrals", "contacts", "incidents", "assessments", "placements", "care", "edit", "contacts/new")
    for path in [BOY, *(f"{BOY}/{section}" for section in sections), *records, *tells]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404, path
        assert "Ellis" not in page.content()
