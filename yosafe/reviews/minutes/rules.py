"""What minutes hold, and when they may be locked. Pure."""

import datetime as dt
import hashlib
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from yosafe.errors import Conflict
from yosafe.words import day

FORMAT = "yosafe-minutes/1"


class Attended(Struct, frozen=True, kw_only=True):
    """Who came for an agency; `attended` is a code of `review_attendance`."""

    agency: str
    person: str
    attended: str
    reason: str | None = None


class FlagMade(Struct, frozen=True, kw_only=True):
    """A flag for which the case was listed, and what the review made of it; no outcome where it left the flag open."""

    flag: int
    indicator: str
    level: str
    outcome: str | None = None
    reason: str | None = None


class Said(Struct, frozen=True, kw_only=True):
    """What an agency said of a case. `dissents`: it does not agree with what was decided."""

    agency: str
    view: str
    dissents: bool
    said_by: str | None
    recorded_by: str
    at: dt.datetime


class Agreed(Struct, frozen=True, kw_only=True):
    """An action as it was agreed."""

    what: str
    owner_agency: str
    owner_name: str
    due_on: dt.date


class CaseWritten(Struct, frozen=True, kw_only=True):
    """A case as it ended: decided, or put off with the reason. `id` is of the case, `young_person` a reference."""

    id: int
    number: int
    young_person: str
    because: str | None
    flags: list[FlagMade]
    child_came: str | None
    child_said: str | None
    advocate: str | None
    advocate_why: str | None
    views: list[Said]
    decision: str | None
    reason: str | None
    plan: str | None
    decided_at: dt.datetime | None
    decided_by: str | None
    next_review_on: dt.date | None
    put_off_reason: str | None
    actions: list[Agreed]


class Written(Struct, frozen=True, kw_only=True):
    """Everything that the minutes say, as it is kept. `quorate` is None where no panel says what is."""

    format: str
    review: str
    establishment: str
    area: str
    meets_on: dt.date
    chair: str
    quorate: bool | None
    quorum: str
    attendance: list[Attended]
    cases: list[CaseWritten]


def sealed(written: Written) -> tuple[str, str]:
    """The minutes as text, and its SHA-256: the same minutes give the same."""
    text = msgspec.json.encode(written).decode()
    return text, seal_of(text)


def seal_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check_lockable(meets_on: dt.date, *, unsettled: Sequence[int], attended: int, today: dt.date) -> None:
    """Raise Conflict where minutes can't be locked yet, saying what is to be done first. `unsettled`: numbers of cases without an end."""
    if meets_on > today:
        raise Conflict(f"The review meets on {day(meets_on)}, still to come. Its minutes are locked when it has met.")
    if unsettled:
        several = len(unsettled) > 1
        cases = f"Case{'s' if several else ''} {', '.join(str(number) for number in unsettled)}"
        raise Conflict(f"{cases} {'are' if several else 'is'} neither decided nor put off. Decide, or put off with the reason, and lock then.")
    if not attended:
        raise Conflict("Nothing is recorded of who came. Record it first: the minutes say it.")
