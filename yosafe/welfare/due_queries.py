"""What is due: of one young person, of those that a viewer sees, and of many as at a past day. Three queries, however many young people."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.paging import Page
from yosafe.db.sql import Sql
from yosafe.lists.listed import Column, Found, Listed
from yosafe.lists.ordering import Place
from yosafe.people.access import visible, young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.people.tables import YoungPerson
from yosafe.settings import Terminology

from . import access, instruments
from .listed import VALUES, columns
from .rules import Completed, DueAssessment, Stay, due
from .schemas import DueFor, DueOut

_STAYS = """
    SELECT young_person, arrived_at, CASE WHEN left_recorded_at < $2 THEN left_at END AS left_at
    FROM placement WHERE young_person = ANY($1) AND recorded_at < $2
"""
_COMPLETED = """
    SELECT a.young_person, a.id, a.instrument, a.occasion, a.completed_on FROM assessment a
    WHERE a.young_person = ANY($1) AND a.recorded_at < $2
        AND NOT EXISTS (SELECT FROM assessment r WHERE r.replaces = a.id AND r.recorded_at < $2)
    ORDER BY a.id
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


class DueFilter(Struct, frozen=True, kw_only=True):
    """`mine`: of the instruments that the viewer completes."""

    mine: bool = False


class StillDue(Listed[DueFilter, DueFor]):
    """What is still to be done of those whom a viewer sees and who are in custody: the most overdue first."""

    id = "assessments-due"
    noun = ("assessment", "assessments")
    tie = ""
    number = str

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns()

    def default(self, wanted: DueFilter) -> str:
        return "due"

    async def find(self, viewer: User, wanted: DueFilter, place: Place, limit: int, terminology: Terminology) -> list[Found[DueFor]]:
        value = VALUES[place.name.removeprefix("-")]
        lines = place.among(await _still_due(viewer, mine=wanted.mine), value, _number)
        return [((value(line), _number(line)), line) for line in lines[:limit]]

    async def count(self, viewer: User, wanted: DueFilter, terminology: Terminology = "2002") -> int:
        return len(await _still_due(viewer, mine=wanted.mine))

    def young_people(self, item: DueFor) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: DueFilter, items: Sequence[DueFor]) -> None:
        await record_list("assessments due", [young_person_number(line.young_person) for line in items], by=viewer)


DUE = StillDue()


async def due_list(viewer: User, *, mine: bool = False, after: str | None = None, limit: int = 50) -> Page[DueFor]:
    """A page of it, in its own order."""
    return await DUE.page(viewer, DueFilter(mine=mine), after=after, limit=limit)


def _number(line: DueFor) -> str:
    """What no two lines share."""
    return f"{line.young_person} {line.instrument} {line.occasion}"


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
