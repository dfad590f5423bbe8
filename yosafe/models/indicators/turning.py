"""Until when an answer holds. While nothing new is written down an indicator turns only as days pass, and on few of them: when an incident leaves the
window, when a time limit is over, when nobody has been in touch for long enough. Each indicator says here on which days it may turn: too many cost
time, and one too few would be a flag that comes too late, which a test looks for in histories made at random."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping

from yosafe.clock import day_of
from yosafe.models.facts import Contact, Facts
from yosafe.reference.working_days import add_working_days

from . import care, contact, harm, timeliness
from .catalogue import catalogue
from .outcome import Answer, Raised

Turns = Callable[[Answer, Facts, Mapping[str, int], dt.date], Iterator[dt.date]]
ONE_DAY = dt.timedelta(days=1)


def never(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
    """Days alone change nothing."""
    return iter(())


def fades(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
    """What it rests on leaves the window of `days`; where it rests on nothing, days bring nothing."""
    if type(answer) is Raised:
        yield from (one.date + dt.timedelta(days=settings["days"]) for one in answer.because)


def harmed(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
    if answer is not None:
        for one in harm.incidents(facts, {"harmed"}, since=dt.date.min, kinds=harm.BY_OTHERS):
            yield one.happened_on + dt.timedelta(days=settings["days"])
            yield one.happened_on + dt.timedelta(days=settings["high_days"])


def first_weeks(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
    if facts.placement is not None:
        yield facts.placement.happened_on + dt.timedelta(days=settings["days"])


def arrival_screen(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
    if facts.placement is not None:
        yield facts.placement.happened_on + ONE_DAY
        yield facts.placement.happened_on + dt.timedelta(days=settings["days"] + 1)


def late(clocks: Collection[str]) -> Turns:
    """The day after one of these is due."""

    def turns(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
        yield from (one.due_on + ONE_DAY for one in facts.clocks if one.clock in clocks and one.ended_on is None)

    return turns


def silent(of_kind: Callable[[Contact], bool]) -> Turns:
    """Nobody of a kind has been in touch for `days`."""

    def turns(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
        gap = contact.gap_in_contact(facts, of_kind, as_of)
        if gap is not None:
            yield as_of + dt.timedelta(days=settings["days"] - gap.days)

    return turns


def care_not_known(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
    if facts.in_custody_since is not None and (facts.care is None or facts.care.status == care.NOT_KNOWN):
        yield add_working_days(facts.in_custody_since, settings["working_days"]).due + ONE_DAY


def undecided(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
    for one in facts.incidents:
        if one.kind == "disclosure" and not one.restricted:
            yield add_working_days(one.happened_on, settings["working_days"]).due + ONE_DAY


def unresolved(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
    for one in facts.incidents:
        if one.kind == "staff_allegation" and one.concluded_at is None:
            yield day_of(one.recorded_at) + dt.timedelta(days=settings["days"] + 1)


def birthday(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
    """Of whoever is held in the adult estate: the age stands in the sentence."""
    if facts.placement is not None and facts.placement.adult_estate and facts.date_of_birth is not None:
        age = facts.age_on(as_of) or 0
        yield _birthday(facts.date_of_birth, facts.date_of_birth.year + age + 1)


def _birthday(born: dt.date, year: int) -> dt.date:
    """Whoever was born on 29 February is a year older on 1 March, where there is no such day."""
    return dt.date(year, 3, 1) if (born.month, born.day) == (2, 29) and not _leaps(year) else born.replace(year=year)


def _leaps(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def release(answer: Answer, facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Iterator[dt.date]:
    if facts.release is not None and facts.release.address_recorded_at is None:
        yield facts.release.release_on - dt.timedelta(days=settings["days"])
        yield facts.release.release_on + ONE_DAY


TURNS: dict[str, Turns] = {
    "self-harm-recent": fades,
    "harmed-by-others": harmed,
    "accumulation": fades,
    "first-weeks": first_weeks,
    "no-arrival-screen": arrival_screen,
    "assessment-overdue": late(timeliness.ASSESSMENT),
    "far-from-home": silent(contact.is_visit),
    "no-yot-contact": silent(contact.by_yot),
    "in-care": never,
    "lost-social-worker": silent(contact.by_social_services),
    "care-status-unknown": care_not_known,
    "disclosure-open": undecided,
    "complaint-unanswered": late(timeliness.COMPLAINT),
    "staff-allegation-open": unresolved,
    "referral-late": late(timeliness.REFERRAL),
    "repeat-enquiries": fades,
    "on-register": never,
    "adult-estate": birthday,
    "no-release-address": release,
    "keep-apart-same-unit": never,
    "moves": fades,
    "overlooked-groups": never,
}
if lone := sorted(set(TURNS) ^ set(catalogue())):
    raise LookupError(f"indicators that don't say when they turn, or what says so of no indicator: {', '.join(lone)}")


def holds_until(answers: Mapping[str, Answer], facts: Facts, settings: Mapping[str, Mapping[str, int]], as_of: dt.date) -> dt.date | None:
    """The first later day on which one of the answers, of facts as at a day, may be another with nothing new written down; None: no such day is
    known."""
    turns = [on for indicator, answer in answers.items() for on in TURNS[indicator](answer, facts, settings[indicator], as_of) if on > as_of]
    return min([*turns, *([facts.another_on] if facts.another_on else [])], default=None)
