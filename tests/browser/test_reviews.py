"""Flags and joint reviews in a real browser: by axe at three widths, refused forms, and a decision without JavaScript."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import check_pages, sign_in
from tests.browser.faults import faults_of


def test_flags(signed_in):
    page = signed_in("cleo")
    check_pages(page, ["/risks?level=high", "/risks?flag=far-from-home&state=any"])
    page.goto("/risks?flag=far-from-home")
    page.locator("tbody").get_by_role("link", name="Far from home").first.click()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert not faults_of(page)
    page.get_by_role("link", name="Select what your agency makes of this flag").click()
    assert page.evaluate("document.activeElement.id") == "outcome"


def test_a_wrong_filter_says_so(signed_in):
    check_pages(signed_in("cleo"), ["/risks?state=lost", "/reviews/actions?state=lost"], status=422)


def test_a_review_from_the_agenda_to_the_last_action_without_javascript(browser, base_url):
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = sign_in(context.new_page(), "cleo")
    page.goto("/reviews")
    page.get_by_role("button", name="Arrange a review").click()
    page.get_by_role("button", name="Arrange the review").click()
    assert "Enter the date of the meeting" in page.get_by_role("alert").inner_text()
    today = page.evaluate("(() => { const d = new Date(); return [d.getDate(), d.getMonth() + 1, d.getFullYear()] })()")
    for label, value in zip(("Day", "Month", "Year"), today, strict=True):
        page.get_by_label(label).fill(str(value))
    page.get_by_label("Who chairs it?").fill("Cleo Adams")
    page.get_by_role("button", name="Arrange the review").click()
    agenda = page.url.split("?")[0]
    page.get_by_role("button", name="List Stone, Marlon").click()
    page.get_by_role("link", name="See case 1").click()
    case = page.url.split("?")[0]
    page.get_by_label("What does the agency say?").fill("Quiet, and alone at meals.")
    page.get_by_role("button", name="Add the view").click()
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_label("Came", exact=True).check()
    page.get_by_label("What did they say?").fill("I want my mum to come.")
    page.get_by_label("The young person did not want one").check()
    for agreed in page.get_by_label("Agreed", exact=True).all():
        agreed.check()
    page.get_by_label("Restore contact").check()
    page.get_by_label("Why?").fill("Nobody from home has been in touch since he came.")
    first = page.get_by_role("group", name="Action 1")
    first.get_by_label("What is to be done?").fill("Book a visit for his mother.")
    page.get_by_role("button", name="Check the decision").click()
    assert "Select the agency" in page.get_by_role("alert").inner_text()
    first = page.get_by_role("group", name="Action 1")
    first.get_by_label("Which agency does it?").select_option(label="Feltham")
    first.get_by_label("Who?").fill("Dan")
    for label, value in zip(("Day", "Month", "Year"), today, strict=True):
        first.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Check the decision").click()
    assert "Book a visit for his mother." in page.get_by_role("main").inner_text()
    page.get_by_role("button", name="Change the young person").click()
    assert page.url == f"{case}/decision#child_came"
    page.get_by_label("What did they say?").fill("I want my mum to come on Sunday.")
    page.get_by_role("button", name="Check the decision").click()
    page.get_by_role("button", name="Record the decision").click()
    assert page.url == f"{case}?done=decided"
    page.get_by_role("link", name="Done, hand over or cancel").click()
    page.get_by_label("What was done?").fill("Booked for Sunday.")
    page.get_by_label("What shows that it is done?").fill("The visits book.")
    page.get_by_role("button", name="It is done").click()
    page.goto(case)
    assert "Booked for Sunday." in page.get_by_role("main").inner_text()
    assert "I want my mum to come on Sunday." in page.get_by_role("main").inner_text()
    context.close()
    context = browser.new_context(base_url=base_url)
    page = sign_in(context.new_page(), "cleo")
    check_pages(page, [agenda, case, "/reviews/actions?state=done"])
    page.goto(agenda)
    page.get_by_role("button", name="Find", exact=True).click()
    assert not faults_of(page)
    page.get_by_label("Find a young person").fill("varga")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("button", name="Put on the agenda").click()
    assert not faults_of(page)
    page.get_by_label("Varga, Tomas").check()
    page.get_by_label("Why?").fill("He has said little since Monday.")  # another story may have closed his flags
    page.get_by_role("button", name="Put on the agenda").click()
    page.get_by_role("link", name="See case 2").click()
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_label("Was not asked").check()
    page.get_by_label("The young person did not want one").check()
    for agreed in page.get_by_label("Agreed", exact=True).all():
        agreed.check()
    page.get_by_label("Go on as now").check()
    page.get_by_label("Why?").fill("All that can be done is being done.")
    page.get_by_role("button", name="Check the decision").click()
    expect(page.get_by_role("heading", level=1, name="Check the decision")).to_be_visible()
    assert not faults_of(page)
    page.goto(agenda)
    page.get_by_role("button", name="Record", exact=True).click()
    assert not faults_of(page)
    context.close()
