"""Investigations: the plan, talks, evidence, and who was told what came of it; who may record and who reads."""

import datetime as dt
from typing import Any

import pytest

from tests.incidents.make import again, another, incident, involve, rows_in_all_tables
from tests.incidents.working import investigated, lou, take
from tests.world import NOW, TODAY, ClientFor, World, events_of
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, DomainError, Invalid, NotFound, Refused
from yosafe.forms.structs import to_struct
from yosafe.incidents.access import get_incident_for
from yosafe.incidents.investigation import actions
from yosafe.incidents.investigation.queries import RunningFilter, investigation_of, open_investigation, running
from yosafe.incidents.investigation.rules import evidence_faults, feedback_faults, finish_faults, interview_faults, settle_faults, step_faults
from yosafe.incidents.investigation.schemas import (
    FinishStep,
    PlanStep,
    RecordEvidence,
    RecordFeedback,
    RecordInterview,
    SettleEvidence,
    WithdrawEntry,
)
from yosafe.incidents.tables import Incident
from yosafe.people.chronology import Wanted, entries

SINCE = dt.date(2026, 10, 1)
LATER, BEFORE = TODAY + dt.timedelta(days=5), SINCE - dt.timedelta(days=1)
STEP = {"what": "Ask the night officer.", "who": "Dan", "due_on": TODAY}
TALK: dict[str, Any] = {"with_whom": "young_person", "young_person": "YP-000001", "held_on": TODAY, "present": ["advocate"], "said": "He hit me."}
KEPT: dict[str, Any] = {"kept_on": TODAY, "kept_by": "Dan", "kept_where": "Safe 2"}
TOLD: dict[str, Any] = {"audience": "young_person", "told_on": TODAY, "told_by": "Cleo", "words": "You were right."}
RULES = {
    PlanStep: lambda new: step_faults(new, today=TODAY),
    FinishStep: lambda new: finish_faults(new, since=SINCE, today=TODAY),
    RecordInterview: lambda new: interview_faults(new, since=SINCE, today=TODAY),
    RecordEvidence: lambda new: evidence_faults(new, since=SINCE, today=TODAY),
    SettleEvidence: lambda new: settle_faults(new, since=SINCE, today=TODAY),
    RecordFeedback: lambda new: feedback_faults(new, since=SINCE, today=TODAY),
}


