"""Assessments and what is due as pages show them: codes as words, states as the kit's clock names them."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from yosafe.accounts.viewer import User
from yosafe.people.access import get_young_person_for
from yosafe.people.panels import Panel
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology
from yosafe.words import day

from . import due_queries
from .access import can_record
from .instruments import INSTRUMENTS
from .rules import ASSET, SCREEN, STANDING_WORDS
from .schemas import AssessmentLine, AssessmentOut, ChangeOut, DueOut

OPEN = ("due", "due_today", "overdue")
CLOCK_STATES = {"due": "running", "not_done": "stopped"}  # what the kit's clock calls them
COLOURS = {"awaiting": "yellow", "countersigned": "green", "sent_back": "red", "replaced": "grey"}
STANDING = {standing: (words, COLOURS[standing]) for standing, words in STANDING_WORDS.items()}
RECORD = {ASSET: "Start a welfare assessment", SCREEN: "Record an arrival screen"}


def _words(one: DueOut) -> str:
    """The tag beside them says whether it was in time."""
    return one.words if one.met_on is None else f"Done on {day(one.met_on)}"


def due_shown(one: DueOut) -> dict[str, Any]:
    return {
        "title": one.title, "due_on": one.due_on, "words": _words(one), "state": CLOCK_STATES.get(one.state, one.state),
        "not_done": one.state == "not_done", "confirmed": one.confirmed, "href": f"/assessments/{one.assessment}" if one.assessment else None,
    }  # fmt: skip


def line_shown(line: AssessmentLine, words: Terminology) -> dict[str, Any]:
    return {
        "ref": line.ref, "href": f"/assessments/{line.ref}", "title": INSTRUMENTS[line.instrument].title,
        "occasion": code_list("assessment_occasion").label(line.occasion, words), "completed_on": line.completed_on,
        "where": establishment(line.establishment).name if line.establishment else None, "by": f"{line.recorded_by}, {line.agency}",
        "standing": STANDING.get(line.standing or ""),
    }  # fmt: skip


def signing_shown(viewer: User, found: AssessmentOut, *, recorded_by_them: bool) -> dict[str, Any] | None:
    """What a second person said, and what this viewer may do; None for an instrument that nobody countersigns."""
    if found.standing is None:
        return None
    words, colour = STANDING[found.standing]
    may_sign = found.standing == "awaiting" and viewer.may("assessment:countersign") and not recorded_by_them
    return {
        "words": words, "colour": colour, "signing": found.signing, "may_sign": may_sign, "replaces": found.replaces,
        "replaced_by": found.replaced_by,
        "may_mend": found.standing == "sent_back" and can_record(viewer, INSTRUMENTS[found.instrument]),
    }  # fmt: skip


def by_section(changes: Sequence[ChangeOut]) -> list[tuple[str, list[ChangeOut]]]:
    """Changes under the headings of their sections, in order."""
    return [(section, list(rows)) for section, rows in groupby(changes, key=lambda one: one.section)]


async def _panel(viewer: User, young_person: int, terminology: Terminology) -> dict[str, Any] | None:
    due = await due_queries.due_of(viewer, await get_young_person_for(viewer, young_person))
    still = [due_shown(one) for one in due if one.state in OPEN]
    return {"open": still} if still else None


PANEL = Panel(id="assessments", permission="assessment:read-screen", template="welfare/panel.html", load=_panel, side="right")
