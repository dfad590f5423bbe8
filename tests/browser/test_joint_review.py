"""A joint review that decides, in a real browser: a panel, five agencies' views, one of which does not agree, locked minutes, actions that go on; and
the inspector, who sees figures only."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import As, check_pages

BOY = "Varga, Tomas"


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(words)


def choose(page: Page, group: str, *labels: str) -> None:
    for label in labels:
        page.get_by_role("group", name=group).get_by_label(label, exact=True).check()


def fill_today(page: Page) -> None:
    today = page.evaluate("(() => { const d = new Date(); return [d.getDate(), d.getMonth() + 1, d.getFullYear()] })()")
    for label, value in zip(("Day", "Month", "Year"), today, strict=True):
        page.get_by_label(label, exact=True).first.fill(str(value))


def panel_and_agenda(page: Page) -> str:
    """Cleo's panel, and a review of today with the boy on its agenda; the address of the review."""
    page.goto("/reviews/panels/new")
    page.get_by_label("Who chairs it?").fill("Cleo Adams")
    page.get_by_label("Every how many weeks does it meet?").fill("2")
    choose(page, "Which agencies should come?", "Feltham", "Hounslow ACPC")
    choose(page, "Without which of them is it not quorate?", "Hounslow ACPC")
    page.get_by_label("At least how many agencies must be there?").fill("2")
    press(page, "Save the panel")
    told(page, "Nobody has said how many a week")
    page.goto("/risks/capacity")
    page.get_by_role("main").get_by_role("link", name="Feltham").first.click()
    page.get_by_label("How many young people can the panel see a week?").fill("3")
    press(page, "Show what would follow")
    page.get_by_label("Why?").fill("One morning a week.")
    press(page, "Let the panel see 3 a week")
    page.goto("/reviews/panels")
    told(page, "6 cases at a meeting")
    page.goto("/reviews/new")
    fill_today(page)
    page.get_by_label("Who chairs it?").fill("Cleo Adams")
    press(page, "Arrange the review")
    told(page, "To be quorate: at least 2 agencies, with Hounslow ACPC.")
    agenda = page.url.split("?")[0]
    page.get_by_label("Find a young person").fill("varga")
    press(page, "Find")
    page.get_by_role("main").get_by_label(BOY).check()
    page.get_by_label("Why?").fill("He has said little since Monday.")
    press(page, "Put on the agenda")
    told(page, "The young person is on the agenda.")
    return agenda


def views(signed_in: As, case: str) -> None:
    """Four agencies say theirs, and Cleo what the fifth said at the table: that it does not agree."""
    for name, view in (
        ("cleo", "Quiet on the unit."),
        ("amina", "He told me of debts."),
        ("esi", "His carers worry."),
        ("jay", "We ask for a plan."),
    ):
        page = signed_in(name)
        page.goto(case)
        page.locator("#view").fill(view)
        press(page, "Add the view")
        told(page, view)
    page = signed_in("cleo")
    page.goto(case)
    page.locator("#view").fill("We do not agree: he should go home first.")
    page.get_by_label("It does not agree", exact=False).check()
    page.get_by_label("Which agency said it?").select_option(label="Leeds YOT")
    page.get_by_label("Who said it for that agency?").fill("Amina's manager")
    press(page, "Add the view")
    told(page, "Leeds YOT: does not agree")


