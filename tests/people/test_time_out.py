"""Out at court or in hospital while the placement goes on, and moved to another establishment in one act."""

import asyncio
import datetime as dt

import pytest

from tests.people.test_keep_apart import GO_ON, asked, held
from tests.people.test_keep_apart_pages import faults
from tests.welfare.answers import asset
from tests.world import NOW, OAKHILL, WETHERBY, events_of
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.access import get_placement_for, get_young_person_for, young_person_ref
from yosafe.people.actions import end_placement, transfer_placement
from yosafe.people.chronology import Wanted, chronology
from yosafe.people.clock_queries import clocks_of
from yosafe.people.frame import banner
from yosafe.people.keep_apart.actions import start_keep_apart
from yosafe.people.schemas import EndPlacement, TransferPlacement
from yosafe.people.tables import Placement, TimeOut
from yosafe.people.time_out.access import get_time_out_for
from yosafe.people.time_out.actions import change_time_out, end_time_out, start_time_out
from yosafe.people.time_out.queries import TimeOutFilter, counts, times_out
from yosafe.people.time_out.schemas import ChangeTimeOut, EndTimeOut, StartTimeOut
from yosafe.welfare.actions import complete_assessment
from yosafe.welfare.due_queries import due_of

HOUR = dt.timedelta(hours=1)
API = "/api/v1/young-people/YP-000001/time-out"
FIRST = {"If-Match": '"1"'}


def court(at=NOW - HOUR, **changes):
    facts = {"reason": "court", "place": "Leeds Crown Court", "escort": "Two officers", "left_at": at} | changes
    return StartTimeOut(**facts)


def back(at=NOW, **changes):
    return EndTimeOut(**{"returned_at": at, "concern": False, "note": "Quiet. Ate."} | changes)


async def out(world, new=None):
    return await start_time_out(by=world.dan, young_person=world.kai, new=new or court())


@pytest.mark.parametrize(("who", "new", "refused"), [
    ("dan", court(), None),
    ("cleo", court(expected_at=NOW + HOUR, note="Sentence today"), None),
    ("dan", court(reason="moon"), "reason"),
    ("dan", court(NOW + HOUR), "left_at"),
    ("dan", court(dt.datetime(2026, 9, 7, 13, 30, tzinfo=dt.UTC)), "left_at"),  # the moment of arrival
    ("dan", court(expected_at=NOW - 2 * HOUR), "expected_at"),
    ("amina", court(), Refused),  # the team reads it; the establishment records it
    ("ivy", court(), Refused),
])  # fmt: skip
async def test_who_goes_out_and_when(world, who, new, refused):
    if refused is Refused:
        with pytest.raises(Refused):
            await start_time_out(by=world[who], young_person=world.kai, new=new)
    elif refused:
        with pytest.raises(Invalid) as refusal:
            await start_time_out(by=world[who], young_person=world.kai, new=new)
        assert [fault.key for fault in refusal.value.errors] == [refused]
    else:
        made = await start_time_out(by=world[who], young_person=world.kai, new=new)
        assert (made.left_at, made.ended_at, made.version) == (new.left_at, None, 1)
        assert (await events_of(world.kai.id))[-1] == "time-out:started"
    assert await TimeOut.count() == (0 if refused else 1)
    assert await Placement.exists().where((Placement.young_person == world.kai.id) & Placement.left_at.is_null())


async def test_nobody_is_out_twice_at_once(world):
    first = await out(world)
    with pytest.raises(Conflict, match="out since"):
        await out(world, court(NOW - HOUR / 2))
    await end_time_out(by=world.dan, time_out=first, ending=back(NOW - HOUR / 2), version=1)
    with pytest.raises(Conflict, match="Check when they went out"):
        await out(world, court(NOW - HOUR / 2 - dt.timedelta(minutes=1)))
    assert await out(world, court(NOW - HOUR / 2))  # the moment they came back they may go again
    both = [start_time_out(by=world.ivy, young_person=world.nia, new=court()) for _ in range(2)]
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "TimeOut"]


