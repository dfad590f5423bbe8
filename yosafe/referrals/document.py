"""A referral as a document to send or to file, and as data that another system can read."""

from pathlib import Path
from typing import Any

from msgspec import Struct

from yosafe import clock, words
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.documents.pdf import pdf
from yosafe.people.access import get_young_person_for
from yosafe.people.chronology_document import SYNTHETIC, Document
from yosafe.people.time_limits.shown import worked_out
from yosafe.reference import rule_sets
from yosafe.reference.codes import code_list
from yosafe.settings import Settings, Terminology

from . import access, shown
from .access import SUBJECT
from .record import record_of
from .schemas import ReferralOut
from .words import authority, event_title, sent_to, status_label

TEMPLATE = Path(__file__).parent / "templates/referrals/referral.typ"
EXPORT = "referral:export"
FORMAT = "yosafe-referral/1"


class ExportedOut(Struct, kw_only=True):
    """A referral as another system reads it. `format` changes when fields do. Codes are those of the code lists; days are London days."""

    format: str
    made_at: str
    made_by: str
    young_person: dict[str, Any]
    referral: ReferralOut


async def referral_document(viewer: User, ref: str, *, settings: Settings) -> Document:
    """The referral as a tagged PDF, in the installation's words; noted as an export. Raises NotFound."""
    found, child = await _opened(viewer, ref, "pdf", settings.terminology)
    terms = settings.terminology
    marking = f"OFFICIAL-SENSITIVE. {found.ref}, {found.young_person}"
    cover = {
        "title": f"Referral of {found.name}" if not found.considered_only else f"Decision not to refer {found.name}",
        "about": [
            ("Reference", found.ref), ("Young person", f"{found.name} ({found.young_person})"), ("Born", child["born"]),
            ("Sent to" if not found.considered_only else "Sent", _sent(found, terms)), ("Stage", status_label(found.status, terms)),
            ("Recorded", f"{words.instant(found.recorded_at)} by {found.recorded_by}, {found.recorded_for}"),
        ],
        "notes": [],
        "marking": f"{SYNTHETIC}. {marking}" if settings.demo else marking,
        "made": f"Made by {viewer.name}, {viewer.agency_name}, on {words.instant(clock.now())}. It shows what was recorded by then.",
    }  # fmt: skip
    data = {
        "cover": cover, "concern": found.concern, "view": _view(found, terms),
        "facts": [(key, value) for key, value in shown.facts(found, terms) if value] + _rests_on(found, terms),
        "events": [_event(one, terms) for one in found.events],
        "limits": [{"title": one.title, "stands": one.words, "facts": worked_out(one)} for one in found.clocks],
        "convention": rule_sets.CONVENTION,
    }  # fmt: skip
    return Document(f"referral-{found.ref}.pdf", await pdf(TEMPLATE, data))


async def exported(viewer: User, ref: str, *, terminology: Terminology) -> ExportedOut:
    """The referral as data; noted as an export. Raises NotFound."""
    found, child = await _opened(viewer, ref, "json", terminology)
    return ExportedOut(
        format=FORMAT, made_at=clock.now().isoformat(), made_by=f"{viewer.name}, {viewer.agency_name}", young_person=child["fields"], referral=found
    )


_FIELDS = (
    "family_name",
    "given_names",
    "known_as",
    "date_of_birth",
    "sex",
    "ethnicity",
    "first_language",
    "interpreter",
    "disability",
    "home_outcode",
)


async def _opened(viewer: User, ref: str, form: str, terminology: Terminology) -> tuple[ReferralOut, dict[str, Any]]:
    referral = await access.get_referral_for(viewer, ref)
    child = await get_young_person_for(viewer, referral.young_person)
    await record_read(
        EventName.REFERRAL_EXPORTED, by=viewer, subject=(SUBJECT, referral.id), young_person=referral.young_person, detail={"form": form}
    )
    found = await record_of(viewer, referral, terminology=terminology)
    fields = {name: getattr(child, name) for name in _FIELDS}
    return found, {"born": words.day(child.date_of_birth), "fields": {"ref": found.young_person, **fields}}


def _sent(found: ReferralOut, terms: Terminology) -> str:
    return sent_to(found.home_area, found.host_area, terms) if not found.considered_only else "Not sent"


def _view(found: ReferralOut, terms: Terminology) -> str:
    if found.child_view:
        return found.child_view
    reason = found.child_not_asked_because
    return f"Not asked: {code_list('not_asked_reason').label(reason, terms).lower()}" if reason else "Not recorded"


def _rests_on(found: ReferralOut, terms: Terminology) -> list[tuple[str, str]]:
    rests = [text for text, _ in shown.rests_on(found, terms)]
    if found.grounds_hidden:
        rests.append(f"{words.plural(found.grounds_hidden, 'record')} that the maker of this document may not see")
    owner = [("The case is with", authority(found.owner_area, terms))] if found.owner_area else []
    return [*([("Rests on", "; ".join(rests))] if rests else []), *owner]


def _event(event: Any, terms: Terminology) -> dict[str, Any]:
    facts = shown.details(event, terms)
    recorded = f"Recorded on {words.day(event.recorded_at)}" if words.day(event.recorded_at) != words.day(event.on) else "Recorded the same day"
    return {
        "when": words.day(event.on), "title": event_title(event.kind, event.outcome, terms), "text": event.note,
        "facts": [f"{label}: {value}" for label, value in facts], "source": f"{event.by}, {event.agency}. {recorded}",
    }  # fmt: skip
