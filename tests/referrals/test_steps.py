"""What may be recorded next, and by whom."""

import datetime as dt
from itertools import product

import pytest

from tests.referrals.told import ELSEWHERE, HOME_WORKER, HOST_WORKER, LEAD, YOT, Someone, day, story
from yosafe.accounts.permissions import Role
from yosafe.errors import Conflict, Invalid, Refused
from yosafe.referrals.events import OUTCOMES, Kind
from yosafe.referrals.steps import STEPS, can_record, check_can_record, check_event, first_day, next_steps

LATER = day("20 Dec 2026")
SENT = "5 Oct 2026: sent"
DECIDED = "6 Oct 2026: host decided assessment"
DISCUSSED = "7 Oct 2026: host strategy_discussion section_47"
ENQUIRED = "8 Oct 2026: host section_47_started"
REGISTERED = "20 Oct 2026: host initial_conference registered"


def offered(lines: list[str], who: Someone, today: dt.date) -> set[str]:
    return {step.kind.value for step in next_steps(story(*lines), who, today=today)}


@pytest.mark.parametrize(
    ("lines", "host_worker", "lead"),
    [
        ([SENT], "acknowledged decided declined", ""),
        ([SENT, "5 Oct 2026: host acknowledged"], "decided declined", ""),
        ([SENT, "5 Oct 2026: home acknowledged"], "acknowledged decided declined", ""),
        ([SENT, DECIDED], "core_assessment_started core_assessment_ended strategy_discussion child_told ended", "child_told"),
        ([SENT, DECIDED, "9 Oct 2026: host core_assessment_started"], "core_assessment_ended strategy_discussion child_told ended", "child_told"),
        ([SENT, DECIDED, "9 Oct 2026: host core_assessment_ended services"], "strategy_discussion child_told ended", "child_told"),
        ([SENT, DECIDED, DISCUSSED],
         "core_assessment_started core_assessment_ended strategy_discussion section_47_started child_told ended", "child_told"),
        ([SENT, DECIDED, "7 Oct 2026: host strategy_discussion no_enquiry"],
         "core_assessment_started core_assessment_ended strategy_discussion child_told ended", "child_told"),
        ([SENT, DECIDED, DISCUSSED, ENQUIRED],
         "core_assessment_started core_assessment_ended strategy_discussion section_47_ended initial_conference child_told ended", "child_told"),
        ([SENT, DECIDED, DISCUSSED, ENQUIRED, "9 Oct 2026: host section_47_ended no_conference"],
         "core_assessment_started core_assessment_ended strategy_discussion child_told ended", "child_told"),
        ([SENT, DECIDED, DISCUSSED, ENQUIRED, REGISTERED],
         "core_assessment_started core_assessment_ended section_47_ended core_group review_conference child_told ended", "child_told"),
        ([SENT, DECIDED, DISCUSSED, ENQUIRED, REGISTERED, "30 Oct 2026: host review_conference deregistered"],
         "core_assessment_started core_assessment_ended section_47_ended child_told ended", "child_told"),
        # refused: the answer stands, unless it is challenged
        ([SENT, "6 Oct 2026: host decided no_further_action"], "child_told", "challenged escalated child_told"),
        ([SENT, "6 Oct 2026: host decided no_further_action", "6 Oct 2026: home decided no_further_action"], "child_told ended",
         "challenged escalated child_told"),
        ([SENT, "6 Oct 2026: host declined below_threshold", "7 Oct 2026: challenged"], "decided declined taken_over child_told",
         "escalated child_told"),
        ([SENT, "6 Oct 2026: host declined below_threshold", "7 Oct 2026: challenged", DECIDED],
         "core_assessment_started core_assessment_ended strategy_discussion child_told ended", "child_told"),
        # the other authority has taken it on: this one only answers
        ([SENT, "6 Oct 2026: home decided assessment"],
         "acknowledged decided declined core_assessment_started core_assessment_ended strategy_discussion child_told", "child_told"),
        ([SENT, DECIDED, "12 Oct 2026: host ended moved"], "child_told", "child_told"),
        # whoever took the case over decides anew, though it was declined before
        ([SENT, "6 Oct 2026: host declined not_our_area", "6 Oct 2026: host taken_over"], "decided declined child_told",
         "challenged escalated child_told"),
        (["5 Oct 2026: considered below_threshold"], "", "looked_again"),
        (["5 Oct 2026: considered below_threshold", "6 Oct 2026: looked_again still_not_referred"], "", "looked_again"),
        (["5 Oct 2026: considered below_threshold", "6 Oct 2026: looked_again worry_gone"], "", ""),
    ],
)  # fmt: skip
def test_what_is_offered(lines: list[str], host_worker: str, lead: str) -> None:
    today = day("6 Oct 2026")
    assert offered(lines, HOST_WORKER, today) == set(host_worker.split())
    assert offered(lines, LEAD, today) == set(lead.split())
    assert offered(lines, YOT, today) == set(lead.split())


