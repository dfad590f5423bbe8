"""What people themselves contribute to the record: placements, care, contacts and merges in the chronology, a contact to record."""

import datetime as dt

from yosafe import words
from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.refs import ref
from yosafe.settings import Terminology

from .chronology import DAY_AS_INSTANT, Facts, Source, Told
from .panels import Action

_PLACEMENTS = """
    SELECT 'arrived' AS part, p.id, p.arrived_at AS at, false AS day_only, p.recorded_at, p.recorded_by, to_jsonb(p) AS facts
    FROM placement p WHERE p.young_person = {}
    UNION ALL
    SELECT 'left', p.id, p.left_at, false, p.left_recorded_at, p.left_recorded_by, to_jsonb(p)
    FROM placement p WHERE p.young_person = {} AND p.left_at IS NOT NULL
"""
_CARE = f"""
    SELECT 'began' AS part, c.id, {DAY_AS_INSTANT.format("c.started_on")} AS at, true AS day_only,
        c.recorded_at, c.recorded_by, to_jsonb(c) AS facts
    FROM care_period c WHERE c.young_person = {{}}
    UNION ALL
    SELECT 'corrected', k.id, k.at, false, k.at, k.recorded_by, to_jsonb(k)
    FROM care_correction k WHERE k.young_person = {{}}
"""
_CONTACTS = f"""
    SELECT 'contact' AS part, c.id, {DAY_AS_INSTANT.format("c.happened_on")} AS at, true AS day_only,
        c.recorded_at, c.recorded_by, to_jsonb(c) AS facts
    FROM contact c WHERE c.young_person = {{}}
"""
_CARE_OWNER = """
    SELECT t.young_person FROM care_period t WHERE m.part = 'began' AND t.id = m.entry
    UNION ALL
    SELECT t.young_person FROM care_correction t WHERE m.part = 'corrected' AND t.id = m.entry
"""
# What a name or a number is stands on the page of them, to be looked up: numbers of other services stay out of documents.
_IDENTITY = f"""
    SELECT 'name' AS part, n.id, n.recorded_at AS at, false AS day_only, n.recorded_at, n.recorded_by, to_jsonb(n) AS facts
    FROM other_name n WHERE n.young_person = {{}}
    UNION ALL
    SELECT 'name_ended', n.id, {DAY_AS_INSTANT.format("n.until")}, true, n.ended_recorded_at, n.ended_recorded_by, to_jsonb(n)
    FROM other_name n WHERE n.young_person = {{}} AND n.ended_recorded_at IS NOT NULL
    UNION ALL
    SELECT 'number', n.id, n.recorded_at, false, n.recorded_at, n.recorded_by, to_jsonb(n)
    FROM external_number n WHERE n.young_person = {{}}
    UNION ALL
    SELECT 'number_ended', n.id, {DAY_AS_INSTANT.format("n.until")}, true, n.ended_recorded_at, n.ended_recorded_by, to_jsonb(n)
    FROM external_number n WHERE n.young_person = {{}} AND n.ended_recorded_at IS NOT NULL
"""
_IDENTITY_OWNER = """
    SELECT t.young_person FROM other_name t WHERE m.part IN ('name', 'name_ended') AND t.id = m.entry
    UNION ALL
    SELECT t.young_person FROM external_number t WHERE m.part IN ('number', 'number_ended') AND t.id = m.entry
"""
_MERGES = """
    SELECT 'merged' AS part, m.id, m.at, false AS day_only, m.at AS recorded_at, m.recorded_by,
        to_jsonb(m) || jsonb_build_object('here', {}::bigint) AS facts
    FROM record_merge m WHERE {} IN (m.kept, m.merged)
    UNION ALL
    SELECT 'undone', m.id, m.undone_at, false, m.undone_at, m.undone_by,
        to_jsonb(m) || jsonb_build_object('here', {}::bigint)
    FROM record_merge m WHERE {} IN (m.kept, m.merged) AND m.undone_at IS NOT NULL
"""


def _placements(viewer: User, young_person: int) -> Sql:
    return Sql(_PLACEMENTS, young_person, young_person)


def _tell_placement(part: str, facts: Facts, terminology: Terminology) -> Told:
    place = establishment(facts["establishment"])
    link = f"/children/{ref('YP', facts['young_person'])}/placements"
    if part == "left":
        reason = code_list("placement_end").label(facts["leaving_reason"], terminology) if facts["leaving_reason"] else None
        return Told(title=f"Left {place.name}", text=reason, link=link)
    told = [
        code_list("legal_status").label(facts["legal_status"], terminology),
        f"Unit: {facts['unit']}" if facts["unit"] else None,
        f"About {facts['distance_miles']} miles from home" if facts["distance_miles"] is not None else None,
        "This is the adult estate" if place.adult_estate else None,
        f"Transferred: {_small(code_list('transfer_reason').label(facts['transfer_reason'], terminology))}" if facts["transfer_reason"] else None,
        f"Brought by: {facts['escort']}" if facts["escort"] else None,
    ]
    return Told(title=f"Arrived at {place.name}", text=". ".join(part for part in told if part) + ".", link=link)


