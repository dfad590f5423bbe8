"""Recording an incident: one read (who may be named, and their facts of that day), one write (every row and the audit entries in one statement).

The write is the hottest there is, and round trips are its cost. Without anything else to keep with it, the one statement is its own transaction.
"""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import asdict

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.audit.record import COLUMNS as AUDIT_COLUMNS
from yosafe.audit.record import EventName, entry, naming
from yosafe.db.engine import AT_FIRST_WRITE, DB, in_transaction, write_transaction
from yosafe.db.sql import Sql, one_of
from yosafe.errors import FieldError, Invalid
from yosafe.people import access as people
from yosafe.people.clocks import Owner, limit_set, start_clock

from . import access, rules, staffing
from .accumulation import concerned_in, so_far, with_one_more
from .checking import TELLING, Checked, checked
from .complaints.linking import complaint_told, link_concern
from .kinds import is_sealed
from .notices import TELL_ACCUMULATED, TELL_LEADS, submitted
from .rules import Facts, Known
from .schemas import ConcernsOut, Severity, SubmitIncident, SubmittedOut
from .status import Status
from .trail import SUBJECT

INCIDENT_COLUMNS = (
    "kind", "status", "severity", "restricted", "establishment", "unit", "place", "place_detail", "happened_at", "happened_precision", "account",
    "child_said", "child_not_asked_because", "immediate_action", "told_by", "question_set", "answers",
    "agency", "recorded_at", "recorded_by", "version",
)  # fmt: skip
_PERSON = """young_person bigint, role varchar, injuries varchar[], treatment varchar, age smallint, establishment varchar, unit varchar,
    legal_status varchar, care_status varchar, distance_miles smallint, days_since_arrival integer"""
_PERSON_COLUMNS = ", ".join(part.split()[0] for part in _PERSON.split(","))


class Rows(Struct, frozen=True, kw_only=True):
    """An incident as rows. `incident` is in the order of INCIDENT_COLUMNS; the others lack the incident's id and the times they share with it."""

    incident: tuple[Any, ...]
    involvements: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    happened_at: dt.datetime
    recorded_at: dt.datetime
    recorded_by: int


async def submit_incident(data: SubmitIncident, *, by: User) -> SubmittedOut:
    """Record an incident at the recorder's establishment. Raises Refused for whoever works in none, Invalid with every fault on its field; a young
    person whom the recorder can't see is told like one who does not exist."""
    here = access.establishment_of(by)
    now = clock.now()
    incident = checked(data, now)
    facts, concerns = await _facts(incident, by=by, now=now)
    rows = rows_of(incident, facts, by=by, now=now)
    if is_sealed(data.kind, incident.answers):
        access.check_can_record_sealed(by)
    staff = await staffing.accounts_of(data.staff, by=by)
    complaint = await complaint_told(data, incident.people, by=by) if data.complaint else None
    if incident.clocks or staff or complaint or in_transaction() or AT_FIRST_WRITE.get() is not None:
        async with write_transaction():
            incident_id = await _insert(rows, concerns, by=by)
            await staffing.insert(incident_id, staff, by=by)
            await start_clocks(incident.clocks, incident_id, young_person=whose_clocks(incident), establishment=here, at=now)
            if complaint:
                await link_concern(complaint, incident_id, by=by)
    else:
        incident_id = await _insert(rows, concerns, by=by)
    return SubmittedOut(
        ref=access.incident_ref(incident_id), status=Status.SUBMITTED, severity=cast("Severity", incident.severity),
        severity_because=list(incident.floor.because), recorded_at=now, version=1, concerns=concerns,
    )  # fmt: skip


