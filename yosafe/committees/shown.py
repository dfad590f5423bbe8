"""Committees as pages show them: words and colours for codes. Pure."""

from yosafe import words
from yosafe.reference.codes import code_list
from yosafe.reference.terms import term
from yosafe.settings import Terminology

from . import rules
from .schemas import ShareOut, VacancyOut

PROTOCOL_STATES = {
    "in_force": ("In force", "green"),
    "review_overdue": ("In force, review overdue", "orange"),
    "not_yet": ("Not in force yet", "grey"),
    "ended": ("Ended", "grey"),
}


def seat(code: str, terminology: Terminology) -> str:
    return code_list("committee_seat").label(code, terminology)


def seats(codes: list[str], terminology: Terminology) -> str:
    return ", ".join(seat(code, terminology) for code in codes)


def attended(code: str) -> str:
    return code_list("committee_attended").label(code)


def protocol_kind(code: str, terminology: Terminology) -> str:
    return code_list("protocol_kind").label(code, terminology)


def signed_by(codes: list[str], terminology: Terminology) -> str:
    return ", ".join(code_list("protocol_signatory").label(code, terminology) for code in codes)


def vacant_since(one: VacancyOut) -> str:
    return f"Since {words.day(one.since)}" if one.since else "Never filled, as far as is recorded here"


def share(one: ShareOut) -> str:
    """ "3 of 4 meetings (75%)"; a share of fewer than 4 meetings is not a percentage."""
    of = f"{one.came} of {words.plural(one.meetings, 'meeting')}"
    return f"{of} ({100 * one.came / one.meetings:.0f}%)" if one.meetings >= 4 else of


def gaps(found: list[str], terminology: Terminology) -> list[str]:
    """What is missing of the protocol of criterion 2.5, in words; empty where nothing is."""
    return [_gap(one, terminology) for one in found]


def _gap(one: str, terminology: Terminology) -> str:
    if one == "none":
        acpc, yot = term("acpc_short", terminology), term("yot_short", terminology)
        return f"No protocol between the {acpc} and the {yot} is in force"
    if one == "overdue":
        return "Its review is overdue"
    return f"Not signed by: {code_list('protocol_signatory').label(one.partition(':')[2], terminology)}"


def size(number: int) -> str:
    """How many members, beside what inspectors found (5.9)."""
    return f"{words.plural(number, 'member')}. Inspectors found between {rules.SMALLEST_USUAL} and over {rules.LARGEST_USUAL} (5.9)."
