"""Addresses and headers that nobody's browser would send: nothing breaks, and nothing is found that way."""

import re

import httpx
import pytest

from tests.code.test_access_matrix import NAMED
from tests.world import ORIGIN
from yosafe.accounts.permissions import PERMISSIONS, Role
from yosafe.web.auth import PUBLIC
from yosafe.web.kit import COOKIE

HOSTILE = (
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2fsecret_key",
    "%00",
    "YP-000001%00",
    "YP-000001%0d%0aSet-Cookie:%20a=b",
    "-1",
    "0",
    "9" * 40,
    "1e9",
    "%D9%A1%D9%A2",
    "YP-%D9%A1",
    "YP-" + "0" * 300 + "1",
    "%27%20OR%201=1--",
    "%F0%9F%92%A3",
    "{{7*7}}",
    "%ff%fe",
    "1%2F..%2F2",
    "true",
)
WITH_PLACES = sorted(key for key in NAMED if key.startswith("GET ") and "{" in key and "/static/" not in key and "/api/{path}" not in key)


def hostile_addresses(each):
    """Each route with `each` of what is hostile in its places, all of it over the routes."""
    for n, key in enumerate(WITH_PLACES):
        for turn in range(each):
            yield key, re.sub(r"\{\w+\}", HOSTILE[(n * each + turn) % len(HOSTILE)].replace("\\", "\\\\"), key.removeprefix("GET "))


async def test_nothing_is_found_and_nothing_breaks_at_hostile_addresses(client, world):
    by_role = {role: await client(world.of(role)) for role in Role}
    wrong = []
    for key, path in hostile_addresses(1):
        role = next((role for role in Role if NAMED[key] == PUBLIC or NAMED[key] in PERMISSIONS[role]), Role.ADMIN)
        answer = await by_role[role].get(path)
        if answer.status_code not in (303, 400, 403, 404, 422) or "set-cookie: a" in str(answer.headers).lower() or "root:" in answer.text:
            wrong.append((path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/..%2f..%2fsettings.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static//etc/passwd",
        "/static/css/..%5c..%5csettings.py",
        "/static/%00",
        "/static/css/yosafe.css%00.png",
        "/static/....//....//settings.py",
    ],
)
async def test_built_files_are_all_that_is_served_as_files(client, path):
    answer = await (await client()).get(httpx.URL(ORIGIN, raw_path=path.encode()))
    assert (answer.status_code, "YOSAFE_" in answer.text) == (404, False)


@pytest.mark.parametrize(
    "host",
    [
        "elsewhere.example",
        "localhost.elsewhere.example",
        "elsewhere.example#localhost",
        "localhost@elsewhere.example",
        "elsewhere.example:443",
        "",
        "localhost.",
        "localhost:8000:x",
        "[::1]",
        "LOCALHOST/..",
        "localhost elsewhere.example",
    ],
)
async def test_no_other_host_is_answered(client, host):
    answer = await (await client()).get("/sign-in", headers={"Host": host})
    assert (answer.status_code, "elsewhere.example" in answer.text) == (400, False)


FORWARDED = {
    "X-Forwarded-Host": "elsewhere.example",
    "X-Host": "elsewhere.example",
    "Forwarded": "host=elsewhere.example",
    "X-Original-URL": "/admin/users",
    "X-Rewrite-URL": "/admin/users",
    "X-HTTP-Method-Override": "DELETE",
    "X-Forwarded-Proto": "elsewhere",
    "X-Request-Id": "chosen-by-someone",
    "Origin": "https://elsewhere.example",
    "Referer": "https://elsewhere.example/",
}


async def test_what_a_proxy_might_say_is_not_believed(client, amina):
    browser = await client(amina)
    plain, forwarded = [await browser.get("/account", headers=headers) for headers in ({}, FORWARDED)]
    assert (forwarded.status_code, "elsewhere.example" in str(forwarded.headers) + forwarded.text) == (200, False)
    assert forwarded.headers["x-request-id"] not in ("chosen-by-someone", plain.headers["x-request-id"])
    assert not {name for name in forwarded.headers if name.startswith("access-control-")}
    asked = await browser.options("/api/v1/young-people", headers={**FORWARDED, "Access-Control-Request-Method": "POST"})
    assert not {name for name in asked.headers if name.startswith("access-control-")}


HEADERS = (
    ("Authorization", b"Bearer \xff\xfe\x00"),
    ("Authorization", b"Bearer " + b"x" * 50_000),
    ("Cookie", COOKIE.encode() + b"=\xff\x00; =; ;;;="),
    ("Cookie", b"; ".join(b"a%d=1" % n for n in range(2000))),
    ("Cookie", COOKIE.encode() + b'="\\012\\377"'),
    ("If-Match", b'"' + b"9" * 5000 + b'"'),
    ("Idempotency-Key", b"\xc3\xa9" * 10),
    ("Idempotency-Key", b"k" * 5000),
    ("Accept", b"*/*;q=\xff, " * 500),
    ("Accept", b"text/csv"),
    ("Accept-Language", b"x" * 20_000),
    ("Content-Type", b"application/json; charset=\xff"),
    ("Content-Type", b";;;;="),
    ("Content-Length", b"-1"),
    ("User-Agent", b"\xff\x1b[31m"),
    ("Range", b"bytes=0-0,1-1," * 100),
    ("Sec-Fetch-Site", b"\xff"),
)


async def test_no_header_breaks_anything(client, api, hal):
    browser, script = await client(hal), await api(hal)
    for name, value in HEADERS:
        for sender, method, path in (
            (browser, "GET", "/admin/users"),
            (browser, "GET", "/sign-in"),
            (script, "GET", "/api/v1/users"),
            (script, "POST", "/api/v1/agencies"),
        ):
            answer = await sender.request(method, path, headers=[(name.encode(), value)], content=b"{}" if method == "POST" else None)
            assert answer.status_code < 500, (name, value[:30], path)
            assert "\x1b" not in str(answer.headers)


@pytest.mark.parametrize(
    "there",
    [
        "/a%0d%0aSet-Cookie:x=1",
        "/%0d%0a",
        "//elsewhere.example/%2f..",
        "/\\elsewhere.example",
        "%09//elsewhere.example",
        "https:elsewhere.example",
        "/a?b=//elsewhere.example",
    ],
)
async def test_no_answer_leads_elsewhere(client, amina, there):
    """Where `next` leads is where someone goes after signing in or confirming: an address of ours, on one line."""
    browser = await client()
    for path in ("/sign-in", "/confirm", "/children"):
        answer = await browser.get(httpx.URL(ORIGIN, raw_path=f"{path}?next={there}".encode()))
        location = answer.headers.get("location", "/")
        assert (location.startswith("/") and not location.startswith(("//", "/\\")), "\r" in location, "x" in answer.cookies) == (True, False, False)
