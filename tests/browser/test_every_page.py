"""Every page there is, in the crawl's world where every text that was typed holds markup: by axe at three widths, with nothing in the console.

What a page asks next in the middle of a flow is looked at by the tests of that flow.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import check_pages, running, watch
from tests.browser.faults import faults_of
from tests.crawl.estate import WALKERS
from tests.crawl.walk import templates
from yosafe.settings import read
from yosafe.web.app import create_app
from yosafe.web.kit import COOKIE

# Addresses that answer with no page, and pages that only the middle of something shows, with where they are looked at.
ELSEWHERE = {
    "/healthz": "no page",
    "/readyz": "no page",
    "/metrics": "no page",
    "/sign-in/provider": "leads on",
    "/sign-in/provider/back": "leads on",
    "/sign-in/provider/out": "leads on",
    "/confirm/provider": "leads on",
    "/assessments/drafts/{draft_id}": "leads on",
    "/incidents/new/{draft_id}": "leads on",
    "/sign-in": "test_pages",
    "/sign-in/code": "test_codes",
    "/sign-in/set-up": "test_codes",
    "/set-password/{token}": "test_pages",
    "/incidents/new/{draft_id}/check": "test_story",
    "/children/{ref}/assessments/new/{draft_id}": "test_story",
    "/children/{ref}/assessments/new/{draft_id}/check": "test_story",
    "/referrals/new/{draft_id}/{step}": "test_referrals",
    "/referrals/considered/{draft_id}/{step}": "test_referrals",
}
FILES = (
    "/export",
    "/download",
    "/picture",
    "/file",
    "/refused",
    "/mapping",
    "/referrals/{ref}/document",
    "/case-reviews/{ref}/notice",
    "/calendar/{token}",
)  # how the addresses end that answer with a file
Site = tuple[str, Path]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running("tests.browser.everywhere") as found:
        yield found


def pages(site: Site) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = json.loads((site[1] / "pages.json").read_text())
    return found


def test_no_page_is_left_out(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    there = {template for template in templates(create_app(read())) if not template.startswith(("/api", "/static"))}
    assert {template for template in there - pages(site).keys() if not template.endswith(FILES)} == ELSEWHERE.keys()


@pytest.mark.parametrize("name", WALKERS)
def test_pages(browser: Browser, site: Site, name: str) -> None:
    seen: list[str] = []
    context = browser.new_context(base_url=site[0])
    token = json.loads((site[1] / "sessions.json").read_text())[name]
    context.add_cookies([{"name": COOKIE, "value": token, "url": "https://127.0.0.1", "secure": True, "httpOnly": True}])
    page = watch(context.new_page(), seen)
    page.on("dialog", lambda dialog: seen.append(f"{page.url}: markup ran: {dialog.message}"))
    check_pages(page, [path for who, path in pages(site).values() if who == name])
    context.close()
    assert seen == []


def test_what_is_wrong_would_be_found(browser: Browser, site: Site) -> None:
    page = browser.new_page(base_url=site[0], viewport={"width": 375, "height": 900})
    page.goto("/help")
    assert faults_of(page) == []
    page.evaluate("document.querySelector('main').innerHTML += '<img src=\"/static/images/favicon.svg\"><div class=\"wide\">x</div>'")
    page.evaluate("document.querySelector('.wide').style.width = '2000px'")
    image, wide = faults_of(page)
    assert "image-alt" in image
    assert "scrolls sideways" in wide
    page.close()


# What is done to a paragraph on a page that was looked at before, and is as it was but for that.
WRONG = {
    "paler": "text.style.color = '#999999'",
    "on another ground": "text.parentElement.style.backgroundColor = '#333333'",
    "seen through": "text.style.opacity = '0.4'",
    "on a phone only": "document.styleSheets[0].insertRule('@media (max-width: 400px) { main p { color: #999999 !important } }')",
    "something dark under it": """
        const under = document.createElement('div');
        under.style.cssText = 'height: 400px; margin-bottom: -400px; background-color: #333333';
        text.before(under); text.style.position = 'relative'""",
}


@pytest.mark.parametrize("how", WRONG)
def test_a_colour_that_is_wrong_is_found_where_all_looks_were_known(browser: Browser, site: Site, how: str) -> None:
    page = browser.new_page(base_url=site[0], viewport={"width": 1280, "height": 900})
    page.goto("/help")
    assert faults_of(page) == []
    page.set_viewport_size({"width": 375, "height": 900})
    assert faults_of(page) == []
    page.evaluate(f"() => {{ const text = document.querySelector('main p'); {WRONG[how]} }}")
    faults = faults_of(page)
    assert faults
    assert all("color-contrast" in fault for fault in faults)
    page.close()


def test_a_text_that_sticks_out_of_its_ground_is_found_where_its_look_was_known(browser: Browser, site: Site) -> None:
    page = browser.new_page(base_url=site[0], viewport={"width": 1280, "height": 900})
    page.goto("/help")
    page.evaluate("document.querySelector('main').innerHTML += '<div id=dark><p id=light>Pale words on dark</p></div>'")
    page.evaluate("dark.style.cssText = 'background-color: #0b0c0c; margin: 100px 0'; light.style.cssText = 'color: #dddddd; font-size: 16px'")
    assert faults_of(page) == []
    page.evaluate("light.style.position = 'relative'; light.style.top = '80px'")
    assert ["color-contrast" in fault for fault in faults_of(page)] == [True]
    page.close()
