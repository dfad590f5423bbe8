"""Facts from the database, as they were known at the end of a day. A handful of queries for everyone in custody then, whatever their number; of very
many some thousands at a time (`in_parts`), so that memory holds the facts of those alone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from yosafe.clock import day_of, midnight
from yosafe.db.engine import DB
from yosafe.reference.establishments import establishment
from yosafe.reference.rule_sets import rule_set
from yosafe.refs import ref
from yosafe.welfare import rules as welfare

from .facts import (
    Assessment,
    CarePeriod,
    Clock,
    Contact,
    Enquiry,
    Fact,
    Facts,
    Group,
    Incident,
    KeepApart,
    Moment,
    Placement,
    Referral,
    Registration,
    Release,
    Worker,
)
from .indicators import days_looked_back
from .statements import (
    ASSESSMENTS,
    CARE,
    CLOCKS,
    CONTACTS,
    ENQUIRIES,
    IN_CUSTODY,
    INCIDENTS,
    KEPT_APART,
    PEOPLE,
    PLACEMENTS,
    REFERRALS,
    WORKERS,
    of_these,
)

Row = Any
PART = 4_000  # young people whose facts are in memory together
F = TypeVar("F", bound=Fact)

OF_THESE = f"{IN_CUSTODY} AND p.young_person = ANY($2)"

TRAVELLER = frozenset({"gypsy_traveller", "roma"})
NO_ANSWER = frozenset({None, "not_asked", "declined", "not_known"})
SUBJECT_PREFIX = {"incident": "IN", "referral": "RF", "assessment": "AS"}


async def load_facts(as_of: dt.date, young_people: Collection[int] | None = None, *, look_back: int | None = None) -> dict[int, Facts]:
    """The facts of everyone in custody at the end of a day, by young person; of those among `young_people`, where given. Incidents of `look_back`
    days that end with it: as many as indicators look back to, if nothing else is said."""
    moment = Moment.ending(as_of)
    ids = await in_custody(as_of, young_people)
    people, looked_back = await DB.fetch(of_these(PEOPLE), ids), midnight(as_of - dt.timedelta(days=(look_back or days_looked_back()) - 1))
    parts: dict[str, dict[int, tuple[Any, ...]]] = {
        "placements": _by_person((row["young_person"], _placement(row)) for row in await _rows(PLACEMENTS, ids, moment)),
        "care_periods": _by_person((row["young_person"], _care(row)) for row in await _rows(CARE, ids, moment)),
        "workers": _by_person((row["young_person"], _worker(row)) for row in await _rows(WORKERS, ids, moment)),
        "contacts": _by_person((row["young_person"], _contact(row)) for row in await _rows(CONTACTS, ids, moment)),
        "incidents": _by_person((row["young_person"], _incident(row)) for row in await _rows(INCIDENTS, ids, moment, looked_back)),
        "assessments": _by_person((row["young_person"], _assessment(row)) for row in await _rows(ASSESSMENTS, ids, moment)),
        "clocks": _by_person((row["young_person"], _clock(row)) for row in await _rows(CLOCKS, ids, moment)),
        "enquiries": _by_person((row["young_person"], _enquiry(row)) for row in await _rows(ENQUIRIES, ids, moment)),
    }
    parts["keep_apart"] = await _kept_apart(ids, moment)
    events = await _rows(REFERRALS, ids, moment)
    parts["referrals"] = _by_person((row["young_person"], _referral(row)) for row in events if row["kind"] in ("considered", "sent"))
    parts["registrations"] = _by_person(_registrations(events))
    found = (_person(row, {name: of.get(row["young_person"], ()) for name, of in parts.items()}) for row in people)
    return {facts.young_person: _with_assessments_due(facts.as_at(as_of), as_of) for facts in found}


async def in_custody(as_of: dt.date, young_people: Collection[int] | None = None) -> list[int]:
    """Who was in custody at the end of a day, in the order of their numbers; of `young_people`, where given."""
    closes_at = Moment.ending(as_of).closes_at
    rows = await (DB.fetch(IN_CUSTODY, closes_at) if young_people is None else DB.fetch(OF_THESE, closes_at, list(young_people)))
    return sorted({row["young_person"] for row in rows})


def in_parts(young_people: Sequence[int]) -> list[Sequence[int]]:
    """So many at a time as memory holds at ease; one part of nobody for nobody."""
    return [young_people[start : start + PART] for start in range(0, max(len(young_people), 1), PART)]


async def _rows(sql: str, ids: list[int], moment: Moment, *more: dt.datetime) -> list[Row]:
    return await DB.fetch(of_these(sql), moment.closes_at, *more, ids)


async def _kept_apart(ids: list[int], moment: Moment) -> dict[int, tuple[KeepApart, ...]]:
    """Each with where the other was held, who may be nobody of those that are asked for."""
    rows = await _rows(KEPT_APART, ids, moment)
    others = sorted({row["other"] for row in rows})
    held = _by_person((row["young_person"], _placement(row)) for row in await _rows(PLACEMENTS, others, moment))
    return _by_person((row["young_person"], _apart(row, held.get(row["other"], ()))) for row in rows)


def _apart(row: Row, other: tuple[Placement, ...]) -> KeepApart:
    ended_at = row["ended_at"]
    return KeepApart(
        happened_on=day_of(row["started_at"]), recorded_at=row["started_at"], reference=ref("KA", row["id"]),
        ended_on=day_of(ended_at) if ended_at else None, end_recorded_at=ended_at, restriction=row["restriction"],
        other=tuple(replace(one, reference=ref("KA", row["id"])) for one in other),
    )  # fmt: skip


def _by_person(pairs: Iterable[tuple[int, F]]) -> dict[int, tuple[F, ...]]:
    found = defaultdict(list)
    for young_person, fact in pairs:
        found[young_person].append(fact)
    return {young_person: tuple(facts) for young_person, facts in found.items()}


def _person(row: Row, parts: dict[str, Any]) -> Facts:
    reference = ref("YP", row["young_person"])
    known = {"happened_on": day_of(row["created_at"]), "recorded_at": row["created_at"], "reference": reference}
    answers = {"traveller": row["ethnicity"], "disability": row["disability"], "unaccompanied": row["asylum_status"]}
    groups = [name for name, answer in answers.items() if _belongs(name, answer)]
    return Facts(
        young_person=row["young_person"],
        reference=reference,
        date_of_birth=row["date_of_birth"],
        sex=row["sex"],
        releases=(Release(**known, release_on=row["release_on"], address_recorded_at=row["created_at"] if row["release_address"] else None),)
        if row["release_on"]
        else (),
        groups=tuple(Group(**known, group=name) for name in groups),
        not_asked=frozenset(name for name, answer in answers.items() if answer in NO_ANSWER),
        **parts,
    )


def _with_assessments_due(facts: Facts, as_of: dt.date) -> Facts:
    """The facts with a clock for each welfare assessment that is or was due, by what was known then."""
    release = facts.release.release_on if facts.release else None
    stays = [welfare.Stay(arrived_on=p.happened_on, left_on=p.ended_on) for p in facts.placements]
    needed = welfare.due(
        stays,
        [welfare.Completed(instrument=a.instrument, occasion=a.occasion, completed_on=a.happened_on, ref=a.reference) for a in facts.assessments],
        release,
        as_of,
    )
    clocks = tuple(
        Clock(
            happened_on=need.since, recorded_at=midnight(need.since), reference=need.ref or facts.reference, ended_on=need.met_on,
            clock="welfare-assessment", about=need.title, due_on=need.due_on,
        )
        for need in needed
        if need.instrument == welfare.ASSET and (need.is_open or need.met_on)
    )  # fmt: skip
    asked_on = welfare.asked_before_release(stays, release)
    later = [on for on in (facts.another_on, asked_on) if on is not None and on > as_of]
    return replace(facts, clocks=facts.clocks + clocks, another_on=min(later, default=None))


def _belongs(group: str, answer: str | None) -> bool:
    match group:
        case "traveller":
            return answer in TRAVELLER
        case "unaccompanied":
            return answer == "unaccompanied"
    return answer not in NO_ANSWER and answer != "none"


def _placement(row: Row) -> Placement:
    place = establishment(row["establishment"])
    return Placement(
        happened_on=day_of(row["arrived_at"]), recorded_at=row["recorded_at"], reference=ref("YP", row["young_person"]),
        ended_on=day_of(row["left_at"]) if row["left_at"] else None, end_recorded_at=row["left_recorded_at"],
        establishment=place.name, area=place.area, adult_estate=place.adult_estate, unit=row["unit"],
        unit_recorded_at=row["unit_recorded_at"], distance_miles=row["distance_miles"],
    )  # fmt: skip


def _care(row: Row) -> CarePeriod:
    return CarePeriod(
        happened_on=row["started_on"], recorded_at=row["recorded_at"], reference=ref("YP", row["young_person"]),
        ended_on=row["ended_on"], end_recorded_at=row["ended_recorded_at"],
        status=row["status"], responsible_area=row["responsible_area"],
    )  # fmt: skip


def _worker(row: Row) -> Worker:
    return Worker(
        happened_on=row["since"], recorded_at=row["recorded_at"], reference=ref("YP", row["young_person"]), ended_on=row["until"],
        end_recorded_at=row["ended_recorded_at"], role=row["role"], named=row["named"],
    )  # fmt: skip


def _contact(row: Row) -> Contact:
    return Contact(
        happened_on=row["happened_on"], recorded_at=row["recorded_at"], reference=ref("YP", row["young_person"]),
        kind=row["kind"], with_whom=row["from_whom"],
    )  # fmt: skip


def _incident(row: Row) -> Incident:
    return Incident(
        happened_on=day_of(row["happened_at"]), recorded_at=row["recorded_at"], reference=ref("IN", row["id"]),
        kind=row["kind"], roles=frozenset(row["roles"]), severity=row["severity"], restricted=row["restricted"], set_aside_at=row["set_aside_at"],
        concluded_at=row["concluded_at"],
    )  # fmt: skip


def _assessment(row: Row) -> Assessment:
    return Assessment(
        happened_on=row["completed_on"], recorded_at=row["recorded_at"], reference=ref("AS", row["id"]),
        instrument=row["instrument"], occasion=row["occasion"],
    )  # fmt: skip


def _clock(row: Row) -> Clock:
    prefix = SUBJECT_PREFIX.get(row["subject_kind"])
    return Clock(
        happened_on=day_of(row["started_at"]), recorded_at=row["recorded_at"],
        reference=ref(prefix, row["subject"]) if prefix else ref("YP", row["young_person"]),
        ended_on=day_of(row["ended_at"]) if row["ended_at"] else None, end_recorded_at=row["ended_recorded_at"],
        clock=row["clock"], about=rule_set(row["rules"]).clock(row["clock"]).title, due_on=row["due_on"],
    )  # fmt: skip


def _referral(row: Row) -> Referral:
    return Referral(
        happened_on=row["happened_on"], recorded_at=row["recorded_at"], reference=ref("RF", row["id"]),
        sent=row["kind"] == "sent", incidents=frozenset(ref("IN", i) for i in row["incidents"]),
    )  # fmt: skip


def _enquiry(row: Row) -> Enquiry:
    return Enquiry(happened_on=row["asked_on"], recorded_at=row["recorded_at"], reference=ref("YP", row["young_person"]))


def _registrations(events: Iterable[Row]) -> Iterator[tuple[int, Registration]]:
    """Each registration with its end, if it has one: the next event of that referral that takes the child off or ends it. Events come in order."""
    ordered = [row for row in events if row["kind"] in ("registered", "deregistered", "ended")]
    for place, row in enumerate(ordered):
        if row["kind"] == "registered":
            end = next((e for e in ordered[place + 1 :] if e["id"] == row["id"] and e["kind"] != "registered"), None)
            yield (
                row["young_person"],
                Registration(
                    happened_on=row["happened_on"], recorded_at=row["recorded_at"], reference=ref("RF", row["id"]),
                    ended_on=end["happened_on"] if end else None, end_recorded_at=end["recorded_at"] if end else None,
                ),
            )  # fmt: skip
