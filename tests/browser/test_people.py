"""Pages about young people: filtered, refused, and the whole way of adding one without JavaScript."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import check_pages, sign_in
from tests.browser.faults import faults_of

REECE = "/children/YP-000001"


def test_filters_that_find_nothing(signed_in):
    check_pages(signed_in("cleo"), [f"{REECE}/chronology?order=oldest&source=assessment", "/children?held=left"])


def test_refused_forms(signed_in):
    page = signed_in("cleo")
    for path, button in (("/contacts/new", "Record the contact"), ("/placements/new", "Record the arrival"), ("/care/new", "Record the care status")):
        page.goto(REECE + path)
        page.get_by_role("button", name=button).click()
        expect(page).to_have_title(re.compile("^Error: "))
        assert not faults_of(page)
    page.get_by_role("link", name="Enter the day it began").click()
    assert page.evaluate("document.activeElement.id") == "started_on-day"


def test_adding_a_young_person_without_javascript(browser, base_url):
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = sign_in(context.new_page(), "dan")
    page.goto("/children")
    page.get_by_role("button", name="Add a young person").or_(page.get_by_role("link", name="Add a young person")).first.click()
    page.get_by_label("Family name").fill("Whitlock")
    page.get_by_label("Given names").fill("Corey")
    for part, text in (("Day", "9"), ("Month", "may"), ("Year", "2010")):
        page.get_by_label(part, exact=True).fill(text)
    page.get_by_role("button", name="Search").click()
    assert page.get_by_role("heading", level=1).inner_text().endswith("Whitlock, Corey")
    page.get_by_label("Legal status").select_option("dto")
    for part, text in (("Day", "1"), ("Month", "5"), ("Year", "2026")):
        page.locator(f"#arrived_on-{part.lower()}").fill(text)
    page.get_by_label("Time of arrival").fill("2:30pm")
    page.get_by_label("Male", exact=True).check()
    page.get_by_label("Home area").select_option(label="Leeds")
    page.get_by_role("button", name="Add the young person").click()
    expect(page.get_by_text("The young person was added")).to_be_visible()
    expect(page.get_by_text("Born 9 May 2010").or_(page.get_by_text("(born 9 May 2010)")).first).to_be_visible()
    page.get_by_role("link", name="Placements").click()
    expect(page.get_by_text("Still there")).to_be_visible()
    context.close()


def test_the_search_box_by_keyboard_without_javascript(browser, base_url):
    """From any page: whom it finds, that nothing that was typed stands in the address, and a reference that leads straight on."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = sign_in(context.new_page(), "cleo")
    page.goto(REECE)
    name = page.title().split(",")[0]
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        page.get_by_label("Look up a child or a record").fill(name[:4].lower())
        page.keyboard.press("Enter")
        page.wait_for_url(f"{base_url}/search")
        expect(page.get_by_role("heading", name="By name")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_label("Look up a child or a record").fill("yp 1")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base_url}{REECE}")
    context.close()


def test_who_may_be_recorded_already_and_what_was_found(signed_in):
    page = signed_in("cleo")
    page.goto(f"{REECE}/edit")
    known = [page.get_by_label(label).input_value() for label in ("Family name", "Given names")]
    born = [page.get_by_label(part, exact=True).first.input_value() for part in ("Day", "Month", "Year")]
    page.goto("/children/new")
    page.get_by_label("Family name").fill(known[0] + "e")
    page.get_by_label("Given names").fill(known[1])
    for part, text in zip(("Day", "Month", "Year"), born, strict=True):
        page.get_by_label(part, exact=True).fill(text)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Very likely")).to_be_visible()
    expect(page.get_by_text("Family name spelt nearly the same")).to_be_visible()
    assert not faults_of(page)
    page.get_by_role("button", name="None of these").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert not faults_of(page)
    page.get_by_label("Look up a child or a record").fill(known[0])
    page.get_by_role("button", name="Look up").first.click()
    expect(page.get_by_role("heading", name="By name")).to_be_visible()
    assert not faults_of(page)
