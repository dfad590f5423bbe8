"""What a plan of contacts asks for, and how it stands. Pure: days and codes in, answers out."""

import datetime as dt
from collections.abc import Collection, Sequence
from functools import cache

from msgspec import Struct

from yosafe import words
from yosafe.accounts.permissions import AgencyKind
from yosafe.errors import Conflict
from yosafe.reference.codes import code_list

FAMILY = "family"
# Which groups of `contact_kind` do for a plan: who is seen has been spoken to.
GROUPS = {"visit": {"face_to_face"}, "call": {"face_to_face", "remote"}, "any": {"face_to_face", "remote", "written"}}
OWES = {"yot": AgencyKind.YOT, "social_worker": AgencyKind.SOCIAL_SERVICES, "personal_adviser": AgencyKind.SOCIAL_SERVICES}
WEEK = 7


class Plan(Struct, frozen=True, kw_only=True):
    every_days: int
    since: dt.date
    until: dt.date | None = None


class Held(Struct, frozen=True, kw_only=True):
    """The days of a stay in custody, `left_on` None while it lasts."""

    arrived_on: dt.date
    left_on: dt.date | None = None


class Standing(Struct, frozen=True, kw_only=True):
    """How a plan stands. `planned`: how many spans of it have gone by in custody; `missed`: in how many of them there was no contact.
    `next_due_on` is None where nothing is due: the plan ended, or they are not held."""

    planned: int
    made: int
    missed: int
    last_on: dt.date | None
    next_due_on: dt.date | None
    overdue_days: int


def standing(plan: Plan, contacts: Collection[dt.date], stays: Sequence[Held], *, today: dt.date) -> Standing:
    """How a plan stands on a day, from the days of the contacts that do for it and the stays in custody.

    A plan of every n days is cut into spans of n days from its first day. A span counts once its last day is over, if they were held on that day.
    The next contact is due n days after the last one, or after the first day of the plan or of their time in custody, whichever is latest.
    """
    ends = today if plan.until is None else min(plan.until, today)
    days = sorted(day for day in contacts if plan.since <= day <= ends)
    spans = [span for span in _spans(plan, ends) if _held_on(stays, span[1])]
    missed = sum(not any(first <= day <= last for day in days) for first, last in spans)
    last_on, custody = (days[-1] if days else None), held_since(stays)
    due = None
    if plan.until is None and custody is not None:
        due = max(day for day in (plan.since, custody, last_on) if day is not None) + dt.timedelta(days=plan.every_days)
    return Standing(
        planned=len(spans), made=len(days), missed=missed, last_on=last_on, next_due_on=due, overdue_days=max(0, (today - due).days) if due else 0
    )


def _spans(plan: Plan, ends: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The first and last day of each span that is over before a day."""
    length = dt.timedelta(days=plan.every_days)
    number = max(0, (ends - plan.since).days // plan.every_days)
    return [(plan.since + place * length, plan.since + (place + 1) * length - dt.timedelta(days=1)) for place in range(number)]


def _held_on(stays: Sequence[Held], day: dt.date) -> bool:
    return any(stay.arrived_on <= day and (stay.left_on is None or day <= stay.left_on) for stay in stays)


def held_since(stays: Sequence[Held]) -> dt.date | None:
    """The first day of the unbroken time in custody that goes on: a transfer does not start it again. None for someone who is not held."""
    since = max((stay.arrived_on for stay in stays if stay.left_on is None), default=None)
    if since is None:
        return None
    for stay in sorted(stays, key=lambda stay: stay.arrived_on, reverse=True):
        if stay.left_on is not None and stay.arrived_on <= since <= stay.left_on + dt.timedelta(days=1):
            since = stay.arrived_on
    return since


@cache
def kinds_for(way: str) -> tuple[str, ...]:
    """Codes of `contact_kind` that do for a way of being in touch."""
    return tuple(code.code for code in code_list("contact_kind").codes if code.group in GROUPS[way])


@cache
def codes_for(from_whom: str) -> tuple[str, ...]:
    """Codes of `contact_with` that do for whoever plans to be in touch."""
    if from_whom == FAMILY:
        return tuple(code.code for code in code_list("contact_with").codes if code.group == FAMILY)
    return (from_whom,)


def owes(from_whom: str) -> AgencyKind:
    """The kind of agency that sees to it: for the family, and for those who have no agency here, the establishment."""
    return OWES.get(from_whom, AgencyKind.YOI)


def every_words(days: int) -> str:
    """ "every week", "every 4 weeks", "every 10 days"."""
    if days % WEEK:
        return "every day" if days == 1 else f"every {days} days"
    return "every week" if days == WEEK else f"every {days // WEEK} weeks"


def standing_words(plan: Plan, stands: Standing, things: str) -> str:
    """ "Planned 6 visits since 1 May 2026, 4 made, 2 missed." """
    if plan.until is None and stands.planned == 0:
        return f"Planned since {words.day(plan.since)}, {stands.made} made so far."
    missed = f", {stands.missed} missed" if stands.missed else ""
    until = f" to {words.day(plan.until)}" if plan.until else ""
    return f"Planned {stands.planned} {things} since {words.day(plan.since)}{until}, {stands.made} made{missed}."


def due_words(stands: Standing, *, today: dt.date) -> str:
    """ "12 days overdue", "due today", "due in 3 days"; empty where nothing is due."""
    if stands.next_due_on is None:
        return ""
    if stands.overdue_days:
        return f"{words.plural(stands.overdue_days, 'day')} overdue"
    days = (stands.next_due_on - today).days
    return "due today" if days == 0 else f"due in {words.plural(days, 'day')}"


def check_follows(since: dt.date, *, last: dt.date | None) -> None:
    """Raise Conflict for a plan that would begin before the one it follows."""
    if last is not None and since < last:
        raise Conflict(f"The plan on record with them goes to {last:%-d %B %Y} at least. A new one can't begin before that: check the date.")


def check_current(until: dt.date | None) -> None:
    """Raise Conflict for a plan that has ended."""
    if until is not None:
        raise Conflict(f"This plan ended on {until:%-d %B %Y}. It stays as it was: plan contacts anew.")
