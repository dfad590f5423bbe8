"""Recording an incident: what is kept, for whom it can be, and that nothing is kept where anything is wrong."""

import asyncio
import datetime as dt
import json
from typing import Any

import pytest

from tests.incidents.make import another, involve, rows_in_all_tables, submission, submit
from tests.world import KAI_ARRIVED, WETHERBY, World, arrival
from yosafe import clock
from yosafe.audit.verify import verify
from yosafe.db.engine import AT_FIRST_WRITE, DB, write_transaction
from yosafe.errors import Conflict, Invalid, Refused
from yosafe.incidents.submitting import submit_incident
from yosafe.people.access import NOT_THERE
from yosafe.people.actions import change_young_person, end_placement, move_unit, record_care_period, start_placement
from yosafe.people.schemas import ChangeYoungPerson, EndPlacement, MoveUnit, RecordCarePeriod
from yosafe.people.tables import Placement

OCTOBER_4 = dt.datetime(2026, 10, 4, 19, 40, tzinfo=dt.UTC)


async def involvements(incident: int = 1) -> list[dict[str, Any]]:
    return [dict(row) for row in await DB.fetch("SELECT * FROM involvement WHERE incident = $1 ORDER BY id", incident)]


async def test_everything_is_kept_with_its_audit_entries(world: World) -> None:
    leo = await another(world, "Leaf", "Leo")
    done = [{"outcome": "moved_apart", "done_on": dt.date(2026, 10, 4)}, {"outcome": "health_care", "young_person": "YP-000001", "note": "Nurse"}]
    given = await submit(
        world.dan,
        involve(world.kai, "harmed", "told_us", injuries=["bruise"], treatment="nurse"),
        involve(leo, "alleged_to_have_harmed"),
        outcomes=done,
    )
    assert (given.ref, given.status, given.severity, given.version) == ("IN-000001", "submitted", "moderate", 1)
    kept = await DB.fetchrow("SELECT * FROM incident")
    assert kept is not None
    expected = {
        "establishment": WETHERBY, "kind": "bullying", "question_set": "bullying/1", "happened_at": OCTOBER_4, "happened_precision": "exact",
        "restricted": False, "agency": world.dan.agency, "recorded_by": world.dan.id, "recorded_at": clock.now(), "owner": None,
        "answers": {"forms": ["threats", "possessions"], "happened_before": "no", "still_afraid": "no"},
    }  # fmt: skip
    assert {name: kept[name] for name in expected} == expected
    rows = [(row["young_person"], row["role"], row["injuries"], row["treatment"]) for row in await involvements()]
    assert rows == [(1, "harmed", ["bruise"], "nurse"), (1, "told_us", ["bruise"], "nurse"), (leo.id, "alleged_to_have_harmed", [], None)]
    outcomes = await DB.fetch("SELECT outcome, young_person, done_on, note FROM incident_outcome ORDER BY id")
    assert [tuple(row) for row in outcomes] == [
        ("moved_apart", None, dt.date(2026, 10, 4), None),
        ("health_care", 1, dt.date(2026, 10, 5), "Nurse"),
    ]
    events = await DB.fetch("SELECT action, from_status, to_status, recorded_by FROM incident_event")
    assert [tuple(row) for row in events] == [("submit", "draft", "submitted", world.dan.id)]
    (entry,) = await DB.fetch("SELECT subject_kind, subject, actor, young_person, detail FROM audit_entry WHERE event = 'incident:submitted'")
    detail = {"kind": "bullying", "young_people": [world.kai.id, leo.id]}
    assert (*tuple(entry)[:4], json.loads(entry["detail"])) == ("incident", 1, world.dan.id, None, detail)
    assert not (await verify()).faults