async def _facts(incident: Checked, *, by: User, now: dt.datetime) -> tuple[list[Facts], list[ConcernsOut]]:
    """The facts of that day of everyone involved, in their order, and of whom there are several concerns with this one. Raises Invalid where someone
    can't be seen, or the time can't be."""
    data = incident.data
    instant = rules.facts_instant(data.happened_at, data.happened_precision, now)
    concerned = concerned_in(incident.people, [one.roles for one in data.involvements], restricted=incident.restricted)
    rows = await _known(incident.people, instant, seen_by=people.visible(by), concerns=so_far(by) if concerned else Sql("0"))
    known = {row["young_person"]: _known_of(row) for row in rows}
    faults = [
        FieldError(f"involvements.{n}.young_person", people.NOT_THERE) for n, person in enumerate(incident.people) if person not in known
    ] + rules.faults_in_time(data.happened_at, data.happened_precision, known.values(), now)
    if faults:
        raise Invalid(faults)
    happened_at = rules.kept_instant(data.happened_at, data.happened_precision)
    return [rules.frozen(known[person], instant) for person in incident.people], with_one_more(rows, concerned=concerned, happened_at=happened_at)


async def known_at(young_people: Sequence[int], instant: dt.datetime, *, seen_by: Sql) -> dict[int, Known]:
    """What is recorded of each young person at a moment, by id; those who may not be seen are left out."""
    return {row["young_person"]: _known_of(row) for row in await _known(young_people, instant, seen_by=seen_by, concerns=Sql("0"))}


def _known_of(row: Any) -> Known:
    return Known(**{name: row[name] for name in Known.__struct_fields__})


async def _known(young_people: Sequence[int], instant: dt.datetime, *, seen_by: Sql, concerns: Sql) -> list[Any]:
    day = clock.day_of(instant)
    query = Sql(
        """
        SELECT yp.id AS young_person, yp.family_name, yp.given_names, {} AS concerns, yp.date_of_birth,
            p.establishment, p.unit, p.legal_status, p.distance_miles, p.arrived_at,
            c.status AS care_status,
            EXISTS (
                SELECT FROM placement d WHERE d.young_person = yp.id AND d.arrived_at < {} AND (d.left_at IS NULL OR d.left_at >= {})
            ) AS held_that_day
        FROM young_person yp
        LEFT JOIN placement p ON p.young_person = yp.id AND p.arrived_at <= {} AND (p.left_at IS NULL OR p.left_at > {})
        LEFT JOIN care_period c ON c.young_person = yp.id AND c.started_on <= {} AND (c.ended_on IS NULL OR c.ended_on > {})
        WHERE yp.id {} AND {}
        """,
        concerns, clock.midnight(day + dt.timedelta(days=1)), clock.midnight(day), instant, instant, day, day, one_of(young_people), seen_by,
    )  # fmt: skip
    return await DB.fetch(*query.parts())


def rows_of(incident: Checked, facts: Sequence[Facts], *, by: User, now: dt.datetime) -> Rows:
    """What is to be written. Pure: whoever makes many at once writes these with COPY."""
    data = incident.data
    happened_at = rules.kept_instant(data.happened_at, data.happened_precision)
    return Rows(
        incident=(
            data.kind, Status.SUBMITTED.value, incident.severity, incident.restricted, by.establishment, data.unit, data.place, data.place_detail,
            happened_at, data.happened_precision.value, data.account, data.child_said, data.child_not_asked_because, data.immediate_action,
            data.told_by, incident.question_set, incident.answers, by.agency, now, by.id, 1,
        ),
        involvements=[
            {"young_person": who, "role": role, "injuries": person.injuries, "treatment": person.treatment, **asdict(of_that_day)}
            for who, person, of_that_day in zip(incident.people, data.involvements, facts, strict=True)
            for role in person.roles
        ],
        outcomes=[
            {
                "young_person": who, "outcome": done.outcome, "done_on": (done.done_on or clock.day_of(now)).isoformat(), "note": done.note,
                **{name: getattr(done, name) for name in TELLING},
            }
            for who, done in zip(incident.outcome_people, data.outcomes, strict=True)
        ],
        happened_at=happened_at,
        recorded_at=now,
        recorded_by=by.id,
    )  # fmt: skip


