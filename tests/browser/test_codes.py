"""Signing in where everyone gives a code: setting the phone up, the recovery codes, the code. By axe at three widths, the console empty."""

import base64
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import running, watch
from tests.browser.faults import WIDTHS, faults_of
from tests.browser.site import PASSWORD
from yosafe.accounts import codes


@pytest.fixture(scope="module")
def coded() -> Iterator[str]:
    with running("tests.browser.coded") as (address, _):
        yield address


def check_here(page: Page) -> None:
    """The page as it stands, which no address leads to by itself."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert faults_of(page) == [], width


def give_password(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill("dan@example.org")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_from_the_password_to_the_worklist_with_a_phone_and_without_one(browser: Browser, coded: str) -> None:
    seen: list[str] = []
    context = browser.new_context(base_url=coded)
    page = watch(context.new_page(), seen)
    give_password(page)
    expect(page).to_have_url(f"{coded}/sign-in/set-up")
    check_here(page)
    secret = page.locator("p.govuk-\\!-font-weight-bold").first.inner_text().replace(" ", "")
    page.get_by_role("textbox", name="Code").fill("000000")
    page.locator("main").get_by_role("button").first.click()
    expect(page).to_have_title("Error: Set up your phone – yosafe")
    check_here(page)
    shown = codes.code_at(base64.b32decode(secret + "=" * (-len(secret) % 8)), int(time.time()) // codes.STEP)
    page.get_by_role("textbox", name="Code").fill(shown)
    page.locator("main").get_by_role("button").first.click()
    expect(page).to_have_title("Your recovery codes – yosafe")
    check_here(page)
    recovery = page.locator("main").inner_text().split()
    recovery_code = next(word for word in recovery if len(word) == 19 and word.count("-") == 3)
    page.goto("/")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{coded}/sign-in")
    give_password(page)
    expect(page).to_have_title("Enter your code – yosafe")
    check_here(page)
    page.get_by_role("textbox", name="Code").fill(shown)  # it was used
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Error: Enter your code – yosafe")
    check_here(page)
    page.get_by_role("textbox", name="Code").fill(recovery_code)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your worklist")
    context.close()
    assert seen == []
