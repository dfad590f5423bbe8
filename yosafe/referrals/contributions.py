"""What referrals contribute to the record of a young person: entries of the chronology, a section, and what their references mean to clocks."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.frame import Badge, Section
from yosafe.people.subjects import SubjectKind
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from . import access
from .access import PREFIX, referral_ref, shows, unrestricted
from .events import Kind
from .words import authority, event_title, lower_first, outcome_label, sent_to

# What was sent here is known to the minute; anything else by its day.
_ROWS = f"""
    SELECT e.kind AS part, e.id,
        CASE WHEN e.kind IN ('sent', 'considered') THEN e.recorded_at ELSE {DAY_AS_INSTANT.format("e.happened_on")} END AS at,
        e.kind NOT IN ('sent', 'considered') AS day_only, e.recorded_at, e.recorded_by,
        jsonb_build_object('referral', r.id, 'category', r.category, 'home', r.home_area, 'host', r.host_area, 'outcome', e.outcome, 'area', e.area,
            'second', r.second_person) AS facts
    FROM referral r JOIN referral_event e ON e.referral = r.id WHERE r.young_person = {{}} AND {{}}
"""


def _rows(viewer: User, young_person: int) -> Sql:
    return Sql(_ROWS, young_person, unrestricted(viewer))


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    reference = referral_ref(facts["referral"])
    return Told(
        title=_title(Kind(part), facts, terminology), text=_text(Kind(part), facts, terminology), ref=reference, link=f"/referrals/{reference}"
    )


def _title(kind: Kind, facts: Facts, terminology: Terminology) -> str:
    match kind:
        case Kind.SENT:
            return "Child protection referral sent"
        case Kind.CONSIDERED:
            return "Child protection referral considered, and not made"
    return f"Referral: {lower_first(event_title(kind, facts['outcome'], terminology))}"


def _text(kind: Kind, facts: Facts, terminology: Terminology) -> str | None:
    category = code_list("referral_category").label(facts["category"], terminology)
    match kind:
        case Kind.SENT:
            return f"{category}. To {sent_to(facts['home'], facts['host'], terminology)}."
        case Kind.CONSIDERED:
            return f"{category}. {outcome_label(kind, facts['outcome'], terminology)}. Agreed with {facts['second']}."
    return f"{authority(facts['area'], terminology)}." if facts["area"] else None


async def badges(viewer: User, young_person: int) -> list[Badge]:
    """Whether a referral known here led to the register, and no review or end took the young person off it."""
    if not viewer.may("referral:read"):
        return []
    query = Sql(
        "SELECT EXISTS (SELECT FROM referral r WHERE r.young_person = {} AND r.status IN ('registered', 'in_review') AND {} AND NOT EXISTS ("
        "SELECT FROM referral_event e WHERE e.referral = r.id AND e.outcome = 'deregistered'))",
        young_person,
        unrestricted(viewer),
    )
    return [("{Registered}", "red")] if await DB.fetchval(*query.parts()) else []


SOURCE = Source(id="referral", title="Referrals", rows=_rows, tell=_tell)

SECTION = Section(id="referrals", text="Referrals", path="referrals", permission="referral:read")

SUBJECT = SubjectKind(kind=access.SUBJECT, prefix=PREFIX, path="/referrals/", shows=shows)