async def _insert(rows: Rows, concerns: Sequence[ConcernsOut], *, by: User) -> int:
    young_people = list(dict.fromkeys(row["young_person"] for row in rows.involvements))
    audit = dict(zip(AUDIT_COLUMNS, entry(EventName.INCIDENT_SUBMITTED, by=by, subject=(SUBJECT, None),
        **naming(young_people, kind=rows.incident[0])), strict=True))  # fmt: skip
    of = dict(zip(INCIDENT_COLUMNS, rows.incident, strict=True))
    incident_id: int = await DB.fetchval(
        _write(outcomes=bool(rows.outcomes), concerns=bool(concerns)),
        *rows.incident, rows.involvements, *(audit[name] for name in _AUDIT_GIVEN),
        *submitted(kind=of["kind"], severity=of["severity"], restricted=of["restricted"]),
        *([rows.outcomes] if rows.outcomes else ()),
        *([[people.young_person_number(one.young_person) for one in concerns]] if concerns else ()),
    )  # fmt: skip
    return incident_id


def _places(first: int, count: int) -> str:
    return ", ".join(f"${n}" for n in range(first, first + count))


_AUDIT_GIVEN = tuple(name for name in AUDIT_COLUMNS if name != "subject")
_N = len(INCIDENT_COLUMNS)
_HAPPENED, _RECORDED, _BY = (INCIDENT_COLUMNS.index(name) + 1 for name in ("happened_at", "recorded_at", "recorded_by"))
_OUTCOME = (
    ("young_person", "bigint"), ("outcome", "varchar"), ("done_on", "date"), ("note", "varchar"),
    ("whom", "varchar"), ("how", "varchar"), ("done_time", "time"), ("by_whom", "varchar"),
)  # fmt: skip
_NOTICE = _N + 2 + len(_AUDIT_GIVEN)  # the first of two
_INCIDENT = f"""
    WITH i AS (
        INSERT INTO incident ({", ".join(INCIDENT_COLUMNS)}) VALUES ({_places(1, _N)})
        RETURNING id, happened_at, recorded_at, recorded_by, establishment
    ), v AS (
        INSERT INTO involvement (incident, happened_at, recorded_at, {_PERSON_COLUMNS})
        SELECT i.id, i.happened_at, i.recorded_at, x.* FROM i, jsonb_to_recordset(${_N + 1}) AS x ({_PERSON})
    ), e AS (
        INSERT INTO incident_event (incident, action, from_status, to_status, at, recorded_by)
        SELECT i.id, 'submit', 'draft', 'submitted', i.recorded_at, i.recorded_by FROM i
    ), a AS (
        INSERT INTO audit_entry (subject, {", ".join(_AUDIT_GIVEN)}) SELECT i.id, {_places(_N + 2, len(_AUDIT_GIVEN))} FROM i
    ), n AS ({TELL_LEADS.format(f"${_NOTICE}", f"${_NOTICE + 1}::boolean")})
"""
_OUTCOMES = f"""
    , o AS (
        INSERT INTO incident_outcome (incident, recorded_at, recorded_by, {", ".join(name for name, _ in _OUTCOME)})
        SELECT i.id, i.recorded_at, i.recorded_by, x.*
        FROM i, jsonb_to_recordset({{}}) AS x ({", ".join(f"{name} {kind}" for name, kind in _OUTCOME)})
    )
"""


@cache
def _write(*, outcomes: bool, concerns: bool) -> str:
    """The statement; parts that have nothing to write cost as much as others, so that they are left out."""
    more = [part for part, there in ((_OUTCOMES, outcomes), (f", c AS ({TELL_ACCUMULATED.replace('{}', '{}::bigint[]')})", concerns)) if there]
    return _INCIDENT + "".join(part.format(f"${_NOTICE + n}") for n, part in enumerate(more, start=2)) + " SELECT id FROM i"


async def start_clocks(clocks: Sequence[str], incident_id: int, *, young_person: int, establishment: str, at: dt.datetime) -> None:
    """The establishment has until they are due."""
    owner = Owner(kind=AgencyKind.YOI, establishment=establishment)
    for clock_id in filter(lambda one: limit_set(one, at), clocks):
        await start_clock(clock_id, young_person=young_person, subject=(SUBJECT, incident_id), owner=owner, started_at=at)


def whose_clocks(incident: Checked) -> int:
    """The young person whose clocks run: who complained, else the first."""
    pairs = zip(incident.people, incident.data.involvements, strict=True)
    return next((who for who, person in pairs if "complainant" in person.roles), incident.people[0])
