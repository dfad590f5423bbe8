"""Completing an assessment or an arrival screen, and taking one up again that was sent back. A completed one stays as it was written."""

import datetime as dt
from typing import Any

import msgspec

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.clock import day_of
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.forms.drafts import Draft, discard, start_draft
from yosafe.people.clocks import meet_clock
from yosafe.people.tables import YoungPerson

from . import access, instruments, notices
from .arrival.actions import keep_papers
from .flow import DRAFT_KIND, answers_again
from .instruments import INSTRUMENTS, Instrument
from .rules import moment_done
from .schemas import CompleteAssessment
from .tables import Assessment

NOT_SENT_BACK = "Only an assessment that was sent back is put right. Start a new one."
# By London days: the stay they were in on that day, the later one where they moved.
_STAY = """
    SELECT id, establishment, arrived_at FROM placement
    WHERE young_person = $1 AND (arrived_at AT TIME ZONE 'Europe/London')::date <= $2
        AND (left_at IS NULL OR (left_at AT TIME ZONE 'Europe/London')::date >= $2)
    ORDER BY arrived_at DESC LIMIT 1
"""


async def complete_assessment(*, by: User, young_person: YoungPerson, new: CompleteAssessment, draft: Draft | None = None) -> Assessment:
    """Keep a completed instrument whole, end the draft that it was written in, and meet the clock of the arrival screen.

    Raises Refused for an instrument that the user does not complete, Invalid with every fault (nothing is kept then), NotFound where the draft
    has been sent already, Conflict where another was written in place of the same one.
    """
    of = instruments.instrument(new.instrument)
    access.check_can_record(by, of)
    faults = _faults_of_day(of, new, young_person)
    if faults:
        raise Invalid(faults)
    questions = instruments.version_asked(of, new.instrument_version, new.completed_on)
    answers, own_words = instruments.read_answers(questions, new.answers, new.own_words, today=clock.today())
    stay = await _stay_on(young_person.id, new.completed_on)
    _check_stay(by, of, stay)
    replaced = await _replaced(by, young_person, of, new.replaces)
    assessment = Assessment(
        young_person=young_person.id, placement=stay["id"] if stay else None, instrument=of.id, instrument_version=questions.version,
        occasion=new.occasion, completed_on=new.completed_on, answers=_json(answers), own_words=_json(own_words), concern=new.concern or None,
        agency=by.agency, recorded_at=clock.now(), recorded_by=by.id, replaces=replaced,
    )  # fmt: skip
    async with write_transaction():
        await _check_not_replaced(replaced)
        await assessment.save()
        if of.needs_stay:
            arrived_on = day_of(stay["arrived_at"])
            await keep_papers(by=by, young_person=young_person.id, placement=stay["id"], arrived_on=arrived_on, answers=answers)
            await meet_clock("arrival-screen", subject=("placement", stay["id"]), at=moment_done(new.completed_on, stay["arrived_at"]))
        if draft is not None:
            await discard(by=by, draft=draft)
        detail = {"instrument": questions.ref, "occasion": new.occasion, **({"replaces": replaced} if replaced else {})}
        subject = ("assessment", assessment.id)
        await record(EventName.ASSESSMENT_COMPLETED, by=by, subject=subject, young_person=young_person.id, detail=detail)
        if of.needs_second:
            await notices.tell_that_it_waits(assessment, by=by)
    return assessment


async def take_up_again(*, by: User, assessment: Any) -> Draft:
    """Begin a draft with the answers of an assessment that was sent back, to be put right and completed in its place.

    Raises Refused for an instrument that the user does not complete, Conflict for one that was not sent back or is replaced already.
    """
    of = INSTRUMENTS[assessment["instrument"]]
    access.check_can_record(by, of)
    if assessment["decision"] != "sent_back":
        raise Conflict(NOT_SENT_BACK)
    await _check_not_replaced(assessment["id"])
    child = await YoungPerson.objects().get(YoungPerson.id == assessment["young_person"])
    if child is None:
        raise LookupError(f"no young person {assessment['young_person']}")
    title = f"{of.title}: {child.given_names} {child.family_name}"[:200]
    return await start_draft(by=by, kind=DRAFT_KIND, title=title, answers=answers_again(assessment))


async def _replaced(by: User, young_person: YoungPerson, of: Instrument, reference: str | None) -> int | None:
    """The number of the assessment in whose place this one is written. Raises NotFound; Invalid for one of someone else or by another instrument, or
    that was not sent back."""
    if reference is None:
        return None
    row = await access.get_assessment_for(by, reference)
    if row["young_person"] != young_person.id or row["instrument"] != of.id:
        raise Invalid([FieldError("replaces", "That assessment is of another young person or of another kind: check the reference")])
    if row["decision"] != "sent_back":
        raise Invalid([FieldError("replaces", NOT_SENT_BACK)])
    number: int = row["id"]
    return number


async def _check_not_replaced(number: int | None) -> None:
    """Raise Conflict where another was written in its place. Holds its row: two who put the same right at once wait in line."""
    if number is None:
        return
    await DB.fetchval("SELECT id FROM assessment WHERE id = $1 FOR UPDATE", number)
    later = await DB.fetchval("SELECT id FROM assessment WHERE replaces = $1", number)
    if later is not None:
        raise Conflict(f"{access.assessment_ref(later)} was written in its place already. Read that one.")


def _faults_of_day(of: Instrument, new: CompleteAssessment, young_person: YoungPerson) -> list[FieldError]:
    faults = instruments.occasion_faults(of, new.occasion, new.completed_on)
    if new.completed_on > clock.today():
        faults.append(FieldError("completed_on", "Day of completion must be today or in the past"))
    if new.completed_on < young_person.date_of_birth:
        faults.append(FieldError("completed_on", "Day of completion is before the date of birth: check both"))
    return faults


async def _stay_on(young_person: int, day: dt.date) -> Any:
    return await DB.fetchrow(_STAY, young_person, day)


def _check_stay(by: User, of: Instrument, stay: Any) -> None:
    """Raise Invalid for an arrival screen without an arrival, or of another establishment's time."""
    if not of.needs_stay:
        return
    if stay is None:
        raise Invalid([FieldError("completed_on", "The young person was not held anywhere on that day. Record the arrival first, or check the day")])
    if by.establishment not in (None, stay["establishment"]):
        raise Invalid([FieldError("completed_on", "The young person was not held where you work on that day: check the day")])


def _json(answers: dict[str, Any]) -> str:
    return msgspec.json.encode(answers).decode()
