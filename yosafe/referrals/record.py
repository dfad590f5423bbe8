"""The whole record of a referral, as a reader may see it: every time limit explains itself."""

from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import NotFound
from yosafe.incidents import access as incidents
from yosafe.people.access import young_person_ref
from yosafe.people.clock_queries import clocks_of
from yosafe.people.rules import full_name
from yosafe.people.time_limits.queries import explained, holds_of
from yosafe.people.time_limits.schemas import ExplainedClock
from yosafe.settings import Terminology
from yosafe.welfare import access as welfare

from . import access
from .access import SUBJECT, referral_ref
from .case import case_of
from .events import Kind
from .schemas import EventOut, GroundOut, ReferralOut
from .status import Status
from .steps import next_steps
from .tables import Referral

_PLAIN = (
    "considered_only", "category", "concern", "child_view", "child_not_asked_because", "sharing_basis", "source_code", "home_area", "host_area",
    "establishment", "threshold", "not_referred_reason", "second_person", "review_on", "told_by", "told_on", "told_how", "gaps",
    "gaps_reason", "recorded_at", "version",
)  # fmt: skip
_DETAILS = ("source", "present", "present_names", "quorate", "child_there", "advocate", "registered_as", "agreed_with", "review_on")
_WHO = """
    SELECT yp.family_name, yp.given_names, u.name AS recorded_by, g.name AS agency
    FROM young_person yp, user_account u, agency g WHERE yp.id = $1 AND u.id = $2 AND g.id = $3
"""
_EVENTS = """
    SELECT e.*, u.name, g.name AS agency_name
    FROM referral_event e JOIN user_account u ON u.id = e.recorded_by JOIN agency g ON g.id = e.agency WHERE e.referral = $1 ORDER BY e.id
"""


async def open_referral(viewer: User, ref: int | str, *, terminology: Terminology = "2002") -> ReferralOut:
    """A referral for a page or an answer, noted as read. Raises NotFound."""
    referral = await access.get_referral_for(viewer, ref)
    await record_read(EventName.REFERRAL_READ, by=viewer, subject=(SUBJECT, referral.id), young_person=referral.young_person)
    return await record_of(viewer, referral, terminology=terminology)


async def record_of(viewer: User, referral: Referral, *, terminology: Terminology = "2002") -> ReferralOut:
    """Everything of a referral that was loaded for the viewer. The reading is audited by whoever shows it."""
    who = await DB.fetchrow(_WHO, referral.young_person, referral.recorded_by, referral.agency)
    if who is None:
        raise NotFound(access.NOT_THERE)
    rests_on, hidden = await _incidents(viewer, referral)
    assessment, unread = await _assessment(viewer, referral)
    case = await case_of(referral)
    steps = next_steps(case, viewer, today=clock.today())
    return ReferralOut(
        **{name: getattr(referral, name) for name in _PLAIN}, ref=referral_ref(referral.id), young_person=young_person_ref(referral.young_person),
        name=full_name(who["family_name"], who["given_names"]), status=Status(referral.status), recorded_by=who["recorded_by"],
        recorded_for=who["agency"], owner_area=None if referral.considered_only else case.decider, incidents=rests_on,
        assessment=assessment, grounds_hidden=hidden + unread,
        events=[_event(row) for row in await DB.fetch(_EVENTS, referral.id)],
        clocks=await _clocks(viewer, referral, terminology), may=[step.kind for step in steps],
    )  # fmt: skip


def _event(row: Any) -> EventOut:
    return EventOut(
        kind=Kind(row["kind"]), on=row["happened_on"], area=row["area"], outcome=row["outcome"], note=row["note"], by=row["name"],
        agency=row["agency_name"], recorded_at=row["recorded_at"], **{name: row[name] for name in _DETAILS},
    )  # fmt: skip


async def _incidents(viewer: User, referral: Referral) -> tuple[list[GroundOut], int]:
    """Those that the viewer may see, and how many more there are."""
    query = Sql(
        "SELECT i.id, i.kind, i.happened_at, {} AS seen FROM referral_incident ri JOIN incident i ON i.id = ri.incident "
        "WHERE ri.referral = {} ORDER BY i.happened_at, i.id",
        incidents.visible(viewer), referral.id,
    )  # fmt: skip
    rows = await DB.fetch(*query.parts())
    seen = [row for row in rows if row["seen"]]
    found = [GroundOut(ref=incidents.incident_ref(row["id"]), kind=row["kind"], happened_on=day_of(row["happened_at"])) for row in seen]
    return found, len(rows) - len(seen)


async def _assessment(viewer: User, referral: Referral) -> tuple[GroundOut | None, int]:
    if referral.assessment is None:
        return None, 0
    query = Sql(
        "SELECT a.id, a.instrument, a.completed_on, {} AS seen FROM assessment a WHERE a.id = {}", welfare.readable(viewer), referral.assessment
    )
    [row] = await DB.fetch(*query.parts())
    if not row["seen"]:
        return None, 1
    return GroundOut(ref=welfare.assessment_ref(row["id"]), kind=row["instrument"], happened_on=row["completed_on"]), 0


async def _clocks(viewer: User, referral: Referral, terminology: Terminology) -> list[ExplainedClock]:
    found = await clocks_of(viewer, referral.young_person, subject=(SUBJECT, referral.id), terminology=terminology)
    holds = await holds_of([one.id for one in found])
    return [explained(one, holds.get(one.id, [])) for one in found]
