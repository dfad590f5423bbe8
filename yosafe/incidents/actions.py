"""What is done to an incident once it is recorded. Keyword-only, by someone, in one transaction with its audit entries."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, NotFound
from yosafe.people import access as people
from yosafe.people.clocks import meet_clock, stop_clocks
from yosafe.refs import number

from . import access, rules
from .changing import change, check_version, hold, people_in, raise_severity
from .checking import faults_in_harm, faults_in_outcome
from .colleagues import colleague
from .complaints.tables import ComplaintAnswer
from .kinds import RULES, faults_in_roles
from .notices import tell_owner, tell_recorder
from .rules import Known, Precision
from .schemas import AddAddendum, Involve, MoveIncident, RecordOutcome
from .status import CONCLUDING, STATUS_LABELS, Act, Case, Given, Status
from .submitting import known_at, start_clocks
from .tables import Addendum, Incident, IncidentEvent, IncidentOutcome, Involvement
from .trail import SUBJECT, record_about
from .transitions import check_can_move, check_move

ACKNOWLEDGED, ANSWERED, APPEAL_ANSWERED = "complaint-acknowledged", "complaint-answered", "complaint-appeal-answered"
INVESTIGATION = "investigation"

# What was told, answered or investigated before it was last reopened does not count for what came of it since.
_CASE = """
    SELECT (SELECT count(*) FROM incident_outcome WHERE incident = $1) AS outcomes,
        EXISTS (SELECT FROM incident_event WHERE incident = $1 AND action IN ('acknowledge', 'conclude')) AS acknowledged,
        EXISTS (SELECT FROM allegation WHERE incident = $1 AND investigator IS NOT NULL) AS investigator_named,
        EXISTS (SELECT FROM allegation WHERE incident = $1 AND child_words IS NOT NULL) AS child_words,
        (SELECT recorded_by FROM incident_event WHERE incident = $1 AND action = 'conclude' ORDER BY at DESC, id DESC LIMIT 1) AS concluded_by,
        (SELECT count(*) FROM investigation_step WHERE incident = $1 AND ended_at IS NULL AND withdrawn_at IS NULL) AS open_steps,
        EXISTS (SELECT FROM incident_event WHERE incident = $1 AND action = 'investigate' AND at >= r.at) AS investigated,
        EXISTS (SELECT FROM complaint_answer WHERE incident = $1 AND answered_at >= r.at)
            OR EXISTS (SELECT FROM incident_feedback f WHERE f.incident = $1 AND f.audience = 'young_person' AND f.withdrawn_at IS NULL
                AND f.recorded_at >= r.at) AS child_told,
        EXISTS (SELECT FROM incident_feedback f WHERE f.incident = $1 AND f.audience = 'reporter' AND f.withdrawn_at IS NULL
            AND f.recorded_at >= r.at) AS reporter_told,
        (SELECT code FROM incident_event a WHERE a.incident = $1 AND a.action = 'appeal' AND NOT EXISTS (
            SELECT FROM incident_event b WHERE b.incident = $1 AND b.action = 'answer_appeal' AND b.id > a.id) ORDER BY a.id DESC LIMIT 1) AS appeal
    FROM (SELECT coalesce(max(at), '-infinity') AS at FROM incident_event WHERE incident = $1 AND action = 'reopen') r
