"""Putting an indicator's answer into words. Terms that change with the terminology stay as `{yot_short}` and are filled in when shown."""

import datetime as dt
from collections.abc import Sequence
from functools import cache, lru_cache

from yosafe.models.facts import Clock, Incident
from yosafe.reference.codes import code_list

from .outcome import Because


@lru_cache(maxsize=10_000)
def day(date: dt.date) -> str:
    return f"{date:%-d %B %Y}"


def count(number: int, one: str, many: str | None = None) -> str:
    """`count(2, "incident")` is "2 incidents"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def label(codes: str, value: str) -> str:
    """A code's label as it stands inside a sentence."""
    return lower_first(titled(codes, value))


@cache
def titled(codes: str, value: str) -> str:
    """A code's label, with its terms still open."""
    return next(code.wording for code in code_list(codes).codes if code.code == value)


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def incident(one: Incident) -> str:
    """ "assault on 3 March 2003 (serious)"."""
    severity = " (serious)" if one.severity == "serious" else ""
    return f"{label('incident_kind', one.kind)} on {day(one.happened_on)}{severity}"


def because_incident(one: Incident) -> Because:
    return Because(_happened(one.kind, one.severity, one.roles), one.happened_on, one.reference)


@lru_cache(maxsize=10_000)
def _happened(kind: str, severity: str, roles: frozenset[str]) -> str:
    """Of everyone's incidents few differ in what is said of them."""
    said = listed([label("involvement_role", role) for role in code_list("involvement_role").values() if role in roles])
    return f"{titled('incident_kind', kind)}, {severity}: {said}"


def because_clock(one: Clock) -> Because:
    return Because(f"{one.about} was due, and is not recorded", one.due_on, one.reference)