def _care(viewer: User, young_person: int) -> Sql:
    return Sql(_CARE, young_person, young_person)


def _tell_care(part: str, facts: Facts, terminology: Terminology) -> Told:
    told = [
        code_list("care_basis").label(facts["legal_basis"], terminology) if facts["legal_basis"] else None,
        f"Responsible: {area(facts['responsible_area']).name}" if facts["responsible_area"] else None,
        f"Lived before custody: {_small(code_list('accommodation').label(facts['accommodation'], terminology))}" if facts["accommodation"] else None,
    ]
    status = code_list("care_status").label(facts["status"], terminology)
    if part == "corrected":
        since = dt.date.fromisoformat(facts["started_on"])
        return Told(
            title="Care status corrected", text=f"It said before: {_small(status)}, from {words.day(since)}. Why: {facts['reason']}",
            link=f"/children/{ref('YP', facts['young_person'])}/care",
        )  # fmt: skip
    return Told(
        title=f"Care status: {status[:1].lower()}{status[1:]}",
        text=". ".join(part for part in told if part) + "." if any(told) else None,
        link=f"/children/{ref('YP', facts['young_person'])}/care",
    )


def _small(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}"


def _contacts(viewer: User, young_person: int) -> Sql:
    return Sql(_CONTACTS, young_person)


def _tell_contact(part: str, facts: Facts, terminology: Terminology) -> Told:
    kind = code_list("contact_kind").label(facts["kind"], terminology)
    who = code_list("contact_with").label(facts["from_whom"], terminology)
    missed = f"{code_list('missed_reason').label(facts['missed_reason'], terminology)}." if facts["missed_reason"] else None
    return Told(
        title=f"{kind}: {_small(who)}" if who[1:2].islower() else f"{kind}: {who}",
        text=" ".join(part for part in (missed, facts["note"]) if part) or None,
        link=f"/children/{ref('YP', facts['young_person'])}/contacts",
    )


def _identity(viewer: User, young_person: int) -> Sql:
    return Sql(_IDENTITY, *[young_person] * 4)


def _tell_identity(part: str, facts: Facts, terminology: Terminology) -> Told:
    what, _, ended = part.partition("_")
    kind = code_list("name_kind" if what == "name" else "external_number").label(facts["kind"], terminology)
    title = {"name": "Another name recorded", "number": "Number recorded"}[what] if not ended else f"{what.capitalize()} no longer used"
    name = f" {' '.join(part for part in (facts['given_names'], facts['family_name']) if part)}." if what == "name" else ""
    return Told(title=title, text=f"{kind}.{name}", link=f"/children/{ref('YP', facts['young_person'])}/names")


def _merges(viewer: User, young_person: int) -> Sql:
    return Sql(_MERGES, *[young_person] * 4)


def _tell_merge(part: str, facts: Facts, terminology: Terminology) -> Told:
    """On the kept record and, once it stands again, on the other one."""
    kept, merged = ref("YP", facts["kept"]), ref("YP", facts["merged"])
    if part == "undone":
        return Told(title=f"The merge of {merged} into {kept} was undone", text=facts["undone_reason"])
    if facts["here"] == facts["merged"]:
        return Told(title=f"This record was merged into {kept}", text=facts["reason"])
    return Told(title=f"{merged} was merged into this record", text=facts["reason"])


RECORD_CONTACT = Action(text="Record a contact", path="/children/{ref}/contacts/new", offered=lambda viewer: viewer.may("contact:record"))

SOURCES = (
    Source(
        id="placement", title="Placements", permission="placement:read", rows=_placements, tell=_tell_placement, tables=("placement",),
        owner="SELECT t.young_person FROM placement t WHERE t.id = m.entry",
    ),
    Source(
        id="care", title="Care status", permission="care-period:read", rows=_care, tell=_tell_care, tables=("care_period", "care_correction"),
        owner=_CARE_OWNER,
    ),
    Source(
        id="contact", title="Contacts", permission="contact:read", rows=_contacts, tell=_tell_contact, tables=("contact",),
        owner="SELECT t.young_person FROM contact t WHERE t.id = m.entry",
    ),
    Source(
        id="identity", title="Names and numbers", permission="young-person:read", rows=_identity, tell=_tell_identity,
        tables=("other_name", "external_number"), owner=_IDENTITY_OWNER,
    ),
    Source(
        id="merge", title="Merged records", permission="young-person:read", rows=_merges, tell=_tell_merge,
        owner="SELECT unnest(ARRAY[t.kept, t.merged]) FROM record_merge t WHERE t.id = m.entry",
    ),
)  # fmt: skip
