"""Staff in incidents, and allegations against them: whom they exist for, what is kept, and that whom they are about learns nothing."""

import datetime as dt
import re
from typing import Any

import pytest

from tests.incidents.make import again, incident, involve, report, rows_in_all_tables, submit
from tests.world import NOW, WETHERBY, Browser, ClientFor, World
from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.actions import add_user
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import AddUser
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused
from yosafe.incidents import access, staffing
from yosafe.incidents.actions import add_outcome, move
from yosafe.incidents.record import record_of
from yosafe.incidents.schemas import MoveIncident, NameStaff, RecordAllegation, RecordOutcome, Suspension
from yosafe.incidents.status import Act
from yosafe.incidents.tables import Incident
from yosafe.people.chronology import Wanted, chronology
from yosafe.referrals.actions import send_referral
from yosafe.referrals.schemas import SendReferral
from yosafe.reviews.access import get_flag_for
from yosafe.reviews.actions import refresh_flags

LATER = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
WORDS = "We looked into what you told us. It should not have happened, and it will not happen again."


async def join(name: str, role: Role, agency: str = "wetherby") -> User:
    """Someone more than the people of every test."""
    await add_user(AddUser(email=f"{name}@example.org", name=name.capitalize(), role=role, agency=agency), by=Operator())
    return await user_by_email(f"{name}@example.org")


def about(*names: str, role: str = "staff_alleged", **more: Any) -> list[dict[str, Any]]:
    return [{"role": role, "name": name, **more} for name in names]


async def alleged(world: World, *staff: dict[str, Any], by: str = "cleo", **changes: Any) -> Incident:
    """An allegation about Kai; against Dan where nobody is named."""
    who = list(staff) or about("Dan")
    return await incident(world[by], involve(world.kai, "concerned"), kind="staff_allegation", staff=who, **changes)


async def loads(user: User, found: Incident) -> bool:
    try:
        await access.get_incident_for(user, found.id)
    except NotFound:
        return False
    return True


# Who loads an allegation about Kai that someone recorded: the recorder, who owns it, leads who are not among its staff; never whom it is about.
WHO = [
    ("recorded by Cleo against Dan", "cleo", [("staff_alleged", "Dan")], None, ["cleo", "olga"]),
    ("recorded by Dan against Kit", "dan", [("staff_alleged", "Kit")], None, ["cleo", "dan", "olga"]),
    ("recorded by Dan against Cleo, the lead", "dan", [("staff_alleged", "Cleo")], None, ["dan", "olga"]),
    ("by name in other letters", "dan", [("staff_alleged", "CLEO")], None, ["dan", "olga"]),
    ("a lead who was there", "dan", [("staff_alleged", "Kit"), ("staff_present", "Cleo")], None, ["dan", "olga"]),
    ("looked after by Kit", "dan", [("staff_alleged", "Cleo")], "kit", ["dan", "kit", "olga"]),
    ("the recorder was there", "dan", [("staff_alleged", "Kit"), ("staff_present", "Dan")], None, ["cleo", "dan", "olga"]),
]


@pytest.mark.parametrize(("name", "by", "staff", "owner", "seen_by"), WHO, ids=[row[0] for row in WHO])
async def test_for_whom_an_allegation_exists(
    world: World, name: str, by: str, staff: list[tuple[str, str]], owner: str | None, seen_by: list[str]
) -> None:
    olga, kit = await join("olga", Role.YOI_LEAD), await join("kit", Role.YOI_OFFICER)
    others = {"olga": olga, "kit": kit, "rae": await join("rae", Role.YOI_LEAD, "oakhill")}
    everyone = {who: world[who] for who in ("amina", "ben", "cleo", "dan", "esi", "femi", "grace", "hal", "ivy", "jay")} | others
    found = await incident(
        world[by], involve(world.kai, "concerned"), kind="staff_allegation", staff=[{"role": role, "name": who} for role, who in staff]
    )
    if owner:
        lead = await access.get_incident_for(olga, found.id)
        await move(MoveIncident(action=Act.ASSIGN, owner=f"{owner}@example.org"), by=olga, incident=lead, version=1)
    assert sorted([who for who, user in everyone.items() if await loads(user, found)]) == seen_by


async def test_named_later_they_see_it_no_more(world: World) -> None:
    found = await alleged(world, *about("A night officer"), by="dan")
    assert await loads(world.dan, found)
    await staffing.add_staff(NameStaff(role="staff_alleged", name="dan@example.org", email="dan@example.org"), by=world.cleo, incident=found)
    assert not await loads(world.dan, found)
    assert [one.name for one in (await record_of(world.cleo, found)).staff] == ["A night officer", "Dan"]