async def test_coming_back_sets_things_right_once(world):
    found = await out(world)
    for at, who in ((NOW + HOUR, "dan"), (found.left_at, "dan")):
        with pytest.raises(Invalid):
            await end_time_out(by=world[who], time_out=found, ending=back(at), version=1)
    changed = await change_time_out(
        by=world.cleo, time_out=found, change=ChangeTimeOut(place="Hospital", escort="One officer", expected_at=NOW + HOUR), version=1
    )
    with pytest.raises(Stale):
        await end_time_out(by=world.dan, time_out=found, ending=back(), version=1)
    ended = await end_time_out(by=world.dan, time_out=changed, ending=back(concern=True), version=2)
    assert (ended.outcome, ended.concern, ended.place) == ("returned", True, "Hospital")
    with pytest.raises(Conflict, match="ended on"):
        await end_time_out(by=world.dan, time_out=ended, ending=back(), version=3)
    assert (await events_of(world.kai.id))[-3:] == ["time-out:started", "time-out:changed", "time-out:ended"]
    with pytest.raises(NotFound):
        await get_time_out_for(world.ben, world.kai.id, found.id)


async def test_everyone_who_sees_them_is_told(world):
    with clock.stopped_at(NOW - HOUR):
        await out(world, court(expected_at=NOW - HOUR / 2))
        assert ("Out at court since 10am", "purple") in [(text.replace(":00", ""), colour) for text, colour in (await _badges(world))]
    assert any(text.endswith("overdue back") and colour == "red" for text, colour in await _badges(world))
    assert (await counts(world.cleo)).overdue == (await counts(world.amina)).out == 1
    assert (await counts(world.ben)).out == 0
    assert [one.young_person for one in (await times_out(world.dan, TimeOutFilter(state="overdue"))).items] == ["YP-000001"]
    assert (await times_out(world.ivy, TimeOutFilter())).items == []
    with clock.stopped_at(NOW + dt.timedelta(days=1)):
        assert any("on 5 October" in text for text, _ in await _badges(world))
    await end_time_out(by=world.dan, time_out=await get_time_out_for(world.dan, 1, 1), ending=back(concern=True, note="A cut."), version=1)
    told = [(entry.title, entry.text) for entry in (await chronology(world.amina, world.kai, Wanted(source="time-out"))).items]
    assert told == [
        ("Came back: was out at court", "There was an injury, or something to worry about. A cut."),
        ("Went out: at court", "Leeds Crown Court. With: Two officers."),
    ]


async def _badges(world):
    return (await banner(world.amina, world.kai)).badges


@pytest.mark.parametrize(("left_at", "is_open", "allowed"), [
    (NOW, True, True),              # released at court
    (NOW - HOUR, True, True),       # never came back: left when they went
    (NOW - 2 * HOUR, True, False),
    (NOW, False, True),
    (NOW - HOUR, False, False),     # before they came back
])  # fmt: skip
async def test_leaving_for_good_while_out(world, left_at, is_open, allowed):
    found = await out(world)
    if not is_open:
        await end_time_out(by=world.dan, time_out=found, ending=back(NOW - HOUR / 2), version=1)
    placement = await get_placement_for(world.cleo, world.kai.id, 1)
    ending = EndPlacement(left_at=left_at, leaving_reason="bail")
    if allowed:
        await end_placement(by=world.cleo, placement=placement, ending=ending, version=1)
    else:
        with pytest.raises(Conflict, match="left for good"):
            await end_placement(by=world.cleo, placement=placement, ending=ending, version=1)
    now = await TimeOut.objects().get(TimeOut.id == found.id)
    expected = (left_at, "placement_ended") if is_open and allowed else (None, None) if is_open else (NOW - HOUR / 2, "returned")
    assert (now.ended_at, now.outcome) == expected