@pytest.mark.parametrize(
    ("lines", "today", "cause"),
    [
        ([SENT], "6 Oct 2026", False),
        ([SENT], "7 Oct 2026", True),  # no decision by the end of the next working day
        ([SENT, DECIDED], "7 Dec 2026", False),
        ([SENT, DECIDED], "8 Dec 2026", True),  # 45 working days, and no assessment
        ([SENT, DECIDED, "9 Oct 2026: host core_assessment_ended services"], "20 Dec 2026", False),
        ([SENT, "6 Oct 2026: home declined not_our_area"], "6 Oct 2026", True),
        ([SENT, DECIDED, "12 Oct 2026: host ended moved"], "20 Dec 2026", False),
    ],
)
def test_silence_and_refusal_give_cause_to_go_higher(lines: list[str], today: str, cause: bool) -> None:
    assert ({"challenged", "escalated"} <= offered(lines, LEAD, day(today))) is cause


@pytest.mark.parametrize("lines", [["1 Jul 2002: sent", "2 Jul 2002: host decided assessment"]])
def test_under_the_rules_of_1999_the_initial_assessment_comes_first(lines: list[str]) -> None:
    today = day("2 Jul 2002")
    assert offered(lines, HOST_WORKER, today) & {"core_assessment_started", "initial_assessment_started"} == {"initial_assessment_started"}
    lines = [*lines, "4 Jul 2002: host initial_assessment_ended core_assessment"]
    assert offered(lines, HOST_WORKER, today) & {"core_assessment_started", "initial_assessment_ended"} == {"core_assessment_started"}


STAGES = [
    [SENT], [SENT, DECIDED], [SENT, "6 Oct 2026: host decided no_further_action"], [SENT, DECIDED, DISCUSSED, ENQUIRED],
    [SENT, DECIDED, DISCUSSED, ENQUIRED, REGISTERED], [SENT, DECIDED, "12 Oct 2026: host ended moved"],
]  # fmt: skip
OTHERS = [Someone(role) for role in Role if role not in (Role.YOI_LEAD, Role.YOT_WORKER, Role.SOCIAL_WORKER)] + [
    Someone(Role.SOCIAL_WORKER, ELSEWHERE)
]


@pytest.mark.parametrize(("lines", "kind"), list(product(STAGES, Kind)))
def test_an_event_is_offered_to_exactly_those_who_may_record_it(lines: list[str], kind: Kind) -> None:
    referral = story(*lines)
    for who in (LEAD, YOT, HOME_WORKER, HOST_WORKER, *OTHERS):
        if can_record(referral, kind, who, today=LATER):
            assert who not in OTHERS
            check_can_record(referral, kind, who, today=LATER)
        else:
            with pytest.raises((Refused, Conflict)):
                check_can_record(referral, kind, who, today=LATER)
    for who in OTHERS:
        if kind not in (Kind.SENT, Kind.CONSIDERED):
            with pytest.raises(Refused):
                check_can_record(referral, kind, who, today=LATER)


@pytest.mark.parametrize(
    ("kind", "who", "refusal"),
    [
        (Kind.DECIDED, HOST_WORKER, None),
        (Kind.DECIDED, HOME_WORKER, None),
        (Kind.DECIDED, LEAD, Refused),
        (Kind.DECIDED, Someone(Role.SOCIAL_WORKER, ELSEWHERE), Refused),
        (Kind.CHALLENGED, LEAD, None),
        (Kind.CHALLENGED, HOST_WORKER, Refused),
        (Kind.CHILD_TOLD, LEAD, Conflict),
        (Kind.CORE_ASSESSMENT_ENDED, HOST_WORKER, Conflict),
        (Kind.SENT, LEAD, Conflict),
        (Kind.CONSIDERED, LEAD, Conflict),
    ],
)
def test_refusal_beside_success(kind: Kind, who: Someone, refusal: type[Exception] | None) -> None:
    referral = story(SENT)
    if refusal is None:
        check_can_record(referral, kind, who, today=LATER)
    else:
        with pytest.raises(refusal):
            check_can_record(referral, kind, who, today=LATER)


