"""The first page of a young person: what each role can do at once, what its tabs count, what comes before the details."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.incidents.make import incident, involve
from tests.world import TODAY
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.reviews.actions import refresh_flags


def buttons(page: str) -> Iterator[tuple[str, str]]:
    """The buttons beside the heading that lead somewhere: text and whether it is the main one."""
    head = page.split("moj-page-header-actions__actions")[1].split("</div>")[0]
    for classes, text in re.findall(r'<a href="[^"]*" role="button"[^>]*class="([^"]*)"[^>]*>(.*?)</a>', head, re.DOTALL):
        yield unescape(text.strip()), "govuk-button--secondary" not in classes


def tabs(page: str) -> dict[str, int]:
    return {name: int(number) for name, number in re.findall(r"moj-sub-navigation__link[^>]*>([^<(]+) \((\d+)\)<", page)}


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("dan", ["Record an incident", "Record a contact"]),
        ("cleo", ["Record an incident", "Record a contact"]),
        ("amina", ["Record a contact", "Start an assessment"]),
        ("esi", ["Record a contact"]),
    ],
)
async def test_what_each_role_comes_to_do_stands_first(client, world, kai_ref, who, offered):
    browser = await client(world[who])
    page = (await browser.get(f"/children/{kai_ref}")).text
    assert list(buttons(page)) == [(text, place == 0) for place, text in enumerate(offered)]
    assert "data-ys-print" in page
    for address in re.findall(r'<a href="([^"]*)" role="button"', page):
        assert (await browser.get(unescape(address))).status_code == 200


async def test_tabs_count_what_the_viewer_finds_behind_them(client, world, kai_ref):
    await incident(world.dan, involve(world.kai, "harmed"))
    hidden = await incident(world.dan, involve(world.kai, "harmed"), kind="assault")
    await refresh_flags(by=Operator("system"), as_of=TODAY)
    await DB.execute("UPDATE incident SET restricted = true WHERE id = $1", hidden.id)
    for who, incidents in (("dan", 2), ("cleo", 2), ("amina", 1)):
        browser = await client(world[who])
        counts = tabs((await browser.get(f"/children/{kai_ref}")).text)
        listed = (await browser.get(f"/children/{kai_ref}/incidents")).text
        assert counts["Incidents"] == incidents == listed.count('<th scope="row"'), who
        assert (counts["Assessments"], counts["Referrals"]) == (0, 0)
        if world[who].may("flag:read"):
            standing = (await browser.get(f"/children/{kai_ref}/flags")).text
            assert counts["Flags"] == standing.count("Explain “"), who


async def test_what_is_urgent_comes_before_the_details(client, world, kai_ref):
    await refresh_flags(by=Operator("system"), as_of=TODAY)
    page = (await (await client(world.cleo)).get(f"/children/{kai_ref}")).text
    places = [page.find(heading) for heading in (">Why flagged<", ">Assessments due<", ">Time limits<", ">Details<")]
    assert -1 not in places
    assert places == sorted(places)