async def test_by_page_a_concern_leads_to_an_incident(client, world):
    dan, here = await client(world.dan), "/children/YP-000001"
    form = {
        "reason": "court", "place": "Crown Court", "escort": "Contractor", "left_on-day": "5", "left_on-month": "10", "left_on-year": "2026",
        "left_time": "9:10am", "expected_time": "5pm",
    }  # fmt: skip
    half = await dan.send_form(f"{here}/time-out/new", form)
    assert (half.status_code, faults(half)) == (422, ["expected_on-day"])
    assert 'value="Crown Court"' in half.text
    whole = form | {"expected_on-day": "5", "expected_on-month": "10", "expected_on-year": "2026"}
    assert (await dan.send_form(f"{here}/time-out/new", whole)).headers["location"] == f"{here}/placements?done=out"
    overview = await dan.get(here)
    assert "Out at court since 9:10am" in overview.text
    for step in ("/time-out/1/return", "/placements/1/unit", "/placements/1/transfer"):  # one click away
        assert f'href="{here}{step}"' in overview.text
    assert f'href="{here}/time-out/new"' not in overview.text
    assert "Crown Court" in (await dan.get("/time-out")).text
    again = await dan.send_form(f"{here}/time-out/new", whole)
    assert again.status_code == 409
    returned = {"returned_on-day": "5", "returned_on-month": "10", "returned_on-year": "2026", "returned_time": "10:30am", "version": "1"}
    assert faults(await dan.send_form(f"{here}/time-out/1/return", returned)) == ["concern"]
    late = await dan.send_form(f"{here}/time-out/1/return", returned | {"concern": "yes", "version": "7"})
    assert (late.status_code, "Now: Crown Court" in late.text) == (412, True)
    worried = await dan.send_form(f"{here}/time-out/1/return", returned | {"concern": "yes"})
    page = await dan.get(worried.headers["location"])
    assert 'href="/incidents/new?child=YP-000001"' in page.text
    assert "Injury or concern" in page.text


async def test_by_api_who_is_late_is_shown_the_record(api, world):
    dan = await api(world.dan)
    made = await dan.post(API, json={"reason": "hospital", "place": "Ward 7", "escort": "Two officers", "left_at": "2026-10-05T09:00:00Z"})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    change = {"place": "Ward 8", "escort": "One officer", "expected_at": "2026-10-06T09:00:00Z"}
    assert (await dan.post(f"{API}/1/change", json=change, headers=FIRST)).json()["place"] == "Ward 8"
    late = await dan.post(f"{API}/1/return", json={"returned_at": "2026-10-05T09:30:00Z", "concern": False}, headers=FIRST)
    assert (late.status_code, late.json()["current"]["place"]) == (412, "Ward 8")
    assert [one["id"] for one in (await dan.get("/api/v1/time-out")).json()["items"]] == [1]
    assert (await (await api(world.ivy)).get(API)).status_code == 404


# Transfers


def move(to="FYI", at=NOW, **changes):
    facts = {"establishment": to, "legal_status": "dto", "moved_at": at, "reason": "nearer_home", "escort": "Contractor"} | changes
    return TransferPlacement(**facts)


async def transfer(world, who="cleo", new=None, version=1):
    placement = await Placement.objects().get(Placement.id == 1)
    return await transfer_placement(by=world[who], young_person=world.kai, placement=placement, move=new or move(), version=version)


