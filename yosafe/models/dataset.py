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
from .indicators import OF_ANY_AGE, days_looked_back

Row = Any
PART = 4_000  # young people whose facts are in memory together
F = TypeVar("F", bound=Fact)

IN_CUSTODY = """
    SELECT DISTINCT p.young_person FROM placement p
    WHERE p.arrived_at < $1 AND p.recorded_at < $1 AND (p.left_at IS NULL OR p.left_at >= $1 OR p.left_recorded_at >= $1)
"""
OF_THESE = f"{IN_CUSTODY} AND p.young_person = ANY($2)"
PEOPLE = """
    SELECT id, date_of_birth, sex, ethnicity, disability, asylum_status, release_on, release_address, created_at FROM young_person WHERE id = ANY($1)
"""
PLACEMENTS = """
    SELECT young_person, establishment, unit, unit_recorded_at, arrived_at, left_at, distance_miles, recorded_at, left_recorded_at
    FROM placement WHERE young_person = ANY($1) AND recorded_at < $2
"""
# Each of a pair with the other, and the restriction as it was then.
KEPT_APART = """
    SELECT k.id, pair.one AS young_person, pair.other, k.started_at, k.ended_at,
        (SELECT s.restriction FROM keep_apart_step s WHERE s.keep_apart = k.id AND s.at < $2 ORDER BY s.at DESC, s.id DESC LIMIT 1) AS restriction
    FROM keep_apart k CROSS JOIN LATERAL (VALUES (k.first, k.second), (k.second, k.first)) AS pair (one, other)
    WHERE pair.one = ANY($1) AND k.started_at < $2
"""
# What a care period said then: as it is now, or as it was before the first correction after the moment.
CARE = """
    SELECT p.young_person, p.recorded_at, p.ended_recorded_at,
        CASE WHEN was.id IS NULL THEN p.status ELSE was.status END AS status,
        CASE WHEN was.id IS NULL THEN p.responsible_area ELSE was.responsible_area END AS responsible_area,
        CASE WHEN was.id IS NULL THEN p.started_on ELSE was.started_on END AS started_on,
        CASE WHEN was.id IS NULL THEN p.ended_on ELSE coalesce(was.ended_on, p.ended_on) END AS ended_on
    FROM care_period p LEFT JOIN LATERAL (
        SELECT * FROM care_correction c WHERE c.care_period = p.id AND c.at >= $2 ORDER BY c.at, c.id LIMIT 1) was ON true
    WHERE p.young_person = ANY($1) AND p.recorded_at < $2
"""
WORKERS = """
    SELECT young_person, role, name IS NOT NULL AS named, since, until, recorded_at, ended_recorded_at
    FROM named_worker WHERE young_person = ANY($1) AND recorded_at < $2
"""
CONTACTS = "SELECT young_person, kind, from_whom, happened_on, recorded_at FROM contact WHERE young_person = ANY($1) AND recorded_at < $2"
# Status and severity as they were then: the last step before the moment, and the old value of the first correction after it. Of what happened before
# the first day ($3) that any indicator looks back to, only the kinds that stay open until someone decides.
INCIDENTS = f"""
    WITH v AS (
        SELECT young_person, incident, role, happened_at, recorded_at FROM involvement
        WHERE young_person = ANY($1) AND recorded_at < $2 AND happened_at >= $3
        UNION ALL
        SELECT v.young_person, v.incident, v.role, v.happened_at, v.recorded_at FROM involvement v JOIN incident i ON i.id = v.incident
        WHERE v.young_person = ANY($1) AND v.recorded_at < $2 AND v.happened_at < $3 AND i.kind IN ({", ".join(f"'{kind}'" for kind in OF_ANY_AGE)})
    )
    SELECT v.young_person, i.id, i.kind, i.restricted, array_agg(v.role) AS roles,
        min(v.happened_at) AS happened_at, max(v.recorded_at) AS recorded_at,
        coalesce((SELECT c.old_value FROM incident_correction c WHERE c.incident = i.id AND c.field = 'severity' AND c.at >= $2
            ORDER BY c.at, c.id LIMIT 1), i.severity) AS severity,
        (SELECT CASE WHEN e.to_status IN ('duplicate', 'not_reportable') THEN e.at END FROM incident_event e
            WHERE e.incident = i.id AND e.at < $2 ORDER BY e.at DESC, e.id DESC LIMIT 1) AS set_aside_at,
        (SELECT CASE WHEN e.to_status IN ('concluded', 'closed') THEN e.at END FROM incident_event e
            WHERE e.incident = i.id AND e.at < $2 ORDER BY e.at DESC, e.id DESC LIMIT 1) AS concluded_at
    FROM v JOIN incident i ON i.id = v.incident
    GROUP BY v.young_person, i.id
"""
ASSESSMENTS = (
    "SELECT young_person, id, instrument, occasion, completed_on, recorded_at FROM assessment WHERE young_person = ANY($1) AND recorded_at < $2"
)
CLOCKS = """
    SELECT c.young_person, c.clock, c.rules, c.subject_kind, c.subject, c.started_at, c.due_on, c.recorded_at,
        coalesce(c.met_at, c.stopped_at, h.recorded_at) AS ended_at, coalesce(c.met_recorded_at, c.stopped_at, h.recorded_at) AS ended_recorded_at
    FROM clock c LEFT JOIN clock_hold h ON h.clock = c.id AND h.recorded_at < $2 AND (h.ended_at IS NULL OR h.ended_at >= $2)
    WHERE c.young_person = ANY($1) AND c.recorded_at < $2
        AND NOT (c.subject_kind = 'incident' AND EXISTS (SELECT FROM incident i WHERE i.id = c.subject AND i.restricted))
        AND NOT (c.subject_kind = 'referral' AND EXISTS (
            SELECT FROM referral_incident ri JOIN incident i ON i.id = ri.incident WHERE ri.referral = c.subject AND i.restricted))
"""
REFERRALS = """
    SELECT r.young_person, r.id, CASE WHEN e.outcome IN ('registered', 'deregistered') THEN e.outcome ELSE e.kind END AS kind,
        e.happened_on, e.recorded_at,
        ARRAY(SELECT ri.incident FROM referral_incident ri WHERE ri.referral = r.id) AS incidents
    FROM referral r JOIN referral_event e ON e.referral = r.id
    WHERE r.young_person = ANY($1) AND e.recorded_at < $2
        AND (e.kind IN ('considered', 'sent', 'ended') OR e.outcome IN ('registered', 'deregistered'))
    ORDER BY r.id, e.happened_on, e.id
"""
ENQUIRIES = "SELECT young_person, asked_on, recorded_at FROM register_check WHERE young_person = ANY($1) AND recorded_at < $2"

