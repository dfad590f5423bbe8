"""Standing panels: who keeps them, what is refused, and when one is quorate."""

import json

import pytest

from tests.world import LEEDS, WETHERBY
from yosafe.accounts.viewer import User
from yosafe.audit.events import EventName
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, Refused, Stale
from yosafe.reviews.panels import rules
from yosafe.reviews.panels.access import get_panel
from yosafe.reviews.panels.actions import change_panel, keep_panel
from yosafe.reviews.panels.queries import panel_of, panels
from yosafe.reviews.panels.rules import Seat, panel_faults, quorum
from yosafe.reviews.panels.schemas import ChangePanel, KeepPanel
from yosafe.reviews.risk_model.actions import set_capacity
from yosafe.reviews.risk_model.schemas import SetCapacity

AGENCIES = ("wetherby", "leeds-yot", "leeds-social-services")
SEATS = [Seat(agency=code, name=code, must=code != "leeds-yot") for code in AGENCIES]


def facts(**changes):
    facts = {"chair": "Cleo", "every_weeks": 2, "agencies": AGENCIES, "must_come": ("wetherby",), "least_agencies": 2}
    return facts | changes


@pytest.mark.parametrize(("came", "least", "quorate", "missing"), [
    (AGENCIES, 2, True, ()),
    (("wetherby", "leeds-social-services"), 2, True, ()),
    (("wetherby", "leeds-social-services", "kent-yot"), 3, True, ()),  # an agency of a child's home counts, of the panel or not
    (("wetherby", "leeds-yot"), 2, False, ("leeds-social-services",)),
    (("wetherby", "leeds-social-services"), 3, False, ()),
    ((), 1, False, ("wetherby", "leeds-social-services")),
])  # fmt: skip
def test_when_a_panel_is_quorate(came, least, quorate, missing):
    found = quorum(SEATS, came, least=least)
    assert (found.quorate, found.missing) == (quorate, missing)
    assert found.words.startswith("Quorate" if quorate else "Not quorate")
    assert f"of at least {least}" in found.words  # a number never without its base
    assert all(name in found.words for name in missing)


@pytest.mark.parametrize(("agencies", "must", "least", "keys"), [
    (("a", "b"), (), 2, []),
    (("a", "b"), ("a",), 1, []),
    (("a", "b"), ("c",), 1, ["must_come"]),
    (("a", "a"), (), 1, ["agencies"]),
    (("a", "b"), (), 3, ["least_agencies"]),
    ((), ("c",), 3, ["must_come", "agencies"]),
])  # fmt: skip
def test_what_a_panel_can_be(agencies, must, least, keys):
    assert [fault.key for fault in panel_faults(agencies, must, least)] == keys


async def test_who_keeps_which_panel(world):
    cleo, jay, ivy = world.cleo, world.jay, world.ivy
    with pytest.raises(Refused):  # an officer
        await keep_panel(by=ivy, new=KeepPanel(**facts()))
    with pytest.raises(Refused):  # of another establishment
        await keep_panel(by=cleo, new=KeepPanel(**facts(establishment="STC3")))
    with pytest.raises(Refused):  # of another area
        await keep_panel(by=jay, new=KeepPanel(**facts(establishment="STC3")))
    whole = await keep_panel(by=jay, new=KeepPanel(**facts()))
    assert (whole.establishment, whole.area) == (None, LEEDS)
    assert (await panel_of(cleo, WETHERBY)).id == whole.id
    with pytest.raises(Refused):
        await change_panel(by=cleo, panel=whole, change=ChangePanel(**facts()), version=1)
    own = await keep_panel(by=cleo, new=KeepPanel(**facts(every_weeks=4)))
    assert (await panel_of(jay, WETHERBY)).id == own.id  # its own comes before that of the area
    with pytest.raises(Conflict):
        await keep_panel(by=jay, new=KeepPanel(**facts(establishment=WETHERBY)))
    assert [(one.name, one.can_keep) for one in await panels(cleo)] == [("Leeds", False), ("Wetherby", True)]
    assert {one.can_keep for one in await panels(jay)} == {True}
    assert await panel_of(jay, "STC3") is None
    entry = await DB.fetchrow("SELECT detail::text FROM audit_entry WHERE event = $1 AND subject = $2", EventName.PANEL_KEPT.value, own.id)
    assert json.loads(entry["detail"])["every_weeks"] == 4


