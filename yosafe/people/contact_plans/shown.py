"""Planned contacts as pages show them. Pure."""

from typing import Any

from yosafe import clock
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from . import rules
from .schemas import PlanOut

THINGS = {"visit": ("visit", "visits"), "call": ("call", "calls"), "any": ("contact", "contacts")}


def plan(one: PlanOut, terminology: Terminology) -> dict[str, Any]:
    """A row of a table of plans."""
    of = rules.Plan(every_days=one.every_days, since=one.since, until=one.until)
    stands = rules.Standing(
        planned=one.planned, made=one.made, missed=one.missed, last_on=one.last_on, next_due_on=one.next_due_on, overdue_days=one.overdue_days
    )
    single, several = THINGS[one.way]
    return {
        "id": one.id, "young_person": one.young_person, "name": one.name, "from_whom": one.from_whom, "until": one.until, "next": one.next_due_on,
        "whom": code_list("planned_with").label(one.from_whom, terminology), "every": f"{several.capitalize()} {rules.every_words(one.every_days)}",
        "agreed_by": one.agreed_by, "note": one.note, "ended_reason": one.ended_reason, "recorded_by": one.recorded_by, "owner": one.owner,
        "words": rules.standing_words(of, stands, single if one.planned == 1 else several),
        "due": rules.due_words(stands, today=clock.today()), "late": one.overdue_days > 0, "last": one.last_on,
        "where": establishment(one.establishment).name if one.establishment else "Not held",
    }  # fmt: skip
