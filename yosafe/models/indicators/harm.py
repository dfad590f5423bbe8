"""Harm: what happened to a young person, or what they did to themselves.

Restricted incidents are left out of every flag: the flag would show that they exist."""

import datetime as dt
from collections.abc import Collection, Mapping

from yosafe.models.facts import Facts, Incident

from .outcome import Answer, Level, Raised
from .words import because_incident, count, incident, listed

BY_OTHERS = frozenset({"assault", "bullying"})
CONCERNED = frozenset({"harmed", "hurt_self", "took_part", "alleged_to_have_harmed", "concerned", "complainant"})


def self_harm_recent(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    recent = incidents(facts, {"hurt_self"}, since=_first_of(as_of, settings["days"]))
    if not recent:
        return None
    high = len(recent) >= settings["high_count"] or _any_serious(recent)
    return Raised(
        level=Level.HIGH if high else Level.RAISED,
        sentence=f"Hurt themselves in {_in_window(recent, settings['days'])}.",
        because=tuple(because_incident(i) for i in recent),
    )


def harmed_by_others(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    window = _first_of(as_of, settings["days"])
    wider = incidents(facts, {"harmed"}, since=min(window, _first_of(as_of, settings["high_days"])), kinds=BY_OTHERS)
    recent = tuple(i for i in wider if i.happened_on >= window)
    if not recent:
        return None
    repeated = tuple(i for i in wider if i.happened_on >= _first_of(as_of, settings["high_days"]))
    many = len(repeated) >= settings["high_count"]
    sentence = f"Harmed by others in {_in_window(recent, settings['days'])}."
    if len(repeated) > len(recent):
        sentence += f" Counting the last {settings['high_days']} days, {count(len(repeated), 'incident')}."
    return Raised(
        level=Level.HIGH if many or _any_serious(recent) else Level.RAISED,
        sentence=sentence,
        because=tuple(because_incident(i) for i in (repeated if many else recent)),
    )


def accumulation(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    recent = incidents(facts, CONCERNED, since=_first_of(as_of, settings["days"]))
    if len(recent) < settings["count"]:
        return None
    return Raised(
        level=Level.RAISED,
        sentence=f"{count(len(recent), 'concern')} in the last {settings['days']} days: {listed([incident(i) for i in recent])}.",
        because=tuple(because_incident(i) for i in recent),
    )


def _first_of(as_of: dt.date, days: int) -> dt.date:
    """The first day of a window of so many days that ends with `as_of`."""
    return as_of - dt.timedelta(days=days - 1)


def incidents(facts: Facts, roles: Collection[str], *, since: dt.date, kinds: Collection[str] | None = None) -> tuple[Incident, ...]:
    """Those from a day on in which they had one of some roles; none that is restricted."""
    return tuple(
        i
        for i in facts.incidents
        if not i.restricted and i.happened_on >= since and not i.roles.isdisjoint(roles) and (kinds is None or i.kind in kinds)
    )


def _any_serious(found: Collection[Incident]) -> bool:
    return any(i.severity == "serious" for i in found)


def _in_window(found: tuple[Incident, ...], days: int) -> str:
    return f"{count(len(found), 'incident')} in the last {days} days: {listed([incident(i) for i in found])}"
