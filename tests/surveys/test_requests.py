"""Surveys as a script and a browser bring them in and read them."""

import re

import pytest

from tests.surveys.conftest import confirmed, token_in, wave
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.surveys import actions
from yosafe.surveys.schemas import ImportSurvey

ASKED = {"questionnaire": "children-custody", "establishment": "WYI", "fielded": "2026-01"}


def file(data: bytes, name: str = "wave.csv"):
    return {"file": (name, data, "text/csv")}


async def brought_in(**more):
    new = ImportSurvey(**(ASKED | more))
    return (await actions.import_survey(by=Operator(), new=new, source=wave(), name="wave.csv")).survey


async def test_a_script_brings_a_file_in_and_reads_its_figures(script_of):
    cleo = await script_of("cleo")
    for status, outcome in [(201, "imported"), (200, "already_imported")]:
        answer = await cleo.post("/api/v1/surveys", data=ASKED | {"held": "60"}, files=file(wave()))
        assert (answer.status_code, answer.json()["outcome"]) == (status, outcome)
    found = (await cleo.get(f"/api/v1/surveys/{answer.json()['survey']}/results")).json()
    assert found["figures"]["headline"][0]["headline"]["percent"] == 40.0
    assert (await cleo.get("/api/v1/surveys")).json()["items"][0]["held"] == 60


async def test_a_dry_run_by_script(script_of):
    femi = await script_of("femi")
    answer = await femi.post("/api/v1/surveys", data=ASKED | {"dry_run": "true"}, files=file(wave()))
    assert (answer.status_code, answer.json()["outcome"]) == (200, "would_import")
    assert await DB.fetchval("SELECT count(*) FROM survey") == 0


@pytest.mark.parametrize(
    ("more", "data", "status", "key"),
    [
        ({}, wave(20, 30, "maybe,16,A"), 422, "row 52, unsafe_ever"),
        ({"fielded": "never"}, wave(), 422, "fielded"),
        ({"held": "many"}, wave(), 422, "held"),
        ({"held": "-1"}, wave(), 422, "held"),
        ({"surprise": "x"}, wave(), 422, None),
        ({"establishment": "XXX"}, wave(), 404, None),
        ({"questionnaire": "x"}, wave(), 404, None),
        ({}, b"\0", 422, ""),
        ({}, b"a" * 11_000_000, 413, None),
        ({}, b"a" * 10_500_000, 422, ""),
    ],
    ids=["row", "month", "held", "negative", "unknown", "establishment", "questionnaire", "nul", "huge", "large"],
)
async def test_a_script_is_told_what_is_wrong(script_of, more, data, status, key):
    femi = await script_of("femi")
    answer = await femi.post("/api/v1/surveys", data=ASKED | more, files=file(data))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    if key is not None:
        assert any(key in error["key"] for error in answer.json()["errors"])
    assert await DB.fetchval("SELECT count(*) FROM survey") == 0


@pytest.mark.parametrize(
    ("sent", "missing"),
    [
        ({"json": ASKED}, ["file", "questionnaire", "establishment", "fielded"]),
        ({"data": {}}, ["file", "questionnaire", "establishment", "fielded"]),
        ({"data": ASKED}, ["file"]),  # a form of another kind
        ({"data": ASKED, "files": {"other": ("x.csv", b"x", "text/csv")}}, ["file"]),
        ({"data": {**ASKED, "file": "a,b"}, "files": {"other": ("x.csv", b"x", "text/csv")}}, ["file"]),
        ({"files": {"file": ("x.csv", b"x", "text/csv")}}, ["questionnaire", "establishment", "fielded"]),
    ],
)
async def test_every_part_that_is_missing_is_named(script_of, sent, missing):
    answer = await (await script_of("femi")).post("/api/v1/surveys", **sent)
    assert (answer.status_code, [error["key"] for error in answer.json()["errors"]]) == (422, missing), answer.text


@pytest.mark.parametrize(
    ("who", "list_status", "results", "bring_in"),
    [("cleo", 200, 200, 201), ("wes", 200, 404, 403), ("femi", 200, 200, 201), ("jay", 200, 200, 403), ("stan", 200, 404, 403),
     ("dan", 403, 403, 403), (None, 401, 401, 401)],
)  # fmt: skip
async def test_roles_and_scopes(script_of, who, list_status, results, bring_in):
    client, survey = await script_of(who), await brought_in()
    assert (await client.get("/api/v1/surveys")).status_code == list_status
    assert (await client.get(f"/api/v1/surveys/{survey}/results")).status_code == results
    assert (await client.post("/api/v1/surveys", data=ASKED | {"fielded": "2025-12"}, files=file(wave(21)))).status_code == bring_in


async def send(client, data: bytes | None, **form: str):
    page = await client.get("/surveys/import")
    fields = {"_csrf_token": token_in(page), "questionnaire": "children-custody", "fielded": "January 2026"} | form
    return await client.post("/surveys/import", data=fields, files=file(data) if data is not None else {})


async def test_a_lead_chooses_looks_and_confirms(browser_of):
    cleo = await browser_of("cleo")
    sent = await send(cleo, wave(), held="60")
    assert sent.status_code == 303
    preview = await cleo.get(sent.headers["location"])
    assert preview.status_code == 200
    assert "Wetherby, January 2026" in preview.text
    assert "Import 50 rows" in preview.text
    assert await DB.fetchval("SELECT count(*) FROM survey") == 0
    done = await confirmed(cleo, sent.headers["location"], preview)
    assert (done.status_code, done.headers["location"]) == (303, "/surveys/1?done=imported")
    results = await cleo.get("/surveys/1")
    assert "Have felt unsafe here" in results.text
    assert "40%" in results.text
    assert '<td role="cell" data-label="Month">January 2026</td>' in (await cleo.get("/surveys")).text


