"""What referrals contribute to the record of a young person: entries of the chronology, a section, and what their references mean to clocks."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.columns import Column
from yosafe.people.finding.records import Finder
from yosafe.people.frame import Badge, Section
from yosafe.people.merging import Holding, Merging
from yosafe.people.panels import Panel
from yosafe.people.subjects import SubjectKind
from yosafe.reference.codes import code_list
from yosafe.refs import ref
from yosafe.settings import Terminology

from . import access, words
from .access import PREFIX, referral_ref, shows, unrestricted
from .events import Kind
from .queries import OVER, of_child, resting_on
from .words import event_title, lower_first, outcome_label, sent_to

# What was sent here is known to the minute; anything else by its day.
_ROWS = f"""
    SELECT e.kind AS part, e.id,
        CASE WHEN e.kind IN ('sent', 'considered') THEN e.recorded_at ELSE {DAY_AS_INSTANT.format("e.happened_on")} END AS at,
        e.kind NOT IN ('sent', 'considered') AS day_only, e.recorded_at, e.recorded_by,
        jsonb_build_object('referral', r.id, 'category', r.category, 'home', r.home_area, 'host', r.host_area, 'outcome', e.outcome,
            'note', e.note, 'second', r.second_person) AS facts
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
    note: str | None = facts["note"]
    return note


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


async def led_to(viewer: User, incident: int, terminology: Terminology) -> list[tuple[str, str]]:
    """For the record of an incident: the referrals that rest on it, and where they stand."""
    if not viewer.may("referral:read"):
        return []
    found = await resting_on(viewer, incident)
    return [(f"{ref}: {lower_first(words.status_label(status, terminology))}", f"/referrals/{ref}") for ref, status in found]


async def _open(viewer: User, young_person: int, terminology: Terminology) -> dict[str, object] | None:
    """The referrals that have not ended, for the overview; None where there is none."""
    found = await of_child(viewer, young_person, terminology=terminology)
    live = [one for one in found if one.status not in OVER]
    return {"referrals": live, "told": words, "category": code_list("referral_category")} if live else None


_COUNTS = """
    SELECT r.young_person, count(*) AS number FROM referral r
    WHERE r.young_person = ANY({}) AND r.status <> ALL({}) AND {} GROUP BY r.young_person
"""


async def _count(viewer: User, young_people: list[int], terminology: Terminology) -> dict[int, str]:
    """How many referrals of each have not ended."""
    rows = await DB.fetch(*Sql(_COUNTS, young_people, _OVER, unrestricted(viewer)).parts())
    return {row["young_person"]: str(row["number"]) for row in rows}


def _has_open(viewer: User) -> Sql:
    return Sql("EXISTS (SELECT FROM referral r WHERE r.young_person = yp.id AND r.status <> ALL({}) AND {})", _OVER, unrestricted(viewer))


_OVER = [status.value for status in OVER]

PANEL = Panel(id="referrals", permission="referral:read", template="referrals/panel.html", load=_open)

COLUMN = Column(id="referrals", title="Open referrals", permission="referral:read", load=_count, only=_has_open, filter_label="With an open referral")


def _number(viewer: User, young_person: int) -> Sql:
    return Sql("SELECT count(*) FROM referral r WHERE r.young_person = {} AND {}", young_person, unrestricted(viewer))


_RESTS_ON_BOTH = """
    SELECT r.id FROM referral r JOIN record_merge m ON m.id = $1
    WHERE r.young_person = ANY($2) AND r.id > (m.marks ->> 'referral')::bigint AND (
        EXISTS (SELECT FROM assessment a WHERE a.id = r.assessment AND a.young_person <> r.young_person)
        OR EXISTS (SELECT FROM referral_incident ri WHERE ri.referral = r.id
            AND NOT EXISTS (SELECT FROM involvement iv WHERE iv.incident = ri.incident AND iv.young_person = r.young_person)))
    ORDER BY r.id
"""


async def _rests_on_both(merging: Merging) -> list[str]:
    """Referrals made since a merge about one record, on grounds that went back to the other."""
    return [ref(PREFIX, row["id"]) for row in await DB.fetch(_RESTS_ON_BOTH, merging.id, [merging.kept, merging.merged])]


HOLDINGS = (
    Holding(
        table="referral", called="referral", settles=_rests_on_both,
        rows=lambda viewer, young_person: Sql("SELECT r.id FROM referral r WHERE r.young_person = {} AND {}", young_person, unrestricted(viewer)),
    ),
)  # fmt: skip

# The authorities to which a referral went know of it, and of what it rests on, from the moment it was sent.
_LEARNED = """
    WITH sent AS (
        SELECT r.id AS referral, r.assessment, e.id AS event, e.recorded_at AS at, g.id AS agency
        FROM referral r JOIN referral_event e ON e.referral = r.id AND e.kind = 'sent'
            JOIN agency g ON g.kind = 'social_services' AND g.area IN (r.home_area, r.host_area)
        WHERE r.young_person = {} AND {}
    )
    SELECT 'referral'::text AS source, 'sent'::text AS part, event AS id, agency, NULL::text AS party, at, 'referral'::text AS how FROM sent
    UNION ALL
    SELECT 'incident', 'happened', ri.incident, agency, NULL, at, 'referral' FROM sent JOIN referral_incident ri ON ri.referral = sent.referral
    UNION ALL
    SELECT 'assessment', 'completed', assessment, agency, NULL, at, 'referral' FROM sent WHERE assessment IS NOT NULL
"""


def _learned(viewer: User, young_person: int) -> Sql:
    return Sql(f"SELECT * FROM ({_LEARNED}) sent_to", young_person, unrestricted(viewer))


SOURCE = Source(
    id="referral", title="Referrals", permission="referral:read", rows=_rows, tell=_tell, tables=("referral",), learned=_learned,
    owner="SELECT r.young_person FROM referral r JOIN referral_event t ON t.referral = r.id WHERE t.id = m.entry",
    subject=lambda part, facts: (access.SUBJECT, facts["referral"]),
)  # fmt: skip

SECTION = Section(id="referrals", text="Referrals", path="referrals", permission="referral:read", count=_number)

SUBJECT = SubjectKind(kind=access.SUBJECT, prefix=PREFIX, path="/referrals/", shows=shows)
FINDER = Finder(prefix="RF", permission="referral:read", path="/referrals/", load=access.get_referral_for)
