"""Welfare assessments and arrival screens that were completed elsewhere, many at once: what they say is checked as ours are, what they leave out is
left out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, entry, record_many
from yosafe.db.engine import DB
from yosafe.errors import FieldError, Invalid
from yosafe.forms.read import check
from yosafe.people.clocks import meet_clock

from . import access, instruments
from .rules import SCREEN, first_night_faults, moment_done

_COLUMNS = (
    "id", "young_person", "placement", "instrument", "instrument_version", "occasion", "completed_on", "answers", "own_words", "concern", "agency",
    "recorded_at", "recorded_by",
)  # fmt: skip
_STAYS = """
    SELECT DISTINCT ON (w.n) w.n, p.id, p.establishment, p.arrived_at FROM unnest($1::int[], $2::bigint[], $3::date[]) AS w (n, young_person, day)
    JOIN placement p ON p.young_person = w.young_person AND (p.arrived_at AT TIME ZONE 'Europe/London')::date <= w.day
        AND (p.left_at IS NULL OR (p.left_at AT TIME ZONE 'Europe/London')::date >= w.day)
    ORDER BY w.n, p.arrived_at DESC
"""
_WAITING = """
    SELECT subject FROM clock
    WHERE clock = 'arrival-screen' AND subject_kind = 'placement' AND subject = ANY($1) AND met_at IS NULL AND stopped_at IS NULL ORDER BY subject
"""
_AGAIN = """
    UPDATE clock SET met_at = NULL, met_recorded_at = NULL
    WHERE clock = 'arrival-screen' AND subject_kind = 'placement' AND subject = ANY($1) AND met_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM assessment a WHERE a.placement = clock.subject AND a.instrument = 'vulnerability-screen')
"""
NOT_HELD = "The young person was not held anywhere on that day. Bring in the placement first, or check the day"
ELSEWHERE = "The young person was not held where you work on that day: check the day"
_IDS = "SELECT nextval(pg_get_serial_sequence('assessment', 'id')) AS id FROM generate_series(1, $1)"


class OldAssessment(Struct, frozen=True, kw_only=True):
    """An assessment of another system. `answers` are by the names of the instrument's questions."""

    young_person: int
    date_of_birth: dt.date
    instrument: str
    occasion: str
    completed_on: dt.date
    answers: Mapping[str, Any]


def check_old(old: OldAssessment, *, by: User) -> tuple[FieldError, ...]:
    """What is wrong with it, but for the stay that it is of."""
    of = instruments.instrument(old.instrument)
    if not access.can_record(by, of):
        return (FieldError("instrument", f"Your role does not complete this one ({of.title}): leave the row to those who do"),)
    today = clock.today()
    faults = list(instruments.occasion_faults(of, old.occasion, old.completed_on))
    if old.completed_on > today:
        faults.append(FieldError("completed_on", "Day of completion must be today or in the past"))
    if old.completed_on < old.date_of_birth:
        faults.append(FieldError("completed_on", "Day of completion is before the date of birth: check both"))
    try:
        questions = instruments.version_asked(of, None, old.completed_on)
    except Invalid as refusal:
        return (*faults, *refusal.errors)
    reading = check(instruments.workers_questions(questions), old.answers, today=today)
    theirs = (*reading.errors, *first_night_faults(reading.answers))
    return (*faults, *(error for error in theirs if error.key in old.answers))


async def without_stay(olds: Sequence[OldAssessment], *, by: User) -> dict[int, FieldError]:
    """Of those that are about an arrival, the places of those without one, or where the user does not work, with what is wrong."""
    held = await _stays(olds)
    found: dict[int, FieldError] = {}
    for n, old in enumerate(olds):
        if not instruments.instrument(old.instrument).needs_stay:
            continue
        if n not in held:
            found[n] = FieldError("completed_on", NOT_HELD)
        elif by.establishment not in (None, held[n]["establishment"]):
            found[n] = FieldError("completed_on", ELSEWHERE)
    return found


async def _stays(olds: Sequence[OldAssessment]) -> dict[int, Any]:
    """The stay that each was written in, by its place."""
    rows = await DB.fetch(_STAYS, list(range(len(olds))), [one.young_person for one in olds], [one.completed_on for one in olds])
    return {row["n"]: row for row in rows}


async def write_many(olds: Sequence[OldAssessment], *, by: User) -> list[int]:
    """Write assessments that `check_old` found in order, with their audit entries, in the open transaction; their numbers."""
    if not olds:
        return []
    ids: list[int] = [row["id"] for row in await DB.fetch(_IDS, len(olds))]
    pairs = list(enumerate(olds))
    held = await _stays(olds)
    now = clock.now()
    rows: list[tuple[Any, ...]] = [
        (
            number, one.young_person, held[n]["id"] if n in held else None, one.instrument, _version(one), one.occasion, one.completed_on,
            dict(one.answers), {}, None, by.agency, now, by.id,
        )
        for number, (n, one) in zip(ids, pairs, strict=True)
    ]  # fmt: skip
    await DB.copy_records("assessment", _COLUMNS, rows)
    await record_many([_entry(number, one, by) for number, one in zip(ids, olds, strict=True)])
    screens = {held[n]["id"]: moment_done(one.completed_on, held[n]["arrived_at"]) for n, one in pairs if one.instrument == SCREEN}
    for row in await DB.fetch(_WAITING, list(screens)):
        await meet_clock("arrival-screen", subject=("placement", row["subject"]), at=screens[row["subject"]])
    return ids


async def taken_back(placements: Sequence[int]) -> None:
    """What belongs to taking back screens of some stays, in the open transaction: the time limit of one that has no screen any more runs again."""
    await DB.execute(_AGAIN, list(placements))


def _entry(number: int, one: OldAssessment, by: User) -> tuple[Any, ...]:
    detail = {"instrument": f"{one.instrument}/{_version(one)}", "occasion": one.occasion}
    return entry(EventName.ASSESSMENT_COMPLETED, by=by, subject=("assessment", number), young_person=one.young_person, detail=detail)


def _version(one: OldAssessment) -> int:
    return instruments.instrument(one.instrument).questions(one.completed_on).version