async def test_a_panel_sees_at_a_meeting_what_was_said_a_week(world):
    """Said of each establishment, once; the panel of an area sees those of the establishments that it serves."""
    whole = await keep_panel(by=world.jay, new=KeepPanel(**facts(every_weeks=4)))
    assert [(one.name, one.capacity) for one in await panels(world.jay)] == [("Leeds", None)]
    await set_capacity(by=world.cleo, establishment=WETHERBY, new=SetCapacity(a_week=3, reason="One morning a week."), steps=0)
    assert (await panel_of(world.jay, WETHERBY)).capacity == 12
    assert [(one.name, one.capacity) for one in await panels(world.jay)] == [("Leeds", 12)]
    await keep_panel(by=world.cleo, new=KeepPanel(**facts()))
    assert [(one.name, one.capacity) for one in await panels(world.jay)] == [("Leeds", None), ("Wetherby", 6)]
    await set_capacity(by=world.cleo, establishment=WETHERBY, new=SetCapacity(a_week=2, reason="Two are ill this winter."), steps=1)
    assert (await panel_of(world.jay, WETHERBY)).capacity == 4
    assert whole.every_weeks == 4


@pytest.mark.parametrize(("every_weeks", "a_week", "capacity"), [(1, [5], 5), (4, [2, 3], 20), (4, [None, 3], 12), (2, [None], None), (2, [], None)])
def test_how_many_a_panel_can_see_at_a_meeting(every_weeks, a_week, capacity):
    assert rules.capacity(every_weeks, a_week) == capacity


@pytest.mark.parametrize(("changes", "key"), [
    ({"establishment": "NOWHERE"}, "establishment"),
    ({"agencies": ("wetherby", "inspectorate")}, "agencies"),
    ({"agencies": ("wetherby", "nobody")}, "agencies"),
    ({"least_agencies": 4}, "least_agencies"),
])  # fmt: skip
async def test_what_is_no_panel(world, changes, key):
    with pytest.raises(Invalid) as refusal:
        await keep_panel(by=world.cleo, new=KeepPanel(**facts(**changes)))
    assert [fault.key for fault in refusal.value.errors] == [key]
    assert await panels(world.cleo) == []


async def test_a_panel_is_changed_by_whoever_saw_it_last(world):
    cleo: User = world.cleo
    panel = await keep_panel(by=cleo, new=KeepPanel(**facts()))
    change = ChangePanel(**facts(agencies=AGENCIES[:2], must_come=(), every_weeks=9))
    await change_panel(by=cleo, panel=await get_panel(panel.id), change=change, version=1)
    with pytest.raises(Stale):
        await change_panel(by=cleo, panel=await get_panel(panel.id), change=change, version=1)
    now = await panel_of(cleo, WETHERBY)
    assert (now.every_weeks, now.version, {seat.agency for seat in now.seats}) == (9, 2, set(AGENCIES[:2]))


async def test_the_pages_of_panels(world, client, cleo, jay, dan):
    lead, member = await client(cleo), await client(jay)
    assert "No panel is recorded yet." in (await lead.get("/reviews/panels")).text
    form = {"chair": "Cleo", "every_weeks": "0", "agencies": list(AGENCIES), "least_agencies": "2"}
    refused = await lead.send_form("/reviews/panels/new", form)
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    assert (await lead.send_form("/reviews/panels/new", form | {"every_weeks": "2"})).headers["location"] == "/reviews/panels?done=kept"
    assert (await lead.send_form("/reviews/panels/new", form | {"every_weeks": "2"})).status_code == 409
    shown = (await member.get("/reviews/panels")).text
    assert "Nobody has said how many a week" in shown
    reason = {"a_week": "3", "reason": "One morning a week.", "version": "0"}
    assert "reaches the bar" in (page := await lead.get("/risks/capacity/WYI?a_week=3")).text
    assert "Let the panel see 3 a week" in page.text  # for agendas, while no model can be used
    assert (await lead.send_form("/risks/capacity/WYI", reason)).status_code == 303
    assert "6 cases at a meeting" in (await member.get("/reviews/panels")).text
    number = await DB.fetchval("SELECT id FROM review_panel")
    sent = form | {"every_weeks": "3", "must_come": ["leeds-yot"], "version": "1"}
    assert (await member.send_form(f"/reviews/panels/{number}", sent)).status_code == 303
    assert (await lead.send_form(f"/reviews/panels/{number}", sent)).status_code == 412
    assert "Leeds YOT (must come)" in (await lead.get("/reviews/panels")).text
    assert (await member.send_form("/reviews/panels/new", sent | {"establishment": "area"})).status_code == 303
    officer = await client(dan)
    assert (await officer.get("/reviews/panels")).status_code == 200
    assert (await officer.get(f"/reviews/panels/{number}")).status_code == 403
