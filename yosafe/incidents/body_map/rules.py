"""What may be marked on a body map, and what a mark must be. Pure."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from yosafe.errors import FieldError
from yosafe.reference.codes import code_list

# Of these kinds injuries are asked for place by place, once one is named; on those of MAPPED they may be marked.
ASKED = frozenset({"injury", "assault", "self_harm", "use_of_force"})
MAPPED = ASKED | {"bullying", "staff_allegation", "disclosure"}
NO_INJURY = frozenset({"none", "fear"})
# Marks that can make an incident serious: whoever adds one to an incident that is not is told so.
GRAVE = frozenset({"fracture_suspected", "ligature_mark", "puncture"})
SAID_IN_NOTE = frozenset({"other"})
LARGEST_MM = 2000


class Mark(Struct, frozen=True, kw_only=True):
    """A mark as it comes in, with the day on which it was seen."""

    region: str
    kind: str
    size_mm: int | None
    note: str | None
    seen_on: dt.date
    seen_time: str | None


def names_injury(injuries: Iterable[str]) -> bool:
    return bool(set(injuries) - NO_INJURY)


def may_be_mapped(kind: str, injuries: Iterable[str]) -> bool:
    """Whether marks of a young person may be added: by the kind of incident, or because an injury of theirs is named."""
    return kind in MAPPED or names_injury(injuries)


def is_asked(kind: str, injuries: Iterable[str]) -> bool:
    """Whether whoever has just recorded it is asked for the places."""
    return kind in ASKED and names_injury(injuries)


def is_grave(kinds: Iterable[str], severity: str) -> bool:
    return severity != "serious" and bool(GRAVE & set(kinds))


def faults_in_mark(mark: Mark, *, since: dt.date, now: dt.datetime) -> list[FieldError]:
    """What is wrong with a mark. `since`: the day of the incident; `now` in London."""
    faults = [
        *_fault_in_code("region", "body_region", mark.region),
        *_fault_in_code("kind", "mark_kind", mark.kind),
    ]
    if mark.kind in SAID_IN_NOTE and mark.note is None:
        faults.append(FieldError("note", "Enter what it is"))
    if mark.size_mm is not None and not 1 <= mark.size_mm <= LARGEST_MM:
        faults.append(FieldError("size_mm", f"The size must be between 1 and {LARGEST_MM:,} millimetres"))
    if not since <= mark.seen_on <= now.date():
        faults.append(FieldError("seen_on", f"The day it was seen must be between {since:%-d %B %Y}, when it happened, and today"))
    if mark.seen_time is not None and mark.seen_on == now.date() and mark.seen_time > f"{now:%H:%M}":
        faults.append(FieldError("seen_time", "The time it was seen must be in the past"))
    return faults


def _fault_in_code(key: str, codes: str, value: Any) -> list[FieldError]:
    allowed = code_list(codes).values()
    return [] if value in allowed else [FieldError(key, f"Select one of: {', '.join(allowed)}")]