@pytest.mark.parametrize(
    ("struct", "sent", "keys"),
    [
        (PlanStep, STEP, []),
        (PlanStep, STEP | {"due_on": BEFORE}, ["due_on"]),
        (PlanStep, STEP | {"due_on": TODAY + dt.timedelta(days=400)}, ["due_on"]),
        (FinishStep, {"how": "done"}, []),
        (FinishStep, {"how": "done", "done_on": BEFORE}, ["done_on"]),
        (FinishStep, {"how": "not_needed", "note": "He told it himself."}, []),
        (FinishStep, {"how": "not_needed", "done_on": TODAY}, ["note", "done_on"]),
        (RecordInterview, TALK, []),
        (RecordInterview, TALK | {"with_whom": "friend"}, ["with_whom", "name", "with_whom"]),
        (RecordInterview, TALK | {"young_person": None}, ["young_person"]),
        (RecordInterview, TALK | {"name": "Dan"}, ["with_whom"]),
        (RecordInterview, TALK | {"with_whom": "staff", "young_person": None}, ["name"]),
        (RecordInterview, TALK | {"with_whom": "staff", "young_person": None, "name": "Dan", "present": ["nobody"]}, []),
        (RecordInterview, TALK | {"present": ["nobody"]}, ["note"]),  # a young person by themselves, and nothing says why
        (RecordInterview, TALK | {"present": ["colleague"]}, ["note"]),
        (RecordInterview, TALK | {"present": ["nobody"], "note": "He wanted nobody; an advocate was offered."}, []),
        (RecordInterview, TALK | {"present": ["nobody", "advocate"]}, ["present"]),
        (RecordInterview, TALK | {"present": []}, ["present"]),
        (RecordInterview, TALK | {"said": None}, ["said"]),
        (RecordInterview, TALK | {"declined": True, "said": None, "present": []}, []),
        (RecordInterview, TALK | {"declined": True}, ["said"]),
        (RecordInterview, TALK | {"held_on": LATER}, ["held_on"]),
        (RecordEvidence, {"kind": "cctv", "what": "Camera 3"}, []),
        (RecordEvidence, {"kind": "cctv", "what": "Camera 3", "keep_by": LATER}, []),
        (RecordEvidence, {"kind": "cctv", "what": "Camera 3", "keep_by": BEFORE}, ["keep_by"]),
        (RecordEvidence, {"kind": "tape", "what": "Camera 3", **KEPT}, ["kind"]),
        (RecordEvidence, {"kind": "cctv", "what": "Camera 3", "kept_by": "Dan"}, ["kept_on", "kept_where"]),
        (SettleEvidence, KEPT, []),
        (SettleEvidence, {"lost_because": "Written over."}, []),
        (SettleEvidence, KEPT | {"lost_because": "Written over."}, ["lost_because"]),
        (SettleEvidence, {}, ["kept_on", "kept_by", "kept_where"]),
        (RecordFeedback, TOLD, []),
        (RecordFeedback, TOLD | {"words": None, "told_by": None}, ["told_by", "words"]),
        (RecordFeedback, {"audience": "reporter", "not_told_because": "declined"}, []),
        (RecordFeedback, {"audience": "reporter", "not_told_because": "other"}, ["note"]),
        (RecordFeedback, TOLD | {"not_told_because": "declined"}, ["told_on", "told_by", "words"]),
        (RecordFeedback, TOLD | {"audience": "reporter", "young_person": "YP-000001"}, ["young_person"]),
        (RecordFeedback, TOLD | {"told_on": BEFORE}, ["told_on"]),
    ],
)
def test_what_is_wrong_with_what_was_sent(struct: Any, sent: dict[str, Any], keys: list[str]) -> None:
    assert [fault.key for fault in RULES[struct](struct(**sent))] == keys


async def everything(world: World, found: Incident) -> dict[str, int]:
    """One entry of each part; their numbers."""
    return {
        "step": await actions.plan_step(PlanStep(**STEP), by=world.cleo, incident=found),
        "interview": await actions.record_interview(RecordInterview(**TALK), by=world.cleo, incident=found),
        "evidence": await actions.record_evidence(RecordEvidence(kind="cctv", what="Camera 3", keep_by=LATER), by=world.cleo, incident=found),
        "feedback": await actions.record_feedback(RecordFeedback(**TOLD), by=world.cleo, incident=found),
    }


async def test_from_the_plan_to_the_end(world: World) -> None:
    found = await investigated(world)
    made = await everything(world, found)
    with pytest.raises(Conflict, match="a step of the plan"):
        await take("conclude", found, by=world.cleo, finding="part_substantiated")
    await actions.finish_step(FinishStep(how="done", note="He saw it."), by=world.cleo, incident=found, step=made["step"])
    await actions.settle_evidence(SettleEvidence(**KEPT), by=world.cleo, incident=found, evidence=made["evidence"])
    found = await take("conclude", found, by=world.cleo, finding="part_substantiated")
    with pytest.raises(Conflict, match="whoever told us"):
        await take("close", found, by=world.cleo)
    await actions.record_feedback(RecordFeedback(audience="reporter", not_told_because="declined"), by=world.cleo, incident=found)
    found = await take("close", found, by=world.cleo)
    seen = await open_investigation(world.cleo, found)
    assert (seen.owner, seen.due_on, seen.state, seen.untold, seen.reporter_told, seen.may_record) == (
        "Cleo", dt.date(2026, 11, 2), "met", [], True, False,
    )  # fmt: skip
    assert [(s.what, s.who, s.how, s.done_on) for s in seen.steps] == [("Ask the night officer.", "Dan", "done", TODAY)]
    assert [(i.name, i.present, i.said) for i in seen.interviews] == [("Morton, Kai", ["advocate"], "He hit me.")]
    assert [(e.state, e.kept_where) for e in seen.evidence] == [("kept", "Safe 2")]
    assert [(f.audience, f.words, f.not_told_because) for f in seen.feedback] == [
        ("young_person", "You were right.", None),
        ("reporter", None, "declined"),
    ]
    assert {
        "investigation:step-planned", "investigation:step-finished", "investigation:interview-recorded", "investigation:evidence-recorded",
        "investigation:evidence-settled", "incident:feedback-recorded",
    } <= set(await events_of(world.kai.id))  # fmt: skip


