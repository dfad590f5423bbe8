"""Distance from home, and who has been in touch. A gap is counted from the last contact, or from the first day in custody."""

import datetime as dt
from collections.abc import Callable, Mapping

from yosafe.models.facts import Contact, Facts

from .outcome import Answer, Because, Level, Raised, Unknown
from .words import day, label

VISITS = frozenset({"visit", "meeting"})
MISSED = frozenset({"planned_missed", "declined"})
SOCIAL_SERVICES = frozenset({"social_worker", "personal_adviser"})
NO_DISTANCE = "Distance from home: no home outcode was recorded when they were placed"


def far_from_home(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    placement = facts.placement
    if placement is None:
        return None
    if placement.distance_miles is None:
        return Unknown(missing=(NO_DISTANCE,))
    if placement.distance_miles <= settings["miles"]:
        return None
    sentence = f"Held about {placement.distance_miles} miles from home, at {placement.establishment}"
    because = (Because(f"Placed about {placement.distance_miles} miles from home", placement.happened_on, placement.reference),)
    gap = gap_in_contact(facts, is_visit, as_of)
    if gap is None or gap.days < settings["days"]:
        return Raised(level=Level.NOTE, sentence=f"{sentence}.", because=because)
    return Raised(
        level=Level.RAISED,
        sentence=f"{sentence}, with no visit recorded for {settings['days']} days or more.",
        because=(*because, gap.because),
        missing=gap.missing("visit"),
    )


def no_yot_contact(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    gap = gap_in_contact(facts, by_yot, as_of)
    if gap is None or gap.days < settings["days"]:
        return None
    return Raised(
        level=Level.RAISED,
        sentence=f"No contact by the {{yot_short}} recorded for {settings['days']} days or more: {gap.reason}.",
        because=(gap.because,),
        missing=gap.missing("contact by the {yot_short}"),
    )


def took_place(contact: Contact) -> bool:
    return contact.kind not in MISSED


def is_visit(contact: Contact) -> bool:
    return contact.kind in VISITS


def by_yot(contact: Contact) -> bool:
    return contact.with_whom == "yot" and took_place(contact)


def by_social_services(contact: Contact) -> bool:
    return contact.with_whom in SOCIAL_SERVICES and took_place(contact)


class Gap:
    """How long nobody of a kind has been in touch, and the fact that it is counted from."""

    def __init__(self, days: int, last: Contact | None, custody: Because) -> None:
        self.days, self._last, self._custody = days, last, custody

    @property
    def because(self) -> Because:
        return (
            self._custody
            if self._last is None
            else Because(f"Last contact: {label('contact_kind', self._last.kind)}", self._last.happened_on, self._last.reference)
        )

    @property
    def reason(self) -> str:
        return (
            f"none since they came into custody on {day(self._custody.date)}"
            if self._last is None
            else f"the last was on {day(self._last.happened_on)}"
        )

    def missing(self, what: str) -> tuple[str, ...]:
        return (f"Any {what} since they came into custody",) if self._last is None else ()


def gap_in_contact(facts: Facts, of_kind: Callable[[Contact], bool], as_of: dt.date) -> Gap | None:
    """The gap up to a day, None for someone who is not in custody."""
    since, placement = facts.in_custody_since, facts.placement
    if since is None or placement is None:
        return None
    last = max((c for c in facts.contacts if of_kind(c) and c.happened_on >= since), key=lambda c: c.happened_on, default=None)
    first = min((p for p in facts.placements if p.happened_on >= since), key=lambda p: p.happened_on, default=placement)
    days = (as_of - (since if last is None else last.happened_on)).days
    return Gap(days, last, Because("Came into custody", since, first.reference))
