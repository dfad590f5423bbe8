"""The notice of a significant event to the partnership: one death or serious harm, what is known of it, who may know (5.45 to 5.51; Appendix E)."""

from pathlib import Path

from yosafe import clock, words
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.documents.pdf import pdf
from yosafe.people.chronology_document import SYNTHETIC, Document
from yosafe.settings import Settings, Terminology

from . import shown
from .access import SUBJECT, get_case_review_for
from .queries import case_review_out
from .schemas import CaseReviewOut

TEMPLATE = Path(__file__).parents[1] / "templates/committees/notice.typ"
WHO_MAY_KNOW = (
    "For members of the committee, the agency that asked it, and the agencies on the panel: nobody else. It gives the young person's reference and "
    "not their name; whoever has to know it opens the record, or asks the agency that sent this."
)


async def event_notice(viewer: User, ref: str, *, settings: Settings) -> Document:
    """The notice as a tagged PDF, in the installation's words; noted as an export. Raises NotFound: who may not see the review may not know."""
    review = await get_case_review_for(viewer, ref)
    found = await case_review_out(viewer, review.id)
    await record_read(EventName.CASE_REVIEW_NOTICE, by=viewer, subject=(SUBJECT, review.id), young_person=review.young_person)
    terms = settings.terminology
    marking = f"OFFICIAL-SENSITIVE. {found.ref}"
    cover = {
        "title": "Notice of a significant event",
        "about": [
            ("To", shown.committee(found.area, terms)), ("From", found.agency), ("What happened", shown.happened(found.happened)),
            ("When", words.day(found.happened_on)), ("Young person", found.young_person), ("Reference", found.ref),
            ("Told", words.instant(found.recorded_at)),
        ],
        "notes": [WHO_MAY_KNOW],
        "marking": f"{SYNTHETIC}. {marking}" if settings.demo else marking,
        "made": f"Made by {viewer.name}, {viewer.agency_name}, on {words.instant(clock.now())}. It shows what was recorded by then.",
    }  # fmt: skip
    data = {"cover": cover, "concern": found.concern, "decision": _decision(found), "panel": _panel(found, terms)}
    return Document(f"notice-{found.ref}.pdf", await pdf(TEMPLATE, data))


def _decision(found: CaseReviewOut) -> list[tuple[str, str]]:
    """How it stands with the committee, with the time limit where one runs."""
    facts = [("State", shown.STATES[found.state][0])]
    if found.decided_on is not None:
        facts += [("Decided", words.day(found.decided_on)), ("Why", found.decision_reason or "")]
    if found.chair is not None:
        facts.append(("Chair", found.chair))
    if found.due_on is not None:
        facts.append(("Due", f"{words.day(found.due_on)}: {found.limit} from the decision. Source: {found.limit_source}"))
    if found.completed_on is not None:
        facts.append(("Completed", words.day(found.completed_on)))
    return facts


def _panel(found: CaseReviewOut, terms: Terminology) -> list[tuple[str, str]]:
    """Each agency that was asked, and by when it answers."""
    return [
        (
            shown.seat(one.seat, terms),
            f"{one.agency or one.member}. Its management review is due {words.day(one.due_on)}: {shown.standing(one)[0].lower()}",
        )
        for one in found.parties
    ]
