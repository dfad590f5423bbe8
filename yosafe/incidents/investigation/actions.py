"""Every write in an investigation. Keyword-only, by someone, in one transaction with its audit entries."""

import datetime as dt
from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import FieldError, NotFound
from yosafe.incidents.changing import hold, people_in
from yosafe.incidents.tables import Incident
from yosafe.incidents.trail import record_about
from yosafe.people.access import may_see
from yosafe.refs import number

from . import rules
from .access import TABLES, check_can_record, get_entry
from .schemas import FinishStep, Part, PlanStep, RecordEvidence, RecordFeedback, RecordInterview, SettleEvidence, WithdrawEntry
from .tables import IncidentFeedback, InvestigationEvidence, InvestigationInterview, InvestigationStep


async def plan_step(data: PlanStep, *, by: User, incident: Incident) -> int:
    """Put a step into the plan; its number. Raises Refused, Conflict, Invalid."""
    rules.raise_if_any(rules.step_faults(data, today=clock.today()))
    async with write_transaction():
        await _held(by, incident, "step")
        row = InvestigationStep(incident=incident.id, what=data.what, who=data.who, due_on=data.due_on, **_new(by))
        await row.save()
        await record_about(EventName.INVESTIGATION_STEP, incident.id, by=by, step=row.id)
    return int(row.id)


async def finish_step(data: FinishStep, *, by: User, incident: Incident, step: int) -> None:
    """Say how a step ended. Raises Refused, NotFound, Conflict where that was said already, Invalid."""
    rules.raise_if_any(rules.finish_faults(data, since=_since(incident), today=clock.today()))
    done_on = (data.done_on or clock.today()) if data.how == "done" else None
    async with write_transaction():
        await _held(by, incident, "step")
        row = await get_entry(incident, "step", step)
        rules.check_open(row["ended_at"], row["withdrawn_at"])
        await DB.execute(
            "UPDATE investigation_step SET ended_at = $2, ended_by = $3, ended_how = $4, done_on = $5, note = $6 WHERE id = $1",
            *(step, clock.now(), by.id, data.how, done_on, data.note),
        )
        await record_about(EventName.INVESTIGATION_STEP_FINISHED, incident.id, by=by, step=step, how=data.how)


async def record_interview(data: RecordInterview, *, by: User, incident: Incident) -> int:
    """Keep what someone said, or that they did not want to; its number. Raises Refused, Conflict, Invalid."""
    faults = rules.interview_faults(data, since=_since(incident), today=clock.today())
    person, more = await _one_of_them(data.young_person, by=by, incident=incident)
    rules.raise_if_any([*faults, *more])
    began = dt.time.fromisoformat(data.began) if data.began else None
    async with write_transaction():
        await _held(by, incident, "interview")
        row = InvestigationInterview(
            incident=incident.id, with_whom=data.with_whom, young_person=person, name=data.name, held_on=data.held_on, began=began,
            present=list(dict.fromkeys(data.present)), present_names=data.present_names, declined=data.declined, said=data.said, note=data.note,
            **_new(by),
        )  # fmt: skip
        await row.save()
        detail = {"interview": row.id, "declined": data.declined}
        await record_about(EventName.INVESTIGATION_INTERVIEW, incident.id, by=by, **detail)
    return int(row.id)


async def record_evidence(data: RecordEvidence, *, by: User, incident: Incident) -> int:
    """Keep that something shows what happened, and where it is or by when it is to be kept; its number. Raises Refused, Conflict, Invalid."""
    rules.raise_if_any(rules.evidence_faults(data, since=_since(incident), today=clock.today()))
    settled_at, settled_by = (clock.now(), by.id) if data.kept_on else (None, None)
    async with write_transaction():
        await _held(by, incident, "evidence")
        row = InvestigationEvidence(
            incident=incident.id, kind=data.kind, what=data.what, keep_by=data.keep_by, kept_on=data.kept_on, kept_by=data.kept_by,
            kept_where=data.kept_where, settled_at=settled_at, settled_by=settled_by, **_new(by),
        )  # fmt: skip
        await row.save()
        await record_about(EventName.INVESTIGATION_EVIDENCE, incident.id, by=by, evidence=row.id, kind=data.kind)
    return int(row.id)