# The facts of the day: name of the case, when it happened, precision, age, unit, care status, days since arrival.
# Kai was born on 14 March 2010, came on 7 September 2026 at 14:30, went to court and came back to C wing on 20 September, and was looked after from
# 15 September.
FROZEN = [
    ("now", dt.datetime(2026, 10, 4, 12, tzinfo=dt.UTC), "exact", 16, "C wing", "looked_after", 14),
    ("before the move", dt.datetime(2026, 9, 19, 12, tzinfo=dt.UTC), "exact", 16, "A wing", "looked_after", 12),
    ("before care", dt.datetime(2026, 9, 14, 12, tzinfo=dt.UTC), "exact", 16, "A wing", "not_known", 7),
    ("on the day that care began", dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC), "exact", 16, "A wing", "looked_after", 8),
    ("at the moment of arrival", KAI_ARRIVED, "exact", 16, "A wing", "not_known", 0),
    ("an hour before arrival", KAI_ARRIVED - dt.timedelta(hours=1), "exact", 16, None, "not_known", None),
    ("on the day of arrival, hour not known", KAI_ARRIVED, "day", 16, "A wing", "not_known", 0),
]


@pytest.mark.parametrize(("name", "happened_at", "precision", "age", "unit", "care", "days"), FROZEN, ids=[row[0] for row in FROZEN])
async def test_facts_of_that_day(
    world: World, name: str, happened_at: dt.datetime, precision: str, age: int, unit: str | None, care: str, days: int | None
) -> None:
    stay = await Placement.objects().get(Placement.young_person == world.kai.id)
    assert stay is not None
    with clock.stopped_at(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC)):
        status = RecordCarePeriod(status="looked_after", legal_basis="section_20", responsible_area="E08000035", started_on=dt.date(2026, 9, 15))
        await record_care_period(by=world.esi, young_person=world.kai, new=status)
    moved = dt.datetime(2026, 9, 20, 9, tzinfo=dt.UTC)
    with clock.stopped_at(moved):
        await end_placement(by=world.dan, placement=stay, ending=EndPlacement(left_at=moved, leaving_reason="transferred"), version=1)
        await start_placement(by=world.dan, young_person=world.kai, new=arrival(at=moved, unit="C wing"))
    await submit(world.dan, involve(world.kai, "harmed"), happened_at=happened_at, happened_precision=precision)
    facts = (await involvements())[0]
    assert (facts["age"], facts["unit"], facts["care_status"], facts["days_since_arrival"]) == (age, unit, care, days)
    assert (facts["establishment"], facts["legal_status"]) == ((WETHERBY, "dto") if unit else (None, None))
    assert (facts["distance_miles"] is None) is (unit is None)


async def test_later_corrections_to_the_person_do_not_change_the_facts(world: World) -> None:
    await submit(world.dan, involve(world.kai, "harmed"))
    before = await involvements()
    stay = await Placement.objects().get(Placement.young_person == world.kai.id)
    assert stay is not None
    await change_young_person(by=world.amina, young_person=world.kai, change=ChangeYoungPerson(date_of_birth=dt.date(2009, 3, 14)), version=1)
    await move_unit(by=world.dan, placement=stay, move=MoveUnit(unit="D wing"), version=1)
    assert await involvements() == before


async def test_a_day_without_an_hour_is_kept_as_its_beginning(world: World) -> None:
    await submit(world.dan, involve(world.kai, "harmed"), happened_precision="day")
    assert await DB.fetchval("SELECT happened_at FROM incident") == clock.midnight(dt.date(2026, 10, 4))


@pytest.mark.parametrize("who", ["YP-000002", "YP-999999", "YP-0", "Morton", "IN-000001"])
async def test_whom_one_can_not_see_is_whom_there_is_not(world: World, who: str) -> None:
    """Nia (YP-000002) is at Oakhill: to Dan she is like a number that was never given."""
    before = await rows_in_all_tables()
    with pytest.raises(Invalid) as refusal:
        await submit(world.dan, involve(world.kai, "harmed"), involve(who, "present"))
    assert refusal.value.errors == (("involvements.1.young_person", NOT_THERE),)
    assert await rows_in_all_tables() == before


@pytest.mark.parametrize("who", ["amina", "esi", "jay", "femi", "grace", "hal"])
async def test_only_those_who_work_in_an_establishment_record(world: World, who: str) -> None:
    with pytest.raises(Refused):
        await submit(world[who], involve(world.kai, "harmed"))


