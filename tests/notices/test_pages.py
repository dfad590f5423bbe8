"""Notices by page and by API: counted in the head of every page, read by being shown, put aside; other people's do not exist."""

import re

import pytest

from tests.incidents.make import involve, submit
from tests.incidents.test_staff import about, join
from yosafe.accounts.permissions import Role
from yosafe.db.engine import DB

API = "/api/v1/notices"


def head(page):
    """What the head of a page says of notices."""
    return " ".join(re.sub(r"<[^>]+>", "", re.search(r'href="/notices">(.*?)</a>', page.text, re.DOTALL)[1]).split())


async def test_they_are_counted_shown_and_put_aside(client, world):
    made = await submit(world.dan, involve(world.kai, "harmed"))
    cleo = await client(world.cleo)
    assert head(await cleo.get("/")) == head(await cleo.get("/account")) == "Notices (1 new)"
    listed = await cleo.get("/notices")
    assert "An incident was recorded" in listed.text
    assert f'href="/incidents/{made.ref}"' in listed.text
    assert ">New<" in listed.text.replace("\n", "")
    assert "Morton" not in listed.text  # a reference, no name
    again = await cleo.get("/notices")
    assert head(again) == "Notices"
    assert ">New<" not in again.text
    done = await cleo.send_form("/notices/1/done")
    assert (done.status_code, done.headers["location"]) == (303, "/notices?saved=done")
    assert made.ref not in (await cleo.get("/notices?saved=done")).text
    assert made.ref in (await cleo.get("/notices?state=done")).text
    assert (await cleo.send_form("/notices/1/again")).status_code == 303
    assert made.ref in (await cleo.get("/notices")).text
    events = [row["event"] for row in await DB.fetch("SELECT event FROM audit_entry WHERE event LIKE 'notice:%' ORDER BY id")]
    assert events == ["notice:done", "notice:taken-up-again"]


@pytest.mark.parametrize("path", ["/notices/1/done", "/notices/1/again"])
async def test_other_peoples_do_not_exist(client, api, world, path):
    await submit(world.dan, involve(world.kai, "harmed"))
    dan, script = await client(world.dan), await api(world.dan)
    for number in ("1", "99", "9" * 30):
        assert (await dan.send_form(path.replace("1", number))).status_code == 404
        assert (await script.post(f"/api/v1{path.replace('1', number)}")).status_code == 404
    assert await DB.fetchval("SELECT count(*) FROM notice WHERE done_at IS NULL AND read_at IS NULL") == 1


async def test_whom_an_allegation_is_about_sees_no_notice_of_it_anywhere(client, api, world):
    olive = await join("olive", Role.YOI_LEAD)
    await submit(world.dan, involve(world.kai, "concerned"), kind="staff_allegation", staff=about("Olive"))
    number = await DB.fetchval("SELECT id FROM notice WHERE user_account = $1", olive.id)
    page, script = await (await client(olive)).get("/notices?state=all"), await api(olive)
    assert head(page) == "Notices"
    assert "There are none." in page.text
    assert (await script.get(f"{API}/count")).json() == {"new": 0}
    assert (await script.get(f"{API}?state=all")).json() == {"items": [], "next": None}
    assert (await script.post(f"{API}/{number}/done")).status_code == 404
    assert (await (await client(world.cleo)).get("/")).text.count("(1 new)") == 1


async def test_a_script_reads_by_page_and_says_what_it_has_seen(api, world):
    refs = [(await submit(world.dan, involve(world.kai, "harmed"))).ref for _ in range(2)]
    cleo = await api(world.cleo)
    assert (await cleo.get(f"{API}/count")).json() == {"new": 2}
    first = (await cleo.get(f"{API}?limit=1")).json()
    second = (await cleo.get(f"{API}?limit=1&after={first['next']}")).json()
    assert [one["subject"] for one in first["items"] + second["items"]] == refs[::-1]
    assert second["next"] is None
    assert first["items"][0] | {"at": "", "id": 0} == {
        "id": 0, "event": "incident-recorded", "words": "An incident was recorded", "reason": None, "reason_words": None, "urgent": False, "at": "",
        "subject": refs[1], "link": f"/incidents/{refs[1]}", "read": False, "done": False,
    }  # fmt: skip
    assert (await cleo.get(f"{API}/count")).json() == {"new": 2}  # reading by script is said, not supposed
    number = first["items"][0]["id"]
    for _ in range(2):
        assert (await cleo.post(f"{API}/{number}/read")).json() == {"new": 1}
    assert (await cleo.post(f"{API}/{number}/done")).json() == {"new": 1}
    assert [one["id"] for one in (await cleo.get(f"{API}?state=done")).json()["items"]] == [number]
    assert (await cleo.post(f"{API}/{number}/again")).status_code == 200
    assert (await cleo.get(f"{API}?state=wrong")).status_code == 422
    assert (await cleo.get(f"{API}?after=nonsense")).status_code == 422


async def test_how_to_hear_by_mail_is_chosen(client, api, world):
    dan = await client(world.dan)
    form = await dan.get("/notices/mail")
    assert re.search(r'value="daily"[^>]*checked', form.text)
    assert "sends no email yet" in form.text
    for typed in ({}, {"mail": "hourly"}):
        refused = await dan.send_form("/notices/mail", typed)
        assert refused.status_code == 422
        assert "Select how you want to hear by email" in refused.text
    assert await DB.fetchval("SELECT count(*) FROM notice_choice") == 0
    assert (await dan.send_form("/notices/mail", {"mail": "at_once"})).headers["location"] == "/notices?saved=mail"
    script = await api(world.dan)
    assert (await script.get(f"{API}/mail")).json() == {"mail": "at_once", "sends_mail": False}
    assert (await script.post(f"{API}/mail", json={"mail": "none"})).json()["mail"] == "none"
    assert (await script.post(f"{API}/mail", json={"mail": "hourly"})).status_code == 422
    assert re.search(r'value="none"[^>]*checked', (await dan.get("/notices/mail")).text)
