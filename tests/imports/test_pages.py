"""Bringing a file in by page and by API: the whole way, and what is refused on it."""

import re

import pytest

from tests.imports.files import LOG, LOG_MAPPING, brought, entry, table
from yosafe.importing.mapping import Mapping, write_mapping
from yosafe.imports.running import JOB
from yosafe.incidents.kinds import RULES
from yosafe.people.identifier_actions import record_number
from yosafe.people.schemas import RecordNumber


@pytest.fixture
async def kai(world):
    await record_number(by=world.cleo, young_person=world.kai, new=RecordNumber(kind="prison", value="A1234BC"))
    return world.kai


async def send(browser, *rows, **form):
    await browser.get("/help")
    data = {"target": "incidents", "source": "Wing log", "_csrf_token": browser.cookies["__Host-yosafe-csrf"], **form}
    return await browser.post("/imports/new", data=data, files={"file": ("log.csv", table(LOG, *rows), "text/csv")})


async def test_the_whole_way_by_page(world, client, kai, db):
    browser = await client(world.cleo)
    sent = await send(browser, entry("1"), entry("2", who="Z1"))
    assert sent.status_code == 303, sent.text
    here = sent.headers["location"].removesuffix("/columns")
    asked = await browser.get(f"{here}/columns")
    assert "Prison number" in asked.text
    assert "A1234BC" in asked.text, "some of its values"
    chosen = {f"column-{n}": LOG_MAPPING.columns[name] for n, name in enumerate(LOG)}
    mapped = await browser.send_form(f"{here}/columns", {**chosen, "dates": "dmy", "version": "1"})
    assert mapped.headers["location"] == f"{here}/values"
    words = await browser.get(f"{here}/values")
    assert [one in words.text for one in ("ASLT", "Cells", "Officer")] == [True] * 3
    known = {"ASLT": "assault", "Cells": "cell", "Officer": "staff"}
    shown = re.findall(r'<th[^>]*scope="row"[^>]*>([^<]*)</th>', words.text)
    values = {f"value-{n}": known[word.strip()] for n, word in enumerate(shown)}
    assert (await browser.send_form(f"{here}/values", {**values, "version": "2"})).headers["location"] == here
    check = await browser.get(here)
    assert "New records" in check.text
    assert "He was hit." in check.text
    refused = await browser.send_form(f"{here}/confirm", {"version": "3"})
    assert refused.status_code == 422
    assert "Select which rows come in" in refused.text
    stale = await browser.send_form(f"{here}/confirm", {"mode": "good", "version": "2"})
    assert stale.status_code == 412
    assert (await browser.send_form(f"{here}/confirm", {"mode": "good", "version": "3"})).status_code == 303
    assert "See how far it is now" in (await browser.get(here)).text
    await JOB.run({"run": int(here.rsplit("/", 1)[1])})
    done = await browser.get(here)
    assert "Take back this import" in done.text
    rows = await browser.get(f"{here}/refused")
    assert b"Z1" in rows.content
    assert (await browser.send_form(f"{here}/undo", {"version": "5"})).status_code == 303
    assert "Taken back" in (await browser.get(here)).text
    assert await db.fetchval("SELECT count(*) FROM incident") == 0
    again = await send(browser, entry("3"))
    assert "New records" in (await browser.get(again.headers["location"].removesuffix("/columns"))).text, "the mapping was kept"


@pytest.mark.parametrize(("form", "says"), [({"target": "nothing"}, "Select what the rows are"), ({"source": ""}, "where the file comes from")])
async def test_what_can_not_be_sent_is_asked_again(world, client, form, says):
    browser = await client(world.cleo)
    answer = await send(browser, entry("1"), **form)
    assert answer.status_code == 422
    assert says in answer.text


async def test_the_whole_way_by_api(world, api, kai, db):
    browser = await api(world.cleo)
    form = {"target": "incidents", "source": "Wing log", "mapping": write_mapping(LOG_MAPPING)}
    sent = await browser.post("/api/v1/imports", data=form, files={"file": ("log.csv", table(LOG, entry("1"), entry("2", kind="ODD")), "text/csv")})
    assert sent.status_code == 201, sent.text
    here = f"/api/v1/imports/{sent.json()['id']}"
    preview = (await browser.get(f"{here}/preview")).json()
    assert (preview["tried"]["made"], preview["tried"]["refused"]) == (1, 1)
    assert [(one["word"], one["rows"]) for one in preview["unknown"]] == [("ODD", 1)]
    mapping = {**sent.json()["mapping"], "values": {**LOG_MAPPING.values, "kind": {"ASLT": "assault", "ODD": "bullying"}}}
    assert (await browser.put(f"{here}/mapping", json=mapping)).status_code == 428
    assert (await browser.put(f"{here}/mapping", json=mapping, headers={"If-Match": '"1"'})).status_code == 200
    stale = await browser.post(f"{here}/confirm", json={"mode": "all"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await browser.post(f"{here}/confirm", json={"mode": "all"}, headers={"If-Match": '"2"'})).status_code == 202
    await JOB.run({"run": sent.json()["id"]})
    now = await browser.get(here)
    assert (now.json()["status"], now.json()["made"]) == ("finished", 2)
    undone = await browser.post(f"{here}/undo", headers={"If-Match": now.headers["etag"]})
    assert undone.json()["status"] == "undone"
    ben = await api(world.ben)
    assert [(await ben.get(f"{here}{end}")).status_code for end in ("", "/preview", "/refused")] == [404] * 3


async def test_no_name_of_a_child_reaches_the_log(world, client, kai, capfd):
    browser = await client(world.cleo)
    await send(browser, entry("1", told="Zebedee Quince was hit", who="Zebedee"))
    assert "Zebedee" not in capfd.readouterr().out


async def test_what_came_in_is_shown_as_any_other(world, client, api, kai, tmp_path):
    """Of each kind, open and closed, with nothing but what a log says: record, list, chronology and what may be done to it."""
    mapping = Mapping(target="incidents", source="Wing log", columns={**LOG_MAPPING.columns, "Closed": "closed"}, values=LOG_MAPPING.values)
    parts = {kind: rules.one_of[0] for kind, rules in RULES.items() if not rules.alleged}
    rows = [[*entry(f"{kind} {closed}", kind=kind, role=role), closed] for kind, role in parts.items() for closed in ("yes", "no")]
    done = await brought(world.cleo, mapping, table([*LOG, "Closed"], *rows), tmp_path)
    assert done.made == len(rows), done.faults
    browser, script = await client(world.cleo), await api(world.cleo)
    listed = (await script.get("/api/v1/incidents?limit=100")).json()["items"]
    assert len(listed) == len(rows)
    for one in listed:
        for path in (f"/incidents/{one['ref']}", f"/incidents/{one['ref']}/correct"):
            shown = await browser.get(path)
            assert shown.status_code in (200, 404, 409), (path, one["kind"], shown.text[-300:])
        assert (await script.get(f"/api/v1/incidents/{one['ref']}")).status_code == 200
    for path in ("/incidents", f"/children/YP-{kai.id:06d}/chronology", f"/children/YP-{kai.id:06d}", "/incidents/export"):
        assert (await browser.get(path)).status_code == 200, path
