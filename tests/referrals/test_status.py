"""Where a referral stands, for every event alone and every two events in either order."""

import datetime as dt
from itertools import product
from pathlib import Path

import pytest

from tests.referrals.told import HOME, HOST, story
from yosafe.reference.codes import code_list
from yosafe.referrals.events import OUTCOMES, Case, Event, Kind
from yosafe.referrals.status import PRECEDENCE, Status, derive_status

SHORT = {
    "DR": Status.DRAFT, "CN": Status.CONSIDERED_NOT_REFERRED, "SE": Status.SENT, "AC": Status.ACKNOWLEDGED, "DE": Status.DECLINED,
    "NF": Status.NO_FURTHER_ACTION, "AS": Status.ASSESSMENT, "ST": Status.STRATEGY, "S4": Status.SECTION_47, "CO": Status.CONFERENCE,
    "RE": Status.REGISTERED, "IR": Status.IN_REVIEW, "ES": Status.ESCALATED, "EN": Status.ENDED,
}  # fmt: skip
ROWS = [line.split() for line in Path(__file__).with_name("pairs.txt").read_text().splitlines() if not line.startswith("#")]
NAMES = [name for name, *_ in ROWS]
PAIRS = [(first, second, SHORT[cell]) for first, *cells in ROWS for second, cell in zip(NAMES, cells, strict=True)]
MONDAY = dt.date(2002, 7, 1)


def event(name: str, number: int, on: dt.date = MONDAY, area: str = HOST) -> Event:
    kind, _, outcome = name.partition(":")
    return Event(kind=Kind(kind), on=on, number=number, area=area, outcome=outcome or None)


def referral(*events: Event) -> Case:
    return Case(home_area=HOME, host_area=HOST, events=events)


def variants() -> set[str]:
    """Each kind of event, with each of its outcomes that is told apart anywhere; of the others one is enough."""
    told_apart = {
        f"{kind}:{outcome}" for row in PRECEDENCE for variant in row.by if not isinstance(variant, Kind) for kind, outcome in [variant]
    } | {"strategy_discussion:section_47", "section_47_ended:no_conference", "review_conference:deregistered"}  # fmt: skip
    return {str(kind) for kind in Kind if kind not in OUTCOMES} | told_apart


def test_the_grid_has_every_event() -> None:
    assert variants() <= set(NAMES)
    assert {name.partition(":")[0] for name in NAMES} == set(Kind)
    for kind, _, outcome in (name.partition(":") for name in NAMES if ":" in name):
        code_list(OUTCOMES[Kind(kind)]).check(outcome)


@pytest.mark.parametrize(("first", "second", "status"), PAIRS)
def test_every_pair_in_either_order(first: str, second: str, status: Status) -> None:
    assert derive_status(referral(event(first, 1), event(second, 2))) is status
    backwards = referral(event(first, 1, MONDAY), event(second, 2, MONDAY - dt.timedelta(days=3)))
    assert derive_status(backwards) is status, "the days make no difference, only what was recorded first"
    apart = referral(event(first, 1, area=HOME), event(second, 2, area=HOST))
    assert derive_status(apart) is status, "it makes no difference which authority"


def test_only_an_escalation_depends_on_what_came_first() -> None:
    grid = {(first, second): status for first, second, status in PAIRS}
    differ = {frozenset(pair) for pair in product(NAMES, NAMES) if grid[pair] is not grid[pair[::-1]]}
    assert differ
    assert all("escalated:team_manager" in pair for pair in differ)


@pytest.mark.parametrize(
    ("name", "status"), [("considered", "considered_not_referred"), ("core_group", "draft"), ("child_told", "draft"), ("challenged", "draft")]
)
def test_one_event(name: str, status: str) -> None:
    assert derive_status(referral(event(name, 1))) == status


def test_nothing_is_a_draft() -> None:
    assert derive_status(referral()) is Status.DRAFT


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["1 Jul 2002: sent", "1 Jul 2002: host acknowledged", "2 Jul 2002: home declined not_our_area"], Status.DECLINED),
        (["1 Jul 2002: sent", "2 Jul 2002: home declined not_our_area", "2 Jul 2002: host decided assessment"], Status.ASSESSMENT),
        (["1 Jul 2002: sent", "2 Jul 2002: host decided no_further_action", "3 Jul 2002: challenged"], Status.NO_FURTHER_ACTION),
        (["1 Jul 2002: sent", "2 Jul 2002: host decided no_further_action", "4 Jul 2002: escalated team_manager"], Status.ESCALATED),
        (["1 Jul 2002: sent", "4 Jul 2002: escalated team_manager", "9 Jul 2002: escalated committee"], Status.ESCALATED),
        (["1 Jul 2002: sent", "4 Jul 2002: escalated team_manager", "2 Jul 2002: host decided assessment"], Status.ASSESSMENT),
        (["1 Jul 2002: sent", "4 Jul 2002: escalated team_manager", "5 Jul 2002: host acknowledged", "8 Jul 2002: escalated committee"],
         Status.ESCALATED),
        (["1 Jul 2002: sent", "4 Jul 2002: escalated team_manager", "5 Jul 2002: child_told"], Status.ESCALATED),
    ],
)  # fmt: skip
def test_stories(lines: list[str], status: Status) -> None:
    assert derive_status(story(*lines)) is status


def test_statuses_are_those_of_the_code_list_and_can_all_be_reached() -> None:
    assert set(code_list("referral_status").values()) == set(Status)
    assert {row.status for row in PRECEDENCE} | {Status.DRAFT} == set(Status)
    assert set(code_list("referral_event").values()) == set(Kind)
