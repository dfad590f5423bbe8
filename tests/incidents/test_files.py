"""Files of incidents, by page and by API: who adds, opens and withdraws them, what is noted, and what is refused without a trace."""

import hashlib
import re
from typing import Any

import httpx
import pytest

from tests.incidents.made_files import STATEMENT, archive, pdf, picture
from tests.incidents.make import another, incident, involve, rows_in_all_tables
from tests.incidents.test_staff import about, alleged, join
from tests.world import Browser, ClientFor, World, events_of
from yosafe.accounts.permissions import Role
from yosafe.db.engine import DB
from yosafe.incidents.files import actions
from yosafe.people.access import young_person_ref

HERE, API = "/incidents/IN-000001", "/api/v1/incidents/IN-000001"
FILES = f"{HERE}/files"
SAID = {"kind": "photograph", "caption": "His left forearm", "shows": "YP-000001", "taken_by": "Nurse Adeyemi"}
PHOTO = picture(size=(60, 40), gps=True)


async def send(browser: Browser, content: bytes | None, to: str = FILES, name: str = "photo.exe", **said: Any) -> httpx.Response:
    """Add a file as a page does."""
    if "__Host-yosafe-csrf" not in browser.cookies:
        await browser.get("/help")
    form = {"_csrf_token": browser.cookies["__Host-yosafe-csrf"], **SAID, **said}
    files = {} if content is None else {"file": (name, content, "text/html")}
    return await browser.post(to, data=form, files=files or {"file": ("", b"")})


def faults(page: httpx.Response) -> list[str]:
    return re.findall(r'href="#([\w-]+)"', page.text.partition("There is a problem")[2].partition("</ul>")[0])