# Where a hint could stand. {} is the number that the allegation gets.
PAGES = [
    "/", "/incidents", "/incidents?q=IN-00000{0}", "/incidents?kind=staff_allegation", "/incidents?mine=yes", "/incidents/export",
    "/incidents/IN-00000{0}",
    "/incidents/IN-00000{0}/recorded", "/incidents/IN-00000{0}/correct", "/incidents/IN-00000{0}/involvements", "/children", "/children?q=mort",
    "/children/YP-000001", "/children/YP-000001/incidents", "/children/YP-000001/chronology", "/children/YP-000001/flags",
    "/children/YP-000001/referrals", "/clocks?whose=all", "/clocks", "/risks", "/referrals", "/reviews",
    "/api/v1/incidents", "/api/v1/incidents/IN-00000{0}", "/api/v1/clocks", "/api/v1/flags", "/api/v1/referrals",
    "/api/v1/young-people/YP-000001/chronology", "/api/v1/young-people/YP-000001/clocks", "/api/v1/young-people/YP-000001/flags",
    "/api/v1/young-people/YP-000001",
]  # fmt: skip
PASSING = re.compile(r'(name="_csrf_token" value="[^"]*"|nonce="[^"]*"|"request": ?"[^"]*"|[0-9a-f]{16,})')


async def seen(browser: Browser) -> dict[str, tuple[int, str]]:
    """What someone is answered everywhere, but for what is new each time."""
    answers = {path: await browser.get(path.format(2)) for path in PAGES}
    return {path: (answer.status_code, PASSING.sub("", answer.text)) for path, answer in answers.items()}


@pytest.mark.parametrize("who", ["dan", "kit", "olga", "amina", "femi"])
async def test_whom_it_is_about_and_who_is_not_named_find_no_hint_anywhere(world: World, client: ClientFor, who: str) -> None:
    """Every page and answer is the same, letter for letter, before and after an allegation was recorded, given to someone, referred and overdue. Dan
    is whom it is about, Olga a lead who was there, Kit a colleague who is not named."""
    people = {"kit": await join("kit", Role.YOI_OFFICER), "olga": await join("olga", Role.YOI_LEAD)}
    await submit(world.dan, involve(world.kai, "harmed"))
    with clock.stopped_at(LATER):
        await refresh_flags(by=Operator("system"))
        browser = await client(people.get(who) or world[who])
        before = await seen(browser)
        with clock.stopped_at(NOW):
            found = await alleged(world, *about("Dan"), *about("Olga", role="staff_present"))
        assert found.id == 2
        await move(MoveIncident(action=Act.ASSIGN, owner="cleo@example.org"), by=world.cleo, incident=found, version=1)
        letter = SendReferral(
            young_person="YP-000001", incidents=["IN-000002"], category="physical", concern="Said to have been threatened by staff.",
            child_view="I want it to stop.", sharing_basis="significant_harm", gaps_reason="He is at risk tonight.",
        )  # fmt: skip
        await send_referral(letter, by=world.cleo)
        await refresh_flags(by=Operator("system"))
        after = await seen(browser)
        lead, member = await seen(await client(world.cleo)), await seen(await client(world.jay))
    assert {path for path in PAGES if before[path] != after[path]} == set()
    # The committee's member sees Kai since there is a live referral, and nothing of what it rests on.
    assert {path for path in PAGES if "IN-000002" in member[path][1] and "q=" not in path} == set()
    # The same places do tell the lead, so that the comparison can fail.
    for path in ("/incidents", "/incidents/IN-00000{0}", "/clocks", "/risks", "/children/YP-000001/chronology", "/children/YP-000001/flags"):
        assert "IN-000002" in lead[path][1] or "staff" in lead[path][1].lower(), path


async def test_the_flag_of_one_left_open_is_for_those_who_see_it(world: World) -> None:
    olga = await join("olga", Role.YOI_LEAD)
    with clock.stopped_at(LATER):
        with clock.stopped_at(NOW):
            await alleged(world, *about("Olga"), by="dan")
        await refresh_flags(by=Operator("system"))
        row = await DB.fetchrow("SELECT id, level, sentence FROM flag WHERE indicator = 'staff-allegation-open'")
        assert row is not None
        assert (row["level"], row["sentence"]) == ("raised", "1 allegation against staff not resolved after 28 days: since 5 October 2026.")
        assert (await get_flag_for(world.cleo, row["id"])).id == row["id"]
        for user in (olga, world.dan, world.amina, world.esi, world.jay):
            with pytest.raises(NotFound):
                await get_flag_for(user, row["id"])