@pytest.mark.parametrize("part", ["step", "interview", "evidence", "feedback"])
async def test_what_was_recorded_in_error_stays_and_counts_no_more(world: World, part: Any) -> None:
    found = await investigated(world)
    made = await everything(world, found)
    wrong = WithdrawEntry(reason="It is about another incident.")
    await actions.withdraw_entry(wrong, by=world.cleo, incident=found, part=part, entry=made[part])
    seen = await investigation_of(world.cleo, found)
    (entry,) = {"step": seen.steps, "interview": seen.interviews, "evidence": seen.evidence, "feedback": seen.feedback}[part]
    assert (entry.withdrawn, entry.withdrawn_by) == (wrong.reason, "Cleo")
    assert (seen.untold == ["Morton, Kai"]) is (part == "feedback")
    with pytest.raises(Conflict, match="recorded in error"):
        await actions.withdraw_entry(wrong, by=world.cleo, incident=found, part=part, entry=made[part])
    if part == "step":
        with pytest.raises(Conflict):
            await actions.finish_step(FinishStep(how="done"), by=world.cleo, incident=found, step=made[part])
        await take("conclude", found, by=world.cleo, finding="unfounded")  # it does not wait for it


async def test_how_it_ended_is_said_once_and_only_of_what_belongs_to_it(world: World) -> None:
    found = await investigated(world)
    other = await incident(world.dan, involve(world.kai, "harmed"))
    step = await actions.plan_step(PlanStep(**STEP), by=world.cleo, incident=found)
    done = FinishStep(how="done")
    with pytest.raises(NotFound):
        await actions.finish_step(done, by=world.cleo, incident=other, step=step)
    await actions.finish_step(done, by=world.cleo, incident=found, step=step)
    before = await rows_in_all_tables()
    with pytest.raises(Conflict, match="recorded already"):
        await actions.finish_step(done, by=world.cleo, incident=found, step=step)
    assert await rows_in_all_tables() == before


@pytest.mark.parametrize(
    ("who", "owner", "at", "refusal"),
    [
        ("cleo", None, "in_investigation", None),
        ("dan", None, "in_investigation", Refused),
        ("dan", "dan", "in_investigation", None),  # he looks after it
        ("amina", None, "in_investigation", Refused),
        ("cleo", None, "concluded", Conflict),
    ],
)
async def test_who_records(world: World, who: str, owner: str | None, at: str, refusal: type[DomainError] | None) -> None:
    found = await investigated(world)
    if owner:
        found = await take("assign", found, by=world.cleo, owner=f"{owner}@example.org")
    if at == "concluded":
        found = await take("conclude", found, by=world.cleo, finding="unfounded")
    found, before = await get_incident_for(world[who], found.id), await rows_in_all_tables()
    if refusal is None:
        await actions.record_interview(RecordInterview(**TALK), by=world[who], incident=found)
        return
    with pytest.raises(refusal):
        await actions.record_interview(RecordInterview(**TALK), by=world[who], incident=found)
    assert await rows_in_all_tables() == before


async def test_it_changes_hands_with_a_reason_that_stays(world: World) -> None:
    found = await investigated(world)
    with pytest.raises(Invalid, match="why it changes hands"):
        await take("assign", found, by=world.cleo, owner="dan@example.org", comment=None)
    found = await take("assign", found, by=world.cleo, owner="dan@example.org", comment="Cleo is on leave for two weeks.")
    rows = await DB.fetch("SELECT action, owner, comment FROM incident_event WHERE owner IS NOT NULL ORDER BY id")
    assert [(r["action"], r["owner"]) for r in rows] == [("investigate", world.cleo.id), ("assign", world.dan.id)]
    assert rows[1]["comment"] == "Cleo is on leave for two weeks."


