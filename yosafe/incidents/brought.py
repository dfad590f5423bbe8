"""Incidents that stood in another log, many at once: the same checks as when one is recorded, one read for all their facts, and rows by COPY.

Nobody is told of them: they are news to nobody. What is still open can be worked on as any other, and its clocks run from when it happened.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, entry, naming, record_many
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid
from yosafe.people.access import NOT_THERE

from . import access, rules, staffing
from .checking import Checked, checked
from .kinds import is_sealed
from .rules import Facts, Known
from .schemas import SubmitIncident
from .status import Act, Status
from .submitting import INCIDENT_COLUMNS, Rows, rows_of, start_clocks, whose_clocks
from .trail import SUBJECT

CLOSED = "It was closed in the log from which it was brought in."
_INVOLVED = (
    "young_person", "role", "injuries", "treatment", "age", "establishment", "unit", "legal_status", "care_status", "distance_miles",
    "days_since_arrival",
)  # fmt: skip
_STAFF = ("incident", "role", "name", "agency", "user_account", "recorded_at", "recorded_by")
_EVENT = ("incident", "action", "from_status", "to_status", "comment", "at", "recorded_by")
_KNOWN = """
    SELECT w.n, yp.id AS young_person, yp.date_of_birth, p.establishment, p.unit, p.legal_status, p.distance_miles, p.arrived_at,
        c.status AS care_status,
        EXISTS (
            SELECT FROM placement d WHERE d.young_person = yp.id AND d.arrived_at < w.day_ends AND (d.left_at IS NULL OR d.left_at >= w.day_begins)
        ) AS held_that_day
    FROM unnest({}::int[], {}::bigint[], {}::timestamptz[], {}::date[], {}::timestamptz[], {}::timestamptz[])
        AS w (n, young_person, instant, day, day_begins, day_ends)
    JOIN young_person yp ON yp.id = w.young_person
    LEFT JOIN placement p ON p.young_person = yp.id AND p.arrived_at <= w.instant AND (p.left_at IS NULL OR p.left_at > w.instant)
    LEFT JOIN care_period c ON c.young_person = yp.id AND c.started_on <= w.day AND (c.ended_on IS NULL OR c.ended_on > w.day)
    WHERE {}
"""


class Old(Struct, frozen=True, kw_only=True):
    """An incident of another log. `comment` says where it comes from; `closed`: it was closed there."""

    data: SubmitIncident
    comment: str
    closed: bool = False


class Ready(Struct, frozen=True, kw_only=True):
    """One that may be written."""

    old: Old
    incident: Checked
    rows: Rows
    staff: list[staffing.Named]


async def check_many(olds: Sequence[Old], *, by: User, seen: Sql) -> list[Ready | tuple[FieldError, ...]]:
    """For each in order: ready, or what is wrong with it. `seen`: of which young people `yp` there may be incidents. Raises Refused for whoever works
    in no establishment."""
    access.establishment_of(by)
    now = clock.now()
    found: list[Checked | tuple[FieldError, ...]] = [_checked(old, by=by) for old in olds]
    known = await _known([(n, one) for n, one in enumerate(found) if isinstance(one, Checked)], seen)
    ready: list[Ready | tuple[FieldError, ...]] = []
    for n, one in enumerate(found):
        if not isinstance(one, Checked):
            ready.append(one)
            continue
        try:
            facts = _facts(one, known[n])
            staff = await staffing.accounts_of(one.data.staff, by=by) if one.data.staff else []
        except Invalid as refusal:
            ready.append(refusal.errors)
            continue
        ready.append(Ready(old=olds[n], incident=one, rows=rows_of(one, facts, by=by, now=now), staff=staff))
    return ready


def _checked(old: Old, *, by: User) -> Checked | tuple[FieldError, ...]:
    try:
        found = checked(old.data, clock.now(), from_log=True)
        if is_sealed(old.data.kind, found.answers):
            access.check_can_record_sealed(by)
    except Invalid as refusal:
        return refusal.errors
    return found


def _facts(one: Checked, known: Mapping[int, Known]) -> list[Facts]:
    """The facts of that day, in the order of the people. Raises Invalid."""
    data, now = one.data, clock.now()
    faults = [FieldError(f"involvements.{n}.young_person", NOT_THERE) for n, person in enumerate(one.people) if person not in known]
    faults += rules.faults_in_time(data.happened_at, data.happened_precision, known.values(), now)
    if faults:
        raise Invalid(faults)
    instant = rules.facts_instant(data.happened_at, data.happened_precision, now)
    return [rules.frozen(known[person], instant) for person in one.people]


async def _known(checks: Sequence[tuple[int, Checked]], seen: Sql) -> dict[int, dict[int, Known]]:
    """What was known of everyone at each one's moment: by its place, then by young person."""
    now, asked = clock.now(), []
    for n, one in checks:
        instant = rules.facts_instant(one.data.happened_at, one.data.happened_precision, now)
        day = clock.day_of(instant)
        begins, ends = rules.day_bounds(day)
        asked += [(n, person, instant, day, begins, ends) for person in one.people]
    known: dict[int, dict[int, Known]] = defaultdict(dict)
    if asked:
        for row in await DB.fetch(*Sql(_KNOWN, *map(list, zip(*asked, strict=True)), seen).parts()):
            known[row["n"]][row["young_person"]] = Known(**{name: row[name] for name in Known.__struct_fields__})
    return known