async def test_a_data_protection_officer_does_not_learn_of_one_about_themselves(world: World, client: ClientFor) -> None:
    grace = await client(world.grace)
    await alleged(world, *about("Dan"))
    assert "IN-000001" in (await grace.get("/admin/audit")).text
    await alleged(world, *about("grace@example.org", email="grace@example.org"))
    found = await access.get_incident_for(world.cleo, 2)
    await move(MoveIncident(action=Act.INVESTIGATE), by=world.cleo, incident=found, version=1)
    for path in ("/admin/audit", "/api/v1/audit", "/admin/audit?child=YP-000001"):
        assert "IN-000002" not in (await grace.get(path)).text


@pytest.mark.parametrize(
    ("staff", "keys"),
    [
        ([], ["staff"]),
        (about("Dan", role="staff_present"), ["staff"]),
        (about("Dan", role="staff_involved"), ["staff", "staff.0.role"]),
        (about("Dan", email="nobody@example.org"), ["staff.0.email"]),
        (about("Dan", email="ivy@example.org"), ["staff.0.email"]),  # of Oakhill
        (about("Cleo"), ["staff.0.name"]),  # who records it
        (about(""), ["staff[0].name"]),
        (about("x" * 121), ["staff[0].name"]),
    ],
)
async def test_who_can_not_be_named(world: World, api: ClientFor, staff: list[dict[str, Any]], keys: list[str]) -> None:
    before = await rows_in_all_tables()
    cleo = await api(world.cleo)
    sent = report(involve(world.kai, "concerned"), kind="staff_allegation", staff=staff)
    refusal = await cleo.post("/api/v1/incidents", json=sent | {"happened_at": sent["happened_at"].isoformat()})
    assert refusal.status_code == 422, refusal.text
    assert sorted(error["key"].replace("[", ".").replace("]", "") for error in refusal.json()["errors"]) == [
        key.replace("[", ".").replace("]", "") for key in keys
    ]
    after = await rows_in_all_tables()
    assert {name for name in after if after[name] != before[name]} <= {"audit_entry", "api_key", "idempotency_key"}


async def test_the_designated_officer_s_clock_runs_until_they_are_told(world: World) -> None:
    found = await alleged(world)
    row = await DB.fetchrow("SELECT clock, due_on, met_at, owner_establishment FROM clock WHERE subject_kind = 'incident'")
    assert row is not None
    assert tuple(row) == ("staff-allegation", dt.date(2026, 10, 6), None, WETHERBY)
    await staffing.record_allegation(RecordAllegation(investigator="Someone"), by=world.cleo, incident=found, version=1)
    assert await DB.fetchval("SELECT met_at FROM clock WHERE subject_kind = 'incident'") is None
    told = RecordAllegation(officer_told_on=dt.date(2026, 10, 4))  # the evening before it was written down
    await staffing.record_allegation(told, by=world.cleo, incident=await again(world.cleo, found), version=2)
    assert await DB.fetchval("SELECT met_at FROM clock WHERE subject_kind = 'incident'") is not None
    seen_now = await record_of(world.cleo, await again(world.cleo, found))
    assert (seen_now.allegation and seen_now.allegation.investigator, seen_now.version) == ("Someone", 3)


@pytest.mark.parametrize(
    ("since", "until", "today", "days"),
    [
        (None, None, dt.date(2026, 10, 5), None),
        (dt.date(2026, 10, 5), None, dt.date(2026, 10, 5), 1),
        (dt.date(2026, 10, 5), None, dt.date(2026, 10, 16), 12),
        (dt.date(2026, 10, 5), dt.date(2026, 10, 7), dt.date(2026, 10, 16), 3),
        (dt.date(2026, 10, 24), None, dt.date(2026, 10, 26), 3),  # the clocks go back between
    ],
)
def test_days_of_a_suspension(since: dt.date | None, until: dt.date | None, today: dt.date, days: int | None) -> None:
    assert staffing.suspended_days(since, until, today) == days


