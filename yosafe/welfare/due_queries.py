"""What is due: of one young person, of those that a viewer sees, and of many as at a past day. Three queries, however many young people."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.paging import Page, check_limit, cut, key_of
from yosafe.db.sql import Sql
from yosafe.people.access import visible, young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.people.tables import YoungPerson

from . import access, instruments
from .rules import Completed, DueAssessment, Stay, due
from .schemas import DueFor, DueOut

DueKey = tuple[dt.date, str, str, str]
DUE_KEY: Any = DueKey

_STAYS = """
    SELECT young_person, arrived_at, CASE WHEN left_recorded_at < $2 THEN left_at END AS left_at
    FROM placement WHERE young_person = ANY($1) AND recorded_at < $2
"""
_COMPLETED = """
    SELECT young_person, id, instrument, occasion, completed_on FROM assessment WHERE young_person = ANY($1) AND recorded_at < $2 ORDER BY id
"""
_RELEASES = "SELECT id, release_on FROM young_person WHERE id = ANY($1)"
_HELD_THEN = """
    SELECT DISTINCT young_person FROM placement
    WHERE arrived_at < $1 AND recorded_at < $1 AND (left_at IS NULL OR left_at >= $1 OR left_recorded_at >= $1)
"""
_HELD_NOW = """
    SELECT yp.id, yp.family_name, yp.given_names, p.establishment
    FROM young_person yp JOIN placement p ON p.young_person = yp.id AND p.left_at IS NULL WHERE {}
"""


async def due_as_at(day: dt.date, young_people: Collection[int] | None = None) -> dict[int, tuple[DueAssessment, ...]]:
    """What was due at the end of a day, by young person, from what had been recorded by then: of everyone in custody then, or of those named.

    The expected day of release keeps no history, so that an assessment before release is told of today only.
    """
    closes_at = clock.midnight(day + dt.timedelta(days=1))
    found = [row["young_person"] for row in await DB.fetch(_HELD_THEN, closes_at)] if young_people is None else sorted(set(young_people))
    stays = _by_person((row["young_person"], _stay(row)) for row in await DB.fetch(_STAYS, found, closes_at))
    done = _by_person((row["young_person"], _done(row)) for row in await DB.fetch(_COMPLETED, found, closes_at))
    releases = await _releases(found) if day >= clock.today() else {}
    return {one: due(stays.get(one, ()), done.get(one, ()), releases.get(one), day) for one in found}


async def due_of(viewer: User, young_person: YoungPerson) -> list[DueOut]:
    """What is and was due of one young person who was loaded for the viewer, by due date; of the instruments that they may read."""
    found = await due_as_at(clock.today(), [young_person.id])
    return [DueOut(**_told(young_person.id, one)) for one in found[young_person.id] if _reads(viewer, one)]


async def due_list(viewer: User, *, mine: bool = False, after: str | None = None, limit: int = 50) -> Page[DueFor]:
    """A page of what is still to be done of those whom the viewer sees and who are in custody: the most overdue first.
    `mine`: of the instruments that the viewer completes."""
    key, lines = key_of(after, DUE_KEY), sorted(await _still_due(viewer, mine=mine), key=_place)
    rest = lines if key is None else lines[bisect_right(lines, key, key=_place) :]
    found = cut(rest[: check_limit(limit) + 1], limit, key=_place, item=lambda line: line)
    await record_list("assessments due", [young_person_number(line.young_person) for line in found.items], by=viewer)
    return found


def _place(line: DueFor) -> DueKey:
    """Where a line stands in the list, and no other does."""
    return line.due_on, line.young_person, line.instrument, line.occasion


class DueCounts(Struct, frozen=True):
    """Assessments that are still to be done, and those of them that are overdue."""

    open: int
    overdue: int


async def due_counts(viewer: User) -> DueCounts:
    """Of the young people whom the viewer sees, by the instruments that the viewer completes."""
    lines = await _still_due(viewer, mine=True)
    return DueCounts(len(lines), sum(line.state == "overdue" for line in lines))


async def _still_due(viewer: User, *, mine: bool) -> list[DueFor]:
    people = {row["id"]: row for row in await DB.fetch(*Sql(_HELD_NOW, visible(viewer)).parts())}
    found = await due_as_at(clock.today(), list(people))
    return [
        _line(people[number], one)
        for number, owed in found.items()
        for one in owed
        if one.is_open and _reads(viewer, one) and (not mine or _records(viewer, one))
    ]


async def _releases(young_people: list[int]) -> Mapping[int, dt.date | None]:
    return {row["id"]: row["release_on"] for row in await DB.fetch(_RELEASES, young_people)}


def _by_person(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for young_person, one in pairs:
        found[young_person].append(one)
    return found


def _stay(row: Any) -> Stay:
    return Stay(arrived_on=day_of(row["arrived_at"]), left_on=day_of(row["left_at"]) if row["left_at"] else None)


def _done(row: Any) -> Completed:
    reference = access.assessment_ref(row["id"])
    return Completed(instrument=row["instrument"], occasion=row["occasion"], completed_on=row["completed_on"], ref=reference)


def _line(person: Any, one: DueAssessment) -> DueFor:
    name = full_name(person["family_name"], person["given_names"])
    return DueFor(**_told(person["id"], one), name=name, establishment=person["establishment"])


def _reads(viewer: User, one: DueAssessment) -> bool:
    return access.can_read(viewer, instruments.INSTRUMENTS[one.instrument])


def _records(viewer: User, one: DueAssessment) -> bool:
    return access.can_record(viewer, instruments.INSTRUMENTS[one.instrument])


def _told(young_person: int, one: DueAssessment) -> dict[str, Any]:
    return {
        "young_person": young_person_ref(young_person), "instrument": one.instrument, "occasion": one.occasion, "title": one.title,
        "since": one.since, "due_on": one.due_on, "met_on": one.met_on, "assessment": one.ref, "state": one.state, "words": one.words,
        "confirmed": one.confirmed,
    }  # fmt: skip
