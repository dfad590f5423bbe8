"""Complaints as pages show them. Pure."""

from yosafe import words
from yosafe.incidents.schemas import AnswerOut, ContentOut
from yosafe.incidents.shown import label
from yosafe.settings import Terminology

from .schemas import FiguresOut, ShareOut

WAITS = {"acknowledgement": "To be acknowledged", "answer": "To be answered", "appeal": "Appeal to be answered", "nothing": ""}
STATES = {
    "waiting": "Waiting", "acknowledgement": "To be acknowledged", "answer": "To be answered", "appeal": "Appeals to be answered",
    "answered": "Answered", "all": "All",
}  # fmt: skip


def share(one: ShareOut) -> str:
    """ "18 of 20 (90%)"; without a percentage where there are too few; words where there is nothing to count."""
    if not one.of:
        return "None yet"
    return f"{one.number} of {one.of}{f' ({one.percent}%)' if one.percent is not None else ''}"


def themes(codes: list[str], terms: Terminology) -> str:
    found = [label("complaint_theme", code, terms) for code in codes]
    return ", ".join([*found[:1], *(one[:1].lower() + one[1:] for one in found[1:])])


def figures(found: FiguresOut) -> list[tuple[str, str]]:
    return [
        ("Received", str(found.received)),
        ("Acknowledged in time", share(found.acknowledged_in_time)),
        ("Answered in time", share(found.answered_in_time)),
        ("Appeals answered in time", share(found.appeals_answered_in_time)),
        ("Upheld, or in part", share(found.upheld)),
        ("Content with the answer, of those asked", share(found.content)),
    ]


def answer_title(answer: AnswerOut, terms: Terminology) -> str:
    return f"{'Answer to the appeal' if answer.appeal else 'Answer'}: {label('complaint_outcome', answer.outcome, terms).lower()}"


def content_words(one: ContentOut, terms: Terminology) -> str:
    said = label("satisfaction", one.content, terms)
    return f"{said}, {words.day(one.asked_on)}{f': “{one.words}”' if one.words else ''}"