async def test_others_read_what_is_theirs_to_know(world: World) -> None:
    """Lee is from Kent: Leeds has no duty towards him, and staff are named to those who work there."""
    lee = await another(world, "Finch", "Lee")
    found = await investigated(world)
    both = await take("investigate", await incident(world.dan, involve(world.kai, "harmed"), involve(lee, "present"), kind="assault"), by=world.cleo)
    talk = TALK | {"young_person": "YP-000003", "said": "Kai did it."}
    await actions.record_interview(RecordInterview(**talk), by=world.cleo, incident=both)
    staff = {"with_whom": "staff", "young_person": None, "name": "Dan", "said": "Lee Finch ran."}
    await actions.record_interview(RecordInterview(**TALK | staff), by=world.cleo, incident=both)
    seen = await investigation_of(world.amina, await get_incident_for(world.amina, both.id))
    assert [(i.name, i.said, i.said_withheld) for i in seen.interviews] == [
        ("Another young person", None, True),
        ("A member of staff", "Another young person ran.", False),
    ]
    assert seen.may_record is False
    told = RecordFeedback(**TOLD | {"young_person": "YP-000001", "words": "Lee Finch will not be near you."})
    await actions.record_feedback(told, by=world.cleo, incident=both)
    texts = [one.text or "" for one in (await entries(world.amina, world.kai.id, Wanted(source="investigation"))).items]
    assert texts == ["Another young person will not be near you."]
    with pytest.raises(NotFound):
        await get_incident_for(world.ben, found.id)


async def test_an_allegation_s_investigation_is_for_those_named_on_it(world: World, client: ClientFor) -> None:
    found = await incident(world.cleo, involve(world.kai, "concerned"), kind="staff_allegation", outcomes=[{"outcome": "health_care"}])
    found = await take("investigate", found, by=world.cleo)
    await actions.record_interview(RecordInterview(**TALK), by=world.cleo, incident=found)
    for who in (world.dan, world.amina):
        assert [one.ref for one in (await running(who, RunningFilter())).items] == []
        told = await entries(who, world.kai.id, Wanted(source="investigation"))
        assert told.items == []
        assert (await (await client(who)).get("/incidents/IN-000001/investigation")).status_code == 404
    assert [one.ref for one in (await running(world.cleo, RunningFilter(mine=True))).items] == ["IN-000001"]


async def test_what_is_late_comes_first(world: World) -> None:
    first, second = await investigated(world), await investigated(world)
    await actions.plan_step(PlanStep(**STEP), by=world.cleo, incident=second)
    await actions.record_evidence(RecordEvidence(kind="cctv", what="Camera 3", keep_by=TODAY), by=world.cleo, incident=second)
    assert (await running(world.cleo, RunningFilter(late=True))).items == []
    with clock.stopped_at(NOW + dt.timedelta(days=2)):
        late = (await running(world.cleo, RunningFilter(late=True))).items
        assert [(one.ref, one.steps_late, one.evidence_late, one.mine) for one in late] == [(f"IN-{second.id:06}", 1, 1, True)]
    with clock.stopped_at(NOW + dt.timedelta(days=60)):
        found = await running(world.cleo, RunningFilter(late=True), limit=1)
        assert [(one.ref, one.state) for one in found.items] == [(f"IN-{first.id:06}", "overdue")]
        assert [one.ref for one in (await running(world.cleo, RunningFilter(late=True), after=found.next)).items] == [f"IN-{second.id:06}"]


async def test_a_young_person_s_chronology_says_that_they_were_spoken_to_and_told(world: World) -> None:
    found = await investigated(world)
    await everything(world, found)
    for who in (world.cleo, world.amina):
        told = await entries(who, world.kai.id, Wanted(source="investigation"))
        assert {(one.title, one.text) for one in told.items} == {
            ("Spoken to in an investigation", "Also there: an advocate."),
            ("Told what came of an investigation", "You were right."),
        }


