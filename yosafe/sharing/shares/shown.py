"""What was shared as pages show it: words and colours for codes. Pure."""

from yosafe import words
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from .schemas import ShareOut

KEPT = "The words are kept by the agency that shared them."


def party(code: str, terminology: Terminology) -> str:
    return code_list("share_party").label(code, terminology)


def about(categories: list[str], terminology: Terminology) -> str:
    return "; ".join(code_list("share_category").label(one, terminology) for one in categories)


def state(one: ShareOut) -> tuple[str, str]:
    """Words and colour of where it stands."""
    if one.state == "asked":
        return ("Answer overdue", "red") if one.overdue else ("To be answered", "yellow")
    return ("Shared", "blue") if one.state == "shared" else ("Withheld", "grey")


def basis(code: str, terminology: Terminology) -> str:
    return code_list("sharing_basis").label(code, terminology)


def grounds(one: ShareOut, terminology: Terminology) -> list[str]:
    """On which basis, under which protocol, and what the young person said; or why it was withheld."""
    said = []
    if one.basis:
        said.append(basis(one.basis, terminology))
    if one.protocol:
        said.append(f"Protocol: {one.protocol}")
    if one.consent:
        said.append(code_list("share_consent").label(one.consent))
    if one.not_asked_because:
        said.append(code_list("share_not_asked").label(one.not_asked_because))
    if one.withheld_because:
        said.append(code_list("withheld_reason").label(one.withheld_because))
    return said


def when(one: ShareOut) -> str:
    if one.outcome_on:
        return words.short_day(one.outcome_on)
    return f"Asked {words.short_day(one.asked_on)}, by {words.short_day(one.due_on)}" if one.asked_on and one.due_on else ""
