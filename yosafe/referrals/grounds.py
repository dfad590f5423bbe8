"""What a referral rests on, looked up for whoever makes it: they may rest it only on what they may see."""

import datetime as dt
import re
from collections.abc import Iterable

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid, NotFound
from yosafe.incidents import access as incidents
from yosafe.people.tables import YoungPerson
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment
from yosafe.welfare import access as welfare
from yosafe.welfare.queries import assessments_of

from .access import referral_ref
from .checking import Known
from .schemas import Grounds, RecipientOut

NOT_OF_THIS_CHILD = "This young person has no part in that incident. Check the reference"
RECENT = 20
_INCIDENT_REF = re.compile(r"IN-\d{1,12}", re.ASCII)


class Found(Struct, frozen=True, kw_only=True):
    """The numbers of what a referral rests on."""

    incidents: list[int]
    assessment: int | None


class Ground(Struct, frozen=True, kw_only=True):
    """An incident (its kind) or assessment (its instrument) that a referral could rest on. `referred`: referrals that rest on it already."""

    ref: str
    kind: str
    day: dt.date
    referred: list[str] = []


class Whereabouts(Struct, frozen=True, kw_only=True):
    """Where a young person is held now, and the authority of that place."""

    establishment: str | None
    host_area: str | None


async def found(data: Grounds, *, by: User, young_person: YoungPerson) -> Found:
    """What the references mean. Raises Invalid, on its field, for what the user can't see or what is about someone else."""
    errors: list[FieldError] = []
    numbers = []
    for n, ref in enumerate(dict.fromkeys(data.incidents)):
        try:
            numbers.append(await _incident(ref, by=by, young_person=young_person))
        except NotFound as refusal:
            errors.append(FieldError(f"incidents.{n}", str(refusal)))
    assessment = None
    if data.assessment is not None:
        try:
            assessment = await _assessment(data.assessment, by=by, young_person=young_person)
        except NotFound as refusal:
            errors.append(FieldError("assessment", str(refusal)))
    if errors:
        raise Invalid(errors)
    return Found(incidents=numbers, assessment=assessment)


async def _incident(ref: str, *, by: User, young_person: YoungPerson) -> int:
    incident = await incidents.get_incident_for(by, ref)
    if not await DB.fetchval("SELECT EXISTS (SELECT FROM involvement WHERE incident = $1 AND young_person = $2)", incident.id, young_person.id):
        raise NotFound(NOT_OF_THIS_CHILD)
    return int(incident.id)


async def _assessment(ref: str, *, by: User, young_person: YoungPerson) -> int:
    row = await welfare.get_assessment_for(by, ref)
    if row["young_person"] != young_person.id:
        raise NotFound(welfare.NOT_THERE)
    return int(row["id"])


async def whereabouts(young_person: int) -> Whereabouts:
    here = await DB.fetchval("SELECT establishment FROM placement WHERE young_person = $1 AND left_at IS NULL", young_person)
    return Whereabouts(establishment=here, host_area=establishment(here).area if here else None)


async def recipients(home_area: str, host_area: str | None) -> list[RecipientOut]:
    """The authorities that a referral goes to, the host first."""
    areas = list(dict.fromkeys(a for a in (host_area, home_area) if a))
    here = {
        row["area"]: row["name"]
        for row in await DB.fetch(
            "SELECT DISTINCT ON (area) area, name FROM agency WHERE kind = 'social_services' AND area = ANY($1) AND closed_at IS NULL "
            "ORDER BY area, id",
            areas,
        )
    }
    return [_recipient(a, home_area, host_area, here.get(a)) for a in areas]


def _recipient(of: str, home_area: str, host_area: str | None, agency: str | None) -> RecipientOut:
    part = "both" if home_area == host_area else "host" if of == host_area else "home"
    return RecipientOut(area=of, name=agency or f"{area(of).name} social services", part=part, on_service=agency is not None)


_INCIDENTS = """
    SELECT i.id, i.kind, i.happened_at,
        ARRAY(SELECT r.id FROM referral r JOIN referral_incident ri ON ri.referral = r.id WHERE ri.incident = i.id AND r.young_person = {} ORDER BY 1)
            AS referred
    FROM involvement v JOIN incident i ON i.id = v.incident
    WHERE v.young_person = {} AND i.status NOT IN ('duplicate', 'not_reportable') AND {}
    GROUP BY i.id ORDER BY i.id = ANY({}) DESC, i.happened_at DESC, i.id DESC LIMIT {}
"""


async def incidents_to_choose(viewer: User, young_person: YoungPerson, chosen: Iterable[str] = ()) -> list[Ground]:
    """The young person's latest incidents that the viewer may see, those `chosen` already before the others, with the referrals that they led to."""
    first = [int(ref[3:]) for ref in chosen if _INCIDENT_REF.fullmatch(ref)]
    query = Sql(_INCIDENTS, young_person.id, young_person.id, incidents.visible(viewer), first, RECENT)
    return [
        Ground(
            ref=incidents.incident_ref(row["id"]), kind=row["kind"], day=day_of(row["happened_at"]),
            referred=[referral_ref(referral) for referral in row["referred"]],
        )
        for row in await DB.fetch(*query.parts())
    ]  # fmt: skip


async def assessments_to_choose(viewer: User, young_person: YoungPerson) -> list[Ground]:
    """The young person's latest assessments that the viewer may read, newest first."""
    page = await assessments_of(viewer, young_person, limit=RECENT)
    return [Ground(ref=line.ref, kind=line.instrument, day=line.completed_on) for line in page.items]


_KNOWN = """
    SELECT yp.ethnicity IS NOT NULL AS ethnicity, yp.first_language IS NOT NULL AS first_language, yp.disability IS NOT NULL AS disability,
        yp.home_outcode IS NOT NULL AS home, coalesce(c.status <> 'not_known', false) AS care_status,
        coalesce(c.status NOT IN ('looked_after', 'care_leaver'), true) OR EXISTS (
            SELECT FROM named_worker w WHERE w.young_person = yp.id AND w.until IS NULL AND w.name IS NOT NULL
                AND (w.role = 'social_worker' OR w.role = 'personal_adviser' AND c.status = 'care_leaver')) AS contact_named
    FROM young_person yp LEFT JOIN care_period c ON c.young_person = yp.id AND c.ended_on IS NULL WHERE yp.id = $1
"""


async def known(young_person: int) -> Known:
    """What is on the record that an authority will ask for."""
    return Known(**dict(await DB.fetchrow(_KNOWN, young_person) or {}))