async def test_an_inspector_is_asked_where(browser_of):
    femi = await browser_of("femi")
    assert "Where was it asked?" in (await femi.get("/surveys/import")).text
    assert (await send(femi, wave())).status_code == 422
    assert (await send(femi, wave(), establishment="WNI")).status_code == 303
    cleo = await browser_of("cleo")
    assert "Where was it asked?" not in (await cleo.get("/surveys/import")).text


@pytest.mark.parametrize(
    ("form", "data", "says"),
    [
        ({}, None, "Choose the file with the answers"),
        ({}, b"", "Choose the file with the answers"),
        ({}, b"PK\x03\x04", "wave.csv: this is a workbook or another zipped file, and it is damaged"),
        ({"fielded": "soon"}, wave(), "Enter the month in which the survey was asked"),
        ({"fielded": ""}, wave(), "Enter the month in which the survey was asked"),
        ({"questionnaire": ""}, wave(), "Select the questionnaire"),
        ({"held": "lots"}, wave(), "umber held must be a"),
        ({"held": "10"}, wave(), "The file has 50 rows and 10 were held"),
    ],
)
async def test_the_form_comes_again_with_what_was_typed(browser_of, form, data, says):
    cleo = await browser_of("cleo")
    answer = await send(cleo, data, offered="51" if "held" not in form else "", **form)
    assert answer.status_code == 422
    assert "<title>Error: Import a survey – yosafe</title>" in answer.text
    assert says in answer.text
    if "held" not in form:
        assert 'value="51"' in answer.text
    assert await DB.fetchval("SELECT count(*) FROM survey_upload") == 0


async def test_rows_that_can_not_be_stored_are_shown_and_left_out_only_when_ticked(browser_of):
    cleo = await browser_of("cleo")
    sent = await send(cleo, wave(20, 30, *["<img src=x>,16,A"] * 30))
    preview = await cleo.get(sent.headers["location"])
    assert "The first 20 of 30 faults." in preview.text
    assert len(re.findall("Holds text of 11 characters", preview.text)) == 20
    token = {"_csrf_token": token_in(preview)}
    refused = await cleo.post(sent.headers["location"], data=token)
    assert refused.status_code == 422
    assert "Tick the box to leave those rows out" in refused.text
    assert await DB.fetchval("SELECT count(*) FROM survey") == 0
    assert (await confirmed(cleo, sent.headers["location"], preview, leave_out="yes")).status_code == 303
    assert await DB.fetchval("SELECT refused_rows FROM survey") == 30


async def test_a_file_of_bad_rows_only_can_not_be_confirmed(browser_of):
    cleo = await browser_of("cleo")
    sent = await send(cleo, wave(0, 0, "maybe,16,A"))
    preview = await cleo.get(sent.headers["location"])
    assert "None of the rows can be stored" in preview.text
    refused = await cleo.post(sent.headers["location"], data={"_csrf_token": token_in(preview), "leave_out": "yes"})
    assert refused.status_code == 422


async def test_a_file_that_is_there_already_and_a_month_that_is_taken(browser_of):
    await brought_in()
    cleo = await browser_of("cleo")
    again = await send(cleo, wave())
    assert "This file is already imported" in (await cleo.get(again.headers["location"])).text
    other = await send(cleo, wave(21))
    shown = await cleo.get(other.headers["location"])
    assert "Of the respondents in this one 50 are in it already and 1 is new" in shown.text
    asked = await cleo.post(other.headers["location"], data={"_csrf_token": token_in(shown)})
    assert (asked.status_code, "Tick the box to add those who are new" in asked.text) == (422, True)
    assert (await confirmed(cleo, other.headers["location"], shown, add_new="yes")).headers["location"] == "/surveys/1?done=added"
    assert await DB.fetchval("SELECT (returned, (SELECT count(*) FROM survey_file)) FROM survey") == (51, 2)


async def test_choosing_another_file_forgets_the_first(browser_of):
    cleo = await browser_of("cleo")
    sent = await send(cleo, wave())
    preview = await cleo.get(sent.headers["location"])
    wes = await browser_of("wes")
    assert (await wes.get(sent.headers["location"])).status_code == 404
    gone = await cleo.post(f"{sent.headers['location']}/discard", data={"_csrf_token": token_in(preview)})
    assert gone.headers["location"] == "/surveys/import"
    assert (await cleo.get(sent.headers["location"])).status_code == 404


@pytest.mark.parametrize(
    ("who", "list_status", "results", "import_status"),
    [
        ("cleo", 200, 200, 200),
        ("wes", 200, 404, 200),
        ("femi", 200, 200, 200),
        ("jay", 200, 200, 403),
        ("dan", 403, 403, 403),
        (None, 303, 303, 303),
    ],
)
async def test_pages_by_role_and_scope(browser_of, who, list_status, results, import_status):
    client, survey = await browser_of(who), await brought_in()
    assert (await client.get("/surveys")).status_code == list_status
    assert (await client.get(f"/surveys/{survey}")).status_code == results
    assert (await client.get("/surveys/import")).status_code == import_status


async def test_small_numbers_are_hidden_on_the_page_too(browser_of):
    new = ImportSurvey(**ASKED)
    done = await actions.import_survey(by=Operator(), new=new, source=wave(3, 30), name="wave.csv")
    page = await (await browser_of("cleo")).get(f"/surveys/{done.survey}")
    assert "Hidden: small number" in page.text
    assert ">3<" not in page.text
    assert ">30<" not in page.text