async def test_a_suspension_is_counted_and_its_old_days_are_kept(world: World, client: ClientFor) -> None:
    found = await alleged(world)
    (staff,) = (await record_of(world.cleo, found)).staff
    first = RecordAllegation(suspensions=[Suspension(id=staff.id, suspended_from=dt.date(2026, 10, 5))])
    await staffing.record_allegation(first, by=world.cleo, incident=found, version=1)
    with clock.stopped_at(dt.datetime(2026, 10, 16, 9, tzinfo=dt.UTC)):
        cleo = await client(world.cleo)
        assert "Suspended since 5 October 2026, 12 days so far" in (await cleo.get("/incidents/IN-000001")).text
    moved = RecordAllegation(suspensions=[Suspension(id=staff.id, suspended_from=dt.date(2026, 10, 4), suspended_to=dt.date(2026, 10, 5))])
    await staffing.record_allegation(moved, by=world.cleo, incident=await again(world.cleo, found), version=2)
    record = await record_of(world.cleo, await again(world.cleo, found))
    assert [(one.suspended_from, one.suspended_to, one.days) for one in record.staff] == [(dt.date(2026, 10, 4), dt.date(2026, 10, 5), 2)]
    assert [(c.field, c.old, c.new) for c in record.corrections] == [("suspended_from", "2026-10-05", "2026-10-04")]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"officer_told_on": dt.date(2026, 10, 3)}, "officer_told_on"),
        ({"officer_told_on": dt.date(2026, 10, 6)}, "officer_told_on"),
        ({"suspensions": [Suspension(id=1, suspended_from=dt.date(2026, 10, 3))]}, "suspensions.0.suspended_from"),
        ({"suspensions": [Suspension(id=1, suspended_from=dt.date(2026, 10, 5), suspended_to=dt.date(2026, 10, 4))]}, "suspensions.0.suspended_to"),
        ({"suspensions": [Suspension(id=1, suspended_to=dt.date(2026, 10, 4))]}, "suspensions.0.suspended_to"),
        ({"suspensions": [Suspension(id=99, suspended_from=dt.date(2026, 10, 5))]}, "suspensions"),
    ],
)
async def test_days_that_can_not_be(world: World, data: dict[str, Any], key: str) -> None:
    found = await alleged(world)
    with pytest.raises(Invalid) as refusal:
        await staffing.record_allegation(RecordAllegation(**data), by=world.cleo, incident=found, version=1)
    assert [error.key for error in refusal.value.errors] == [key]
    assert (await again(world.cleo, found)).version == 1


