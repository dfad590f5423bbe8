"""The minutes of a review as a document to file or to send: the cases that the maker sees, each without the names of other young people."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from yosafe import clock, words
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.documents.pdf import pdf
from yosafe.people.chronology_document import EXPORT, SYNTHETIC, Document, hidden_names
from yosafe.people.hiding import Hidden
from yosafe.reference.codes import code_list
from yosafe.refs import number
from yosafe.reviews.tables import Review
from yosafe.settings import Settings, Terminology

from . import queries
from .rules import Said
from .schemas import AddendumOut, CaseMinutesOut, MinutesOut

__all__ = ["EXPORT", "minutes_document"]
TEMPLATE = Path(__file__).parents[1] / "templates/reviews/minutes.typ"


async def minutes_document(viewer: User, review: Review, *, settings: Settings) -> Document:
    """The minutes as a tagged PDF, in the installation's words; noted as an export of each young person in it."""
    terms = settings.terminology
    found = await queries.minutes(viewer, review, terminology=terms)
    people = [number("YP", one.written.young_person) for one in found.cases]
    await record_read(EventName.REVIEW_EXPORTED, by=viewer, subject=("review", review.id), detail={"what": "minutes", "young_people": people})
    hidden = {one.written.number: await hidden_names(number("YP", one.written.young_person)) for one in found.cases}
    cases = [_case(one, hidden[one.written.number], terms) for one in found.cases]
    added = [_added(one, [hidden[one.case]] if one.case in hidden else hidden.values()) for one in found.addenda]
    made = await pdf(TEMPLATE, {"cover": cover(viewer, found, settings), "came": _came(found, terms), "cases": cases, "addenda": added})
    return Document(f"minutes-{found.review.ref}.pdf", made)


def cover(viewer: User, found: MinutesOut, settings: Settings) -> dict[str, Any]:
    review = found.review
    locked = f"Locked on {words.instant(found.locked_at)} by {found.locked_by}" if found.locked_at else "Not locked: a draft"
    marking = f"OFFICIAL-SENSITIVE. Minutes of {review.ref}"
    notes = [found.quorum]
    if found.hidden:
        notes.append(f"Left out: {words.plural(found.hidden, 'case')} of young people whom you do not see.")
    if not found.intact:
        notes.append("The text of these minutes is not the one that was locked. Tell the operator of yosafe before you rely on it.")
    return {
        "title": f"Minutes of the joint review of {words.day(review.meets_on)}",
        "about": [
            ("Reference", review.ref), ("Establishment", review.establishment_name), ("Area", review.area_name), ("Chair", found.chair),
            ("State", locked), *([("SHA-256", found.sha256)] if found.sha256 else []),
        ],
        "notes": notes,
        "marking": f"{SYNTHETIC}. {marking}" if settings.demo else marking,
        "made": f"Made by {viewer.name}, {viewer.agency_name}, on {words.instant(clock.now())}. The names of other young people are taken out.",
    }  # fmt: skip


def _came(found: MinutesOut, terms: Terminology) -> list[tuple[str, str]]:
    known = code_list("review_attendance")
    return [(f"{one.person}, {one.agency}", known.label(one.attended, terms) + (f": {one.reason}" if one.reason else "")) for one in found.attendance]


def _case(one: CaseMinutesOut, hidden: Hidden, terms: Terminology) -> dict[str, Any]:
    case = one.written
    facts = [
        ("Why listed", case.because or ", ".join(one.flag_titles.values()) or "No reason is shown to you"),
        *((one.flag_titles[flag.flag], _made(flag.outcome, flag.reason, terms)) for flag in case.flags),
        ("The young person", _part(case.child_came, "young_person_part", terms)),
        ("Advocate", _part(case.advocate, "review_advocate", terms) + (f": {case.advocate_why}" if case.advocate_why else "")),
        ("Decision", _decision(one, terms)),
        *([("Why", case.reason)] if case.reason else []),
        *([("Plan", case.plan)] if case.plan else []),
        *([("Looked at again", words.day(case.next_review_on))] if case.next_review_on else []),
    ]
    return {
        "title": f"Case {case.number}: {one.name} ({case.young_person})",
        "facts": [(key, hidden.text(value)) for key, value in facts],
        "said": hidden.maybe(case.child_said),
        "views": [(_speaker(view), hidden.text(view.view)) for view in case.views],
        "actions": [
            (hidden.text(action.what), f"{action.owner_name}, {action.owner_agency}, by {words.day(action.due_on)}") for action in case.actions
        ],
    }


def _made(outcome: str | None, reason: str | None, terms: Terminology) -> str:
    if outcome is None:
        return "Nothing was said of this flag"
    return code_list("flag_outcome").label(outcome, terms) + (f": {reason}" if reason else "")


def _part(code: str | None, codes: str, terms: Terminology) -> str:
    return code_list(codes).label(code, terms) if code else "Not recorded"


def _decision(one: CaseMinutesOut, terms: Terminology) -> str:
    if one.written.decision:
        return code_list("review_decision").label(one.written.decision, terms)
    return f"Put off: {one.written.put_off_reason}" if one.written.put_off_reason else "Not decided yet"


def _speaker(view: Said) -> str:
    who = f"{view.agency}, {view.said_by or view.recorded_by}"
    return f"{who}: does not agree" if view.dissents else who


def _added(one: AddendumOut, hidden: Iterable[Hidden]) -> tuple[str, str]:
    about = f"Case {one.case}" if one.case else "The meeting"
    text = one.text
    for names in hidden:
        text = names.text(text)
    return f"{about}: {one.agency}, {one.by}, {words.instant(one.at)}", text
