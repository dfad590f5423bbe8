"""Papers and first nights as pages show them: codes as words. Pure."""

from typing import Any

from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology
from yosafe.words import day, plural

from . import rules
from .schemas import ArrivalOut, PaperOut, PaperStepOut

STATES = {
    "with_them": ("Came with them", "green"), "came_later": ("Came later", "green"), "awaited": ("Has not come", "red"),
    "not_coming": ("Will not come", "grey"),
}  # fmt: skip
STEP_TITLES = {"asked": "Asked for it", "came": "It came", "not_coming": "It will not come"}


def paper(one: PaperOut, terminology: Terminology) -> dict[str, Any]:
    words, colour = STATES[one.state]
    return {
        "ref": one.ref, "href": f"/papers/{one.ref}", "young_person": one.young_person, "name": one.name, "version": one.version,
        "paper": code_list(rules.LIST).label(one.paper, terminology), "where": establishment(one.establishment).name, "words": words,
        "colour": colour, "came_on": one.came_on, "arrived_on": one.arrived_on, "missing": one.state == "awaited", "days": one.days,
        "asked": f"Asked {plural(one.asked, 'time')}, last on {day(one.last_asked_on)}" if one.last_asked_on else "Nobody was asked yet",
        "closed": one.state in ("with_them", "came_later"), "recorded_by": one.recorded_by, "recorded_at": one.recorded_at,
    }  # fmt: skip


def arrival(one: ArrivalOut, terminology: Terminology) -> dict[str, Any]:
    done = code_list("first_night_action").labels(terminology=terminology)
    night = one.first_night
    return {
        "where": establishment(one.establishment).name, "arrived_on": one.arrived_on, "left_on": one.left_on,
        "papers": [paper(each, terminology) for each in one.papers],
        "night": {
            "actions": [done[code] for code in night.actions if code in done], "plan": night.plan, "by": f"{night.by}, {night.agency}",
            "on": night.completed_on, "href": f"/assessments/{night.assessment}", "ref": night.assessment,
        } if night else None,
    }  # fmt: skip


def history(steps: list[PaperStepOut]) -> list[dict[str, object]]:
    """For `timeline`, the newest first."""
    return [
        {
            "title": f"{STEP_TITLES[step.kind]}, {day(step.happened_on)}",
            "at": step.at,
            "by": step.by,
            "text": "\n".join(filter(None, (step.whom, step.note))),
        }
        for step in reversed(steps)
    ]
