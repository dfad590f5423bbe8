"""Who was told of an incident and why not yet: the rules as a table, one way by page and by API, what stands out on the lead's worklist."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.incidents.make import ANSWERS, ROLE, again, another, incident, involve, rows_in_all_tables
from tests.incidents.test_recording import AFTER, filled
from tests.incidents.test_staff import alleged, join
from tests.world import NOW, ClientFor, World, events_of
from yosafe.accounts.permissions import Role
from yosafe.errors import Conflict, Refused
from yosafe.incidents.access import get_incident_for
from yosafe.incidents.actions import add_outcome, move
from yosafe.incidents.kinds import RULES
from yosafe.incidents.record import record_of
from yosafe.incidents.schemas import MoveIncident, RecordNotTold, RecordOutcome
from yosafe.incidents.status import Act
from yosafe.incidents.told.actions import record_not_told
from yosafe.incidents.told.queries import untold
from yosafe.incidents.told.rules import Facts, NotTold, Part, State, Telling, expected, standings, tellings
from yosafe.people.chronology import Wanted, chronology
from yosafe.reference.codes import code_list

HERE = "/incidents/IN-000001"
API = "/api/v1/incidents/IN-000001"
DAY = dt.date(2026, 10, 5)


def facts(kind: str = "assault", *parts: Part, severity: str = "serious", answers: dict[str, Any] | None = None, **more: Any) -> Facts:
    return Facts(kind=kind, severity=severity, answers=answers or {}, parts=parts or (part(1),), **more)


def part(who: int, *roles: str, injuries: tuple[str, ...] = (), treatment: str | None = None, care: str = "never") -> Part:
    treatments = frozenset({treatment} if treatment else ())
    return Part(young_person=who, roles=frozenset(roles or ("harmed",)), injuries=frozenset(injuries), treatments=treatments, care_status=care)


EVERY = {"governor_told", "family_told", "yot_told"}


@pytest.mark.parametrize(
    ("of", "who"),
    [
        (facts(severity="moderate"), set()),
        (facts(), EVERY | {"police_told"}),
        (facts("bullying"), EVERY),
        (facts("disclosure", part(1, "concerned")), EVERY - {"family_told"}),
        (facts("bullying", part(1, care="looked_after")), EVERY | {"social_worker_told"}),
        (facts("bullying", part(1, care="formerly_in_care")), EVERY),
        (facts("bullying", part(1, injuries=("cut",), treatment="first_aid")), EVERY | {"health_care_told"}),
        (facts("bullying", part(1, injuries=("cut",), treatment="nurse")), EVERY),
        (facts("bullying", part(1, injuries=("fear",))), EVERY),
        (facts("bullying", part(1, "alleged_to_have_harmed")), {"governor_told"}),
        (facts("missing", part(1, "concerned"), answers={"found": "no"}), EVERY | {"police_told"}),
        (facts("missing", part(1, "concerned"), answers={"found": "yes"}), EVERY),
        (facts("staff_allegation", part(1, "concerned")), EVERY | {"advocate_told", "designated_officer_told"}),
        (facts("death", part(1, "concerned")), EVERY | {"police_told", "local_authority_told", "coroner_told"}),
    ],
)
def test_who_is_to_be_told(of: Facts, who: set[str]) -> None:
    assert {outcome for outcome, _ in expected(of)} == who


def told(outcome: str, who: int | None = None) -> Telling:
    return Telling(outcome=outcome, young_person=who, on=DAY)


def why(reason: str, who: int | None = None, outcome: str = "family_told") -> NotTold:
    return NotTold(outcome=outcome, young_person=who, reason=reason, note=None, at=NOW)


TWO = facts("bullying", part(1), part(2))
DEATH = {"kind": "death", "severity": "serious", "parts": (part(1, "concerned"),)}


@pytest.mark.parametrize(
    ("of", "tellings", "reasons", "states"),
    [
        (TWO, [], [], ["nothing_said", "nothing_said"]),
        (TWO, [told("family_told")], [], ["told", "told"]),  # everyone's
        (TWO, [told("family_told", 2)], [], ["nothing_said", "told"]),
        (TWO, [], [why("not_reached", 1), why("would_harm", 2)], ["waiting", "not_to_be_told"]),
        (TWO, [], [why("not_reached"), why("nobody_known")], ["not_to_be_told", "not_to_be_told"]),  # the last holds
        (TWO, [told("family_told", 1)], [why("would_harm")], ["told", "not_to_be_told"]),  # told is told
        (TWO, [told("yot_told")], [why("not_reached", outcome="yot_told")], ["nothing_said", "nothing_said"]),
        (Facts(**DEATH, answers={"family_told": "yes"}), [], [], ["told"]),
        (Facts(**DEATH, answers={"family_told": "nobody"}), [], [], ["not_to_be_told"]),
        (Facts(**DEATH, answers={"family_told": "no"}), [], [], ["nothing_said"]),
    ],
)
def test_how_it_stands_with_the_family(of: Facts, tellings: list[Telling], reasons: list[NotTold], states: list[str]) -> None:
    assert [one.state for one in standings(of, tellings, reasons) if one.outcome == "family_told"] == states


@pytest.mark.parametrize(
    ("of", "outcome", "enough"),
    [
        (facts("bullying", part(1, injuries=("cut",))), "health_care_told", [told("health_care", 1)]),
        (facts("staff_allegation", part(1, "concerned")), "advocate_told", [told("advocate_offered")]),
        (facts("staff_allegation", part(1, "concerned"), officer_told_on=DAY), "designated_officer_told", []),
    ],
)
def test_nobody_is_asked_twice(of: Facts, outcome: str, enough: list[Telling]) -> None:
    assert [one.state for one in standings(of, enough, []) if one.outcome == outcome] == [State.TOLD]


@given(
    kind=st.sampled_from(sorted(RULES)), care=st.sampled_from(code_list("care_status").values()),
    injuries=st.sets(st.sampled_from(code_list("injury").values()), max_size=2),
    chosen=st.sets(st.sampled_from([*tellings(), "health_care", "advocate_offered"])), reason=st.sampled_from(code_list("untold_reason").values()),
)  # fmt: skip
def test_telling_everyone_leaves_nobody(kind: str, care: str, injuries: set[str], chosen: set[str], reason: str) -> None:
    """Each who is to be told stands once; whoever was told or decided upon does not come back; told by anyone is told."""
    of = facts(kind, part(1, ROLE[kind], injuries=tuple(injuries), care=care))
    found = standings(of, [told(one) for one in chosen], [why(reason, outcome=one) for one in tellings()])
    assert [(one.outcome, one.young_person) for one in found] == expected(of)
    assert all(one.state is State.TOLD for one in found if one.outcome in chosen)
    assert all(one.state is not State.NOTHING_SAID for one in found)


async def serious(world: World, **more: Any) -> Any:
    return await incident(world.dan, involve(world.kai, "harmed", injuries=["fracture"], treatment="hospital"), **more)


async def test_told_and_not_told_by_page(world: World, client: ClientFor) -> None:
    await serious(world)
    dan = await client(world.dan)
    page = (await dan.get(HERE)).text
    assert "Nothing recorded" in page
    form = {
        "told_who": "family_told", "told_yet": "yes", "told_whom": "His mother, Jo Morton", "told_time": "9:15am", "told_how": "phone",
        "told_by_whom": "Chaplain Rees", "told_note": "Asked to ring him tonight",
    }  # fmt: skip
    assert (await dan.send_form(f"{HERE}/told", form)).headers["location"] == f"{HERE}?done=told#told"
    no = {"told_who": "yot_told", "told_yet": "no", "not_told_reason": "not_reached", "not_told_note": "Rang twice, office shut"}
    assert (await dan.send_form(f"{HERE}/told", no)).status_code == 303
    seen = await record_of(world.dan, await again(world.dan, await _found(world)))
    states = {one.outcome: (one.state.value, one.whom, one.reason, one.note) for one in seen.to_be_told}
    assert states == {
        "governor_told": ("nothing_said", None, None, None),
        "family_told": ("told", "His mother, Jo Morton", None, None),
        "yot_told": ("waiting", None, "not_reached", "Rang twice, office shut"),
    }
    (outcome,) = seen.outcomes
    assert (outcome.done_on, outcome.done_time, outcome.how, outcome.by_whom) == (DAY, "09:15", "phone", "Chaplain Rees")
    page = " ".join((await dan.get(HERE)).text.split())
    for words in ("His mother, Jo Morton", "5 October 2026 at 9:15am, by telephone, told by Chaplain Rees", "Tried, and not reached yet"):
        assert words in page
    assert [event for event in await events_of(1) if event.startswith("incident:") and event != "incident:read"] == [
        "incident:submitted", "incident:outcome-recorded", "incident:not-told-recorded"
    ]  # fmt: skip
    entries = (await chronology(world.amina, world.kai, Wanted())).items
    assert any("Who was told: family." in (entry.text or "") for entry in entries)


async def _found(world: World) -> Any:
    return await get_incident_for(world.dan, 1)


YES, NO = {"told_who": "police_told", "told_yet": "yes", "told_whom": "PC 4112"}, {"told_who": "yot_told", "told_yet": "no"}


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({}, ["told_who", "told_yet"]),
        ({**YES, "told_who": "moved_apart"}, ["told_who"]),
        ({**YES, "told_who": "coroner_told"}, ["told_who"]),  # of a death only
        ({**YES, "told_whom": ""}, ["told_whom"]),
        ({**YES, "told_whom": "x" * 121}, ["told_whom"]),
        ({**YES, "told_time": "25:00"}, ["told_time"]),
        ({**YES, "told_time": "11:30am"}, ["told_time"]),  # in half an hour
        ({**YES, "told_on-day": "3", "told_on-month": "10", "told_on-year": "2026"}, ["told_on-day"]),
        ({**YES, "told_how": "pigeon"}, ["told_how"]),
        (NO, ["not_told_reason"]),
        ({**NO, "not_told_reason": "moon"}, ["not_told_reason"]),
        ({**NO, "not_told_reason": "not_needed"}, ["not_told_note"]),
    ],
)
async def test_a_refused_form_keeps_what_was_typed(world: World, client: ClientFor, form: dict[str, str], fields: list[str]) -> None:
    await serious(world)
    dan, before = await client(world.dan), await rows_in_all_tables()
    page = await dan.send_form(f"{HERE}/told", form)
    assert page.status_code == 422
    assert [one for one in fields if f'href="#{one}"' not in page.text] == []
    assert "PC 4112" in page.text or form.get("told_whom") != "PC 4112"
    assert await rows_in_all_tables() == before


async def test_by_api_an_outcome_says_whom(world: World, api: ClientFor) -> None:
    await serious(world)
    dan = await api(world.dan)
    told = {"outcome": "police_told", "whom": "PC 4112", "how": "phone", "done_time": "10:05", "done_on": "2026-10-05"}
    answer = await dan.post(f"{API}/outcomes", json=told)
    assert answer.status_code == 201
    assert {name: answer.json()["outcomes"][0][name] for name in told} == told
    assert (await dan.post(f"{API}/outcomes", json={"outcome": "family_told"})).status_code == 201  # as it always was
    answer = await dan.post(f"{API}/not-told", json={"outcome": "yot_told", "reason": "would_harm"})
    assert {one["outcome"]: one["state"] for one in answer.json()["to_be_told"]}["yot_told"] == "not_to_be_told"


@pytest.mark.parametrize(
    ("path", "body", "key"),
    [
        ("outcomes", {"outcome": "moved_apart", "whom": "PC 4112"}, "whom"),
        ("outcomes", {"outcome": "police_told", "how": "pigeon"}, "how"),
        ("outcomes", {"outcome": "police_told", "done_time": "24:00"}, "done_time"),
        ("outcomes", {"outcome": "police_told", "done_time": "11:05"}, "done_time"),
        ("not-told", {"outcome": "moved_apart", "reason": "not_reached"}, "outcome"),
        ("not-told", {"outcome": "referral_made", "reason": "not_reached"}, "outcome"),
        ("not-told", {"outcome": "yot_told", "reason": "moon"}, "reason"),
        ("not-told", {"outcome": "yot_told", "reason": "not_needed"}, "note"),
        ("not-told", {"outcome": "yot_told", "reason": "not_reached", "young_person": "YP-000002"}, "young_person"),
    ],
)
async def test_what_is_refused_by_api(world: World, api: ClientFor, path: str, body: dict[str, str], key: str) -> None:
    await serious(world)
    dan = await api(world.dan)
    before = await rows_in_all_tables()
    answer = await dan.post(f"{API}/{path}", json=body)
    assert (answer.status_code, [fault["key"] for fault in answer.json()["errors"]]) == (422, [key])
    assert await rows_in_all_tables() == before


async def test_recorded_in_the_flow_with_who_it_was(world: World, client: ClientFor) -> None:
    dan = await client(world.dan)
    draft = await filled(dan)
    form = {**AFTER, "told": ["family_told", "governor_told"], "told_family_told": "His mother"}
    await dan.send_form(f"{draft}/after", form)
    assert "Family: who" in (await dan.get(f"{draft}/check")).text
    await dan.send_form(f"{draft}/check")
    seen = await record_of(world.dan, await _found(world))
    assert [(one.outcome, one.whom) for one in seen.outcomes][-2:] == [("family_told", "His mother"), ("governor_told", None)]


async def test_only_those_who_work_there_say_who_was_told(world: World) -> None:
    found = await serious(world)
    new = RecordNotTold(outcome="family_told", reason="not_reached")
    for name in ("amina", "esi"):
        with pytest.raises(Refused):
            await record_not_told(new, by=world[name], incident=found)
    await move(MoveIncident(action=Act.MARK_NOT_REPORTABLE, reason="test", comment="Recorded by mistake"), by=world.cleo, incident=found, version=1)
    with pytest.raises(Conflict):
        await record_not_told(new, by=world.dan, incident=found)


async def test_another_child_is_not_named_and_not_told_of(world: World) -> None:
    leo = await another(world, "Leaf", "Leo")
    people = [involve(who, "harmed", injuries=["fracture"], treatment="hospital") for who in (world.kai, leo)]
    found = await incident(world.dan, *people)
    new = RecordNotTold(outcome="family_told", reason="not_reached", note="Leo Leaf first", young_person="YP-000001")
    await record_not_told(new, by=world.dan, incident=found)
    await add_outcome(RecordOutcome(outcome="yot_told", whom="The team of Leo Leaf"), by=world.dan, incident=found)
    whole, leeds = await record_of(world.dan, found), await record_of(world.amina, found)
    assert [one.name for one in whole.to_be_told if one.outcome == "family_told"] == ["Morton, Kai", "Leaf, Leo"]
    assert [one.name for one in leeds.to_be_told if one.outcome == "family_told"] == ["Morton, Kai"]
    assert "Leaf" not in str(leeds)
    assert "another young person first" in str(leeds).lower()


async def test_the_lead_is_reminded_until_it_is_said(world: World, client: ClientFor) -> None:
    found = await serious(world)
    assert [(one.ref, one.outcomes, one.young_people) for one in await untold(world.cleo, limit=5)] == [
        ("IN-000001", ("governor_told", "family_told", "yot_told"), ("Morton, Kai",))
    ]
    page = (await (await client(world.cleo)).get("/")).text
    assert "Serious incidents of which someone has not been told" in page
    assert "Serious incidents of which" not in (await (await client(world.dan)).get("/")).text
    for outcome in ("governor_told", "yot_told"):
        await add_outcome(RecordOutcome(outcome=outcome), by=world.dan, incident=found)
    await record_not_told(RecordNotTold(outcome="family_told", reason="later_today"), by=world.dan, incident=found)
    assert [one.outcomes for one in await untold(world.cleo, limit=5)] == [("family_told",)]
    await record_not_told(RecordNotTold(outcome="family_told", reason="would_harm"), by=world.cleo, incident=found)
    assert await untold(world.cleo, limit=5) == []


async def test_an_allegation_reminds_only_those_for_whom_it_exists(world: World) -> None:
    await alleged(world, {"role": "staff_alleged", "name": "Olga"}, answers={**ANSWERS["staff_allegation"], "alleged": ["hit"]})
    olga = await join("olga", Role.YOI_LEAD)
    assert [one.kind for one in await untold(world.cleo, limit=5)] == ["staff_allegation"]
    assert await untold(olga, limit=5) == []
