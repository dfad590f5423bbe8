"""Whether what was sent is an incident: codes, roles, answers, words. Every fault at once; no I/O."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct

from yosafe import clock
from yosafe.errors import FieldError, Invalid, NotFound
from yosafe.forms.questions import QuestionSet
from yosafe.forms.read import Reading, check
from yosafe.people.access import NOT_THERE
from yosafe.reference.codes import code_list
from yosafe.refs import number

from . import severity
from .kinds import check_kind, faults_in_roles, faults_in_staff, is_restricted, outcome_fits, questions_of
from .schemas import CorrectIncident, Involve, RecordOutcome, SubmitIncident
from .told.rules import faults_in_telling

NOTHING_DONE = "none"
NOTHING_SAID = Reading(names=(), answers={}, errors=(), typed={})
NO_INJURY = "none"
TELLING = ("whom", "how", "done_time", "by_whom")  # what an outcome says of someone who was told
SAY_OR_WHY = "Write what the young person said in their own words, or select why they have not been asked"


class Checked(Struct, frozen=True, kw_only=True):
    """An incident whose own words are in order. `people` are the ids of those in `data.involvements`, in that order."""

    data: SubmitIncident
    question_set: str
    answers: dict[str, Any]
    floor: severity.Floor
    severity: str
    restricted: bool
    clocks: tuple[str, ...]
    people: tuple[int, ...]
    outcome_people: tuple[int | None, ...]


def checked(data: SubmitIncident, now: dt.datetime, *, from_log: bool = False) -> Checked:
    """Raises Invalid with every fault that can be seen without the database. `from_log`: it stood in another log, which did not ask all that we ask:
    what it says is checked, what it leaves out is left out, and its facts may make it more serious than it says."""
    day = clock.day_of(now)
    rules = check_kind(data.kind)
    asked = questions_of(data.kind, day)
    reading = NOTHING_SAID if from_log and not data.answers else check(asked, data.answers, today=day)
    people, faults = _people(data.involvements)
    if not from_log or data.child_said is not None:
        faults += faults_in_child_words(data.child_said, data.child_not_asked_because)
    faults += faults_in_codes(data, day)
    faults += [fault for n, person in enumerate(data.involvements) for fault in faults_in_harm(f"involvements.{n}", person, day)]
    faults += faults_in_roles(data.kind, [(_same(person.young_person), person.roles) for person in data.involvements])
    faults += [FieldError(f"answers.{error.key}", error.message) for error in reading.errors if not from_log or error.key in data.answers]
    faults += faults_in_staff(data.kind, data.staff)
    faults += faults_in_days(reading.answers, since=clock.day_of(data.happened_at), today=day)
    outcome_people, outcome_faults = _outcome_people(data, people)
    since = clock.day_of(data.happened_at)
    faults += outcome_faults
    faults += [fault for n, one in enumerate(data.outcomes) for fault in faults_in_outcome(f"outcomes.{n}", one, data.kind, since=since, now=now)]
    least = floor_of(data.kind, reading.answers, data.involvements)
    try:
        level = max(data.severity or "low", least.severity, key=severity.LEVELS.index) if from_log else severity.settled(data.severity, least)
    except Invalid as fault:
        faults += fault.errors
    if faults:
        raise Invalid(faults)
    return Checked(
        data=data, question_set=asked.ref, answers=reading.answers, floor=least, severity=level,
        restricted=is_restricted(data.kind, reading.answers), clocks=rules.clocks, people=people, outcome_people=outcome_people,
    )  # fmt: skip


def floor_of(kind: str, answers: Mapping[str, Any], people: Iterable[Involve]) -> severity.Floor:
    everyone = list(people)
    return severity.floor(kind, answers, [i for p in everyone for i in p.injuries], [p.treatment for p in everyone if p.treatment])


def faults_in_child_words(said: str | None, not_asked_because: str | None) -> list[FieldError]:
    if said is None and not_asked_because is None:
        return [FieldError("child_said", SAY_OR_WHY)]
    if said is not None and not_asked_because is not None:
        return [FieldError("child_not_asked_because", "There are the young person's words, so take the reason for not asking away")]
    return []


_CODES = {"place": "place", "told_by": "reporter_kind", "child_not_asked_because": "not_asked_reason"}


def faults_in_codes(data: SubmitIncident | CorrectIncident, day: dt.date) -> list[FieldError]:
    return [
        fault
        for key, codes in _CODES.items()
        if (value := getattr(data, key)) is not None and value is not UNSET
        for fault in fault_in_code(key, codes, value, day)
    ]


def fault_in_code(key: str, codes: str, value: str, day: dt.date) -> Sequence[FieldError]:
    try:
        code_list(codes).check(value, day, key=key)
    except Invalid as fault:
        return fault.errors
    return ()


def faults_in_harm(key: str, person: Involve, day: dt.date) -> list[FieldError]:
    """Faults in one person's injuries and treatment."""
    faults = [fault for injury in person.injuries for fault in fault_in_code(f"{key}.injuries", "injury", injury, day)]
    if NO_INJURY in person.injuries and len(person.injuries) > 1:
        faults.append(FieldError(f"{key}.injuries", "“None seen” can't stand beside an injury: take one of them away"))
    if len(set(person.injuries)) < len(person.injuries):
        faults.append(FieldError(f"{key}.injuries", "Give each injury once"))
    if person.treatment is not None:
        faults += fault_in_code(f"{key}.treatment", "treatment", person.treatment, day)
    return faults