def decide(page: Page, case: str) -> None:
    """Jay records who came, the decision, its plan and an action."""
    agenda = case.rsplit("/cases", 1)[0]
    for agency, person in (("Feltham", "Cleo"), ("Hounslow ACPC", "Jay")):
        page.goto(agenda)
        page.locator("#agency").select_option(label=agency)
        page.get_by_label("Who?").fill(person)
        page.get_by_label("Attended", exact=True).check()
        press(page, "Record")
        told(page, "Attendance is recorded.")
    told(page, "Quorate: 2 agencies came of at least 2")
    page.goto(f"{case}/decision")
    page.get_by_label("Came", exact=True).check()
    page.get_by_label("What did they say?").fill("I want to stay near my cousin.")
    page.get_by_label("The young person did not want one").check()
    for agreed in page.get_by_label("Agreed", exact=True).all():
        agreed.check()
    page.get_by_label("Make or change the support plan").check()
    page.get_by_label("Why?").fill("All but one think that he is safer here for now.")
    page.get_by_label("What is the plan?").fill("His officer speaks with him each evening.")
    first = page.get_by_role("group", name="Action 1")
    first.get_by_label("What is to be done?").fill("Visit him this week.")
    first.get_by_label("Which agency does it?").select_option(label="Leeds YOT")
    first.get_by_label("Who?").fill("Amina")
    for label, value in zip(("Day", "Month", "Year"), (1, 12, 2099), strict=True):
        first.get_by_label(label).fill(str(value))
    press(page, "Check the decision")
    told(page, "must be within a year")
    first = page.get_by_role("group", name="Action 1")
    today = page.evaluate("(() => { const d = new Date(); return [d.getDate(), d.getMonth() + 1, d.getFullYear()] })()")
    for label, value in zip(("Day", "Month", "Year"), today, strict=True):
        first.get_by_label(label).fill(str(value))
    press(page, "Check the decision")
    told(page, "His officer speaks with him each evening.")
    press(page, "Record the decision")
    told(page, "The decision is recorded")


def test_a_joint_review_decides_and_its_minutes_stand(signed_in: As) -> None:
    cleo = signed_in("cleo")
    agenda = panel_and_agenda(cleo)
    case = f"{agenda}/cases/1"
    views(signed_in, case)
    jay = signed_in("jay")
    jay.goto(f"{agenda}/pack")
    told(jay, "He told me of debts.")
    decide(jay, case)
    jay.goto(f"{agenda}/minutes")
    press(jay, "Lock the minutes")
    told(jay, "The minutes are locked.")
    for words in ("Leeds YOT: does not agree", "We do not agree: he should go home first.", "I want to stay near my cousin.", "SHA-256"):
        told(jay, words)
    cleo.goto(case)
    expect(cleo.get_by_role("button", name="Add the view")).to_have_count(0)
    check_pages(cleo, [f"{agenda}/minutes", f"{agenda}/pack"])
    actions_go_on(signed_in)
    femi = signed_in("femi")
    assert femi.goto(f"{agenda}/minutes").status == 403  # type: ignore[union-attr]
    femi.goto("/reviews/figures")
    expect(femi.get_by_role("heading", level=1)).to_have_text("How joint reviews work")
    expect(femi.get_by_role("main")).not_to_contain_text("Varga")
    told(femi, "only years that are over are shown")


def actions_go_on(signed_in: As) -> None:
    """Amina is told of the action, hands it over, and finds it in the list of her agency no more as hers to do."""
    amina = signed_in("amina")
    amina.goto("/notices")
    told(amina, "A joint review gave your agency an action")
    amina.goto("/reviews/actions?owner=mine")
    amina.get_by_role("link", name=re.compile("Done, hand over or cancel Visit him")).click()
    amina.get_by_role("main").get_by_role("button", name="Hand it over").click()
    amina.get_by_label("Which agency does it now?").select_option(label="Feltham")
    amina.get_by_label("Who?").fill("Dan")
    amina.get_by_label("Why is it handed over?").fill("His personal officer sees him every day.")
    press(amina, "Hand it over")
    told(amina, "its new agency is told")
    cleo = signed_in("cleo")
    cleo.goto("/reviews/actions?owner=mine")
    cleo.get_by_role("link", name=re.compile("Done, hand over or cancel Visit him")).click()
    told(cleo, "From Amina, Leeds YOT to Dan, Feltham")
    cleo.get_by_label("What was done?").fill("He was seen on Monday.")
    cleo.get_by_label("What shows that it is done?").fill("It is in his chronology.")
    press(cleo, "It is done")
    told(cleo, "The action is done.")