async def test_every_fault_at_once_and_nothing_is_written(world: World) -> None:
    before = await rows_in_all_tables()
    with pytest.raises(Invalid) as refusal:
        await submit(
            world.dan, involve(world.kai, "hurt_self", injuries=["none", "cut"]), place="moon", told_by="x", child_said=None,
            answers={"forms": [], "extra": 1}, severity="low", outcomes=[{"outcome": "none"}, {"outcome": "police_told", "young_person": "YP-2"}],
        )  # fmt: skip
    assert {error.key for error in refusal.value.errors} == {
        "place", "told_by", "child_said", "involvements", "involvements.0.roles", "involvements.0.injuries",
        "answers.forms", "answers.extra",
        "answers.happened_before", "answers.still_afraid", "outcomes.0.note", "outcomes.1.young_person", "severity",
    }  # fmt: skip
    assert await rows_in_all_tables() == before


@pytest.mark.parametrize(
    ("said", "why", "faulty"),
    [
        ("They hit me.", None, False),
        (None, "asleep", False),
        (None, None, True),
        ("They hit me.", "asleep", True),
        (None, "whatever", True),
    ],
)
async def test_what_the_child_said_or_why_not_asked(world: World, said: str | None, why: str | None, faulty: bool) -> None:
    data = submission(involve(world.kai, "harmed"), child_said=said, child_not_asked_because=why)
    if faulty:
        with pytest.raises(Invalid):
            await submit_incident(data, by=world.dan)
    else:
        assert await submit_incident(data, by=world.dan)


async def test_a_complaint_starts_its_clocks(world: World) -> None:
    await submit(world.dan, involve(world.kai, "complainant"), kind="complaint")
    clocks = await DB.fetch(
        "SELECT clock, young_person, subject_kind, subject, owner_establishment, due_on FROM clock WHERE subject_kind = 'incident' ORDER BY due_on"
    )
    assert [tuple(row) for row in clocks] == [
        ("complaint-acknowledged", world.kai.id, "incident", 1, WETHERBY, dt.date(2026, 10, 6)),
        ("complaint-answered", world.kai.id, "incident", 1, WETHERBY, dt.date(2026, 10, 14)),
    ]


async def test_it_stands_or_falls_with_the_transaction_around_it(world: World) -> None:
    before = await rows_in_all_tables()

    async def fail() -> None:
        await submit(world.dan, involve(world.kai, "harmed"))
        raise Conflict("x")

    with pytest.raises(Conflict):
        async with write_transaction():
            await fail()
    assert await rows_in_all_tables() == before


async def test_what_must_be_kept_with_the_first_write_is_kept_with_it(world: World) -> None:
    """An Idempotency-Key, in the transaction of the incident itself."""
    asked: list[bool] = []

    async def keep() -> None:
        asked.append(DB.transaction_exists())

    token = AT_FIRST_WRITE.set(keep)
    try:
        await submit(world.dan, involve(world.kai, "harmed"))
    finally:
        AT_FIRST_WRITE.reset(token)
    assert asked == [True]


async def test_no_audit_entry_no_incident(world: World) -> None:
    before = await rows_in_all_tables()
    await DB.execute("ALTER TABLE audit_entry ADD CONSTRAINT audit_full CHECK (event <> 'incident:submitted') NOT VALID")
    try:
        with pytest.raises(Conflict):
            await submit(world.dan, involve(world.kai, "harmed"))
    finally:
        await DB.execute("ALTER TABLE audit_entry DROP CONSTRAINT audit_full")
    assert await rows_in_all_tables() == before


async def test_eight_at_once_are_all_kept_and_the_chains_hold(world: World) -> None:
    leo = await another(world, "Leaf", "Leo")
    given = await asyncio.gather(*(submit(world.dan, involve(world.kai, "harmed"), involve(leo, "present")) for _ in range(24)))
    assert len({one.ref for one in given}) == 24
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'incident:submitted'") == 24
    assert not (await verify()).faults
