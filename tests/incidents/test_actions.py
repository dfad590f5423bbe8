"""What is done to an incident once it is recorded: moves, additions, corrections, and what each refuses."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from tests.incidents.make import again, another, incident, involve, rows_in_all_tables
from tests.world import KAI_ARRIVED, World, events_of
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, DomainError, Invalid, Refused, Stale
from yosafe.forms.structs import to_struct
from yosafe.incidents.actions import add_addendum, add_involvement, add_outcome, move
from yosafe.incidents.correcting import correct
from yosafe.incidents.record import record_of
from yosafe.incidents.schemas import AddAddendum, CorrectIncident, Involve, MoveIncident, RecordOutcome
from yosafe.incidents.tables import Incident
from yosafe.people.actions import move_unit
from yosafe.people.schemas import MoveUnit
from yosafe.people.tables import Placement

WHY = "Seen by two officers and on camera"
REASON = "The officer wrote the wrong thing down"


def moving(action: str, **given: Any) -> MoveIncident:
    return to_struct(MoveIncident, {"action": action, "comment": WHY, **given})


def correction(**values: Any) -> CorrectIncident:
    return to_struct(CorrectIncident, {"reason": REASON, **values})


async def clocks() -> dict[str, str]:
    """The state of each clock of incidents, by its id; the last started counts."""
    rows = await DB.fetch("SELECT clock, met_at, stopped_reason FROM clock WHERE subject_kind = 'incident' ORDER BY started_at")
    return {row["clock"]: "met" if row["met_at"] else row["stopped_reason"] or "running" for row in rows}


async def test_a_simple_incident_is_concluded_and_closed(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"), outcomes=[{"outcome": "moved_apart"}])
    assert await move(moving("conclude", finding="substantiated"), by=world.cleo, incident=found, version=1) == 2
    assert await move(moving("close"), by=world.cleo, incident=await again(world.cleo, found), version=2) == 3
    now = await again(world.dan, found)
    assert (now.status, now.finding) == ("closed", "substantiated")
    seen = await record_of(world.cleo, now)
    assert [(e.action, e.from_status, e.to_status, e.code, e.by) for e in seen.events] == [
        ("submit", "draft", "submitted", None, "Dan"),
        ("conclude", "submitted", "concluded", "substantiated", "Cleo"),
        ("close", "concluded", "closed", None, "Cleo"),
    ]
    assert (await events_of(world.kai.id))[-2:] == ["incident:moved"] * 2


async def test_an_earlier_finding_stays_when_it_is_reopened(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"), outcomes=[{"outcome": "moved_apart"}])
    for act, more in (("conclude", {"finding": "unfounded"}), ("reopen", {}), ("conclude", {"finding": "substantiated"})):
        now = await again(world.cleo, found)
        await move(moving(act, **more), by=world.cleo, incident=now, version=now.version)
    seen = await record_of(world.cleo, await again(world.cleo, found))
    assert seen.finding == "substantiated"
    assert [e.code for e in seen.events if e.action == "conclude"] == ["unfounded", "substantiated"]


async def test_a_serious_one_is_investigated_first_and_closed_by_someone_else(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed", injuries=["fracture"]), outcomes=[{"outcome": "health_care"}])
    with pytest.raises(Conflict, match="investigate it before"):
        await move(moving("conclude", finding="substantiated"), by=world.cleo, incident=found, version=1)
    await move(moving("investigate"), by=world.cleo, incident=found, version=1)
    found = await again(world.cleo, found)
    assert found.owner == world.cleo.id
    await move(moving("conclude", finding="substantiated"), by=world.cleo, incident=found, version=2)
    with pytest.raises(Refused, match="someone else must"):
        await move(moving("close"), by=world.cleo, incident=await again(world.cleo, found), version=3)


async def test_a_duplicate_points_to_its_original(world: World) -> None:
    first = await incident(world.dan, involve(world.kai, "harmed"))
    second = await incident(world.dan, involve(world.kai, "harmed"))
    elsewhere = await incident(world.ivy, involve(world.nia, "harmed"))
    for ref in ("IN-000002", f"IN-{elsewhere.id:06}", "IN-999999", "YP-000001"):  # itself, one she can't see, none, nonsense
        with pytest.raises(Invalid) as refusal:
            await move(moving("mark_duplicate", original=ref), by=world.cleo, incident=second, version=1)
        assert [e.key for e in refusal.value.errors] == ["original"]
    await move(moving("mark_duplicate", original="IN-000001"), by=world.cleo, incident=second, version=1)
    assert (await record_of(world.dan, await again(world.dan, second))).duplicate_of == "IN-000001"
    with pytest.raises(Invalid, match="itself marked as a duplicate"):
        await move(moving("mark_duplicate", original="IN-000002"), by=world.cleo, incident=first, version=1)
    await move(moving("reopen"), by=world.cleo, incident=await again(world.cleo, second), version=2)
    assert (await again(world.cleo, second)).duplicate_of is None


async def test_it_is_given_to_someone_who_works_here(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    for owner in ("amina@example.org", "ivy@example.org", "grace@example.org", "nobody@example.org"):
        with pytest.raises(Invalid):
            await move(moving("assign", owner=owner), by=world.cleo, incident=found, version=1)
    await move(moving("assign", owner="Dan@Example.org"), by=world.cleo, incident=found, version=1)
    seen = await record_of(world.dan, await again(world.dan, found))
    assert (seen.owner, seen.status) == ("Dan", "submitted")


async def test_a_complaints_clocks_follow_its_life(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "complainant"), kind="complaint", outcomes=[{"outcome": "support_plan"}])
    assert await clocks() == {"complaint-acknowledged": "running", "complaint-answered": "running"}
    await move(moving("acknowledge"), by=world.cleo, incident=found, version=1)
    assert await clocks() == {"complaint-acknowledged": "met", "complaint-answered": "running"}
    await move(
        moving("conclude", finding="part_upheld", answer="You were partly right."), by=world.cleo, incident=await again(world.cleo, found), version=2
    )
    assert await clocks() == {"complaint-acknowledged": "met", "complaint-answered": "met"}
    with clock.stopped_at(clock.now() + dt.timedelta(days=1)):
        await move(moving("reopen"), by=world.cleo, incident=await again(world.cleo, found), version=3)
        assert await clocks() == {"complaint-acknowledged": "met", "complaint-answered": "running"}
        await move(moving("mark_not_reportable", reason="test"), by=world.cleo, incident=await again(world.cleo, found), version=4)
    assert (await clocks())["complaint-answered"] == "The incident was marked as not reportable."


@pytest.mark.parametrize("version", [0, 2])
async def test_another_version_is_stale(world: World, version: int) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    before = await rows_in_all_tables()
    with pytest.raises(Stale):
        await move(moving("investigate"), by=world.cleo, incident=found, version=version)
    with pytest.raises(Stale):
        await correct(correction(place="cell"), by=world.cleo, incident=found, version=version)
    assert await rows_in_all_tables() == before


async def test_two_who_change_it_at_once(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    done = await asyncio.gather(
        *(move(moving("investigate"), by=world.cleo, incident=found, version=1) for _ in range(4)),
        *(correct(correction(place="cell"), by=world.cleo, incident=found, version=1) for _ in range(4)),
        return_exceptions=True,
    )
    assert [one for one in done if not isinstance(one, DomainError)] == [2]
    assert all(isinstance(one, int | Stale | Conflict) for one in done)
    assert (await again(world.cleo, found)).version == 2


async def test_an_addendum_is_added_whatever_the_status(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    await move(moving("mark_not_reportable", reason="test"), by=world.cleo, incident=found, version=1)
    await add_addendum(AddAddendum(text="He now says who it was."), by=world.dan, incident=found)
    seen = await record_of(world.dan, await again(world.dan, found))
    assert [(a.text, a.by) for a in seen.addenda] == [("He now says who it was.", "Dan")]
    assert seen.account == "He was told to hand over his phone credit or be hit."
    assert (await events_of(world.kai.id))[-1] == "incident:addendum"


async def test_someone_is_added_later_with_the_facts_of_the_day_it_happened(world: World) -> None:
    leo = await another(world, "Leaf", "Leo")
    found = await incident(world.dan, involve(world.kai, "harmed"))
    stay = await Placement.objects().get(Placement.young_person == leo.id)
    assert stay is not None
    await move_unit(by=world.dan, placement=stay, move=MoveUnit(unit="Z wing"), version=1)
    await add_involvement(to_struct(Involve, involve(leo, "alleged_to_have_harmed", "harmed")), by=world.dan, incident=found)
    seen = await record_of(world.dan, await again(world.dan, found))
    assert [(p.name, p.roles, p.age, p.days_since_arrival) for p in seen.involvements] == [
        ("Morton, Kai", ["harmed"], 16, 27),
        ("Leaf, Leo", ["alleged_to_have_harmed", "harmed"], 16, 27),
    ]
    assert (await events_of(leo.id))[-1] == "incident:involved"


@pytest.mark.parametrize(
    ("who", "what", "refusal", "key"),
    [
        ("dan", {"young_person": "YP-000002", "roles": ["present"]}, Invalid, "young_person"),
        ("dan", {"young_person": "YP-999999", "roles": ["present"]}, Invalid, "young_person"),
        ("dan", {"young_person": "YP-000003", "roles": ["hurt_self"]}, Invalid, "roles"),
        ("dan", {"young_person": "YP-000001", "roles": ["harmed"]}, Conflict, None),
        ("dan", {"young_person": "YP-000003", "roles": ["present"], "injuries": ["fracture!"]}, Invalid, "injuries"),
        ("amina", {"young_person": "YP-000001", "roles": ["present"]}, Refused, None),
    ],
)
async def test_who_can_not_be_added(world: World, who: str, what: dict[str, Any], refusal: type[DomainError], key: str | None) -> None:
    await another(world, "Leaf", "Leo")
    found = await incident(world.dan, involve(world.kai, "harmed"))
    before = await rows_in_all_tables()
    with pytest.raises(refusal) as raised:
        await add_involvement(to_struct(Involve, what), by=world[who], incident=found)
    assert key is None or [e.key for e in raised.value.errors] == [key]  # type: ignore[attr-defined]  # Invalid has them
    assert await rows_in_all_tables() == before


async def test_what_is_added_raises_the_severity_and_says_why(world: World) -> None:
    leo = await another(world, "Leaf", "Leo")
    found = await incident(world.dan, involve(world.kai, "harmed"))
    assert found.severity == "low"
    await add_involvement(to_struct(Involve, involve(leo, "harmed", treatment="hospital")), by=world.dan, incident=found)
    seen = await record_of(world.cleo, await again(world.cleo, found))
    assert (seen.severity, seen.version) == ("serious", 2)
    assert [(c.field, c.old, c.new) for c in seen.corrections] == [("severity", "low", "serious")]
    assert "someone was taken to hospital" in seen.corrections[0].reason


async def test_who_was_not_in_custody_that_day_is_not_added(world: World) -> None:
    leo = await another(world, "Leaf", "Leo")
    found = await incident(world.dan, involve(world.kai, "harmed"), happened_at=KAI_ARRIVED)
    await DB.execute("UPDATE placement SET arrived_at = $2 WHERE young_person = $1", leo.id, KAI_ARRIVED + dt.timedelta(days=1))
    with pytest.raises(Invalid, match="was not in custody on 7 September 2026") as refusal:
        await add_involvement(to_struct(Involve, involve(leo, "present")), by=world.dan, incident=found)
    assert [fault.key for fault in refusal.value.errors] == ["young_person"]


async def test_what_was_done_is_added_while_it_is_open(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    await add_outcome(to_struct(RecordOutcome, {"outcome": "family_told", "young_person": "YP-000001"}), by=world.dan, incident=found)
    seen = await record_of(world.amina, await again(world.amina, found))
    assert [(o.outcome, o.name, o.done_on, o.recorded_by) for o in seen.outcomes] == [("family_told", "Morton, Kai", dt.date(2026, 10, 5), "Dan")]
    await move(moving("conclude", finding="substantiated"), by=world.cleo, incident=found, version=1)
    await add_outcome(to_struct(RecordOutcome, {"outcome": "yot_told"}), by=world.dan, incident=await again(world.dan, found))
    await move(moving("close"), by=world.cleo, incident=await again(world.cleo, found), version=2)
    with pytest.raises(Conflict, match="Reopen it first"):
        await add_outcome(to_struct(RecordOutcome, {"outcome": "family_told"}), by=world.dan, incident=await again(world.dan, found))


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ({"outcome": "nonsense"}, "outcome"),
        ({"outcome": "none"}, "note"),
        ({"outcome": "police_told", "done_on": dt.date(2026, 10, 6)}, "done_on"),
        ({"outcome": "police_told", "done_on": dt.date(2026, 10, 3)}, "done_on"),  # before it happened
        ({"outcome": "police_told", "young_person": "YP-000003"}, "young_person"),
        ({"outcome": "police_told", "young_person": "x"}, "young_person"),
    ],
)
async def test_what_can_not_have_been_done(world: World, what: dict[str, Any], key: str) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    with pytest.raises(Invalid) as refusal:
        await add_outcome(to_struct(RecordOutcome, what), by=world.dan, incident=found)
    assert [e.key for e in refusal.value.errors] == [key]


async def test_a_correction_keeps_the_old_value_and_the_reason(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    answers = {"forms": ["verbal"], "happened_before": "often", "still_afraid": "no"}
    data = correction(place="cell", place_detail="B3-12", answers=answers, child_said=None, child_not_asked_because="asleep")
    assert await correct(data, by=world.cleo, incident=found, version=1) == 2
    seen = await record_of(world.dan, await again(world.dan, found))
    assert (seen.place, seen.answers, seen.severity, seen.version) == ("cell", answers, "moderate", 2)
    assert {(c.field, c.old, c.new, c.reason, c.by) for c in seen.corrections} == {
        ("place", "association", "cell", REASON, "Cleo"),
        ("place_detail", None, "B3-12", REASON, "Cleo"),
        ("child_said", "They said they would get me.", None, REASON, "Cleo"),
        ("child_not_asked_because", None, "asleep", REASON, "Cleo"),
        ("severity", "low", "moderate", REASON, "Cleo"),
        ("answers.forms", '["threats","possessions"]', '["verbal"]', REASON, "Cleo"),
        ("answers.happened_before", "no", "often", REASON, "Cleo"),
    }
    assert (await events_of(world.kai.id))[-1] == "incident:corrected"


async def test_when_the_time_is_put_right_so_are_the_facts_of_the_day(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    earlier = dt.datetime(2026, 9, 8, 12, tzinfo=dt.UTC)
    await correct(correction(happened_at=earlier), by=world.cleo, incident=found, version=1)
    seen = await record_of(world.cleo, await again(world.cleo, found))
    assert (seen.happened_at, seen.involvements[0].days_since_arrival) == (earlier, 1)
    assert [c.field for c in seen.corrections] == ["happened_at", "facts of Morton, Kai"]
    assert '"days_since_arrival":27' in (seen.corrections[1].old or "")
    assert await DB.fetchval("SELECT happened_at FROM involvement") == earlier


@pytest.mark.parametrize(
    ("who", "values", "refusal", "key"),
    [
        ("dan", {"place": "cell"}, Refused, None),
        ("cleo", {}, Invalid, ""),
        ("cleo", {"place": "association"}, Invalid, ""),  # as it is
        ("cleo", {"place": "moon"}, Invalid, "place"),
        ("cleo", {"told_by": "moon"}, Invalid, "told_by"),
        ("cleo", {"child_said": None}, Invalid, "child_said"),
        ("cleo", {"child_not_asked_because": "asleep"}, Invalid, "child_not_asked_because"),
        ("cleo", {"answers": {}}, Invalid, "answers.forms"),
        ("cleo", {"happened_at": dt.datetime(2026, 10, 6, tzinfo=dt.UTC)}, Invalid, "happened_at"),
        ("cleo", {"happened_at": dt.datetime(2009, 10, 6, tzinfo=dt.UTC)}, Invalid, "happened_at"),
        ("cleo", {"happened_at": dt.datetime(1, 1, 1, tzinfo=dt.UTC)}, Invalid, "happened_at"),
        ("cleo", {"happened_at": dt.datetime(2026, 9, 6, 12, tzinfo=dt.UTC)}, Invalid, "happened_at"),  # the day before Kai came
        ("cleo", {"severity": "low", "answers": {"forms": ["verbal"], "happened_before": "once", "still_afraid": "no"}}, Invalid, "severity"),
    ],
)
async def test_what_can_not_be_put_right(world: World, who: str, values: dict[str, Any], refusal: type[DomainError], key: str | None) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    before = await rows_in_all_tables()
    with pytest.raises(refusal) as raised:
        await correct(correction(**values), by=world[who], incident=found, version=1)
    assert key is None or key in [e.key for e in raised.value.errors]  # type: ignore[attr-defined]  # Invalid has them
    assert await rows_in_all_tables() == before
    assert (await Incident.select(Incident.version)) == [{"version": 1}]