"""
# Who needs no telling of their own: the young person is told in any case, and nobody knows who it was that gave no name.
NOBODY_ELSE = frozenset({"young_person", "anonymous"})


async def case_of(incident: Incident) -> Case:
    """What the table of statuses looks at."""
    facts = dict(await DB.fetchrow(_CASE, incident.id) or {})
    facts["reporter_told"] = facts["reporter_told"] or incident.told_by in NOBODY_ELSE
    return Case(
        id=incident.id, kind=incident.kind, status=Status(incident.status), severity=incident.severity, author=incident.recorded_by,
        owner=incident.owner, **facts,
    )  # fmt: skip


async def move(data: MoveIncident, *, by: User, incident: Incident, version: int) -> int:
    """Take a step of the table; the version that the incident now has. Raises Stale, and what the table says: Conflict, Refused, Invalid."""
    check_version(incident, version)
    case = await case_of(incident)
    check_can_move(case, data.action, by)
    given = await _given(data, by=by, incident=incident)
    async with write_transaction():
        step = check_move(case, data.action, by, given)
        changes = _changes(step.act, step.next, incident, given, by)
        version = await change(incident, changes)
        await IncidentEvent(
            incident=incident.id, action=step.act.value, from_status=step.status.value, to_status=step.next.value, code=_code(step.act, given),
            comment=data.comment, owner=changes.get("owner"), at=clock.now(), recorded_by=by.id,
        ).save()  # fmt: skip
        if given.answer is not None and step.act in CONCLUDING:
            await ComplaintAnswer(
                incident=incident.id, appeal=step.act is Act.ANSWER_APPEAL, outcome=given.finding, words=given.answer,
                answered_at=clock.now(), recorded_by=by.id,
            ).save()  # fmt: skip
        await _move_clocks(step.act, case, incident)
        await tell_owner(incident, changes.get("owner"), by=by)
        if step.act is Act.CONCLUDE:
            await tell_recorder(incident, by=by)
        await record_about(EventName.INCIDENT_MOVED, incident.id, by=by, action=step.act.value, to=step.next.value)
    return version


def _changes(act: Act, to: Status, incident: Incident, given: Given, by: User) -> dict[str, Any]:
    """What an act writes into the incident itself. What an earlier one left (the finding, the owner) stays until another replaces it."""
    changes: dict[str, Any] = {"status": to.value, "duplicate_of": given.original if act is Act.MARK_DUPLICATE else None}
    if act in CONCLUDING:
        changes["finding"] = given.finding
    if act is Act.ASSIGN:
        changes["owner"] = given.owner
    if act is Act.INVESTIGATE:
        changes["owner"] = given.owner or incident.owner or by.id
    return changes


def _code(act: Act, given: Given) -> str | None:
    """What the step itself keeps, from the code list that `status.code_list_of` names."""
    if act in CONCLUDING:
        return given.finding
    return {Act.MARK_NOT_REPORTABLE: given.reason, Act.APPEAL: given.appeal_to}.get(act)


async def _given(data: MoveIncident, *, by: User, incident: Incident) -> Given:
    """What came with an act, with people and records looked up. Raises Invalid for those that can't be found."""
    original = await _original(data.original, by=by, repeated_by=incident) if data.action is Act.MARK_DUPLICATE and data.original else None
    owner = await colleague(by, data.owner, incident=incident.id) if data.owner else None
    answer = data.answer if incident.kind == "complaint" else None
    return Given(
        comment=data.comment, finding=data.finding, reason=data.reason, original=original, owner=owner, answer=answer, appeal_to=data.appeal_to
    )


async def _original(ref: str, *, by: User, repeated_by: Incident) -> int:
    try:
        found = await access.get_incident_for(by, ref)
    except NotFound:
        raise Invalid([FieldError("original", access.NOT_THERE)]) from None
    if found.restricted and not repeated_by.restricted:
        raise Invalid([FieldError("original", "That incident is restricted, and more people see this one: pointing to it would tell them of it")])
    if found.duplicate_of is not None:
        raise Invalid([FieldError("original", "That incident is itself marked as a duplicate. Enter the reference of its original")])
    return int(found.id)


async def _move_clocks(act: Act, case: Case, incident: Incident) -> None:
    """Clocks follow the life of what they are about: acknowledged, answered, investigated, appealed, set aside, begun again."""
    subject = (SUBJECT, case.id)
    running = RULES[case.kind].clocks if case.kind in RULES else ()
    if act in (Act.ACKNOWLEDGE, Act.CONCLUDE) and ACKNOWLEDGED in running:
        await meet_clock(ACKNOWLEDGED, subject=subject, at=clock.now())
    if act is Act.CONCLUDE:
        for one in (INVESTIGATION, *((ANSWERED,) if ANSWERED in running else ())):
            await meet_clock(one, subject=subject, at=clock.now())
    if act is Act.ANSWER_APPEAL:
        await meet_clock(APPEAL_ANSWERED, subject=subject, at=clock.now())
    if act in (Act.INVESTIGATE, Act.APPEAL):
        await _start([INVESTIGATION if act is Act.INVESTIGATE else APPEAL_ANSWERED], incident)
    if act in (Act.MARK_DUPLICATE, Act.MARK_NOT_REPORTABLE):
        await stop_clocks(subject=subject, reason=f"The incident was marked as {STATUS_LABELS[Status(act.value.removeprefix('mark_'))].lower()}.")
    if act is Act.REOPEN and running:
        again = [one for one in (ACKNOWLEDGED, ANSWERED) if one in running and not (one == ACKNOWLEDGED and case.acknowledged)]
        await _start(again, incident)


# Whose clock it is, where several young people are in it: the first of these parts that somebody had.
_WHOSE = ("complainant", "harmed", "hurt_self", "concerned")


async def _start(clocks: Sequence[str], incident: Incident) -> None:
    there = await people_in(incident.id)
    whose = next((p.young_person for role in _WHOSE for p in there if role in p.roles), there[0].young_person)
    await start_clocks(clocks, incident.id, young_person=whose, establishment=incident.establishment, at=clock.now())


