"""Putting an incident right: the new value stands, the old one and the reason stay readable beside it."""

import datetime as dt
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import asdict

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName
from yosafe.db.engine import DB, write_transaction
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid

from . import access, rules, severity
from .changing import answers_of, change, check_version, floor_of, hold, people_in
from .checking import answers_checked, faults_in_child_words, faults_in_codes, faults_in_days
from .kinds import CHANNEL, is_restricted, question_sets
from .rules import Facts, Precision
from .schemas import CorrectIncident
from .submitting import known_at
from .tables import Incident, IncidentCorrection
from .trail import record_about

FACTS = "facts:"  # then the number of the young person whose facts of the day changed with the day
ANSWER = "answers."


async def correct(data: CorrectIncident, *, by: User, incident: Incident, version: int) -> int:
    """Put values right; the version that the incident now has. Raises Refused, Stale, Invalid."""
    access.check_can_correct(by)
    check_version(incident, version)
    now = clock.now()
    _check(data, incident, clock.day_of(now))
    async with write_transaction():
        check_version(await hold(incident.id), version)
        new = await _new_values(data, incident, now)
        version = await change(incident, new)
        pairs = _pairs(incident, new) + await _move_in_time(incident, new, now)
        for field, old_value, new_value in pairs:
            await IncidentCorrection(
                incident=incident.id, field=field, old_value=old_value, new_value=new_value, reason=data.reason, at=now, recorded_by=by.id
            ).save()
        await record_about(EventName.INCIDENT_CORRECTED, incident.id, by=by, fields=sorted({field.partition(":")[0] for field, _, _ in pairs}))
    return version


def _check(data: CorrectIncident, incident: Incident, day: dt.date) -> None:
    """Raise Invalid for what can be seen without the database."""
    faults = faults_in_codes(data, day)
    said, why = (getattr(incident, key) if (value := getattr(data, key)) is UNSET else value for key in ("child_said", "child_not_asked_because"))
    faults += faults_in_child_words(said, why)
    if faults:
        raise Invalid(faults)


async def _new_values(data: CorrectIncident, incident: Incident, now: dt.datetime) -> dict[str, Any]:
    """The values that differ from what is recorded, with the severity that follows from them. Raises Invalid."""
    given = {name: value for name, value in asdict(data).items() if value is not UNSET and name not in ("reason", "answers", "severity")}
    if data.answers is not UNSET:
        given["answers"] = answers_checked(question_sets().by_ref(incident.question_set), data.answers, clock.day_of(now))
    if "happened_at" in given or "happened_precision" in given:
        precision = Precision(given.get("happened_precision", incident.happened_precision))
        given["happened_precision"] = precision.value
        given["happened_at"] = rules.kept_instant(given.get("happened_at", incident.happened_at), precision)
    since = clock.day_of(given.get("happened_at", incident.happened_at))
    if faults := faults_in_days(given.get("answers", answers_of(incident)), since=since, today=since):
        raise Invalid(faults)
    least = floor_of(incident.kind, given.get("answers", answers_of(incident)), await people_in(incident.id))
    chosen = incident.severity if data.severity is UNSET else data.severity
    given["severity"] = severity.settled(chosen, least) if data.severity is not UNSET else max(chosen, least.severity, key=severity.LEVELS.index)
    given["restricted"] = _restricted(incident, given.get("answers", answers_of(incident)))
    new = {name: value for name, value in given.items() if value != getattr(incident, name)}
    if not new:
        raise Invalid("Nothing is different from what is recorded. Change what is wrong first.")
    return new


def _restricted(incident: Incident, answers: dict[str, Any]) -> bool:
    """Whether it is for those named on it only. Raises Invalid where a complaint that was sealed would be opened to others."""
    restricted = is_restricted(incident.kind, answers)
    if incident.restricted and not restricted:
        raise Invalid(
            [FieldError(f"{ANSWER}{CHANNEL}", "A complaint that came sealed stays sealed: the young person trusted that nobody else reads it")]
        )
    return restricted


def _pairs(incident: Incident, new: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """Field, old and new value of everything that changed, as text; answers one by one."""
    pairs = [(name, _text(getattr(incident, name)), _text(value)) for name, value in new.items() if name != "answers"]
    if "answers" in new:
        old = answers_of(incident)
        pairs += [
            (f"{ANSWER}{name}", _text(old.get(name)), _text(new["answers"].get(name)))
            for name in sorted({*old, *new["answers"]})
            if old.get(name) != new["answers"].get(name)
        ]
    return pairs


def _text(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case dt.datetime():
            return value.astimezone(clock.LONDON).isoformat(timespec="minutes")
    return msgspec.json.encode(value).decode()


async def _move_in_time(incident: Incident, new: dict[str, Any], now: dt.datetime) -> list[tuple[str, str | None, str | None]]:
    """Where the moment changed, the facts of each young person become those of the new one; what they were is kept with the correction."""
    if "happened_at" not in new and "happened_precision" not in new:
        return []
    happened_at, precision = new.get("happened_at", incident.happened_at), Precision(new.get("happened_precision", incident.happened_precision))
    instant = rules.facts_instant(happened_at, precision, now)
    there = [person.young_person for person in await people_in(incident.id)]
    known = await known_at(there, instant, seen_by=Sql("true"))
    faults = rules.faults_in_time(happened_at, precision, known.values(), now)
    if faults:
        raise Invalid(faults)
    pairs = []
    for person in there:
        facts = rules.frozen(known[person], instant)
        before = await _facts_now(incident.id, person)
        await DB.execute(_MOVE, incident.id, person, happened_at, *asdict(facts).values())
        if facts != before:
            pairs.append((f"{FACTS}{person}", _text(asdict(before)), _text(asdict(facts))))
    return pairs


_FACTS = tuple(field.name for field in msgspec.structs.fields(Facts))
_MOVE = f"""
    UPDATE involvement SET happened_at = $3, {", ".join(f"{name} = ${n}" for n, name in enumerate(_FACTS, 4))}
    WHERE incident = $1 AND young_person = $2
"""


async def _facts_now(incident: int, person: int) -> Facts:
    row = await DB.fetchrow(
        f"SELECT {', '.join(_FACTS)} FROM involvement WHERE incident = $1 AND young_person = $2 ORDER BY id LIMIT 1", incident, person
    )
    if row is None:
        raise Invalid([FieldError("", "Someone else changed who is in this incident. Look at it again.")])
    return Facts(**row)
