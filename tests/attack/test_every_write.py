"""Every address that changes something: not by another site, not without the token of a page, not with fields that nobody asked for."""

import re
from typing import get_args
from uuid import UUID

import msgspec
import pytest
from litestar.routes import HTTPRoute

from tests.code.test_access_matrix import NAMED

WRITES = sorted(key for key in NAMED if key.split(" ")[0] not in ("GET", "HEAD", "OPTIONS"))
TO_API = [key for key in WRITES if key.split(" ")[1].startswith("/api/")]
OF_PAGES = [key for key in WRITES if key not in TO_API]


def address(key):
    method, path = key.split(" ")
    return method, re.sub(r"\{\w+\}", "1", path.replace("{ref}", "YP-000001").replace("{draft_id}", str(UUID(int=1))))


async def test_no_form_is_taken_without_the_token_of_a_page(client, hal):
    browser = await client(hal)
    await browser.get("/help")  # the cookie of the token alone is what another site could make it send
    taken = []
    for key in OF_PAGES:
        for fields in ({}, {"_csrf_token": "x" * 64}):
            answer = await browser.request(*address(key), data=fields)
            if answer.status_code != 403 or "form may have expired" not in answer.text:
                taken.append((key, answer.status_code))
    assert len(OF_PAGES) > 150
    assert taken == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"},
        {"Content-Type": "application/json", "Sec-Fetch-Site": "same-site"},
    ],
    ids=["text", "form", "cross-site", "same-site"],
)
async def test_nothing_is_written_by_api_that_another_site_sent(client, hal, headers):
    browser = await client(hal)
    answers = {key: await browser.request(*address(key), content=b"{}", headers=headers) for key in TO_API}
    assert len(answers) > 100
    assert [(key, answer.status_code) for key, answer in answers.items() if answer.status_code != 403] == []
    told = {answer.json()["detail"] for answer in answers.values()}
    assert all("another site" in words or "Content-Type" in words for words in told)


def structs(kind, seen):
    """A struct and those within it."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in seen:
        seen.add(kind)
        for field in msgspec.structs.fields(kind):
            structs(field.type, seen)
    for inner in get_args(kind):
        structs(inner, seen)
    return seen


def test_no_body_takes_a_field_that_is_not_its_own(app):
    handlers = [handler for route in app.routes if isinstance(route, HTTPRoute) for handler in route.route_handlers]
    bodies = {
        str(handler): found
        for handler in handlers
        if route_of_api(handler) and (data := handler.parsed_fn_signature.parameters.get("data")) and (found := structs(data.annotation, set()))
    }
    assert len(bodies) > 80
    assert {name: kind for name, kinds in bodies.items() for kind in kinds if not kind.__struct_config__.forbid_unknown_fields} == {}


def route_of_api(handler):
    return any(path.startswith("/api/") for path in handler.paths) or handler.include_in_schema


GIVEN_BY_US = {"id": 1, "version": 1, "recorded_by": 1, "agency": "kent-yot", "status": "closed", "role": "admin", "password_hash": "x"}


async def test_what_yosafe_gives_is_not_taken_from_a_body(api, world):
    script = await api(world.amina)
    body = {"family_name": "Quill", "given_names": "Zeb", "date_of_birth": "2010-01-01", "sex": "male"}
    for name, value in GIVEN_BY_US.items():
        answer = await script.post("/api/v1/young-people", json={**body, name: value})
        assert (answer.status_code, [fault["key"] for fault in answer.json()["errors"]]) == (422, [name])


MANY = b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nv\r\n' % n for n in range(20_000)) + b"--x--\r\n"
LARGE = (
    ("application/x-www-form-urlencoded", b"a=" + b"x" * 2_000_000),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(80_000))),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"y" * 2_000_000 + b"\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", MANY),
    ("multipart/form-data", b"--x--"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n" * 1000),
    ("application/json", b"[" * 500_000),
    ("application/json", b'{"a":' * 100_000),
    ("application/json; charset=utf-7", b"+ADw-"),
)


async def test_what_is_too_large_too_deep_or_no_form_is_refused_and_breaks_nothing(api, client, hal):
    script, browser = await api(hal), await client()

    async def in_pieces(content):
        for at in range(0, len(content), 60_000):
            yield content[at : at + 60_000]

    for sender, path in ((script, "/api/v1/agencies"), (browser, "/sign-in"), (script, "/api/v1/surveys")):
        for kind, content in LARGE:
            for body in (content, in_pieces(content)):  # with a length, and without one
                answer = await sender.post(path, content=body, headers={"Content-Type": kind})
                assert 400 <= answer.status_code < 500, (path, kind, content[:40])
    assert (await browser.get("/sign-in")).status_code == 200