@pytest.mark.parametrize(
    ("part", "form", "status"),
    [
        ("step", {"what": "Ask.", "who": "Dan", "due_on-day": "9", "due_on-month": "10", "due_on-year": "2026"}, 303),
        ("step", {"what": "Ask.", "who": "", "due_on-day": "9", "due_on-month": "10", "due_on-year": "2025"}, 422),
        ("evidence", {"kind": "cctv", "what": "Camera 3", "kept": "no"}, 303),
        ("evidence", {"kind": "cctv", "what": "Camera 3", "kept": "yes"}, 422),
        ("feedback", {"audience": "reporter", "told": "no", "not_told_because": "declined"}, 303),
        ("feedback", {"audience": "reporter", "told": "no", "not_told_because": "other"}, 422),
        ("nothing", {}, 404),
    ],
)
async def test_the_forms(world: World, client: ClientFor, part: str, form: dict[str, str | list[str]], status: int) -> None:
    await investigated(world)
    lead = await client(world.cleo)
    before = await rows_in_all_tables()
    answer = await lead.send_form(f"/incidents/IN-000001/investigation/{part}/new", form)
    assert answer.status_code == status
    if status == 303:
        page = (await lead.get(answer.headers["location"])).text
        assert "moj-alert--success" in page
        return
    assert await rows_in_all_tables() == before
    if status == 422:
        assert "There is a problem" in answer.text
        assert form.get("what", "") in answer.text


async def test_a_talk_by_form_and_its_end(world: World, client: ClientFor) -> None:
    await investigated(world)
    lead = await client(world.cleo)
    day = {"held_on-day": "5", "held_on-month": "10", "held_on-year": "2026"}
    talk = {
        "with_whom": "young_person",
        "young_person": "YP-000001",
        "began": "10:05",
        **day,
        "declined": "no",
        "present": ["nobody"],
        "said": "Yes.",
    }
    path = "/incidents/IN-000001/investigation/interview"
    refused = await lead.send_form(f"{path}/new", talk)
    assert (refused.status_code, "Nobody was there for the young person" in refused.text, ">Yes.<" in refused.text) == (422, True, True)
    assert (await lead.send_form(f"{path}/new", {**talk, "note": "He wanted nobody; an advocate was offered."})).status_code == 303
    page = (await lead.get("/incidents/IN-000001/investigation")).text
    assert "Morton, Kai, 5 October 2026 at 10:05am" in page
    assert (await lead.get(f"{path}/1/end")).status_code == 404  # a talk has no end of its own
    assert (await lead.send_form(f"{path}/1/withdraw", {"reason": "short"})).status_code == 422
    assert (await lead.send_form(f"{path}/1/withdraw", {"reason": "It was another day."})).status_code == 303
    assert (await (await client(world.dan)).get(f"{path}/new")).status_code == 403


async def test_by_api(world: World, api: ClientFor) -> None:
    await investigated(world)
    script, here = await api(world.cleo), "/api/v1/incidents/IN-000001/investigation"
    made = await script.post(f"{here}/interviews", json={**TALK, "held_on": TODAY.isoformat(), "began": "10:05"})
    assert (made.status_code, made.json()["interviews"][0]["said"]) == (201, "He hit me.")
    bad = await script.post(f"{here}/evidence", json={"kind": "cctv", "what": "Camera 3", "kept_by": "Dan"})
    assert (bad.status_code, [e["key"] for e in bad.json()["errors"]]) == (422, ["kept_on", "kept_where"])
    assert (await script.post(f"{here}/steps/7/end", json={"how": "done"})).status_code == 404
    assert (await script.get("/api/v1/investigations?late=true")).json()["items"] == []
    assert (await script.get("/api/v1/investigations?mine=true")).json()["items"][0]["due_on"] == "2026-11-02"


async def test_a_serious_one_is_closed_by_the_other_lead(world: World) -> None:
    other = await lou()
    found = await investigated(world, answers={"assault_kind": "one_on_one", "weapon": "blade", "lost_consciousness": "no"}, told_by="anonymous")
    found = await take("conclude", found, by=world.cleo, finding="substantiated")
    with pytest.raises(Refused, match="someone else must read it"):
        await take("close", found, by=world.cleo)
    with pytest.raises(Conflict, match="what the young person was told"):
        await take("close", found, by=other)
    await actions.record_feedback(to_struct(RecordFeedback, TOLD), by=world.cleo, incident=found)
    assert (await take("close", found, by=other)).status == "closed"
    assert (await again(world.cleo, found)).owner == world.cleo.id