async def test_of_another_kind_there_is_nothing_to_record(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    with pytest.raises(Conflict):
        await staffing.record_allegation(RecordAllegation(investigator="Someone"), by=world.cleo, incident=found, version=1)


async def test_it_is_never_given_to_whom_it_is_about(world: World, client: ClientFor) -> None:
    found = await alleged(world)
    with pytest.raises(Invalid, match="Select someone who works here"):
        await move(MoveIncident(action=Act.ASSIGN, owner="dan@example.org"), by=world.cleo, incident=found, version=1)
    page = (await (await client(world.cleo)).get("/incidents/IN-000001")).text
    assert 'value="cleo@example.org"' in page
    assert 'value="dan@example.org"' not in page


async def concluded(world: World) -> Incident:
    """By Cleo, with words for Kai."""
    found = await alleged(world)
    await add_outcome(RecordOutcome(outcome="designated_officer_told"), by=world.cleo, incident=found)
    await move(MoveIncident(action=Act.INVESTIGATE), by=world.cleo, incident=found, version=1)
    end = MoveIncident(action=Act.CONCLUDE, finding="substantiated", comment="Two statements agree with the camera.")
    for data, refusal in (
        (None, "investigates the allegation independently"),
        ({"investigator": "Ms Hall, North region"}, "words fit for the young"),
    ):
        now = await again(world.cleo, found)
        if data:
            await staffing.record_allegation(RecordAllegation(**data), by=world.cleo, incident=now, version=now.version)
        now = await again(world.cleo, found)
        with pytest.raises(Conflict, match=refusal):
            await move(end, by=world.cleo, incident=now, version=now.version)
    await staffing.record_allegation(RecordAllegation(child_words=WORDS), by=world.cleo, incident=await again(world.cleo, found), version=3)
    for user in (world.cleo, world.amina, world.dan):
        assert WORDS not in str(await chronology(user, world.kai, Wanted()))
    await move(end, by=world.cleo, incident=await again(world.cleo, found), version=4)
    return await again(world.cleo, found)


async def test_once_it_is_concluded_the_child_s_chronology_says_what_they_were_told(world: World) -> None:
    """To all who see the young person, without a way to the record; but not to whom it was about."""
    kit = await join("kit", Role.YOI_OFFICER)
    found = await concluded(world)
    for user in (world.cleo, world.amina, world.esi, kit):
        (told,) = [one for one in (await chronology(user, world.kai, Wanted())).items if one.text == WORDS]
        assert (told.title, told.ref, told.link) == ("What the young person was told", None, None)
        assert ("IN-000001" in str(await chronology(user, world.kai, Wanted()))) is (user is world.cleo)
    dans = str(await chronology(world.dan, world.kai, Wanted()))
    assert WORDS not in dans
    assert "IN-000001" not in dans
    with pytest.raises(Refused, match="someone else must read it and close it"):
        await move(MoveIncident(action=Act.CLOSE), by=world.cleo, incident=found, version=found.version)
    await move(MoveIncident(action=Act.REOPEN, comment="A witness has come"), by=world.cleo, incident=found, version=found.version)
    assert WORDS not in str(await chronology(world.amina, world.kai, Wanted()))


async def test_staff_of_other_incidents_are_named_to_those_who_work_there(world: World, client: ClientFor) -> None:
    staff = about("Dan", role="staff_involved") + about("Officer 4417", role="staff_harmed", agency="Escort contractor")
    found = await incident(world.dan, involve(world.kai, "concerned"), kind="use_of_force", staff=staff)
    for who, names in (("dan", ["Dan", "Officer 4417"]), ("cleo", ["Dan", "Officer 4417"]), ("amina", [None, None]), ("esi", [None, None])):
        assert [one.name for one in (await record_of(world[who], found)).staff] == names
    page = (await (await client(world.amina)).get("/incidents/IN-000001")).text
    assert "4417" not in page
    assert "A member of staff" in page
    assert await DB.fetchval("SELECT count(*) FROM incident_staff WHERE user_account = $1", world.dan.id) == 1


async def test_staff_are_named_on_pages(world: World, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    dan = await client(world.dan)
    form = {"staff_role": "staff_present", "staff_name": "Officer 4417"}
    assert (await dan.send_form("/incidents/IN-000001/staff", form)).status_code == 303
    assert "Officer 4417: was present" in (await dan.get("/incidents/IN-000001")).text
    for wrong, field in (
        ({"staff_name": ""}, "staff_name"),
        ({"staff_role": "staff_alleged"}, "staff_role"),
        ({"staff_email": "no@example.org"}, "staff_email"),
    ):
        page = await dan.send_form("/incidents/IN-000001/staff", form | wrong)
        assert (page.status_code, f'href="#{field}"' in page.text) == (422, True)
    assert await DB.fetchval("SELECT count(*) FROM incident_staff") == 1


async def test_how_an_allegation_stands_is_recorded_on_its_page(world: World, client: ClientFor) -> None:
    found = await alleged(world)
    (staff,) = (await record_of(world.cleo, found)).staff
    cleo = await client(world.cleo)
    form = {
        "version": "1", "officer_told_on-day": "5", "officer_told_on-month": "10", "officer_told_on-year": "2026", "investigator": "Ms Hall",
        f"suspended_from_{staff.id}-day": "5", f"suspended_from_{staff.id}-month": "10", f"suspended_from_{staff.id}-year": "2026",
    }  # fmt: skip
    assert (await cleo.send_form("/incidents/IN-000001/allegation", form)).status_code == 303
    page = (await cleo.get("/incidents/IN-000001")).text
    for words in ("Ms Hall", "Suspended since 5 October 2026, 1 day so far", "5 October 2026", 'value="Ms Hall"'):
        assert words in page
    assert (await cleo.send_form("/incidents/IN-000001/allegation", form)).status_code == 412
    wrong = await cleo.send_form("/incidents/IN-000001/allegation", form | {"version": "2", "officer_told_on-day": "3"})
    assert (wrong.status_code, 'href="#officer_told_on-day"' in wrong.text) == (422, True)
    assert (await (await client(world.dan)).send_form("/incidents/IN-000001/allegation", form)).status_code == 403


async def test_nothing_that_more_people_see_points_to_it(world: World) -> None:
    await alleged(world)
    other = await incident(world.dan, involve(world.kai, "concerned"), kind="use_of_force")
    act = MoveIncident(action=Act.MARK_DUPLICATE, original="IN-000001", comment="The same event as the other report")
    with pytest.raises(Invalid, match="would tell them of it"):
        await move(act, by=world.cleo, incident=other, version=1)
    again_alleged = await alleged(world)
    await move(act, by=world.cleo, incident=again_alleged, version=1)
    assert (await again(world.cleo, again_alleged)).status == "duplicate"


async def test_an_allegation_by_a_wrong_spelling_is_mended_by_naming_them_again(world: World) -> None:
    """A name that is spelt otherwise ties to nobody: the lead names them by their address, and the record is gone for them."""
    found = await alleged(world, *about("Dann"))
    assert await DB.fetchval("SELECT user_account FROM incident_staff") is None
    await staffing.add_staff(NameStaff(role="staff_alleged", name="Dan", email="DAN@example.org"), by=world.cleo, incident=found)
    assert await DB.fetchval("SELECT max(user_account) FROM incident_staff") == world.dan.id