def test_the_refusal_says_what_must_come_first() -> None:
    with pytest.raises(Conflict, match="First record “Strategy discussion held: Section 47 enquiry”"):
        check_can_record(story(SENT, DECIDED), Kind.SECTION_47_STARTED, HOST_WORKER, today=LATER)


@pytest.mark.parametrize(
    ("lines", "kind", "on", "keys"),
    [
        ([SENT], Kind.DECIDED, "5 Oct 2026", []),
        ([SENT], Kind.DECIDED, "4 Oct 2026", ["on"]),
        ([SENT], Kind.DECIDED, "20 Dec 2026", []),
        ([SENT], Kind.DECIDED, "21 Dec 2026", ["on"]),
        ([SENT, DECIDED], Kind.STRATEGY_DISCUSSION, "5 Oct 2026", ["on"]),
        ([SENT, DECIDED, "9 Oct 2026: host core_assessment_started"], Kind.CORE_ASSESSMENT_ENDED, "8 Oct 2026", ["on"]),
        ([SENT, DECIDED, "9 Oct 2026: host core_assessment_started"], Kind.CORE_ASSESSMENT_ENDED, "9 Oct 2026", []),
        ([SENT, DECIDED, "9 Oct 2026: host core_assessment_started"], Kind.ENDED, "8 Oct 2026", ["on"]),
        ([SENT, DECIDED, DISCUSSED, ENQUIRED, REGISTERED], Kind.CORE_GROUP, "19 Oct 2026", ["on"]),
    ],
)
def test_days_in_order(lines: list[str], kind: Kind, on: str, keys: list[str]) -> None:
    outcome = {Kind.DECIDED: "assessment", Kind.STRATEGY_DISCUSSION: "section_47", Kind.CORE_ASSESSMENT_ENDED: "services", Kind.ENDED: "services"}
    assert faults(lines, kind, on=on, outcome=outcome.get(kind)) == keys


@pytest.mark.parametrize(
    ("kind", "outcome", "note", "keys"),
    [
        (Kind.DECIDED, "assessment", None, []),
        (Kind.DECIDED, None, None, ["outcome"]),
        (Kind.DECIDED, "registered", None, ["outcome"]),
        (Kind.DECLINED, "below_threshold", "Seen as a discipline matter", []),
        (Kind.DECLINED, "below_threshold", None, ["note"]),
        (Kind.DECLINED, None, None, ["outcome", "note"]),
        (Kind.ACKNOWLEDGED, None, None, []),
        (Kind.ACKNOWLEDGED, "assessment", None, ["outcome"]),
        (Kind.CHALLENGED, None, None, ["note"]),
        (Kind.ESCALATED, "committee", "Asked the chair to look at it", []),
    ],
)
def test_outcomes_and_notes(kind: Kind, outcome: str | None, note: str | None, keys: list[str]) -> None:
    assert faults([SENT], kind, on="5 Oct 2026", outcome=outcome, note=note) == keys


def faults(lines: list[str], kind: Kind, *, on: str, outcome: str | None = None, note: str | None = None) -> list[str]:
    try:
        check_event(story(*lines), kind, on=day(on), outcome=outcome, note=note, today=LATER)
    except Invalid as fault:
        return [error.key for error in fault.errors]
    return []


def test_the_first_day_is_that_of_what_must_come_before() -> None:
    referral = story(SENT, DECIDED, DISCUSSED)
    assert first_day(referral, Kind.ACKNOWLEDGED) == day("5 Oct 2026")
    assert first_day(referral, Kind.SECTION_47_STARTED) == day("7 Oct 2026")
    assert first_day(referral, Kind.ENDED) == day("7 Oct 2026")


def test_the_table_has_each_kind_once() -> None:
    assert len({step.kind for step in STEPS}) == len(STEPS)
    assert {step.kind for step in STEPS} == set(Kind) - {Kind.SENT, Kind.CONSIDERED}
    assert set(OUTCOMES) <= set(Kind)