async def settle_evidence(data: SettleEvidence, *, by: User, incident: Incident, evidence: int) -> None:
    """Say where evidence is kept, or why it is lost. Raises Refused, NotFound, Conflict where that was said already, Invalid."""
    rules.raise_if_any(rules.settle_faults(data, since=_since(incident), today=clock.today()))
    async with write_transaction():
        await _held(by, incident, "evidence")
        row = await get_entry(incident, "evidence", evidence)
        rules.check_open(row["settled_at"], row["withdrawn_at"])
        await DB.execute(
            "UPDATE investigation_evidence SET kept_on = $2, kept_by = $3, kept_where = $4, lost_because = $5, settled_at = $6, settled_by = $7 "
            "WHERE id = $1",
            *(evidence, data.kept_on, data.kept_by, data.kept_where, data.lost_because, clock.now(), by.id),
        )
        how = "lost" if data.lost_because else "kept"
        await record_about(EventName.INVESTIGATION_EVIDENCE_SETTLED, incident.id, by=by, evidence=evidence, how=how)


async def record_feedback(data: RecordFeedback, *, by: User, incident: Incident) -> int:
    """Keep what someone was told of what came of it, or why they were not; its number. Raises Refused, Conflict, Invalid."""
    faults = rules.feedback_faults(data, since=_since(incident), today=clock.today())
    person, more = await _one_of_them(data.young_person, by=by, incident=incident)
    rules.raise_if_any([*faults, *more])
    async with write_transaction():
        await _held(by, incident, "feedback")
        row = IncidentFeedback(
            incident=incident.id, audience=data.audience, young_person=person, told_on=data.told_on, told_by_whom=data.told_by, words=data.words,
            not_told_because=data.not_told_because, note=data.note, **_new(by),
        )  # fmt: skip
        await row.save()
        await record_about(EventName.INCIDENT_FEEDBACK, incident.id, by=by, feedback=row.id, audience=data.audience, told=data.told_on is not None)
    return int(row.id)


async def withdraw_entry(data: WithdrawEntry, *, by: User, incident: Incident, part: Part, entry: int) -> None:
    """Say that an entry was recorded in error: it stays readable, and counts no more. Raises Refused, NotFound, Conflict."""
    async with write_transaction():
        await _held(by, incident, part)
        rules.check_open(None, (await get_entry(incident, part, entry))["withdrawn_at"])
        await DB.execute(
            f"UPDATE {TABLES[part]} SET withdrawn_at = $2, withdrawn_by = $3, withdrawn_reason = $4 WHERE id = $1",
            *(entry, clock.now(), by.id, data.reason),
        )
        await record_about(EventName.INVESTIGATION_WITHDRAWN, incident.id, by=by, part=part, entry=entry)


async def _held(by: User, incident: Incident, part: Part) -> None:
    """Whoever moves the incident meanwhile waits. Raises Refused, Conflict."""
    check_can_record(by, await hold(incident.id), part=part)


def _new(by: User) -> dict[str, Any]:
    return {"recorded_at": clock.now(), "recorded_by": by.id}


def _since(incident: Incident) -> dt.date:
    """The day of the incident, before which nothing was done about it."""
    return clock.day_of(incident.happened_at)


async def _one_of_them(reference: str | None, *, by: User, incident: Incident) -> tuple[int | None, list[FieldError]]:
    """The young person of a reference, who is in the incident and whom the user sees; or the fault."""
    if reference is None:
        return None, []
    wrong = [FieldError("young_person", "Choose one of the young people of this incident whom you see")]
    try:
        person = number("YP", reference)
    except NotFound:
        return None, wrong
    there = person in {one.young_person for one in await people_in(incident.id)}
    return (person, []) if there and await may_see(by, person) else (None, wrong)
