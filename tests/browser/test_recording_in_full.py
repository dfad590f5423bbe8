"""What is recorded besides, in a real browser: a mark by pointing at the figure and by keyboard, a file that is sent and saved, who was told."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import check_pages
from tests.browser.test_incidents import REECE, record
from tests.incidents.made_files import picture


def test_marked_sent_and_told(signed_in, tmp_path):
    page = signed_in("dan")
    record(page)
    here = page.url.removesuffix("/recorded")
    page.goto(here)
    page.get_by_role("link", name=f"See or add to the body map of {REECE}").click()
    page.locator('[data-ys-region="cheek_left"]').click()
    expect(page.locator("#region")).to_have_value("cheek_left")
    page.keyboard.press("ArrowRight")  # from place to place, as the list has them
    expect(page.locator("#region")).to_have_value("mouth")
    page.locator("#region").select_option("knee_right")
    expect(page.locator('[data-ys-region="knee_right"]')).to_have_attribute("aria-checked", "true")
    page.locator("#mark_kind").select_option("bruise")
    page.get_by_role("button", name="Add this mark").click()
    expect(page.get_by_role("main")).to_contain_text("Right knee: bruise")
    body_map = page.url
    page.goto(f"{here}/files/new")
    page.locator("#file").set_input_files({"name": "Reece Ellis.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(800, 600))})
    page.get_by_label("Photograph").check()
    page.locator("#caption").fill("His right knee")
    page.get_by_label(REECE).check()
    page.get_by_role("button", name="Keep the file").click()
    expect(page.get_by_role("img", name="His right knee")).to_be_visible()
    file = page.url
    assert page.get_by_role("img", name="His right knee").evaluate("image => image.decode().then(() => image.naturalWidth)") == 800
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download the file").or_(page.get_by_role("button", name="Download the file")).click()
    assert re.fullmatch(r"EV-\d{6}\.jpg", saved.value.suggested_filename)
    page.goto(here)
    page.get_by_text("Record who was told, or why not yet").click()
    page.locator("#told_who").select_option("family_told")
    page.get_by_role("group", name="Have they been told?").get_by_label("Yes", exact=True).check()
    page.locator("#told_whom").fill("His mother")
    page.get_by_role("button", name="Save who was told").click()
    expect(page.get_by_role("main")).to_contain_text("Family: His mother")
    check_pages(page, [here, f"{here}/files/new", file, body_map])
