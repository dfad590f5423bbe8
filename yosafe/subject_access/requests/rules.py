"""The time that a request has, and what may be decided on it. Pure.

UK GDPR, article 12(3): an answer within one month of receipt; two further months where the request is complex or there are several, of which
whoever asked is told within the first month, with the reason. The regulator counts from the day of receipt to the same day of the next month, or that
month's last day. Where that is no working day it allows the next one; that is not used here, so that the day shown is never too late. Where it is not
known who asks, the month begins when that is known (looked up on 28 November 2026, to be confirmed by whoever advises the agency)."""

import datetime as dt

from yosafe import clock
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.reference import rule_sets
from yosafe.reference.rule_sets import ClockState, add_months
from yosafe.subject_access.held import Reason

MONTHS, MORE = 1, 2
ASKERS = {
    "young_person": "The young person",
    "parent": "A parent, or who has parental responsibility",
    "solicitor": "A solicitor",
    "advocate": "An advocate or another person who acts for them",
}
IDENTITY = {
    "known": "Known to staff, who spoke with them",
    "document": "A document with a photograph was seen",
    "authority": "Written authority of the young person was seen, and who brings it is known",
    "order": "A court order or proof of parental responsibility was seen",
}
BECAUSE = {"complex": "It is complex", "several": "They made several requests"}
OUTCOMES = {"given": "Given", "refused": "Refused", "withdrawn": "Withdrawn"}
DECISIONS = {"hold_back": "Hold it back", "give": "Give it"}
# What waits for somebody's decision may be given when somebody has decided so.
DECIDED = frozenset({Reason.SERIOUS_HARM, Reason.LEGAL_PRIVILEGE})
ENDED = "This request has its answer. What was decided stays as it was written."


def starts_on(received_on: dt.date, identity_on: dt.date | None) -> dt.date | None:
    """The day from which the month counts; None while nobody knows who asked."""
    return max(received_on, identity_on) if identity_on is not None else None


def due_on(received_on: dt.date, identity_on: dt.date | None, *, extended: bool) -> dt.date:
    """The last day for an answer. While nobody knows who asked it is counted from receipt, so that nobody waits with the asking."""
    return add_months(starts_on(received_on, identity_on) or received_on, MONTHS + (MORE if extended else 0))


def state_of(due: dt.date, answered_at: dt.datetime | None) -> ClockState:
    return rule_sets.state_of(due, clock.today(), clock.day_of(answered_at) if answered_at else None)


def check_days(received_on: dt.date, identity_on: dt.date | None, today: dt.date) -> None:
    """Raises Invalid for days that can't be."""
    if received_on > today:
        raise Invalid([FieldError("received_on", "The day on which it came must be today or in the past")])
    if identity_on is not None and not received_on <= identity_on <= today:
        raise Invalid([FieldError("identity_on", "The day on which you knew who asked must be between the day on which it came and today")])


def check_extension(told_on: dt.date, received_on: dt.date, identity_on: dt.date | None, today: dt.date) -> None:
    """Raises Invalid where whoever asked was told on a day that can't be; Conflict where they were told too late for it to count."""
    if not received_on <= told_on <= today:
        raise Invalid([FieldError("told_on", "The day on which you told them must be between the day on which it came and today")])
    if told_on > due_on(received_on, identity_on, extended=False):
        raise Conflict("They must be told within the first month. It has passed: the request is late, and stays so. Answer it as soon as you can.")


WHO_FIRST = "Record first how you know who asked: nothing is given to somebody who is not known."


def check_known(identity_on: dt.date | None) -> None:
    """Raises Conflict while nobody knows who asked."""
    if identity_on is None:
        raise Conflict(WHO_FIRST)
