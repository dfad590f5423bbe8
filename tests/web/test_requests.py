"""Requests as a browser and a script make them: who asks, what is refused and how, writes that come twice, what logs hold."""

import asyncio
import datetime as dt
import hashlib
import json
import re
from collections import Counter

import httpx
import pytest
from structlog.testing import capture_logs

from yosafe import clock
from yosafe.accounts import actions
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.rules import MAX_FAILURES_ACCOUNT, WINDOW
from yosafe.accounts.schemas import AddAgency, AddUser, MakeKey
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.web import idempotency

PASSWORD = "four plain words here"
AGENCY = {"code": "leeds-yot", "kind": "yot", "name": "Leeds YOT", "area": "E08000035"}


@pytest.fixture
async def visitor(app, db):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="https://localhost") as client:
        yield client


@pytest.fixture
async def hal(db):
    await actions.add_agency(AddAgency(code="operator", kind=AgencyKind.OPERATOR, name="Operator"), by=Operator())
    _, token = await actions.add_user(AddUser(email="hal@example.org", name="Hal", role=Role.ADMIN, agency="operator"), by=Operator())
    await actions.set_password(token, PASSWORD)
    return "hal@example.org"


@pytest.fixture
async def script(visitor, hal):
    """A client with Hal's API key."""
    key = (await actions.make_key(MakeKey(name="script", email=hal), by=Operator())).key
    visitor.headers["Authorization"] = f"Bearer {key}"
    return visitor


def token_in(page: httpx.Response) -> str:
    match = re.search(r'name="_csrf_token" value="(\w+)"', page.text)
    assert match
    return match[1]


async def sign_in(visitor: httpx.AsyncClient, email: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    page = await visitor.get("/sign-in")
    return await visitor.post("/sign-in", data={"_csrf_token": token_in(page), "email": email, "password": password, **more})


async def test_signing_in_and_out(visitor, hal):
    assert (await visitor.get("/admin/users")).headers["location"] == "/sign-in?next=/admin/users"
    answer = await sign_in(visitor, hal, next="/admin/users")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/users")
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("__Host-yosafe="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    page = await visitor.get("/admin/users")
    assert page.status_code == 200
    assert "Hal" in page.text
    await visitor.post("/sign-out", data={"_csrf_token": token_in(page)})
    assert (await visitor.get("/admin/users")).status_code == 303


@pytest.mark.parametrize(
    "there", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x"]
)
async def test_signing_in_never_leads_elsewhere(visitor, hal, there):
    assert (await sign_in(visitor, hal, next=there)).headers["location"] == "/"


async def test_a_session_id_of_someone_elses_choosing_is_not_adopted(visitor, hal):
    visitor.cookies.set("__Host-yosafe", "chosen", domain="localhost.local")
    answer = await sign_in(visitor, hal)
    assert "__Host-yosafe=chosen" not in str(answer.headers)
    assert answer.status_code == 303


async def test_the_form_comes_again_with_what_was_typed_and_where_it_is_wrong(visitor, hal):
    answer = await sign_in(visitor, hal, password="")
    assert answer.status_code == 422
    assert '<a href="#password">Enter your password</a>' in answer.text
    assert 'value="hal@example.org"' in answer.text
    assert "<title>Error: Sign in – yosafe</title>" in answer.text


async def test_wrong_passwords_all_at_once_are_counted_like_one_after_another(visitor, hal):
    token = token_in(await visitor.get("/sign-in"))
    wrong = {"_csrf_token": token, "email": hal, "password": "not the password"}
    answers = await asyncio.gather(*(visitor.post("/sign-in", data=wrong) for _ in range(24)))
    assert Counter(answer.status_code for answer in answers) == {422: MAX_FAILURES_ACCOUNT, 429: 24 - MAX_FAILURES_ACCOUNT}
    late = await sign_in(visitor, hal)
    assert (late.status_code, 0 < int(late.headers["retry-after"]) <= WINDOW.total_seconds()) == (429, True)
    assert "Too many tries" in late.text
    assert all(("retry-after" in answer.headers) == (answer.status_code == 429) for answer in answers)
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'session:refused'") == MAX_FAILURES_ACCOUNT


async def test_right_passwords_all_at_once_are_let_in(visitor, hal):
    token = token_in(await visitor.get("/sign-in"))
    right = {"_csrf_token": token, "email": hal, "password": PASSWORD}
    for _ in range(3):
        answers = await asyncio.gather(*(visitor.post("/sign-in", data=right) for _ in range(4)))
        assert {answer.status_code for answer in answers} == {303}


async def test_a_form_without_its_token_is_refused_in_words(visitor, hal):
    answer = await visitor.post("/sign-in", data={"email": hal, "password": PASSWORD})
    assert answer.status_code == 403
    assert "Your form may have expired" in answer.text


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer wrong", "Basic aGFsOmhhbA==", "Bearer \x7f"])
async def test_a_wrong_key_is_nobody(visitor, hal, key):
    answer = await visitor.get("/api/v1/users", headers={"Authorization": key})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:yosafe:problem:not-signed-in"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({**AGENCY, "code": "Not A Code"}, "code"),
        ({**AGENCY, "name": 7}, "name"),
        ({**AGENCY, "name": "x" * 101}, "name"),
        ({**AGENCY, "kind": "police"}, "kind"),
        ({**AGENCY, "colour": "red"}, "colour"),
        ({"code": "leeds-yot"}, "kind"),
        ({**AGENCY, "name": "Leeds\0"}, "name"),
        ({**AGENCY, "name": "Leeds \u202eTOY"}, "name"),
        ({**AGENCY, "area": None}, "area"),
        ({**AGENCY, "area": "E99999999"}, "area"),
        ({**AGENCY, "kind": "yoi", "establishment": "ZZZ"}, "establishment"),
        ([], ""),
        ({**AGENCY, "code": "A B"}, "code"),
    ],
)
async def test_bad_bodies_are_422_with_the_field_and_nothing_is_written(script, body, key):
    answer = await script.post("/api/v1/agencies", json=body)
    assert answer.status_code == 422, answer.text
    assert [error["key"] for error in answer.json()["errors"]] == [key]
    assert all(error["message"] for error in answer.json()["errors"])
    assert await DB.fetchval("SELECT count(*) FROM agency") == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 5000])
