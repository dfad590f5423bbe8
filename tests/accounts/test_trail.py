"""The trail as the data protection officer reads it: whom lists named, in words, one row for each request."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

import yosafe
from tests.code.matrix import reviews as with_reviews
from tests.incidents.make import another, involve, submit
from tests.referrals.make import sent
from tests.world import NOW, World
from yosafe.accounts.permissions import ALL_PERMISSIONS, PERMISSION_TITLES
from yosafe.accounts.trail import EntryOut, TrailFilter, subject_words, trail
from yosafe.accounts.trail_words import PAGES, done
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref

HERE = "/admin/audit"


async def lists_of(world: World, young_person: int) -> list[EntryOut]:
    """What Grace finds about a young person that is not about them alone."""
    found = await trail(world.grace, TrailFilter(young_person=young_person_ref(young_person)))
    return [entry for entry in found.items if entry.young_person is None]


@pytest.fixture
async def busy(world: World) -> World:
    """Kai has an incident, an action and a referral; Leo is at Wetherby too, and nothing is known of him."""
    await with_reviews.prepare(world)
    await submit(world.dan, involve(world.kai, "harmed"))
    await sent(world, world.kai)
    world.made["leo"] = (await another(world, "Leaf", "Leo")).id
    return world


@pytest.mark.parametrize(
    ("path", "event", "of"),
    [
        ("/incidents", "young-person:listed", "incidents"),
        ("/api/v1/incidents", "young-person:listed", "incidents"),
        ("/api/v1/incidents?child=YP-000001", "young-person:searched", "incidents"),
        ("/children/YP-000001/incidents", "young-person:listed", "incidents of a young person"),
        ("/incidents/export", "incident:exported", None),
        ("/risks/export?level=any", "list:exported", None),
        ("/reviews/actions?state=any", "young-person:listed", "actions"),
        ("/api/v1/actions?state=any", "young-person:listed", "actions"),
        ("/api/v1/young-people?q=mort", "young-person:searched", "name"),
        ("/clocks?whose=all", "young-person:listed", "clocks"),
        ("/api/v1/clocks", "young-person:listed", "clocks"),
        ("/referrals", "young-person:listed", "referrals"),
        ("/api/v1/referrals", "young-person:listed", "referrals"),
        ("/risks?level=any", "flag:read", None),
        ("/", "young-person:listed", "incidents"),
    ],
)
async def test_a_list_is_found_by_each_child_it_named_and_by_no_other(busy: World, client, path: str, event: str, of: str | None):
    before = {entry.id for entry in await lists_of(busy, busy.kai.id)}
    assert (await (await client(busy.cleo)).get(path)).status_code == 200
    new = [entry for entry in await lists_of(busy, busy.kai.id) if entry.id not in before]
    assert (event, of) in {(entry.event, entry.detail.get("by")) for entry in new}
    assert all(entry.actor == "Cleo" and busy.kai.id in entry.detail["young_people"] for entry in new)
    of_leo = {(entry.event, entry.detail.get("by")) for entry in await lists_of(busy, busy.made["leo"])}
    assert ((event, of) in of_leo) is (of == "clocks")  # his arrival screen has a time limit
    assert await lists_of(busy, busy.nia.id) == []


async def test_assessments_due_and_those_who_are_not_named(busy: World, client):
    """Leo is from Kent: Amina sees that another was there, and is not told who."""
    await submit(busy.dan, involve(busy.kai, "harmed"), involve(young_person_ref(busy.made["leo"]), "alleged_to_have_harmed"))
    for path in ("/assessments", "/incidents", "/api/v1/incidents"):
        assert (await (await client(busy.amina)).get(path)).status_code == 200
        newest = await DB.fetchrow("SELECT detail FROM audit_entry WHERE actor = $1 ORDER BY id DESC LIMIT 1", busy.amina.id)
        assert newest["detail"].endswith(f'"young_people":[{busy.kai.id}]}}')


async def test_what_waits_on_the_first_page_of_an_authority_is_noted(busy: World, client):
    assert (await (await client(busy.esi)).get("/")).status_code == 200
    noted = await DB.fetch("SELECT detail FROM audit_entry WHERE actor = $1 AND event = 'young-person:listed'", busy.esi.id)
    assert f'{{"by":"referrals to answer","young_people":[{busy.kai.id}]}}' in {row["detail"] for row in noted}


async def test_an_empty_list_is_noted_too(client, dan):
    await (await client(dan)).get("/incidents")
    assert await DB.fetchval("SELECT detail FROM audit_entry ORDER BY id DESC LIMIT 1") == '{"by":"incidents","young_people":[]}'


def test_everything_that_code_says_was_shown_has_words():
    """The literal names that reads are recorded with."""
    source = "".join(path.read_text("utf-8") for path in Path(yosafe.__file__).parent.rglob("*.py"))
    pattern = r'(?:open_record\([^"\n]*|record_list\(|_note\(|"page": |\bof=|Search\(kind=|\bsection=|searched"?, )"([a-z ]+)"'
    found = set(re.findall(pattern, source)) | {"list"}
    assert {"overview", "register", "incidents of a young person", "clocks", "date of birth"} <= found
    assert found - set(PAGES) == set(), "say in yosafe/accounts/trail_words.py what this page or list is called"


def entry(number: int, event: str = "user:added", **more: Any) -> EntryOut:
    at = NOW + dt.timedelta(seconds=number)
    given = {"actor": "Cleo", "role": "yoi_lead", "subject": None, "young_person": None, "detail": {}, "request": None}
    return EntryOut(**{"id": number, "at": at, "event": event, **given, **more})


@pytest.mark.parametrize(
    ("entries", "rows"),
    [
        ([entry(2), entry(1)], [("Added a user", []), ("Added a user", [])]),  # no request: the command line
        (
            [
                entry(3, "young-person:listed", detail={"by": "clocks", "young_people": [1]}, request="a"),
                entry(2, "young-person:read", young_person="YP-000001", subject="YP-000001", detail={"page": "overview"}, request="a"),
                entry(1, "placement:started", young_person="YP-000001", subject="Placement 4", request="a"),
            ],
            [("Recorded an arrival", ["Read a young person's record: overview", "Was shown a list of young people: time limits"])],
        ),
        ([entry(2, "session:ended", request="b"), entry(1, "session:started", request="a")], [("Signed out", []), ("Signed in", [])]),
        ([entry(2, request="a"), entry(1, request="a", actor="Dan")], [("Added a user", []), ("Added a user", [])]),
        ([entry(1, "young-person:read", detail={"page": "somewhere new"})], [("Read a young person's record: somewhere new", [])]),
    ],
)
def test_the_entries_of_a_request_are_one_row_the_most_telling_first(entries, rows):
    assert [(row.first.what, [line.what for line in row.others]) for row in done(entries)] == rows


def test_the_same_of_several_young_people_is_one_line_with_whom_was_asked_for_first():
    about = [entry(n, "incident:submitted", young_person=f"YP-00000{n}", subject="IN-000004", request="a") for n in (3, 2, 1)]
    [row] = done(about)
    assert (row.first.record, row.first.young_people, row.others) == ("IN-000004", ["YP-000001", "YP-000002", "YP-000003"], [])
    [listed] = done([entry(1, "young-person:listed", detail={"by": "list", "young_people": [1, 2, 3]})], asked="YP-000003")
    assert listed.first.young_people == ["YP-000003", "YP-000001", "YP-000002"]


def test_a_record_that_is_the_young_person_is_not_said_twice():
    [row] = done([entry(1, "young-person:read", young_person="YP-000001", subject="YP-000001")])
    assert (row.first.young_people, row.first.record) == (["YP-000001"], None)


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        ("incident", 4, "IN-000004"), ("young_person", 617, "YP-000617"), ("flag", 549, "Flag 549"), ("draft", None, "Draft"),
        ("api-key", 3, "API key 3"), (None, None, None),
    ],
)  # fmt: skip
def test_records_are_called_by_words(kind, number, words):
    assert subject_words(kind, number) == words


async def test_no_subject_of_the_code_is_without_words(busy: World):
    kinds = {row["subject_kind"] for row in await DB.fetch("SELECT DISTINCT subject_kind FROM audit_entry WHERE subject_kind IS NOT NULL")}
    assert len(kinds) > 5
    assert [kind for kind in kinds if subject_words(kind, 1) == f"{kind} 1"] == []


async def test_the_page(busy: World, client):
    await (await client(busy.cleo)).get("/risks?level=any")
    await (await client(busy.cleo)).get("/children/YP-000001/flags")
    page = await (await client(busy.grace)).get(HERE, params={"child": "yp-1"})
    assert page.status_code == 200
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "People of other agencies are in their own agency's audit." in text.replace("&#39;", "'")
    assert "Read a flag: risk register" in text
    assert "Read a flag: flags" in text
    assert "5 Oct 2026 11:00am" in text
    assert not re.search(r"\b(flag|young_person|placement) \d", text)


async def test_the_page_of_an_account_and_of_agencies_is_in_words(client, hal):
    browser = await client(hal)
    account = (await browser.get("/account")).text
    assert "Add, disable and reset users" in account
    assert not re.search(r"\w+:(manage|read|use)", account)
    agencies = (await browser.get("/admin/agencies")).text
    assert re.search(r"<td[^>]*>Leeds</td>", agencies)
    assert "E08000035" not in agencies
    assert re.search(r"<td[^>]*>Wetherby[^<]*</td>", agencies)


def test_every_permission_has_a_title_and_no_two_the_same():
    assert set(PERMISSION_TITLES) == ALL_PERMISSIONS
    assert len(set(PERMISSION_TITLES.values())) == len(PERMISSION_TITLES)
