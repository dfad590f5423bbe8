"""Menus and first pages of each role, signing in and out: by axe, without JavaScript, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check_pages, sign_in
from tests.browser.faults import faults_of
from yosafe.accounts.permissions import PERMISSIONS
from yosafe.web.kit import menu_of

from .site import PEOPLE

PUBLIC = ["/sign-in", "/help", "/accessibility"]


def test_public_pages(signed_in):
    check_pages(signed_in(None), PUBLIC)
    check_pages(signed_in(None), ["/nowhere", "/set-password/unknown"], status=404)


@pytest.mark.parametrize("name", PEOPLE)
def test_menu_of_each_role(signed_in, name):
    page = signed_in(name)
    shown = page.get_by_role("navigation", name="Main").get_by_role("link").all_inner_texts()
    allowed = [text for text, _ in menu_of(PERMISSIONS[PEOPLE[name][0]])]
    assert [re.sub(r" \d+\n.*", "", text.strip()) for text in shown] == allowed  # what is overdue stands beside the worklist
    check_pages(page, ["/"])


def test_signing_in_without_javascript(browser, base_url):
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = sign_in(context.new_page(), "dan")
    assert page.get_by_role("heading", level=1).inner_text() == "Your worklist"
    page.get_by_role("button", name="Sign out").click()
    page.goto("/")
    assert page.url.endswith("/sign-in")
    context.close()


def test_the_refused_form_says_where_and_keeps_the_address(signed_in):
    page = signed_in(None)
    page.goto("/sign-in")
    page.get_by_label("Email address").fill("dan@example.org")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Error: Sign in – yosafe")
    page.get_by_role("link", name="Enter your password").click()
    assert page.evaluate("document.activeElement.id") == "password"
    assert page.get_by_label("Email address").input_value() == "dan@example.org"
    assert not faults_of(page)


def test_the_skip_link_comes_first_and_leads_to_the_content(signed_in):
    page = signed_in("cleo")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