async def test_what_is_not_json_is_refused(script, body):
    answer = await script.post("/api/v1/agencies", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


async def test_too_large_a_body_is_refused(script):
    answer = await script.post("/api/v1/agencies", json={**AGENCY, "name": "x" * 2_000_000})
    assert answer.status_code == 413


async def test_the_same_key_gives_the_same_answer_and_one_write(script):
    headers = {"Idempotency-Key": "b0c9"}
    first = await script.post("/api/v1/agencies", json=AGENCY, headers=headers)
    second = await script.post("/api/v1/agencies", json=AGENCY, headers=headers)
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, second.json())
    assert second.headers["idempotent-replay"] == "true"
    assert await DB.fetchval("SELECT count(*) FROM agency WHERE code = 'leeds-yot'") == 1
    other = await script.post("/api/v1/agencies", json={**AGENCY, "code": "kent-yot"}, headers=headers)
    assert other.status_code == 409


async def test_the_same_key_at_the_same_moment_is_one_write(script):
    headers = {"Idempotency-Key": "at once"}
    answers = await asyncio.gather(*(script.post("/api/v1/agencies", json=AGENCY, headers=headers) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert ["idempotent-replay" in answer.headers for answer in answers].count(False) == 1
    assert await DB.fetchval("SELECT count(*) FROM agency WHERE code = 'leeds-yot'") == 1


async def test_refused_because_the_same_was_just_done_is_answered_with_that(script):
    """Another key and the same content is refused, and stays refused."""
    await script.post("/api/v1/agencies", json=AGENCY)
    answers = await asyncio.gather(*(script.post("/api/v1/agencies", json=AGENCY, headers={"Idempotency-Key": "other"}) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {409}
    assert {answer.json()["title"] for answer in answers} == {"This conflicts with what is recorded"}


async def key_without_an_answer(body, at):
    request = b"\0".join([b"POST", b"/api/v1/agencies", json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()])
    hal = await DB.fetchval("SELECT id FROM user_account WHERE email = 'hal@example.org'")
    sql = "INSERT INTO answered_request (user_account, key, request_hash, at) VALUES ($1, 'k', $2, $3)"
    await DB.execute(sql, hal, hashlib.sha256(request).digest(), at)


@pytest.mark.parametrize(
    ("ago", "words"), [(dt.timedelta(seconds=1), "Send it again in a moment"), (dt.timedelta(hours=1), "its answer is not kept. Read the record")]
)
async def test_an_answer_that_does_not_come_is_waited_for_a_little(script, monkeypatch, ago, words):
    monkeypatch.setattr(idempotency, "_PATIENCE", 0.1)
    await key_without_an_answer(AGENCY, clock.now() - ago)
    answer = await script.post("/api/v1/agencies", json=AGENCY, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, words in answer.json()["detail"]) == (409, True), answer.text
    assert await DB.fetchval("SELECT count(*) FROM agency WHERE code = 'leeds-yot'") == 0


async def test_an_answer_that_comes_late_is_given(script):
    await key_without_an_answer(AGENCY, clock.now())

    async def keep_it():
        await asyncio.sleep(0.2)
        await DB.execute("UPDATE answered_request SET status = 201, body = 'late'")

    answer, _ = await asyncio.gather(script.post("/api/v1/agencies", json=AGENCY, headers={"Idempotency-Key": "k"}), keep_it())
    assert (answer.status_code, answer.text) == (201, "late")


async def test_a_refused_write_does_not_use_up_its_key(script):
    headers = {"Idempotency-Key": "try"}
    assert (await script.post("/api/v1/agencies", json={**AGENCY, "area": "E99999999"}, headers=headers)).status_code == 422
    assert (await script.post("/api/v1/agencies", json=AGENCY, headers=headers)).status_code == 201


async def test_the_database_away_is_503_in_words_and_passes_without_restart(script, database_url):
    await DB.open("postgresql://nobody@127.0.0.1:1/none")
    try:
        answer = await script.get("/api/v1/users")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:yosafe:problem:database-away")
        ready = await script.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "not ready")
        assert (await script.get("/healthz")).status_code == 200
        page = await script.get("/admin/users")
        assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
        assert "127.0.0.1:1" not in page.text
    finally:
        await DB.open(database_url)
    assert (await script.get("/api/v1/users")).status_code == 200
    stands = {"waiting": 0, "running": 0, "failed": 0, "oldest_seconds": 0, "late_seconds": None}
    assert (await script.get("/readyz")).json() == {"status": "ready", "jobs": stands}


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/api/v1/nowhere", 404), ("DELETE", "/api/v1/users", 405)])
async def test_no_such_place(script, method, path, status):
    answer = await script.request(method, path)
    assert answer.status_code == status
    assert ("problem+json" in answer.headers["content-type"]) is path.startswith("/api/")


@pytest.mark.parametrize(
    ("path", "record"), [("/incidents/IN-000001/transitions", "/incidents/IN-000001"), ("/children/find", "/children"), ("/sign-out", "/")]
)
async def test_an_address_that_takes_only_a_form_leads_to_its_record(visitor, path, record):
    answer = await visitor.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, record)


async def test_an_unknown_host_is_refused(visitor):
    assert (await visitor.get("/sign-in", headers={"Host": "elsewhere.example"})).status_code == 400
    assert (await visitor.get("/sign-in", headers={"Host": "localhost:8123"})).status_code == 200


async def test_a_made_up_name_never_reaches_a_log(script, caplog):
    with capture_logs() as logs:
        await script.post("/api/v1/agencies", json={**AGENCY, "name": "Zebedee Quill", "area": "Zebedee"})
        await script.get("/api/v1/users?q=Zebedee")
        await script.get("/children/Zebedee")
        await script.post("/api/v1/agencies", json={**AGENCY, "name": "Zebedee Quill"})
        await script.post("/api/v1/agencies", json={**AGENCY, "name": "Zebedee Quill"})
        del script.headers["Authorization"]
        await sign_in(script, "zebedee@example.org", "Zebedee Zebedee")
    assert len(logs) > 5
    assert "zebedee" not in (json.dumps(logs, default=str) + caplog.text).lower()


async def test_pages_are_not_kept_and_assets_are(visitor):
    page = await visitor.get("/sign-in")
    assert page.headers["cache-control"] == "no-store"
    assert "content-encoding" not in page.headers
    asset = re.search(r'href="(/static/css/[^"]+)"', page.text)
    assert asset
    style = await visitor.get(asset[1])
    assert "immutable" in style.headers["cache-control"]
    assert style.headers["content-encoding"] == "gzip"