async def write_many(ready: Sequence[Ready], *, by: User) -> list[int]:
    """Write incidents with all that belongs to them, and their audit entries, in the open transaction; their numbers."""
    if not ready:
        return []
    ids: list[int] = [row["id"] for row in await DB.fetch(_IDS, len(ready))]
    now = clock.now()
    await DB.copy_records("incident", ("id", *INCIDENT_COLUMNS), (_incident(number, one) for number, one in zip(ids, ready, strict=True)))
    await DB.copy_records(
        "involvement", ("incident", "happened_at", "recorded_at", *_INVOLVED),
        (
            (number, one.rows.happened_at, now, *(row[name] for name in _INVOLVED))
            for number, one in zip(ids, ready, strict=True) for row in one.rows.involvements
        ),
    )  # fmt: skip
    events = [event for number, one in zip(ids, ready, strict=True) for event in _events(number, one)]
    await DB.copy_records("incident_event", _EVENT, ((*event, now, by.id) for event in events))
    staff = [(number, who.role, who.name, who.agency, who.account, now, by.id) for number, one in zip(ids, ready, strict=True) for who in one.staff]
    if staff:
        await DB.copy_records("incident_staff", _STAFF, staff)
    await record_many([made for number, one in zip(ids, ready, strict=True) for made in _entries(number, one, by)])
    for number, one in zip(ids, ready, strict=True):
        if one.incident.clocks and not one.old.closed:
            whose = whose_clocks(one.incident)
            await start_clocks(one.incident.clocks, number, young_person=whose, establishment=by.establishment or "", at=one.rows.happened_at)
    return ids


_IDS = "SELECT nextval(pg_get_serial_sequence('incident', 'id')) AS id FROM generate_series(1, $1)"
_STATUS = INCIDENT_COLUMNS.index("status")


def _incident(number: int, one: Ready) -> tuple[object, ...]:
    row = list(one.rows.incident)
    row[_STATUS] = Status.CLOSED.value if one.old.closed else Status.SUBMITTED.value
    return (number, *row)


def _entries(number: int, one: Ready, by: User) -> list[tuple[object, ...]]:
    """As submitting it, and closing it, would have been recorded."""
    people, subject = list(dict.fromkeys(one.incident.people)), (SUBJECT, number)
    entries = [entry(EventName.INCIDENT_SUBMITTED, by=by, subject=subject, **naming(people, kind=one.old.data.kind))]
    if one.old.closed:
        detail = {"action": Act.CLOSE.value, "to": Status.CLOSED.value}
        entries += [entry(EventName.INCIDENT_MOVED, by=by, subject=subject, young_person=person, detail=detail) for person in people]
    return entries


def _events(number: int, one: Ready) -> list[tuple[object, ...]]:
    events: list[tuple[object, ...]] = [(number, Act.SUBMIT.value, Status.DRAFT.value, Status.SUBMITTED.value, one.old.comment)]
    if one.old.closed:
        events.append((number, Act.CLOSE.value, Status.SUBMITTED.value, Status.CLOSED.value, CLOSED))
    return events