async def kept(script: Browser, content: bytes = PHOTO, **said: Any) -> dict[str, Any]:
    """A file added by API."""
    answer = await script.post(f"{API}/files", data={**SAID, **said}, files={"file": ("a/../b\\c.php", content, "image/svg+xml")})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_added_looked_at_and_taken_away_as_it_was(world: World, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    dan = await client(world.dan)
    assert "Add a photograph or a document" in (await dan.get(HERE)).text
    there = (await send(dan, PHOTO)).headers["location"]
    assert there == f"{FILES}/EV-000001?done=added"
    page = (await dan.get(there)).text
    for words in ("His left forearm", "Nurse Adeyemi", "Morton, Kai", hashlib.sha256(PHOTO).hexdigest(), "wrote into the file where it was taken"):
        assert words in page
    assert "His left forearm" in (await dan.get(HERE)).text
    taken = await dan.get(f"{FILES}/EV-000001/download")
    assert taken.content == PHOTO
    assert taken.headers["content-disposition"] == 'attachment; filename="EV-000001.jpg"'
    assert (taken.headers["content-type"], taken.headers["x-content-type-options"]) == ("image/jpeg", "nosniff")
    assert "sandbox" in taken.headers["content-security-policy"]
    assert taken.headers["cache-control"] == "no-store"
    shown = await dan.get(f"{FILES}/EV-000001/picture")
    assert shown.content != PHOTO
    assert (shown.headers["content-type"], shown.headers["content-disposition"]) == ("image/jpeg", 'inline; filename="EV-000001.jpg"')
    assert "sandbox" in shown.headers["content-security-policy"]
    assert [event for event in await events_of(1) if event.startswith("incident-file")] == ["incident-file:added", *["incident-file:read"] * 2]
    row = await DB.fetchrow("SELECT actor, detail FROM audit_entry WHERE event = 'incident-file:read' ORDER BY id LIMIT 1")
    assert (row["actor"], row["detail"]) == (world.dan.id, '{"file":1}')


async def test_a_file_of_many_parts_comes_back_whole(world: World, api: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    dan = await api(world.dan)
    long = STATEMENT * 20_000
    file = await kept(dan, long, kind="statement")
    assert (file["size"], file["media_type"], file["has_picture"], file["sha256"]) == (
        len(long), "text/plain", False, hashlib.sha256(long).hexdigest()
    )  # fmt: skip
    assert (await dan.get(f"{API}/files/{file['ref']}/content")).content == long
    assert await DB.fetchval("SELECT count(*) FROM evidence_part") > 3
    assert (await dan.get(f"{FILES}/{file['ref']}/picture")).status_code in (303, 404)
    assert [one["ref"] for one in (await dan.get(f"{API}/files")).json()["items"]] == ["EV-000001"]


@pytest.mark.parametrize(
    ("content", "said", "status", "fields"),
    [
        (None, {}, 422, ["file"]),
        (b"", {}, 422, ["file"]),
        (b"<html>", {}, 422, ["file"]),
        (b"MZ\0\0", {"caption": ""}, 422, ["caption"]),
        (PHOTO, {"shows": "YP-000002"}, 422, ["shows"]),  # Nia is not in it
        (PHOTO, {"shows": ""}, 422, ["shows"]),
        (PHOTO, {"shows": ["YP-000001", "nobody"]}, 422, ["shows"]),
        (PHOTO, {"shows": "others"}, 422, ["shows"]),  # there is nobody else
        (PHOTO, {"kind": "moon"}, 422, ["kind"]),
        (PHOTO, {"taken_on-day": "6", "taken_on-month": "10", "taken_on-year": "2026"}, 422, ["taken_on-day"]),
        (b"a" * 10_000_001, {}, 422, ["file"]),
        (b"a" * 10_200_001, {}, 413, []),
    ],
    ids=range(12),
)
async def test_what_is_refused_leaves_nothing(
    world: World, client: ClientFor, content: bytes | None, said: dict[str, Any], status: int, fields: list[str]
) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    dan, before = await client(world.dan), await rows_in_all_tables()
    page = await send(dan, content, **said)
    assert (page.status_code, faults(page)) == (status, fields)
    assert "Nurse Adeyemi" in page.text or status == 413
    assert "Too large" in page.text or status != 413
    assert await rows_in_all_tables() == before


async def test_the_same_file_is_kept_once_and_again_after_it_was_withdrawn(world: World, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    await incident(world.dan, involve(world.kai, "harmed"))
    dan, cleo = await client(world.dan), await client(world.cleo)
    await send(dan, PHOTO)
    again = await send(dan, PHOTO)
    assert (again.status_code, faults(again)) == (409, ["file"])
    assert "EV-000001" in again.text
    assert (await send(dan, PHOTO, "/incidents/IN-000002/files")).status_code == 303  # another incident says nothing of this one
    assert (await cleo.send_form(f"{FILES}/EV-000001/withdraw", {"reason": "It shows another boy's arm"})).status_code == 303
    assert (await send(dan, PHOTO)).status_code == 303


async def test_no_more_than_so_many(world: World, api: ClientFor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_FILES", 1)
    await incident(world.dan, involve(world.kai, "harmed"))
    dan = await api(world.dan)
    await kept(dan)
    answer = await dan.post(f"{API}/files", data=SAID, files={"file": ("x", STATEMENT, "text/plain")})
    assert answer.status_code == 409
    assert "files at most" in answer.json()["detail"]


async def test_withdrawn_it_stays_for_leads_only(world: World, api: ClientFor, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    dan, cleo = await api(world.dan), await api(world.cleo)
    await kept(dan)
    why = {"reason": "It shows another boy's arm"}
    here = f"{API}/files/EV-000001"
    assert (await dan.post(f"{here}/withdraw", json=why)).status_code == 403
    assert (await cleo.post(f"{here}/withdraw", json={"reason": "short"})).status_code == 422
    done = await cleo.post(f"{here}/withdraw", json=why)
    assert (done.status_code, done.json()["withdrawn_reason"], done.json()["withdrawn_by"]) == (200, why["reason"], "Cleo")
    assert (await cleo.post(f"{here}/withdraw", json=why)).status_code == 409
    assert ((await dan.get(f"{here}/content")).status_code, (await cleo.get(f"{here}/content")).status_code) == (403, 200)
    page = (await (await client(world.dan)).get(f"{FILES}/EV-000001")).text
    assert "was withdrawn, and is kept for safeguarding leads" in page
    assert "Withdraw this file" not in page
    assert "Withdrawn" in (await (await client(world.cleo)).get(HERE)).text
    assert await DB.fetchval("SELECT count(*) FROM evidence_part") == 2


async def test_a_file_that_shows_another_child_is_for_those_who_may_know_of_both(world: World, api: ClientFor, client: ClientFor) -> None:
    leo = await another(world, "Leaf", "Leo")
    await incident(world.dan, involve(world.kai, "harmed"), involve(leo, "alleged_to_have_harmed"))
    dan, amina = await api(world.dan), await api(world.amina)
    await kept(dan, caption="Leo Leaf's knuckles", shows=f"YP-000001, {young_person_ref(leo.id)}")
    await kept(dan, pdf(), caption="What Leo wrote to him", shows="YP-000001")
    both, his = (await amina.get(f"{API}/files")).json()["items"]
    assert (both["withheld"], both["caption"], both["shows"], both["sha256"]) == (True, None, [], None)
    assert (his["withheld"], his["caption"]) == (False, "What another young person wrote to him")
    for path in ("", "/content"):
        assert (await amina.get(f"{API}/files/EV-000001{path}")).status_code == 404
    never = await amina.get(f"{API}/files/EV-000099")
    assert (await amina.get(f"{API}/files/EV-000001")).json()["detail"] == never.json()["detail"]
    assert (await amina.get(f"{API}/files/EV-000002/content")).status_code == 200
    page = (await (await client(world.amina)).get(HERE)).text
    assert "Kept for those who have a duty towards every young person in it" in page
    assert "Leaf" not in page


async def test_others_whom_the_sender_does_not_see_are_one_answer(world: World, client: ClientFor, api: ClientFor) -> None:
    """Leo has left: Dan does not see him any more, Cleo does."""
    leo = await another(world, "Leaf", "Leo")
    await incident(world.dan, involve(world.kai, "harmed"), involve(leo, "harmed"))
    await DB.execute("UPDATE placement SET left_at = arrived_at + interval '27 days', leaving_reason = 'released' WHERE young_person = $1", leo.id)
    dan = await client(world.dan)
    assert "Another young person in this incident" in (await dan.get(f"{FILES}/new")).text
    assert (await send(dan, PHOTO, shows="others")).status_code == 303
    (seen,) = (await (await api(world.cleo)).get(f"{API}/files")).json()["items"]
    assert [one["name"] for one in seen["shows"]] == ["Leaf, Leo"]
    assert (await (await api(world.dan)).get(f"{API}/files")).json()["items"][0]["withheld"]


async def test_of_an_allegation_nobody_else_finds_a_file(world: World, api: ClientFor) -> None:
    """Dan is whom it is about; Kit is a colleague who is not named."""
    kit = await join("kit", Role.YOI_OFFICER)
    await alleged(world, *about("Dan"))
    await kept(await api(world.cleo))
    for who in (world.dan, kit, world.amina):
        script = await api(who)
        for path in ("files", "files/EV-000001", "files/EV-000001/content"):
            assert (await script.get(f"{API}/{path}")).status_code == 404
    assert (await (await api(world.cleo)).get(f"{API}/files/EV-000001/content")).status_code == 200


async def test_without_the_token_of_the_page_nothing_is_kept(world: World, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    dan = await client(world.dan)
    await dan.get("/help")
    answer = await dan.post(FILES, data=SAID, files={"file": ("x.jpg", PHOTO, "image/jpeg")})
    assert answer.status_code == 403
    assert await DB.fetchval("SELECT count(*) FROM evidence_file") == 0


@pytest.mark.parametrize(
    ("said", "file", "keys"),
    [
        ({"kind": ""}, PHOTO, ["kind"]),
        ({"surprise": "x"}, PHOTO, ["surprise"]),
        ({"taken_on": "tomorrow"}, PHOTO, ["taken_on"]),
        ({"taken_on": "2026-10-06"}, PHOTO, ["taken_on"]),
        ({"shows": "YP-000001,YP-000002"}, PHOTO, ["shows.1"]),
        ({}, archive({"a": "b"}), ["file"]),
        ({}, None, ["file"]),
    ],
    ids=range(7),
)
async def test_what_a_script_is_told(world: World, api: ClientFor, said: dict[str, str], file: bytes | None, keys: list[str]) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    dan = await api(world.dan)
    form = {"data": {**SAID, **said}} | ({} if file is None else {"files": {"file": ("\0../../etc/passwd", file, "image/png")}})
    answer = await dan.post(f"{API}/files", **form)
    assert (answer.status_code, [fault["key"] for fault in answer.json()["errors"]]) == (422, keys)
    assert await DB.fetchval("SELECT count(*) FROM evidence_file") == 0


async def test_two_records_in_one_file_are_one_after_a_merge(world: World, api: ClientFor) -> None:
    from yosafe import composition  # noqa: F401  # fills the registry
    from yosafe.people.merge_actions import details_of, merge_records, undo_merge
    from yosafe.people.merge_rules import Which, to_choose

    twice = await another(world, "Quill", "Jem", home_area="E08000035")
    await DB.execute("DELETE FROM clock WHERE young_person = $1", twice.id)
    await incident(world.dan, involve(world.kai, "harmed"), involve(twice, "present"))
    await kept(await api(world.dan), shows=f"YP-000001,{young_person_ref(twice.id)}")
    await DB.execute("DELETE FROM placement WHERE young_person = $1", twice.id)
    choices = dict.fromkeys(to_choose(details_of(world.kai), details_of(twice)), Which.THIS)
    merge = await merge_records(
        by=world.amina, kept=world.kai, other=twice, reason="The same boy twice", choices=choices, version=world.kai.version,
        other_version=twice.version,
    )  # fmt: skip
    assert [row["young_person"] for row in await DB.fetch("SELECT young_person FROM evidence_shows")] == [world.kai.id]
    await undo_merge(by=world.amina, merge=merge, reason="They are two brothers")
    assert sorted(row["young_person"] for row in await DB.fetch("SELECT young_person FROM evidence_shows")) == [world.kai.id, twice.id]
