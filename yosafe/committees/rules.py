"""What a committee should have, and what it lacks. Pure: days and codes in, answers out."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from msgspec import Struct

from yosafe import words
from yosafe.errors import Conflict, FieldError
from yosafe.reference.codes import code_list

EXPECTED = ("main", "asked_for")  # groups of seats of which a vacancy is named
CAME = frozenset({"attended", "deputy"})
ACPC_YOT = "acpc_yot"
MUST_SIGN = ("acpc", "yot")  # the protocol of criterion 2.5
COUNTED_DAYS = 365  # of meetings for shares of attendance
LARGEST_USUAL, SMALLEST_USUAL = 30, 12  # members: what inspectors found (5.9)
ProtocolState = Literal["not_yet", "in_force", "review_overdue", "ended"]


class Sits(Struct, frozen=True, kw_only=True):
    """A seat held from a day on, `until` None while it is."""

    seat: str
    since: dt.date
    until: dt.date | None = None

    def on(self, day: dt.date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Vacancy(Struct, frozen=True, kw_only=True):
    """A seat that should be filled and is not; `since`: the last day on which it was, None where it never was as far as is recorded here."""

    seat: str
    since: dt.date | None


class Share(Struct, frozen=True, kw_only=True):
    """At how many of the meetings for which it was recorded an agency was there, itself or by a deputy."""

    seat: str
    came: int
    meetings: int


class Signed(Struct, frozen=True, kw_only=True):
    kind: str
    signatories: tuple[str, ...]
    starts_on: dt.date
    review_on: dt.date
    ended_on: dt.date | None = None


def vacancies(members: Iterable[Sits], *, today: dt.date) -> list[Vacancy]:
    """The seats that every committee should have and that nobody holds, in the order of the list."""
    known = list(members)
    found = []
    for code in code_list("committee_seat").codes:
        held = [one for one in known if one.seat == code.code and one.since <= today]
        if code.group in EXPECTED and not any(one.on(today) for one in held):
            found.append(Vacancy(seat=code.code, since=max((one.until for one in held if one.until), default=None)))
    return found


def shares(meetings: Iterable[tuple[dt.date, Mapping[str, str]]], *, today: dt.date) -> list[Share]:
    """How often each agency came to the meetings of the last year, by seat in the order of the list."""
    lately = [attended for met_on, attended in meetings if today - dt.timedelta(days=COUNTED_DAYS) < met_on <= today]
    found = []
    for seat in code_list("committee_seat").values():
        entries = [attended[seat] for attended in lately if seat in attended]
        if entries:
            found.append(Share(seat=seat, came=sum(one in CAME for one in entries), meetings=len(entries)))
    return found


def protocol_state(one: Signed, *, today: dt.date) -> ProtocolState:
    if one.ended_on is not None and one.ended_on <= today:
        return "ended"
    if one.starts_on > today:
        return "not_yet"
    return "in_force" if today <= one.review_on else "review_overdue"


def protocol_gaps(protocols: Iterable[Signed], *, today: dt.date) -> list[str]:
    """What is missing of the protocol of criterion 2.5, as keys: `none`, or `overdue` and `unsigned:yot`. The best one there is counts."""
    running = [one for one in protocols if one.kind == ACPC_YOT and protocol_state(one, today=today) in ("in_force", "review_overdue")]
    return min((_gaps_of(one, today) for one in running), key=len, default=["none"])


def _gaps_of(one: Signed, today: dt.date) -> list[str]:
    overdue = ["overdue"] if protocol_state(one, today=today) == "review_overdue" else []
    return [*overdue, *(f"unsigned:{party}" for party in MUST_SIGN if party not in one.signatories)]


def meeting_faults(met_on: dt.date, attendance: Mapping[str, str], members: Iterable[Sits], *, today: dt.date) -> list[FieldError]:
    """What is wrong with who came on a day: each agency that had a seat on it is spoken for."""
    if met_on > today:
        return [FieldError("met_on", "The meeting must be today or in the past: record it when it has been held")]
    sat = {one.seat for one in members if one.on(met_on)}
    if not sat and not attendance:
        return [FieldError("met_on", f"Nobody is recorded as a member on {words.day(met_on)}. Record first who sits on the committee")]
    return [FieldError(f"attendance.{seat}", "Select whether they came: they had a seat on that day") for seat in _in_order(sat - set(attendance))]


def _in_order(seats: Collection[str]) -> list[str]:
    return [seat for seat in code_list("committee_seat").values() if seat in seats]


def protocol_faults(*, starts_on: dt.date, review_on: dt.date, signatories: Collection[str]) -> list[FieldError]:
    faults = []
    if review_on <= starts_on:
        faults.append(FieldError("review_on", f"It starts on {words.day(starts_on)}: it is looked at again after that"))
    if not signatories:
        faults.append(FieldError("signatories", "Select who signed it"))
    return faults


def check_running(ended_on: dt.date | None) -> None:
    """Raise Conflict for a protocol that has ended."""
    if ended_on is not None:
        raise Conflict(f"This protocol ended on {words.day(ended_on)}. Record the new one as another.")


def check_sits(until: dt.date | None) -> None:
    """Raise Conflict for a membership that has ended."""
    if until is not None:
        raise Conflict(f"This membership ended on {words.day(until)}. If they came back, record them as a member again.")


def check_stands(withdrawn_at: dt.datetime | None) -> None:
    """Raise Conflict for a meeting that was withdrawn."""
    if withdrawn_at is not None:
        raise Conflict("This meeting was withdrawn already. It stays readable, and counts no more.")
