"""Welfare assessments that were completed elsewhere, many at once: what they say is checked as ours are, what they leave out is left out."""

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

from . import access, instruments

_COLUMNS = (
    "id", "young_person", "placement", "instrument", "instrument_version", "occasion", "completed_on", "answers", "own_words", "concern", "agency",
    "recorded_at", "recorded_by",
)  # fmt: skip
_STAYS = """
    SELECT DISTINCT ON (w.n) w.n, p.id FROM unnest($1::int[], $2::bigint[], $3::date[]) AS w (n, young_person, day)
    JOIN placement p ON p.young_person = w.young_person AND (p.arrived_at AT TIME ZONE 'Europe/London')::date <= w.day
        AND (p.left_at IS NULL OR (p.left_at AT TIME ZONE 'Europe/London')::date >= w.day)
    ORDER BY w.n, p.arrived_at DESC
"""
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
    """What is wrong with it. Raises Refused where the user's role does not complete this instrument."""
    of = instruments.instrument(old.instrument)
    access.check_can_record(by, of)
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
    return (*faults, *(error for error in reading.errors if error.key in old.answers))


async def write_many(olds: Sequence[OldAssessment], *, by: User) -> list[int]:
    """Write assessments that `check_old` found in order, with their audit entries, in the open transaction; their numbers."""
    if not olds:
        return []
    ids: list[int] = [row["id"] for row in await DB.fetch(_IDS, len(olds))]
    pairs = list(enumerate(olds))
    stays = await DB.fetch(_STAYS, [n for n, _ in pairs], [one.young_person for one in olds], [one.completed_on for one in olds])
    held = {row["n"]: row["id"] for row in stays}
    now = clock.now()
    rows: list[tuple[Any, ...]] = [
        (
            number, one.young_person, held.get(n), one.instrument, _version(one), one.occasion, one.completed_on, dict(one.answers), {}, None,
            by.agency, now, by.id,
        )
        for number, (n, one) in zip(ids, pairs, strict=True)
    ]  # fmt: skip
    await DB.copy_records("assessment", _COLUMNS, rows)
    await record_many([_entry(number, one, by) for number, one in zip(ids, olds, strict=True)])
    return ids


def _entry(number: int, one: OldAssessment, by: User) -> tuple[Any, ...]:
    detail = {"instrument": f"{one.instrument}/{_version(one)}", "occasion": one.occasion}
    return entry(EventName.ASSESSMENT_COMPLETED, by=by, subject=("assessment", number), young_person=one.young_person, detail=detail)


def _version(one: OldAssessment) -> int:
    return instruments.instrument(one.instrument).questions(one.completed_on).version