async def test_one_act_ends_one_stay_and_begins_another(world):
    await complete_assessment(by=world.amina, young_person=world.kai, new=asset("YP-000001", completed_on=dt.date(2026, 9, 10)))
    await out(world)
    arrived = await transfer(world, new=move(unit="Kestrel"))
    old, new = await Placement.objects().order_by(Placement.id).where(Placement.young_person == world.kai.id)
    assert (old.left_at, old.leaving_reason, new.arrived_at, new.left_at) == (NOW, "transferred", NOW, None)
    assert (new.id, new.establishment, new.unit, new.transfer_reason, new.escort) == (arrived.id, "FYI", "Kestrel", "nearer_home", "Contractor")
    assert (await TimeOut.objects().get(TimeOut.id == 1)).outcome == "placement_ended"
    assert (await events_of(world.kai.id))[-4:] == ["time-out:ended", "placement:ended", "placement:started", "placement:transferred"]
    assert [(one.clock, one.state) for one in await clocks_of(world.amina, world.kai.id)] == [
        ("arrival-screen", "due_today"),
        ("arrival-screen", "stopped"),
    ]
    due = await due_of(world.amina, await get_young_person_for(world.amina, world.kai.id))
    assert ("asset-2000", "transfer") in {(one.instrument, one.occasion) for one in due}
    with pytest.raises(NotFound):  # an officer sees those who are held where he works
        await get_young_person_for(world.dan, world.kai.id)
    told = (await chronology(world.amina, world.kai, Wanted(source="placement"))).items[0]
    assert "Transferred: to be nearer home. Brought by: Contractor." in told.text


@pytest.mark.parametrize(("who", "new", "version", "refused"), [
    ("cleo", move(WETHERBY), 1, "establishment"),
    ("cleo", move("NOWHERE"), 1, "establishment"),
    ("cleo", move(reason="moon"), 1, "reason"),
    ("cleo", move(legal_status="moon"), 1, "legal_status"),
    ("cleo", move(at=NOW + HOUR), 1, "moved_at"),
    ("cleo", move(at=dt.datetime(2026, 9, 7, 13, tzinfo=dt.UTC)), 1, "moved_at"),
    ("ivy", move(OAKHILL), 1, "establishment"),  # whoever receives can't take
    ("cleo", move(), 2, Stale),
    ("amina", move(), 1, None),
    ("dan", move(), 1, None),
])  # fmt: skip
async def test_what_is_no_transfer_changes_nothing(world, who, new, version, refused):
    if refused is None:
        assert await transfer(world, who, new, version)
        with pytest.raises(Conflict):
            await transfer(world, who, new, 2)
        return
    with pytest.raises(Stale if refused is Stale else Invalid) as refusal:
        await transfer(world, who, new, version)
    if refused is not Stale:
        assert [fault.key for fault in refusal.value.errors] == [refused]
    row = await DB.fetchrow("SELECT count(*) AS stays, count(left_at) AS left FROM placement WHERE young_person = $1", world.kai.id)
    assert (row["stays"], row["left"]) == (1, 0)
    assert "placement:ended" not in await events_of(world.kai.id)


async def test_who_must_be_kept_apart_is_warned_of_before_a_transfer(client, world):
    lee = await held(world.dan, "Frost")
    await start_keep_apart(by=world.dan, new=asked(world.kai, lee))
    there = await Placement.objects().get((Placement.young_person == lee.id) & Placement.left_at.is_null())
    await transfer_placement(by=world.dan, young_person=lee, placement=there, move=move(), version=1)
    form = {
        "establishment": "FYI", "legal_status": "dto", "moved_on-day": "5", "moved_on-month": "10", "moved_on-year": "2026", "moved_time": "10:59am",
        "reason": "space", "escort": "Contractor", "version": "1",
    }  # fmt: skip
    cleo, here = await client(world.cleo), "/children/YP-000001/placements/1/transfer"
    warned = await cleo.send_form(here, form)
    assert (warned.status_code, faults(warned)) == (422, ["keep_apart_confirmed"])
    assert "Must be kept apart from 1 person" in warned.text
    done = await cleo.send_form(here, form | {"keep_apart_confirmed": GO_ON})
    assert done.headers["location"] == "/children/YP-000001/placements?done=transferred"
    assert await DB.fetchval("SELECT count(*) FROM keep_apart_step WHERE kind = 'confirmed'") == 1
    assert young_person_ref(lee.id) in (await cleo.get("/keep-apart/KA-000001")).text