def faults_in_days(answers: Mapping[str, Any], *, since: dt.date, today: dt.date) -> list[FieldError]:
    """Faults between the days of the answers and those of the record: someone found before they were missing, a decision to be made in the past."""
    found_on, decided_by = (dt.date.fromisoformat(day) if (day := answers.get(name)) else None for name in ("found_on", "investigator_by"))
    faults = []
    if found_on and found_on < since:
        faults.append(FieldError("answers.found_on", f"The day they were found must be {since:%-d %B %Y}, when they were last seen, or later"))
    if decided_by and decided_by < today:
        faults.append(FieldError("answers.investigator_by", "The day by which it is decided must be today or in the future"))
    return faults


def faults_in_outcome(key: str, outcome: RecordOutcome, kind: str, *, since: dt.date, now: dt.datetime) -> list[FieldError]:
    """Faults in something that was done. `since`: the day of the incident, before which nothing was done about it."""
    today = clock.day_of(now)
    faults = list(fault_in_code(f"{key}.outcome", "outcome", outcome.outcome, today))
    if not faults and not outcome_fits(kind, outcome.outcome):
        faults.append(FieldError(f"{key}.outcome", f"Select something that fits {code_list('incident_kind').label(kind).lower()}"))
    if outcome.done_on and outcome.done_on < since:
        faults.append(FieldError(f"{key}.done_on", f"The day it was done must be {since:%-d %B %Y}, when it happened, or later"))
    if outcome.done_on and outcome.done_on > today:
        faults.append(FieldError(f"{key}.done_on", "The day it was done must be today or in the past"))
    if outcome.outcome == NOTHING_DONE and outcome.note is None:
        faults.append(FieldError(f"{key}.note", "Enter why nothing was done"))
    telling = {name: getattr(outcome, name) for name in TELLING}
    faults += faults_in_telling(key, outcome.outcome, telling, day=outcome.done_on or today, now=now.astimezone(clock.LONDON))
    return faults


def answers_checked(asked: QuestionSet, answers: Mapping[str, Any], day: dt.date) -> dict[str, Any]:
    """Answers to a set already in use on a record. Raises Invalid."""
    reading = check(asked, answers, today=day)
    if reading.errors:
        raise Invalid([FieldError(f"answers.{error.key}", error.message) for error in reading.errors])
    return reading.answers


def _same(ref: str) -> str:
    """One spelling for all that mean the same young person: "yp-1", "YP-000001"."""
    return re.sub(r"^YP-0*", "YP-", ref.strip().upper())


def _people(involved: Sequence[Involve]) -> tuple[tuple[int, ...], list[FieldError]]:
    people: list[int] = []
    faults: list[FieldError] = []
    for n, person in enumerate(involved):
        try:
            people.append(number("YP", person.young_person))
        except NotFound:
            faults.append(FieldError(f"involvements.{n}.young_person", NOT_THERE))
    return tuple(people), faults


def _outcome_people(data: SubmitIncident, people: Sequence[int]) -> tuple[tuple[int | None, ...], list[FieldError]]:
    found: list[int | None] = []
    faults: list[FieldError] = []
    for n, outcome in enumerate(data.outcomes):
        try:
            person = number("YP", outcome.young_person) if outcome.young_person else None
        except NotFound:
            person = -1
        if person is not None and person not in people:
            faults.append(FieldError(f"outcomes.{n}.young_person", "Choose one of the young people involved, or leave it out"))
        found.append(person)
    return tuple(found), faults
