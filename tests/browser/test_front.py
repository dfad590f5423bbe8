"""What a stylesheet and a script do to every page: narrow screens, no script, sorting, paper, forced colours."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import As, sign_in
from tests.browser.faults import faults_of

PHONE = {"width": 375, "height": 800}
BOY = "/children/YP-000001"


@pytest.mark.parametrize(("path", "heading"), [("/", "Time left"), ("/clocks", "State"), ("/children", "Next due"), ("/risks", "Level")])
def test_a_phone_shows_every_cell_under_its_heading(signed_in: As, path: str, heading: str) -> None:
    page = signed_in("cleo", viewport=PHONE)
    page.goto(path)
    cell = page.locator(f"td[data-label='{heading}']").first
    assert page.evaluate("cell => getComputedStyle(cell, '::before').content", cell.element_handle()).startswith(f'"{heading}"')
    wide = page.evaluate(
        "[...document.querySelectorAll('.ys-pane--stacks :is(td, tbody th)')].filter(c => c.getBoundingClientRect().right > 376).length"
    )
    assert wide == 0
    # still a table to those who hear it
    assert page.get_by_role("table").first.get_by_role("columnheader", name=heading).count() == 1
    assert page.get_by_role("rowheader").count()
    assert page.get_by_role("cell").count()


def test_a_wide_screen_shows_columns(signed_in: As) -> None:
    page = signed_in("cleo")
    page.goto("/clocks")
    first, second = [page.locator("tbody tr").first.locator("td").nth(place).bounding_box() for place in (0, 1)]
    assert first is not None
    assert second is not None
    assert (first["y"], first["x"] < second["x"]) == (second["y"], True)
    assert page.evaluate("getComputedStyle(document.querySelector('td'), '::before').content") == "none"


def names(page: Page) -> list[str]:
    return [name.split("\n")[0] for name in page.locator("tbody th").all_inner_texts()]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_list_is_put_in_order_by_any_heading(browser: Browser, base_url: str, javascript: bool) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=javascript)
    page = sign_in(context.new_page(), "amina")
    page.goto("/children")
    boys = sorted(names(page))
    assert len(boys) > 2
    head = page.get_by_role("columnheader", name="Child")
    for direction, order in (("ascending", boys), ("descending", boys[::-1])):
        head.get_by_role("link").click()
        expect(head).to_have_attribute("aria-sort", direction)
        assert names(page) == order
    context.close()


def test_a_phone_puts_a_list_in_order_too(signed_in: As) -> None:
    page = signed_in("amina", viewport=PHONE)
    page.goto("/children")
    page.locator(".ys-filter summary").click()
    page.get_by_label("In order of").select_option("-name")
    page.get_by_role("button", name="Search").click()
    assert names(page) == sorted(names(page), reverse=True)
    assert not faults_of(page)


@pytest.mark.parametrize("width", [1280, 375])
def test_a_whole_table_is_sorted_where_it_stands(signed_in: As, width: int) -> None:
    """By number, not by letter."""
    page = signed_in("amina", viewport={"width": width, "height": 800})
    page.goto("/children/completeness")
    table = page.get_by_role("table", name="Answer by answer")
    table.evaluate("""table => [...table.tBodies[0].rows].forEach((row, n) => {
        if (n < 3) { row.cells[1].textContent = [9, '1,010', 10][n] } else { row.remove() }
    })""")
    head = table.get_by_role("columnheader", name="Recorded").first
    for direction, order in (("ascending", ["9", "10", "1,010"]), ("descending", ["1,010", "10", "9"])):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", direction)
        assert table.locator("tbody td:nth-child(2)").all_inner_texts() == order


def test_without_a_script_a_phone_reaches_the_list_first(signed_in: As) -> None:
    page = signed_in("cleo", viewport=PHONE, java_script_enabled=False)
    page.goto("/children")
    filters = page.get_by_role("button", name="Search")
    expect(filters).to_be_hidden()
    box = page.locator("tbody tr").first.bounding_box()
    assert box is not None
    assert box["y"] < PHONE["height"] * 1.2
    page.get_by_text("Find", exact=True).first.click()
    expect(filters).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_filters_stand_beside_the_list_where_there_is_room(signed_in: As, script: bool) -> None:
    page = signed_in("cleo", java_script_enabled=script)
    page.goto("/incidents")
    expect(page.get_by_role("button", name="Apply filters")).to_be_visible()
    assert page.get_by_role("heading", name="Filter").count() == 1


def test_a_filter_at_fault_stands_open_on_a_phone(signed_in: As) -> None:
    page = signed_in("cleo", viewport=PHONE)
    page.goto("/incidents?from=31/2/2026")
    expect(page.get_by_label("From")).to_be_visible()


@pytest.mark.parametrize(("script", "shown"), [(True, 1), (False, 0)])
def test_the_print_button_is_there_only_where_it_works(signed_in: As, script: bool, shown: int) -> None:
    page = signed_in("cleo", java_script_enabled=script)
    page.goto(BOY)
    assert page.locator("[data-ys-print]:visible").count() == shown


def recorded(page: Page) -> str:
    """An incident that whoever is signed in records by API; its reference."""
    happened_at = page.evaluate("new Date(Date.now() - 3600e3).toISOString()")
    answer = page.request.post("/api/v1/incidents", data={
        "kind": "complaint", "happened_at": happened_at, "place": "showers", "account": "The water was cold again.", "told_by": "staff",
        "child_said": "It is cold.", "involvements": [{"young_person": "YP-000003", "roles": ["complainant"]}], "answers": {"themes": ["food"]},
    })  # fmt: skip
    assert answer.status == 201, answer.text()
    ref: str = answer.json()["ref"]
    return ref


def test_paper_has_the_record_who_printed_it_and_nothing_to_do(signed_in: As) -> None:
    page = signed_in("cleo")
    page.goto(f"/incidents/{recorded(signed_in('dan'))}")
    printed = page.get_by_text("Printed by Cleo, Feltham, on ")
    choices, addendum = page.get_by_text("What do you want to do?"), page.get_by_text("Add to this incident")
    expect(printed).to_be_hidden()
    expect(choices).to_be_visible()
    page.emulate_media(media="print")
    expect(printed).to_be_visible()
    expect(page.get_by_text("OFFICIAL-SENSITIVE")).to_be_visible()
    expect(page.get_by_role("heading", name="Who was involved")).to_be_visible()
    for gone in (choices, addendum, page.get_by_text("Refer a young person to social services"), page.get_by_role("button").first):
        expect(gone).to_be_hidden()


@pytest.mark.parametrize(
    ("selector", "width", "side"),
    [
        (".moj-sub-navigation__link[aria-current]", 1280, "borderBottomWidth"),
        (".moj-sub-navigation__link[aria-current]", 375, "borderLeftWidth"),
        (".moj-timeline", 1280, "borderLeftWidth"),
        (".moj-timeline__item", 1280, "borderTopWidth"),
    ],
)
def test_forced_colours_keep_the_current_tab_and_the_time_line(signed_in: As, selector: str, width: int, side: str) -> None:
    page = signed_in("amina", viewport={"width": width, "height": 800}, forced_colors="active")
    page.goto(BOY)
    assert page.evaluate(f"getComputedStyle(document.querySelector({selector!r}), '::before').{side}") == "5px"


def test_cards_leave_no_row_nearly_empty(signed_in: As) -> None:
    page = signed_in("cleo")
    rows = [card.bounding_box()["y"] for card in page.locator(".ys-card").all()]
    assert sorted(rows.count(y) for y in set(rows)) == [4, 4]
