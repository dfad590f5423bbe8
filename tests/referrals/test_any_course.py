"""Whatever course a referral takes, step by step through what may be recorded next: status, time limits and offers stay sound."""

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.referrals.told import HOME, HOME_WORKER, HOST, HOST_WORKER, LEAD, Someone
from yosafe.reference import rule_sets
from yosafe.reference.codes import code_list
from yosafe.referrals.events import OUTCOMES, Case, Event, Kind
from yosafe.referrals.limits import limits_of
from yosafe.referrals.status import Status, derive_status
from yosafe.referrals.steps import AFTER_THE_END, check_can_record, check_event, first_day, levels_above, next_steps

WORKERS = {"host": HOST_WORKER, "home": HOME_WORKER, "lead": LEAD}
CHOICES = st.lists(st.tuples(st.sampled_from(sorted(WORKERS)), st.integers(0, 50), st.integers(0, 10), st.integers(0, 20)), max_size=25)


def take(case: Case, who: Someone, choice: tuple[int, int, int], today: dt.date) -> Case:
    """The case with one more event of those that this worker may record; the same where there are none."""
    which, outcome, days = choice
    steps = next_steps(case, who, today=today)
    if not steps:
        return case
    kind = steps[which % len(steps)].kind
    codes = code_list(OUTCOMES[kind]).values() if kind in OUTCOMES else (None,)
    codes = levels_above(case) if kind is Kind.ESCALATED else codes
    event: dict[str, Any] = {"on": min(today, first_day(case, kind) + dt.timedelta(days=days)), "outcome": codes[outcome % len(codes)]}
    check_can_record(case, kind, who, today=today)
    check_event(case, kind, **event, note="Said why, in words", today=today)
    return Case(
        home_area=HOME, host_area=case.host_area, events=(*case.events, Event(kind=kind, number=len(case.events) + 1, area=who.area, **event))
    )


@given(CHOICES, st.dates(dt.date(2001, 1, 1), dt.date(2026, 1, 1)), st.booleans())
@settings(max_examples=150)
def test_any_course(choices: list[tuple[str, int, int, int]], sent_on: dt.date, held: bool) -> None:
    case = Case(home_area=HOME, host_area=HOST if held else None, events=(Event(kind=Kind.SENT, on=sent_on, number=1),))
    today = sent_on
    for who, *choice in choices:
        today += dt.timedelta(days=choice[-1])
        before = derive_status(case)
        case = take(case, WORKERS[who], (choice[0], choice[1], choice[2]), today)
        assert derive_status(case) is not Status.DRAFT
        assert before is not Status.ENDED or derive_status(case) is Status.ENDED
    check_limits(case)
    if case.is_over:
        for worker in WORKERS.values():
            assert {step.kind for step in next_steps(case, worker, today=today)} <= AFTER_THE_END


def check_limits(case: Case) -> None:
    limits = limits_of(case)
    assert len({(running.clock, running.started.number) for running in limits}) == len(limits)
    for running in limits:
        assert running.met is None or running.stopped is None
        assert (running.stopped is None) is (running.reason is None)
        assert running.due.due >= running.started.on
        assert running.due.rules == rule_sets.rules_for(running.started.on).id
        assert running.met is None or running.met.on >= running.started.on
        assert running.met or running.stopped or not case.is_over
    assert [running.clock for running in limits].count("referral-decision") == 1
