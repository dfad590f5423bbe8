"""Which time limits a referral starts, and what meets or stops them: a table, read by one pure function over the events."""

import datetime as dt
from collections.abc import Callable, Iterator

from msgspec import Struct

from yosafe.reference import rule_sets

from .events import (
    DEREGISTERED,
    ENQUIRY_AGREED,
    NO_CONFERENCE,
    REGISTERED,
    STAYS_REGISTERED,
    Case,
    Event,
    Kind,
    Variant,
)

Stops = tuple[tuple[Variant, str], ...]
Test = Callable[[Case, Event], bool]


class Limit(Struct, frozen=True, kw_only=True):
    """A time limit: what starts it, what meets it, and what else ends it, with the reason that is shown.

    `under`: only for referrals sent under these rules. `each`: starts anew with each such event, instead of with the first.
    `while_taken_on`: stops when nobody takes the referral on. `if_meets`: what the event must also be."""

    clock: str
    starts: tuple[Variant, ...]
    met: tuple[Variant, ...]
    under: tuple[str, ...] = rule_sets.RULE_SETS
    stops: Stops = ()
    each: bool = False
    while_taken_on: bool = False
    if_meets: Test | None = None


class Running(Struct, frozen=True, kw_only=True):
    """A time limit as the events leave it: running, met by an event, or stopped by one for a reason."""

    clock: str
    started: Event
    met: Event | None = None
    stopped: Event | None = None
    reason: str | None = None

    @property
    def due(self) -> rule_sets.Due:
        """When it runs out, by the rules of the day on which it started."""
        return rule_sets.due(self.clock, self.started.on)

    def is_overdue(self, today: dt.date) -> bool:
        return self.met is None and self.stopped is None and self.due.due < today


def answers_for_all(referral: Case, event: Event) -> bool:
    """A decision of any authority answers the sender; that it declines does so only for the one that was to decide first."""
    return event.kind is Kind.DECIDED or event.area == referral.areas[0]


_TO_CORE: tuple[Variant, ...] = (
    (Kind.INITIAL_ASSESSMENT_ENDED, "core_assessment"), (Kind.INITIAL_ASSESSMENT_ENDED, "strategy_discussion"), ENQUIRY_AGREED,
)  # fmt: skip
_OFF_REGISTER = "The child protection plan or registration ended"

LIMITS: tuple[Limit, ...] = (
    Limit(clock="referral-decision", starts=(Kind.SENT,), met=(Kind.DECIDED, Kind.DECLINED), if_meets=answers_for_all),
    Limit(
        clock="initial-assessment", under=("wt1999",), starts=(Kind.SENT,), met=(Kind.INITIAL_ASSESSMENT_ENDED,), while_taken_on=True,
        stops=((ENQUIRY_AGREED, "A strategy discussion came first: the core assessment takes its place"),),
    ),
    Limit(
        clock="core-assessment", under=("wt1999",), starts=_TO_CORE, met=(Kind.CORE_ASSESSMENT_ENDED,), while_taken_on=True,
    ),
    Limit(
        clock="core-assessment", under=("wt2018",), starts=(Kind.SENT,), met=(Kind.CORE_ASSESSMENT_ENDED,), while_taken_on=True,
    ),
    Limit(
        clock="initial-conference", starts=(ENQUIRY_AGREED,), met=(Kind.INITIAL_CONFERENCE,),
        stops=((NO_CONFERENCE, "The enquiry found that no conference was needed"),),
    ),
    Limit(clock="core-group", starts=(REGISTERED,), met=(Kind.CORE_GROUP,), stops=((DEREGISTERED, _OFF_REGISTER),)),
    Limit(clock="first-review", starts=(REGISTERED,), met=(Kind.REVIEW_CONFERENCE,)),
    Limit(clock="later-review", starts=(STAYS_REGISTERED,), met=(Kind.REVIEW_CONFERENCE,), each=True),
)  # fmt: skip

ENDED = "The referral ended"
NOT_TAKEN_ON = {Kind.DECIDED: "No further action was decided", Kind.DECLINED: "The referral was declined"}


def limits_of(referral: Case) -> list[Running]:
    """Every time limit of a referral as its events leave it, in the order of the table."""
    sent = referral.earliest(Kind.SENT)
    if sent is None:
        return []
    rules = rule_sets.rules_for(sent.on).id
    return [running for limit in LIMITS if rules in limit.under for running in _running(limit, referral)]


def overdue(referral: Case, today: dt.date) -> list[Running]:
    return [running for running in limits_of(referral) if running.is_overdue(today)]


def _running(limit: Limit, referral: Case) -> Iterator[Running]:
    starts = sorted(referral.those(*limit.starts), key=_when)
    for started in starts if limit.each else starts[:1]:
        if not any(clock.id == limit.clock for clock in rule_sets.rules_for(started.on).clocks):
            continue  # the rules of that day set no such limit
        met = _first(referral, limit.met, started, lambda event: limit.if_meets is None or limit.if_meets(referral, event))
        if met is None and _was_done_before(limit, referral, started):
            continue
        stopped, reason = _stop(limit, referral, started)
        if met is not None and (stopped is None or _when(met) <= _when(stopped)):
            yield Running(clock=limit.clock, started=started, met=met)
        else:
            yield Running(clock=limit.clock, started=started, stopped=stopped, reason=reason)


def _stop(limit: Limit, referral: Case, started: Event) -> tuple[Event | None, str | None]:
    """What first made a limit moot, and why."""
    reasons = [(event, reason) for variant, reason in limit.stops if (event := _first(referral, (variant,), started)) is not None]
    if limit.while_taken_on and (refusal := referral.refusal) is not None:
        reasons.append((refusal, NOT_TAKEN_ON[refusal.kind]))
    if (ended := referral.earliest(Kind.ENDED)) is not None:
        reasons.append((ended, ENDED))
    return min(reasons, key=lambda found: _when(found[0]), default=(None, None))


def _first(referral: Case, variants: tuple[Variant, ...], started: Event, also: Callable[[Event], bool] = lambda _: True) -> Event | None:
    """The first such event that is not the start itself and not from an earlier day."""
    found = [event for event in referral.those(*variants) if event.on >= started.on and event.number != started.number and also(event)]
    return min(found, key=_when, default=None)


def _was_done_before(limit: Limit, referral: Case, started: Event) -> bool:
    """What the limit waits for was done on a day before it would have started: there is nothing to wait for."""
    return not limit.each and any(event.on < started.on for event in referral.those(*limit.met))


def _when(event: Event) -> tuple[dt.date, int]:
    return event.on, event.number
