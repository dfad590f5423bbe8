"""Keeping apart as an officer and a lead do it, with and without JavaScript; every page on the way by axe."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check_pages, sign_in
from tests.browser.faults import faults_of

MARLON, TOMAS = "YP-000002", "YP-000003"


def review_in(page, days):
    day = dt.date.today() + dt.timedelta(days=days)  # noqa: DTZ011  # as whoever sits there types it
    for part in ("day", "month", "year"):
        page.locator(f"#review_on-{part}").fill(str(getattr(day, part)))


@pytest.mark.parametrize("javascript", [True, False])
def test_begun_by_an_officer_and_ended_by_the_lead(browser, base_url, javascript):
    officer = browser.new_context(base_url=base_url, java_script_enabled=javascript)
    page = sign_in(officer.new_page(), "dan")
    page.goto(f"/children/{MARLON}/keep-apart")
    page.get_by_role("button", name="Keep apart from someone").or_(page.get_by_role("link", name="Keep apart from someone")).first.click()
    page.get_by_role("button", name="Keep them apart").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("To be kept apart from").select_option(TOMAS)
    page.get_by_label("Threats between them").check()
    page.get_by_label("What happened?").fill("Threats through the door, three nights running.")
    page.get_by_label("Not on one unit", exact=True).check()
    review_in(page, 20)
    page.get_by_role("button", name="Keep them apart").click()
    expect(page.get_by_text("They are to be kept apart from now on")).to_be_visible()
    expect(page.get_by_text("They live on the same unit now.")).to_be_visible()
    record = page.url.partition("?")[0].removeprefix(base_url)
    page.goto(f"/children/{TOMAS}")
    expect(page.get_by_text("Keep apart: 1 person")).to_be_visible()
    move_away_and_back(page)
    officer.close()
    end_it(browser, base_url, record, javascript)


def move_away_and_back(page):
    """A unit of their own needs no reason; the way back does."""
    page.goto(f"/children/{TOMAS}/placements")
    page.get_by_role("link", name="Change unit").click()
    address = page.url
    unit = page.get_by_label("Unit", exact=False).first.input_value()
    page.locator("#unit").fill("Another unit")
    page.get_by_role("button", name="Change the unit").click()
    expect(page.get_by_text("The unit was changed")).to_be_visible()
    page.goto(address)
    page.locator("#unit").fill(unit)
    page.get_by_role("button", name="Change the unit").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Why do you go on").fill("The only bed tonight; checked every hour.")
    page.get_by_role("button", name="Change the unit").click()
    expect(page.get_by_text("The unit was changed")).to_be_visible()


def end_it(browser, base_url, record, javascript):
    lead = browser.new_context(base_url=base_url, java_script_enabled=javascript)
    page = sign_in(lead.new_page(), "cleo")
    page.goto(record)
    expect(page.get_by_text("The only bed tonight; checked every hour.")).to_be_visible()
    if javascript:
        looked_at_by_axe(page, record)
    page.goto(f"{record}/end")
    page.get_by_label("Why can they be together again?").fill("Mediated; both were asked alone.")
    page.get_by_role("button", name="Stop keeping them apart").click()
    expect(page.get_by_text("Keeping them apart has ended")).to_be_visible()
    lead.close()


def looked_at_by_axe(page, record):
    check_pages(page, ["/keep-apart", "/keep-apart?state=all", "/keep-apart/new", record, f"{record}/review", f"{record}/end"])
    check_pages(page, [f"/children/{TOMAS}", f"/children/{TOMAS}/keep-apart"])
    for path, button in (("/keep-apart/new", "Keep them apart"), (f"{record}/review", "Save the review")):
        page.goto(path)
        page.get_by_role("button", name=button).click()
        expect(page).to_have_title(re.compile("^Error: "))
        assert not faults_of(page)
