"""The pack of a review as a document to take along."""

from pathlib import Path
from typing import Any

from yosafe import clock, words
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.documents.pdf import pdf
from yosafe.people.chronology_document import EXPORT, SYNTHETIC, Document
from yosafe.reference.codes import code_list
from yosafe.refs import number
from yosafe.reviews.shown import level_word
from yosafe.reviews.tables import Review
from yosafe.settings import Settings, Terminology

from .queries import pack
from .schemas import PackCase, PackOut

__all__ = ["EXPORT", "pack_document"]
TEMPLATE = Path(__file__).parents[1] / "templates/reviews/pack.typ"


async def pack_document(viewer: User, review: Review, *, settings: Settings) -> Document:
    """The pack as a tagged PDF, in the installation's words; noted as an export of each young person in it."""
    terms = settings.terminology
    found = await pack(viewer, review, terminology=terms)
    people = [number("YP", one.young_person) for one in found.cases]
    await record_read(EventName.REVIEW_EXPORTED, by=viewer, subject=("review", review.id), detail={"what": "pack", "young_people": people})
    made = await pdf(TEMPLATE, {"cover": _cover(viewer, found, settings), "cases": [_case(one, terms) for one in found.cases]})
    return Document(f"pack-{found.agenda.review.ref}.pdf", made)


def _cover(viewer: User, found: PackOut, settings: Settings) -> dict[str, Any]:
    review = found.agenda.review
    marking = f"OFFICIAL-SENSITIVE. Pack of {review.ref}"
    notes = [f"Left out: {words.plural(found.agenda.hidden, 'case')} of young people whom you do not see."] if found.agenda.hidden else []
    if not found.cases:
        notes.append("There is no case that you see on this agenda.")
    return {
        "title": f"Pack for the joint review of {words.day(review.meets_on)}",
        "about": [
            ("Reference", review.ref), ("Establishment", review.establishment_name), ("Chair", review.chair), ("Cases", str(len(found.cases))),
            ("Quorate", found.agenda.quorum or "No panel is recorded that says what is quorate."),
        ],
        "notes": notes,
        "marking": f"{SYNTHETIC}. {marking}" if settings.demo else marking,
        "made": f"Made for {viewer.name}, {viewer.agency_name}, on {words.instant(clock.now())}. It shows what they may see; names of other young "
        "people are taken out. Give it to nobody else, and destroy it after the meeting.",
    }  # fmt: skip


def _case(one: PackCase, terms: Terminology) -> dict[str, Any]:
    flags = [(f"{flag.title} ({level_word(flag.level, terms).lower()})", flag.sentence) for flag in one.flags]
    why = [("Said when listed", one.because), *flags] if one.because else flags
    return {
        "title": f"Case {one.number}: {one.name} ({one.young_person})",
        "why": why or [("Why listed", "No reason is shown to you")],
        "summary": one.summary,
        "last": _last(one, terms),
        "since": words.day(one.since),
        "entries": [
            {"when": words.day(entry.day), "title": entry.title, "text": entry.text, "source": f"{entry.by}, {entry.agency}"} for entry in one.entries
        ],
        "more": one.more,
        "actions": [
            (action.what, f"{action.owner_name}, {action.owner_agency}, by {words.day(action.due_on)}{', overdue' if action.overdue else ''}")
            for action in one.actions
        ],
        "views": [(view.agency + (": does not agree" if view.dissents else ""), view.view) for view in one.views],
    }


def _last(one: PackCase, terms: Terminology) -> str:
    if one.last is None or one.last.decision is None:
        return "No review has decided about them before."
    decision = code_list("review_decision").label(one.last.decision, terms)
    return f"{decision}, on {words.day(one.last.meets_on)}. {one.last_reason or ''}".strip()
