"""Incidents on pages: the list, the record and what can be done to it there, corrections, the file, the young person's record."""

import csv
import html
import io
import re
from typing import Any

import pytest

from tests.incidents.make import again, another, incident, involve, rows_in_all_tables
from tests.incidents.test_recording import faults
from tests.world import Browser, ClientFor, World
from yosafe.db.engine import DB
from yosafe.incidents.actions import add_addendum, move
from yosafe.incidents.schemas import AddAddendum, MoveIncident
from yosafe.incidents.status import Act
from yosafe.people.access import young_person_ref

HERE = "/incidents/IN-000001"
WHY = "Seen by two officers and on camera"


def text_of(page: Any) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def test_the_list_shows_what_each_may_see(world: World, client: ClientFor) -> None:
    leo = await another(world, "Leaf", "Leo")
    await incident(world.dan, involve(world.kai, "harmed"), involve(leo, "alleged_to_have_harmed"))
    cleo, amina, ivy = [await (await client(world[name])).get("/incidents") for name in ("cleo", "amina", "ivy")]
    assert "Leaf, Leo" in text_of(cleo)
    assert "Another young person" in text_of(amina)
    assert "Leaf" not in amina.text
    assert young_person_ref(leo.id) not in amina.text
    assert "No incident is recorded yet" in text_of(ivy)
    assert "Record an incident" in text_of(ivy)
    assert "Record an incident" not in text_of(amina)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["IN-000002", "IN-000001"]),
        ("?kind=bullying", ["IN-000001"]),
        ("?kind=bullying&kind=assault", ["IN-000002", "IN-000001"]),
        ("?status=closed", []),
        ("?from=5/10/2026", []),
        ("?from=4/10/2026&to=2026-10-04&severity=low", ["IN-000002", "IN-000001"]),
        ("?q=IN-000001&site=WYI", ["IN-000001"]),
        ("?sort=kind", ["IN-000002", "IN-000001"]),
        ("?sort=-kind", ["IN-000001", "IN-000002"]),
        ("?mine=yes", []),
    ],
)
async def test_filters_stand_in_the_address(world: World, client: ClientFor, query: str, found: list[str]) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    await incident(world.dan, involve(world.kai, "harmed"), kind="assault")
    page = await (await client(world.cleo)).get(f"/incidents{query}")
    assert page.status_code == 200
    assert re.findall(r'href="/incidents/(IN-\d+)"', page.text) == found
    assert ("Selected filters" in page.text) is (bool(query) and "sort" not in query)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?from=31/2/2026", "from"),
        ("?to=soon", "to"),
        ("?child=Kai", "child"),
        ("?q=morton", "q"),
        ("?after=x", "after"),
        ("?sort=luck", "sort"),
        ("?limit=1000", "limit"),
    ],
)
async def test_a_filter_that_can_not_be_is_said(world: World, client: ClientFor, query: str, field: str) -> None:
    page = await (await client(world.cleo)).get(f"/incidents{query}")
    assert (page.status_code, faults(page)) == (422, [field])


async def test_a_name_is_posted_and_stands_in_no_address(world: World, client: ClientFor) -> None:
    """What names nobody has an address of its own; the file of what was found is posted for too, and its name tells how and not whom."""
    await incident(world.dan, involve(world.kai, "harmed"))
    cleo = await client(world.cleo)
    found = await cleo.send_form("/incidents/find", {"q": "mort", "kind": "bullying"})
    assert re.findall(r'href="/incidents/(IN-\d+)"', found.text) == ["IN-000001"]
    assert "mort" not in " ".join(re.findall(r'(?:href|action)="([^"]*)"', found.text))
    assert "No incident that you can see" in (await cleo.send_form("/incidents/find", {"q": "Bello"})).text
    assert (await cleo.send_form("/incidents/find", {"q": "in-000001", "sort": "kind"})).headers["location"] == "/incidents?q=in-000001&sort=kind"
    both = await cleo.send_form("/incidents/find", {"q": "mort", "kind": ["bullying", "assault"]})
    assert re.findall(r'type="hidden" name="kind" value="(\w+)"', both.text) == ["bullying", "assault"]  # the file is of the same list
    file = await cleo.send_form("/incidents/find", {"q": "mort", "file": "yes"})
    assert file.headers["content-disposition"].endswith('-q.csv"')
    assert "Morton, Kai" in file.text
    assert (await (await client(world.dan)).send_form("/incidents/find", {"q": "mort", "file": "yes"})).status_code == 403