async def add_addendum(data: AddAddendum, *, by: User, incident: Incident) -> None:
    """Add to what was written, whatever the status: what is there stays."""
    async with write_transaction():
        await Addendum(incident=incident.id, text=data.text, at=clock.now(), recorded_by=by.id).save()
        await record_about(EventName.INCIDENT_ADDENDUM, incident.id, by=by)


async def add_outcome(data: RecordOutcome, *, by: User, incident: Incident) -> None:
    """Record something that was done. Raises Refused, Conflict when it is over, Invalid."""
    async with write_transaction():
        access.check_can_add_outcome(by, await hold(incident.id))
        await IncidentOutcome(
            incident=incident.id, young_person=await _whose_outcome(data, by=by, incident=incident), outcome=data.outcome,
            done_on=data.done_on or clock.today(), note=data.note, recorded_at=clock.now(), recorded_by=by.id, whom=data.whom, how=data.how,
            done_time=data.done_time and dt.time.fromisoformat(data.done_time), by_whom=data.by_whom,
        ).save()  # fmt: skip
        await record_about(EventName.INCIDENT_OUTCOME, incident.id, by=by, outcome=data.outcome)


async def _whose_outcome(data: RecordOutcome, *, by: User, incident: Incident) -> int | None:
    """The young person for whom something was done, None where it was for everyone. Raises Invalid with every fault in the outcome."""
    faults = faults_in_outcome("", data, incident.kind, since=clock.day_of(incident.happened_at), now=clock.now())
    person = await one_of_those_seen(data.young_person, by=by, incident=incident) if data.young_person is not None else None
    if data.young_person is not None and person is None:
        faults.append(FieldError(".young_person", "Choose one of the young people involved, or leave it out"))
    if faults:
        raise Invalid([FieldError(fault.key.lstrip("."), fault.message) for fault in faults])
    return person


async def one_of_those_seen(ref: str, *, by: User, incident: Incident) -> int | None:
    """The number of a young person in an incident whom a user sees; None for anyone else."""
    try:
        person = number("YP", ref)
    except NotFound:
        return None
    there = person in {p.young_person for p in await people_in(incident.id)}
    return person if there and await people.may_see(by, person) else None


async def add_involvement(data: Involve, *, by: User, incident: Incident) -> None:
    """Add a young person, or another part that one had. The severity rises where their injuries make it. Raises Refused, Conflict, Invalid."""
    now = clock.now()
    async with write_transaction():
        incident = await hold(incident.id)
        access.check_can_involve(by, incident)
        known, instant = await _known(data, by=by, incident=incident)
        await _check_fits(data, known.young_person, incident)
        for role in data.roles:
            await Involvement(
                incident=incident.id, young_person=known.young_person, role=role, injuries=data.injuries, treatment=data.treatment,
                happened_at=incident.happened_at, recorded_at=now, **asdict(rules.frozen(known, instant)),
            ).save()  # fmt: skip
        await raise_severity(incident, by=by)
        await record_about(EventName.INCIDENT_INVOLVED, incident.id, by=by, added=known.young_person, roles=list(data.roles))


async def _known(data: Involve, *, by: User, incident: Incident) -> tuple[Known, dt.datetime]:
    """What is recorded of a young person whom the user can see, and the moment whose facts they are."""
    precision = Precision(incident.happened_precision)
    instant = rules.facts_instant(incident.happened_at, precision, incident.recorded_at)
    faults = faults_in_harm("", data, clock.today())
    try:
        person = number("YP", data.young_person)
    except NotFound:
        person = 0
    known = (await known_at([person], instant, seen_by=people.visible(by))).get(person)
    if known is None:
        faults.insert(0, FieldError(".young_person", people.NOT_THERE))
    else:
        wrong = rules.faults_in_time(incident.happened_at, precision, [known], clock.now())
        faults += [FieldError(".young_person", fault.message) for fault in wrong]
    if known is None or faults:
        raise Invalid([FieldError(fault.key.lstrip("."), fault.message) for fault in faults])
    return known, instant


async def _check_fits(data: Involve, person: int, incident: Incident) -> None:
    """Raise Conflict for a part that this young person has already, Invalid for one that the kind does not allow."""
    there = {str(p.young_person): p.roles for p in await people_in(incident.id)}
    before = there.get(str(person), [])
    if any(role in before for role in data.roles):
        raise Conflict("This young person is recorded with this part already.")
    there[str(person)] = [*before, *data.roles]
    faults = faults_in_roles(incident.kind, list(there.items()))
    if faults:
        raise Invalid([FieldError("roles", fault.message) for fault in faults])