TRAVELLER = frozenset({"gypsy_traveller", "roma"})
NO_ANSWER = frozenset({None, "not_asked", "declined", "not_known"})
SUBJECT_PREFIX = {"incident": "IN", "referral": "RF", "assessment": "AS"}


async def load_facts(as_of: dt.date, young_people: Collection[int] | None = None, *, look_back: int | None = None) -> dict[int, Facts]:
    """The facts of everyone in custody at the end of a day, by young person; of those among `young_people`, where given. Incidents of `look_back`
    days that end with it: as many as indicators look back to, if nothing else is said."""
    moment = Moment.ending(as_of)
    ids = await in_custody(as_of, young_people)
    people, looked_back = await DB.fetch(PEOPLE, ids), midnight(as_of - dt.timedelta(days=(look_back or days_looked_back()) - 1))
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
    found = (_person(row, {name: of.get(row["id"], ()) for name, of in parts.items()}) for row in people)
    return {facts.young_person: _with_assessments_due(facts.as_at(as_of), as_of) for facts in found}


async def in_custody(as_of: dt.date, young_people: Collection[int] | None = None) -> list[int]:
    """Who was in custody at the end of a day, in the order of their numbers; of `young_people`, where given."""
    closes_at = Moment.ending(as_of).closes_at
    rows = await (DB.fetch(IN_CUSTODY, closes_at) if young_people is None else DB.fetch(OF_THESE, closes_at, list(young_people)))
    return sorted(row["young_person"] for row in rows)


def in_parts(young_people: Sequence[int]) -> list[Sequence[int]]:
    """So many at a time as memory holds at ease; one part of nobody for nobody."""
    return [young_people[start : start + PART] for start in range(0, max(len(young_people), 1), PART)]


async def _rows(sql: str, ids: list[int], moment: Moment, *more: dt.datetime) -> list[Row]:
    return await DB.fetch(sql, ids, moment.closes_at, *more)


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


def _person(row: Row, parts: dict[str, tuple[Any, ...]]) -> Facts:
    reference = ref("YP", row["id"])
    known = {"happened_on": day_of(row["created_at"]), "recorded_at": row["created_at"], "reference": reference}
    answers = {"traveller": row["ethnicity"], "disability": row["disability"], "unaccompanied": row["asylum_status"]}
    groups = [name for name, answer in answers.items() if _belongs(name, answer)]
    return Facts(
        young_person=row["id"],
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
    needed = welfare.due(
        [welfare.Stay(arrived_on=p.happened_on, left_on=p.ended_on) for p in facts.placements],
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
    return replace(facts, clocks=facts.clocks + clocks)


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
