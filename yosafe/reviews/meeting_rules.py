"""What a joint review may decide, and when. Pure."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.reference.codes import code_list

from .rules import DECIDED, Outcome

LATE_TO_RECORD = dt.timedelta(days=28)  # how long after a meeting it can still be entered
AHEAD = dt.timedelta(days=366)
STAYS_OPEN = dt.timedelta(days=28)  # a decided case stays open to the committee so long, and while an action is left
APOLOGIES = "apologies"
WITHOUT_ADVOCATE = frozenset({"asked", "not_asked"})
DID_NOT_SPEAK = frozenset({"declined", "not_asked"})


def meeting_day_faults(meets_on: dt.date, *, today: dt.date) -> list[FieldError]:
    if meets_on < today - LATE_TO_RECORD:
        return [FieldError("meets_on", "The date of the meeting must be in the last 28 days or to come")]
    if meets_on > today + AHEAD:
        return [FieldError("meets_on", "The date of the meeting must be within a year: check the year")]
    return []


def takes_cases(meets_on: dt.date, *, cases: int, settled: int, today: dt.date) -> bool:
    """Whether a review still looks for young people to discuss: until its day is past, or all that it has are decided or put off."""
    return meets_on >= today and not 0 < cases == settled


def action_faults(due_on: dt.date, *, today: dt.date, key: str = "due_on") -> list[FieldError]:
    if due_on < today:
        return [FieldError(key, "The day by which it is to be done must be today or to come")]
    if due_on > today + AHEAD:
        return [FieldError(key, "The day by which it is to be done must be within a year: check the year")]
    return []


def decision_faults(
    *, decision: str, child_came: str, child_said: str | None, next_review_on: dt.date | None, meets_on: dt.date, before_meeting: bool, today: dt.date
) -> list[FieldError]:
    """Everything that can't be right about a decision, flags and actions apart. `before_meeting`: it is known to come before the day."""
    faults = [
        *_code_faults("review_decision", decision, "decision", today),
        *_code_faults("young_person_part", child_came, "child_came", today),
    ]
    if child_came not in DID_NOT_SPEAK and not child_said:
        faults.append(FieldError("child_said", "Enter what the young person said, in their own words"))
    if meets_on > today and not before_meeting:
        message = f"The review meets on {meets_on:%-d %B %Y}, still to come. Confirm that it has decided already, or wait until it has met"
        faults.append(FieldError("before_meeting", message))
    if next_review_on is not None and next_review_on <= max(meets_on, today):
        faults.append(FieldError("next_review_on", "The next review must be after this one, and to come"))
    if next_review_on is not None and next_review_on > today + AHEAD:
        faults.append(FieldError("next_review_on", "The next review must be within a year: check the year"))
    return faults


def _code_faults(codes: str, value: str, key: str, today: dt.date) -> list[FieldError]:
    try:
        code_list(codes).check(value, today, key=key)
    except Invalid as fault:
        return list(fault.errors)
    return []


def outcome_faults(listed: Collection[int], given: Sequence[int]) -> list[FieldError]:
    """Each flag that a case was listed for gets one outcome, and no other flag gets any."""
    missing = [FieldError(f"flag-{flag}", "Say what the review made of this flag") for flag in sorted(listed) if flag not in given]
    unknown = [FieldError(f"flag-{flag}", "The case was not listed for this flag, or it is closed already") for flag in given if flag not in listed]
    twice = [FieldError(f"flag-{flag}", "Give one outcome for this flag") for flag in sorted(set(given)) if given.count(flag) > 1]
    return missing + unknown + twice


def to_close(given: Mapping[int, Outcome]) -> list[int]:
    """The flags that a decision closes: those for which only more information is wanted stay open."""
    return [flag for flag, outcome in given.items() if outcome in DECIDED]


def asked_for(requests: Sequence[tuple[str, str]]) -> str | None:
    """Why a case is listed that agencies asked for: who, and their reasons. None where nobody asked."""
    return "\n".join(f"Asked for by {agency}: {reason}" for agency, reason in requests) or None


def attendance_faults(attended: str, reason: str | None) -> list[FieldError]:
    """Apologies come with their reason."""
    if attended == APOLOGIES and not reason:
        return [FieldError("reason", "Enter why they could not come")]
    return []


def advocate_faults(advocate: str, why: str | None, *, today: dt.date) -> list[FieldError]:
    """Whether an advocate was there, and why not where one should have been."""
    faults = _code_faults("review_advocate", advocate, "advocate", today)
    if advocate in WITHOUT_ADVOCATE and not why:
        faults.append(FieldError("advocate_why", "Enter why no advocate was there"))
    return faults


def check_unsettled(decided_at: dt.datetime | None, put_off_at: dt.datetime | None) -> None:
    """Raise Conflict for a case that was decided, since its minutes stand, or put off."""
    if put_off_at is not None:
        raise Conflict("This case was put off at this review. List it for the next one.")
    if decided_at is not None:
        raise Conflict("This case has been decided and its minutes stand. Give your agency's view to add to them, or list it for the next review.")
