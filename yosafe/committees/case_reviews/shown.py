"""Serious case reviews as pages show them: words and colours for codes. Pure."""

from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.terms import term
from yosafe.settings import Terminology

from .schemas import CaseReviewOut, PartyOut, RecommendationOut

STATES = {
    "asked": ("To be decided", "yellow"),
    "held": ("Being held", "blue"),
    "completed": ("Completed", "green"),
    "not_held": ("Not held", "grey"),
}


def happened(code: str) -> str:
    return code_list("case_review_happened").label(code)


def committee(code: str, terminology: Terminology) -> str:
    """ "Leeds ACPC"."""
    return f"{area(code).name} {term('acpc_short', terminology)}"


def seat(code: str, terminology: Terminology) -> str:
    return code_list("committee_seat").label(code, terminology)


def standing(due: PartyOut | RecommendationOut) -> tuple[str, str]:
    """Words and colour for a management review, or a recommendation."""
    over = due.received_on if isinstance(due, PartyOut) else due.done_on
    if over is not None:
        return ("Received" if isinstance(due, PartyOut) else "Done"), "green"
    return ("Overdue", "red") if due.overdue else ("To come" if isinstance(due, PartyOut) else "To do", "yellow")


def done_of(found: CaseReviewOut) -> str:
    """ "2 of 5 recommendations done"."""
    done = sum(one.done_on is not None for one in found.recommendations)
    return f"{done} of {len(found.recommendations)} done"