async def test_looking_for_someone_is_noted(world: World, client: ClientFor, api: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    cleo, script = await client(world.cleo), await api(world.cleo)
    for path in ("/incidents", "/incidents?kind=bullying", "/incidents?child=YP-000001", "/children/YP-000001/incidents"):
        await cleo.get(path)
    await cleo.send_form("/incidents/find", {"q": "morton"})
    await script.get("/api/v1/incidents", params={"q": "morton"})
    noted = await DB.fetch("SELECT event, young_person, detail FROM audit_entry WHERE actor = $1 ORDER BY id", world.cleo.id)
    searched, listed = (("young-person:" + how, None, '{"by":"incidents","young_people":[1]}') for how in ("searched", "listed"))
    of_him = [
        ("young-person:read", world.kai.id, '{"page":"incidents"}'),
        (listed[0], None, '{"by":"incidents of a young person","young_people":[1]}'),
    ]
    assert [tuple(row) for row in noted] == [listed, listed, searched, *of_him, searched, searched]


async def test_more_than_a_page(world: World, client: ClientFor) -> None:
    for _ in range(52):
        await incident(world.dan, involve(world.kai, "harmed"))
    cleo = await client(world.cleo)
    first = await cleo.get("/incidents?kind=bullying")
    older = html.unescape(re.findall(r'href="(/incidents\?[^"]*after=[^"]*)"', first.text)[-1])
    assert "kind=bullying" in older
    assert re.findall(r'href="/incidents/(IN-\d+)"', (await cleo.get(older)).text) == ["IN-000002", "IN-000001"]


async def test_the_record_and_who_looked(world: World, client: ClientFor) -> None:
    leo = await another(world, "Leaf", "Leo")
    await incident(
        world.dan, involve(world.kai, "harmed", injuries=["bruise"], treatment="nurse"), involve(leo, "alleged_to_have_harmed", injuries=["cut"]),
        outcomes=[{"outcome": "moved_apart"}],
    )  # fmt: skip
    cleo, amina = text_of(await (await client(world.cleo)).get(HERE)), text_of(await (await client(world.amina)).get(HERE))
    for words in (
        "Bullying, 4 October 2026",
        "4 October 2026 at 8:40pm",
        "Morton, Kai",
        "Wetherby, A wing",
        "27 days since arrival",
        "They said they would get me.",
    ):
        assert words in cleo
        assert words in amina
    assert "Leaf, Leo" in cleo
    assert "Leaf" not in amina
    assert "Another young person" in amina
    assert "What do you want to do?" in cleo
    assert "What do you want to do?" not in amina
    looked = await DB.fetch("SELECT actor, young_person FROM audit_entry WHERE event = 'incident:read' ORDER BY id")
    assert [tuple(row) for row in looked] == [(who.id, child) for who in (world.cleo, world.amina) for child in (world.kai.id, leo.id)]


async def test_outside_it_does_not_exist(world: World, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    for who in ("ben", "ivy"):
        browser = await client(world[who])
        there, nowhere = await browser.get(HERE), await browser.get("/incidents/IN-999999")
        assert (there.status_code, text_of(there)) == (404, text_of(nowhere))
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'incident:read'") == 0


async def test_the_lead_concludes_it(world: World, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"), outcomes=[{"outcome": "moved_apart"}])
    cleo = await client(world.cleo)
    form = {"version": "1", "action": "conclude", "finding_conclude": "substantiated", "comment_conclude": WHY}
    assert (await cleo.send_form(f"{HERE}/transitions", form)).headers["location"] == f"{HERE}?done=moved"
    page = text_of(await cleo.get(f"{HERE}?done=moved"))
    for words in ("Done. It stands in the history below.", "Concluded: happened", WHY, "Close it", "Reopen it"):
        assert words in page


@pytest.mark.parametrize(
    ("form", "status", "fields"),
    [
        ({"version": "1"}, 422, ["action"]),
        ({"version": "1", "action": "close"}, 422, ["action"]),  # not offered
        ({"version": "1", "action": "conclude"}, 422, ["action"]),  # nothing is recorded as done yet, so it is not offered
        ({"version": "1", "action": "mark_duplicate"}, 422, ["original_mark_duplicate", "comment_mark_duplicate"]),
        (
            {"version": "1", "action": "mark_duplicate", "original_mark_duplicate": "IN-9", "comment_mark_duplicate": WHY},
            422,
            ["original_mark_duplicate"],
        ),
        (
            {"version": "1", "action": "mark_not_reportable", "comment_mark_not_reportable": "short"},
            422,
            ["reason_mark_not_reportable", "comment_mark_not_reportable"],
        ),
        ({"version": "1", "action": "assign", "owner_assign": "amina@example.org"}, 422, ["owner_assign"]),
        ({"version": "7", "action": "investigate"}, 412, []),
        ({"action": "investigate"}, 412, []),
    ],
)
async def test_a_step_that_is_refused_says_why_and_keeps_what_was_typed(
    world: World, client: ClientFor, form: dict[str, str], status: int, fields: list[str]
) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    before = await rows_in_all_tables()
    page = await (await client(world.cleo)).send_form(f"{HERE}/transitions", form)
    assert (page.status_code, faults(page)) == (status, fields)
    assert "comment_mark_duplicate" not in form or WHY in page.text
    assert await rows_in_all_tables() == before


async def test_what_can_not_be_done_yet_says_why(world: World, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed", injuries=["fracture"]))
    page = text_of(await (await client(world.cleo)).get(HERE))
    assert "Conclude it : not yet. This incident is serious: investigate it before you conclude it." in page


async def test_things_are_added(world: World, client: ClientFor) -> None:
    leo = await another(world, "Leaf", "Leo")
    await incident(world.dan, involve(world.kai, "harmed"))
    dan = await client(world.dan)
    assert (await dan.send_form(f"{HERE}/addenda", {"addendum": "He has it back."})).headers["location"] == f"{HERE}?done=addendum"
    done = {"outcome": "moved_apart", "young_person": "YP-000001", "note": "To B wing"}
    assert (await dan.send_form(f"{HERE}/outcomes", done)).headers["location"] == f"{HERE}?done=outcome"
    assert "Leaf, Leo" in text_of(await dan.send_form(f"{HERE}/involvements", {"q": "leaf", "search": "yes"}))
    person = {"young_person": young_person_ref(leo.id), "roles": ["present"], "hurt": "no", "q": "leaf"}
    assert (await dan.send_form(f"{HERE}/involvements", person)).headers["location"] == f"{HERE}?done=involved"
    page = text_of(await dan.get(HERE))
    for words in ("He has it back.", "Moved apart, for Morton, Kai, 5 October 2026", "To B wing", "Leaf, Leo Part Was present"):
        assert words in page


@pytest.mark.parametrize(
    ("path", "form", "status", "fields"),
    [
        ("addenda", {"addendum": ""}, 422, ["addendum"]),
        ("addenda", {"addendum": "\u200b"}, 422, ["addendum"]),
        ("addenda", {"addendum": "a\u202eb"}, 422, ["addendum"]),
        ("addenda", {"addendum": "x" * 10_001}, 422, ["addendum"]),
        ("outcomes", {"outcome": ""}, 422, ["outcome"]),
        ("outcomes", {"outcome": "none"}, 422, ["note"]),
        ("outcomes", {"outcome": "moved_apart", "young_person": "YP-000002"}, 422, ["young_person"]),
        ("outcomes", {"outcome": "moved_apart", "done_on-day": "6", "done_on-month": "10", "done_on-year": "2026"}, 422, ["done_on-day"]),
        ("outcomes", {"outcome": "moved_apart", "done_on-day": "3", "done_on-month": "10", "done_on-year": "2026"}, 422, ["done_on-day"]),
        ("involvements", {"young_person": "", "roles": ["present"], "hurt": "no"}, 422, ["q"]),
        ("involvements", {"young_person": "YP-000002", "roles": ["present"], "hurt": "no"}, 422, ["young_person"]),
        ("involvements", {"young_person": "YP-000001", "roles": [], "hurt": "no"}, 422, ["roles"]),
        ("involvements", {"young_person": "YP-000001", "roles": ["harmed"], "hurt": "no"}, 409, ["roles"]),
    ],
)
async def test_what_can_not_be_added(world: World, client: ClientFor, path: str, form: dict[str, Any], status: int, fields: list[str]) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    before = await rows_in_all_tables()
    page = await (await client(world.dan)).send_form(f"{HERE}/{path}", form)
    assert (page.status_code, faults(page)) == (status, fields)
    assert {**await rows_in_all_tables(), "audit_entry": 0} == {**before, "audit_entry": 0}  # the search is noted, nothing else


def corrected(page: Any, **changes: Any) -> dict[str, Any]:
    """The form as it stands on the page, with something changed."""
    return {
        "version": re.findall(r'name="version" value="(\d+)"', page.text)[0],
        "happened_on-day": "4", "happened_on-month": "10", "happened_on-year": "2026", "precision": "exact", "time_exact": "20:40",
        "place": "association", "forms": ["threats", "possessions"], "happened_before": "no", "still_afraid": "no",
        "account": "He was told to hand over his phone credit or be hit.", "asked": "yes", "child_said": "They said they would get me.",
        "told_by": "young_person", "severity": "low", "reason": "The officer chose the wrong one", **changes,
    }  # fmt: skip


async def test_a_correction(world: World, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    cleo = await client(world.cleo)
    page = await cleo.get(f"{HERE}/correct")
    assert 'value="20:40"' in page.text
    sent = await cleo.send_form(f"{HERE}/correct", corrected(page, place="cell", happened_before="once", severity="moderate"))
    assert sent.headers["location"] == f"{HERE}?done=corrected", faults(sent)
    text = text_of(await cleo.get(HERE))
    for words in (
        "Cell or room, Wetherby",
        "Corrected: Place by Cleo",
        "Was: Association or dining room Now: Cell or room Why: The officer chose the wrong one",
        "Corrected: Happened before by Cleo",
        "Was: Not that we know of Now: Once before",
    ):
        assert words in text
    assert await DB.fetchval("SELECT count(*) FROM incident_correction") == 3  # the time, which is the same, is not one


async def test_when_someone_else_was_faster_both_stand_on_the_page(world: World, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    cleo = await client(world.cleo)
    page = await cleo.get(f"{HERE}/correct")
    await cleo.send_form(f"{HERE}/correct", corrected(page, place="cell"))
    before = await rows_in_all_tables()
    stale = await cleo.send_form(f"{HERE}/correct", corrected(page, place="gym"))
    assert stale.status_code == 412
    assert "Place Gym or sports field Cell or room" in text_of(stale)
    assert await rows_in_all_tables() == before
    again_sent = await cleo.send_form(f"{HERE}/correct", corrected(stale, place="gym"))
    assert again_sent.status_code == 303
    assert await DB.fetchval("SELECT place FROM incident") == "gym"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"reason": ""}, ["reason"]),
        ({"reason": "short"}, ["reason"]),
        ({"place": "moon"}, ["place"]),
        ({"time_exact": "x"}, ["time_exact"]),
        ({"happened_on-day": "5", "time_exact": "11:30am"}, ["time_exact"]),
        ({"asked": "no"}, ["child_not_asked_because"]),
        ({"forms": []}, ["forms"]),
        ({"severity": "low", "still_afraid": "yes"}, ["severity"]),
        ({}, []),  # nothing is different
    ],
)
async def test_what_can_not_be_put_right(world: World, client: ClientFor, changes: dict[str, Any], fields: list[str]) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    cleo = await client(world.cleo)
    before = await rows_in_all_tables()
    page = await cleo.send_form(f"{HERE}/correct", corrected(await cleo.get(f"{HERE}/correct"), **changes))
    assert (page.status_code, faults(page)) == (422, fields)
    assert "There is a problem" in page.text
    assert await rows_in_all_tables() == before


async def test_the_file_is_noted_and_runs_nothing(world: World, client: ClientFor) -> None:
    await DB.execute("UPDATE young_person SET family_name = '=HYPERLINK(1)' WHERE id = $1", world.kai.id)
    await incident(world.dan, involve(world.kai, "harmed"))
    await incident(world.dan, involve(world.kai, "harmed"), kind="assault", happened_precision="day")
    answer = await (await client(world.cleo)).get("/incidents/export?kind=bullying")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="incidents-by-cleo-2026-10-05T1100-kind.csv"'
    heads, *rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [dict(zip(heads, row, strict=True)) for row in rows] == [
        {
            "Incident": "IN-000001", "Happened": "2026-10-04T20:40+01:00", "Time known": "exact", "Young people": "YP-000001",
            "Names": "'=HYPERLINK(1), Kai", "Parts": "Was harmed", "Kind": "Bullying", "Kind (code)": "bullying",
            "Place": "Association or dining room", "Place (code)": "association", "Establishment": "Wetherby",
            "Establishment (code)": "WYI", "Severity": "Low", "Severity (code)": "low",
            "Status": "Submitted", "Status (code)": "submitted", "Recorded": "2026-10-05T11:00+01:00",
        }
    ]  # fmt: skip
    noted = await DB.fetchrow("SELECT actor, detail FROM audit_entry WHERE event = 'incident:exported'")
    assert noted is not None
    assert (noted["actor"], noted["detail"]) == (world.cleo.id, '{"filters":["kind"],"list":"incidents","rows":1,"young_people":[1]}')
    assert (await (await client(world.dan)).get("/incidents/export")).status_code == 403


async def test_on_the_record_of_a_young_person(world: World, client: ClientFor) -> None:
    """Its own page, the overview, and the chronology in order."""
    leo = await another(world, "Leaf", "Leo")
    found = await incident(world.dan, involve(world.kai, "harmed", "told_us"), involve(leo, "present"), outcomes=[{"outcome": "moved_apart"}])
    await move(MoveIncident(action=Act.CONCLUDE, finding="substantiated", comment=WHY), by=world.cleo, incident=found, version=1)
    await add_addendum(AddAddendum(text="More."), by=world.dan, incident=await again(world.dan, found))
    await incident(world.dan, involve(world.kai, "complainant"), kind="complaint")
    amina = await client(world.amina)
    page = text_of(await amina.get("/children/YP-000001/incidents"))
    assert "IN-000001" in page
    assert "Another young person" in page
    overview = text_of(await amina.get("/children/YP-000001"))
    assert "Open incidents Complaint on 4 October 2026" in overview
    told = text_of(await amina.get("/children/YP-000001/chronology"))
    order = [
        told.index(words)
        for words in ("Bullying: concluded, happened", "Complaint: made the complaint", "Bullying: was harmed, told us", "Arrived at Wetherby")
    ]
    assert order == sorted(order)
    assert "What was done: moved apart." in told
    assert "Leaf" not in told
    assert (await (await client(world.ben)).get("/children/YP-000001/incidents")).status_code == 404


async def test_the_chronology_keeps_what_is_restricted_and_what_is_elsewheres(world: World, client: ClientFor) -> None:
    await incident(world.cleo, involve(world.kai, "harmed"))
    await DB.execute("UPDATE incident SET restricted = true")
    here = "/children/YP-000001/chronology"
    assert "Bullying" in text_of(await (await client(world.cleo)).get(here))
    assert "Bullying:" not in text_of(await (await client(world.amina)).get(here))
    assert "Bullying:" not in text_of(await (await client(world.dan)).get(here))
    await DB.execute("UPDATE incident SET restricted = false, establishment = 'STC3'")
    assert "Bullying:" in text_of(await (await client(world.amina)).get(here))
    assert "Bullying:" not in text_of(await (await client(world.cleo)).get(here))


async def test_what_people_write_is_shown_and_not_run(world: World, client: ClientFor) -> None:
    bad = "<img src=x onerror=alert(1)>{{ 7 * 7 }}"
    await incident(world.dan, involve(world.kai, "harmed"), account=bad, child_said=bad, immediate_action=bad, place_detail=bad)
    cleo: Browser = await client(world.cleo)
    await cleo.send_form(f"{HERE}/addenda", {"addendum": bad})
    for path in (HERE, f"{HERE}/correct", "/incidents", "/children/YP-000001/chronology"):
        page = await cleo.get(path)
        assert page.status_code == 200
        assert "<img src=x" not in page.text
    assert (await cleo.get(HERE)).text.count("{{ 7 * 7 }}") == 5
