"""What another site may make a browser send: nothing that is done. A key is sent by no browser, so a script may send as it likes."""

import json

import pytest

from yosafe.db.engine import DB

AGENCY = {"code": "leeds-two", "kind": "yot", "name": "Leeds two", "area": "E08000035"}
JSON = {"Content-Type": "application/json"}
ASKED = {"questionnaire": "children-custody", "establishment": "WYI", "fielded": "2026-08"}


@pytest.mark.parametrize(
    ("headers", "by_cookie", "by_key"),
    [
        (JSON, 201, 201),
        ({"Content-Type": "Application/JSON; charset=utf-8"}, 201, 201),
        (JSON | {"Sec-Fetch-Site": "same-origin"}, 201, 201),
        (JSON | {"Sec-Fetch-Site": "none"}, 201, 201),
        (JSON | {"Sec-Fetch-Site": "same-site"}, 403, 201),
        (JSON | {"Sec-Fetch-Site": "cross-site"}, 403, 403),
        ({"Content-Type": "text/plain"}, 403, 201),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 403, 201),
        ({"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}, 403, 201),
        ({}, 403, 201),
    ],
)
async def test_a_write_by_api(client, api, hal, headers, by_cookie, by_key):
    for sender, status, code in ((await client(hal), by_cookie, "by-cookie"), (await api(hal), by_key, "by-key")):
        answer = await sender.post("/api/v1/agencies", content=json.dumps({**AGENCY, "code": code}), headers=headers)
        assert answer.status_code == status, answer.text
        assert await DB.fetchval("SELECT count(*) FROM agency WHERE code = $1", code) == (status == 201)
        if status == 403:
            assert answer.json()["type"] == "urn:yosafe:problem:refused"


async def test_a_write_without_content_says_its_type_too(client, api, cleo):
    """A form of another site can be empty."""
    browser, script = await client(cleo), await api(cleo)
    assert (await browser.post("/api/v1/flags/refresh")).status_code == 403
    assert (await browser.post("/api/v1/flags/refresh", headers=JSON)).status_code == 200
    assert (await script.post("/api/v1/flags/refresh")).status_code == 200


@pytest.mark.parametrize(
    ("how", "status"), [({"files": {"file": ("wave.csv", b"", "text/csv")}}, 422), ({"json": ASKED}, 403), ({"data": ASKED}, 403)]
)
async def test_a_survey_comes_as_a_form_with_a_file(client, cleo, how, status):
    answer = await (await client(cleo)).post("/api/v1/surveys", **how)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(("site", "status"), [("same-origin", 422), ("none", 422), ("same-site", 403), ("cross-site", 403)])
async def test_a_form_of_a_page(client, site, status):
    browser = await client()
    browser.headers["Sec-Fetch-Site"] = site
    assert (await browser.send_form("/sign-in", {"email": "", "password": ""})).status_code == status


async def test_reading_is_free(client, hal):
    browser = await client(hal)
    assert (await browser.get("/api/v1/users", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200
