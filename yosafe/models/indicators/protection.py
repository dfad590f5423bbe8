"""Child protection: what was disclosed, and the register."""

import datetime as dt
from collections.abc import Mapping

from yosafe.clock import day_of
from yosafe.models.facts import Facts
from yosafe.reference.working_days import add_working_days

from .outcome import Answer, Because, Level, Raised
from .words import count, day, listed

TOLD = frozenset({"concerned", "harmed", "told_us", "complainant"})


def disclosure_open(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    decided = frozenset().union(*(r.incidents for r in facts.referrals))
    late = tuple(
        (i, due)
        for i in facts.incidents
        if i.kind == "disclosure" and not i.restricted and not i.roles.isdisjoint(TOLD) and i.reference not in decided
        if (due := add_working_days(i.happened_on, settings["working_days"]).due) < as_of
    )
    if not late:
        return None
    told = listed([f"told on {day(i.happened_on)}, decision due by {day(due)}" for i, due in late])
    return Raised(
        level=Level.HIGH,
        sentence=f"{count(len(late), 'disclosure')} of past abuse without a decision whether to refer: {told}.",
        because=tuple(Because("Disclosure of past abuse", i.happened_on, i.reference) for i, _ in late),
        missing=tuple(f"A decision whether to refer {i.reference}" for i, _ in late),
    )


def staff_allegation_open(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    """The one rule that looks at restricted incidents: its flag is restricted too. Counted from the day it was written down."""
    open_ones = tuple(
        i
        for i in facts.incidents
        if i.kind == "staff_allegation"
        and i.concluded_at is None
        and not i.roles.isdisjoint(TOLD)
        and (as_of - day_of(i.recorded_at)).days > settings["days"]
    )
    if not open_ones:
        return None
    since = listed([day(day_of(i.recorded_at)) for i in open_ones])
    return Raised(
        level=Level.RAISED,
        sentence=f"{count(len(open_ones), 'allegation')} against staff not resolved after {settings['days']} days: since {since}.",
        because=tuple(Because("Allegation against staff", day_of(i.recorded_at), i.reference) for i in open_ones),
    )


def repeat_enquiries(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    """By whomever they were made: who asked, why, and what was answered stay with those agencies."""
    lately = tuple(e for e in facts.enquiries if (as_of - e.happened_on).days < settings["days"])
    if len(lately) < settings["enquiries"]:
        return None
    days = listed([day(on) for on in sorted({e.happened_on for e in lately})])
    return Raised(
        level=Level.RAISED,
        sentence=f"{count(len(lately), 'enquiry', 'enquiries')} of registers or indexes in {settings['days']} days: {days}.",
        because=tuple(Because("An authority was asked about them", e.happened_on, e.reference) for e in lately),
    )


def on_register(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    live = tuple(r for r in facts.registrations if r.ended_on is None)
    if not live:
        return None
    return Raised(
        level=Level.NOTE,
        sentence=f"{{Registered}} since {day(live[0].happened_on)}.",
        because=tuple(Because("Registered", r.happened_on, r.reference) for r in live),
    )
