"""The kinds beside bullying, assault, self-harm and complaints: what each asks, how long it takes, what is refused."""

import datetime as dt
import re
from typing import Any

import pytest

from tests.incidents.make import ANSWERS, ROLE, again, incident, involve, report, rows_in_all_tables, submit
from tests.incidents.test_recording import AFTER, KAI, WHAT, begun, faults
from tests.world import ClientFor, World
from yosafe.db.engine import DB
from yosafe.errors import Invalid
from yosafe.incidents.actions import add_outcome, move
from yosafe.incidents.correcting import correct
from yosafe.incidents.kinds import RULES
from yosafe.incidents.queries import Filter, incidents
from yosafe.incidents.schemas import CorrectIncident, MoveIncident, RecordOutcome
from yosafe.incidents.status import Act
from yosafe.people.chronology import Wanted, chronology

UNDECIDED = {"investigator": "not_settled", "investigator_owner": "Cleo, safeguarding lead", "investigator_by": "2026-10-12"}
FOUND = {"found": "yes", "found_on": "2026-10-05", "found_where": "Leeds station", "return_conversation": "held"}


def typed(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers as a page sends them: dates in three boxes."""
    form: dict[str, Any] = {}
    for name, value in answers.items():
        if name.endswith(("_on", "_by")) and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            form |= dict(zip((f"{name}-year", f"{name}-month", f"{name}-day"), value.split("-"), strict=True))
        else:
            form[name] = value if isinstance(value, list) else str(value)
    return form


@pytest.mark.parametrize("kind", RULES)
async def test_every_kind_is_recorded_in_at_most_8_pages_and_20_answers(world: World, client: ClientFor, kind: str) -> None:
    """Pages that are opened, and answers that are typed or chosen; a date is one."""
    dan = await client(world.dan)
    staff = {"staff": "A night officer"} if kind == "staff_allegation" else {}
    pages, given = 1, dict(WHAT) | {"kind": kind}
    draft = await begun(dan, kind=kind)
    for step, form in (
        ("people", KAI | {"roles": [ROLE[kind]]}),
        ("details", {"account": "Words.", **staff, **typed(ANSWERS[kind])}),
        ("after", AFTER),
    ):
        assert (await dan.get(f"{draft}/{step}")).status_code == 200
        answer = await dan.send_form(f"{draft}/{step}", form)
        assert answer.status_code == 303, answer.text
        pages, given = pages + 1, given | form
    check = await dan.get(f"{draft}/check")
    assert check.status_code == 200
    last = await dan.send_form(f"{draft}/check")
    assert (await dan.get(last.headers["location"])).status_code == 200
    answers = {re.sub("-(day|month|year)$", "", name) for name in given} - {"add"}
    assert (pages + 2 <= 8, len(answers) <= 20) == (True, True), (pages + 2, sorted(answers))
    kept = await DB.fetchrow("SELECT kind, answers FROM incident")
    assert kept is not None
    assert (kept["kind"], kept["answers"]) == (kind, ANSWERS[kind])


@pytest.mark.parametrize("kind", RULES)
async def test_every_kind_is_listed_filtered_told_and_exported(world: World, client: ClientFor, kind: str) -> None:
    for other in RULES:
        await submit(world.dan, involve(world.kai, ROLE[other]), kind=other)
    found = (await incidents(world.cleo, Filter(kinds=(kind,)))).items
    assert [one.kind for one in found] == [kind]
    cleo = await client(world.cleo)
    assert found[0].ref in (await cleo.get("/incidents", params={"kind": kind})).text
    assert found[0].ref in (await cleo.get("/incidents/export", params={"kind": kind})).text
    assert (await cleo.get(f"/incidents/{found[0].ref}")).status_code == 200
    told = (await chronology(world.cleo, world.kai, Wanted())).items
    assert found[0].ref in {one.ref for one in told}


@pytest.mark.parametrize(
    ("kind", "answers", "keys"),
    [
        ("death", {"investigator": ""}, ["answers.investigator"]),
        ("death", {"investigator": "not_settled"}, ["answers.investigator_owner", "answers.investigator_by"]),
        ("death", UNDECIDED | {"investigator_owner": " "}, ["answers.investigator_owner"]),
        ("death", UNDECIDED | {"investigator_by": "2026-10-04"}, ["answers.investigator_by"]),
        ("death", {"investigator": "prison_service"}, ["answers.investigator"]),  # until March 2004
        ("missing", FOUND | {"found_on": "2026-10-03"}, ["answers.found_on"]),  # last seen on the 4th
        ("missing", FOUND | {"found_on": "2026-10-06"}, ["answers.found_on"]),  # tomorrow
        ("missing", {"found": "yes"}, ["answers.found_on", "answers.found_where", "answers.return_conversation"]),
        ("use_of_force", {"minutes": 0}, ["answers.minutes"]),
        ("use_of_force", {"techniques": []}, ["answers.techniques"]),
        ("injury", {"body_places": ["moon"]}, ["answers.body_places"]),
        ("disclosure", {"wants_told": None}, ["answers.wants_told"]),
    ],
)
async def test_what_is_missing_or_wrong_is_refused_by_api_and_on_the_page(
    world: World, client: ClientFor, api: ClientFor, kind: str, answers: dict[str, Any], keys: list[str]
) -> None:
    dan, script = await client(world.dan), await api(world.dan)
    draft = await begun(dan, kind=kind)
    await dan.send_form(f"{draft}/people", KAI | {"roles": [ROLE[kind]]})
    before = await rows_in_all_tables()
    wrong = {name: value for name, value in (ANSWERS[kind] | answers).items() if value is not None}
    sent = report(involve(world.kai, ROLE[kind]), kind=kind, answers=wrong)
    refusal = await script.post("/api/v1/incidents", json=sent | {"happened_at": sent["happened_at"].isoformat()})
    assert (refusal.status_code, sorted(error["key"] for error in refusal.json()["errors"])) == (422, sorted(keys))
    page = await dan.send_form(f"{draft}/details", {"account": "Words.", **typed(wrong)})
    assert (page.status_code, sorted(key.removesuffix("-day") for key in faults(page))) == (422, sorted(key.removeprefix("answers.") for key in keys))
    after = await rows_in_all_tables()
    assert {name: count for name, count in after.items() if name != "audit_entry"} == {n: c for n, c in before.items() if n != "audit_entry"}


async def test_who_investigates_a_death_may_be_undecided_with_an_owner_and_a_date(world: World, client: ClientFor) -> None:
    found = await incident(world.dan, involve(world.kai, "concerned"), kind="death", answers=ANSWERS["death"] | UNDECIDED)
    page = (await (await client(world.cleo)).get(f"/incidents/IN-{found.id:06}")).text
    assert "Not yet decided" in page
    assert "Cleo, safeguarding lead" in page
    assert "12 October 2026" in page


async def test_a_disclosure_starts_no_clock_and_says_when_a_decision_is_due(world: World, client: ClientFor) -> None:
    """Told on Sunday 4 October: the next working day is Monday."""
    found = await incident(world.dan, involve(world.kai, "concerned"), kind="disclosure")
    dan, cleo = await client(world.dan), await client(world.cleo)
    for page in (await cleo.get(f"/incidents/IN-{found.id:06}"), await dan.get(f"/incidents/IN-{found.id:06}/recorded")):
        assert "by the end of 5 October 2026" in " ".join(page.text.split())
    other = await incident(world.dan, involve(world.kai, "harmed"))
    assert "Whether to refer it" not in (await cleo.get(f"/incidents/IN-{other.id:06}")).text
    assert await DB.fetchval("SELECT count(*) FROM clock WHERE subject_kind = 'incident'") == 0


async def test_when_they_are_found_it_is_put_right_and_stays_as_serious(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "concerned"), kind="missing")
    early = CorrectIncident(reason="They came back to us", answers=FOUND | {"found_on": "2026-10-03"})
    with pytest.raises(Invalid, match="when they were last seen"):
        await correct(early, by=world.cleo, incident=found, version=1)
    await correct(CorrectIncident(reason="They came back to us", answers=FOUND), by=world.cleo, incident=found, version=1)
    now = await again(world.cleo, found)
    assert (now.answers["found_where"], now.severity) == ("Leeds station", "serious")


@pytest.mark.parametrize(("outcome", "kind"), [("debrief", "use_of_force"), ("return_conversation", "missing"), ("coroner_told", "death")])
async def test_some_outcomes_are_of_one_kind_only(world: World, outcome: str, kind: str) -> None:
    fits = await incident(world.dan, involve(world.kai, ROLE[kind]), kind=kind)
    await add_outcome(RecordOutcome(outcome=outcome, done_on=dt.date(2026, 10, 5)), by=world.cleo, incident=fits)
    other = await incident(world.dan, involve(world.kai, "harmed"), outcomes=[{"outcome": "family_told"}])
    with pytest.raises(Invalid, match="fits bullying"):
        await add_outcome(RecordOutcome(outcome=outcome), by=world.cleo, incident=other)
    with pytest.raises(Invalid, match="fits bullying"):
        await submit(world.dan, involve(world.kai, "harmed"), outcomes=[{"outcome": outcome}])


@pytest.mark.parametrize(("kind", "finding"), [("use_of_force", "not_justified"), ("injury", "by_adult"), ("missing", "came_back")])
async def test_each_kind_has_its_findings(world: World, kind: str, finding: str) -> None:
    found = await incident(world.dan, involve(world.kai, ROLE[kind]), kind=kind, outcomes=[{"outcome": "family_told"}])
    await move(MoveIncident(action=Act.INVESTIGATE), by=world.cleo, incident=found, version=1)
    wrong = MoveIncident(action=Act.CONCLUDE, finding="upheld", comment="Seen and heard by two people")
    with pytest.raises(Invalid, match="Select what was found"):
        await move(wrong, by=world.cleo, incident=await again(world.cleo, found), version=2)
    right = MoveIncident(action=Act.CONCLUDE, finding=finding, comment="Seen and heard by two people")
    await move(right, by=world.cleo, incident=await again(world.cleo, found), version=2)
    assert (await again(world.cleo, found)).finding == finding
