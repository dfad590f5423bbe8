"""Capacities set, thresholds changed, indicators audited, drift seen."""

import datetime as dt

import msgspec
import pytest

from tests.reviews.estate import FELTHAM, WETHERBY, audited, child, contact, incident, noon, settled_child
from tests.reviews.models import in_use, version
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.models.drift import Verdict
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.kinds import RISK_MODEL
from yosafe.reviews.risk_model.actions import set_capacity, set_thresholds
from yosafe.reviews.risk_model.auditing import audit_indicators
from yosafe.reviews.risk_model.capacity_queries import capacity
from yosafe.reviews.risk_model.drifting import drift
from yosafe.reviews.risk_model.indicator_queries import indicator
from yosafe.reviews.risk_model.schemas import SetCapacity, SetThresholds

SYSTEM, OPERATOR = Operator("system"), Operator()
ARRIVED, MONDAY = dt.date(2003, 1, 6), dt.date(2003, 3, 10)
WHY = "The panel has one morning a week."


@pytest.fixture(autouse=True)
def set_up(monkeypatch, tmp_path):
    monkeypatch.setenv("YOSAFE_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    monkeypatch.setattr("yosafe.settings._chosen", [])
    with clock.stopped_at(noon(MONDAY)):
        yield


def later(days):
    return MONDAY + dt.timedelta(days=days)


async def test_what_would_follow_is_shown_before_a_capacity_is_set(staff):
    for n in range(6):
        await child(f"Boy {n}", arrived=ARRIVED)
    await version()
    before = await capacity(staff["Cleo"], FELTHAM, 1)
    assert (before.now.a_week, before.now.held_now, before.ahead.in_use, before.ahead.held) == (None, 6, False, 6)
    assert before.ahead.figures.at.share == 0.15
    assert before.ahead.figures.at.missed > 0
    assert before.ahead.figures.groups["sex"]
    assert (await capacity(staff["Cleo"], FELTHAM, 6)).ahead.threshold < before.ahead.threshold
    await set_capacity(by=staff["Cleo"], establishment=FELTHAM, new=SetCapacity(a_week=1, reason=WHY), steps=0)
    after = (await capacity(staff["Joan"], FELTHAM, None)).now
    assert (after.a_week, after.history[0].reason, after.history[0].by) == (1, WHY, "Cleo")
    assert after.threshold == pytest.approx(before.ahead.threshold)
    with pytest.raises(Stale):
        await set_capacity(by=staff["Joan"], establishment=FELTHAM, new=SetCapacity(a_week=2, reason=WHY), steps=0)
    assert await audited("capacity:set") == 1


async def test_how_few_are_held_is_not_told_by_what_would_follow(staff):
    for n in range(3):
        await child(f"Boy {n}", arrived=ARRIVED)
    await version()
    await set_capacity(by=staff["Cleo"], establishment=FELTHAM, new=SetCapacity(a_week=2, reason=WHY), steps=0)
    lead, member = [await capacity(staff[name], FELTHAM, 1) for name in ("Cleo", "Joan")]
    assert (lead.now.held_now, lead.ahead.held, lead.now.share) == (3, 3, pytest.approx(2 / 3))
    assert (member.now.held_now, member.ahead, member.now.share, member.now.threshold, member.now.history[0].held) == (None, None, None, None, None)
    assert "Fewer than five" in member.why_not


@pytest.mark.parametrize(
    ("name", "place", "error"), [("Ivy", FELTHAM, NotFound), ("Joan", WETHERBY, NotFound), ("Dan", FELTHAM, Refused), ("Amina", FELTHAM, Refused)]
)
async def test_a_panel_says_only_what_it_can_see_itself(staff, name, place, error):
    await child("Boy", arrived=ARRIVED)
    await version()
    with pytest.raises(error):
        await set_capacity(by=staff[name], establishment=place, new=SetCapacity(a_week=1, reason=WHY), steps=0)


async def test_nothing_is_set_where_nobody_is_held(staff):
    await version()
    with pytest.raises(Conflict):
        await set_capacity(by=staff["Cleo"], establishment=FELTHAM, new=SetCapacity(a_week=1, reason=WHY), steps=0)
    found = await capacity(staff["Cleo"], FELTHAM, 1)
    assert (found.may_set, found.ahead) == (False, None)
    assert "Nobody is held there" in found.why_not


async def test_where_no_model_can_be_used_a_capacity_is_for_agendas(staff):
    """And it is said that nothing can be shown of flags."""
    await child("Boy", arrived=ARRIVED)
    await version("Its AUC is too low.")
    found = await capacity(staff["Cleo"], FELTHAM, 1)
    assert (found.may_set, found.ahead) == (True, None)
    assert "No version of the risk model reaches the bar" in found.why_not
    await set_capacity(by=staff["Cleo"], establishment=FELTHAM, new=SetCapacity(a_week=1, reason=WHY), steps=0)
    after = (await capacity(staff["Cleo"], FELTHAM, None)).now
    assert (after.a_week, after.threshold) == (1, None)


async def test_a_threshold_changes_flags_from_then_on_and_a_past_day_stays_as_it_was(staff):
    who = await settled_child("Sam", arrived=ARRIVED, until=later(40))
    await incident("self_harm", later(-20), (who, "hurt_self"))
    with clock.stopped_at(noon(later(1))):
        await refresh_flags(by=SYSTEM, as_of=MONDAY)
        await set_thresholds(by=staff["Joan"], indicator="self-harm-recent", new=SetThresholds(values={"days": 14}, reason=WHY), steps=0)
        again = await refresh_flags(by=SYSTEM, as_of=MONDAY)
        assert (again.cleared, again.kept) == (0, 1)
        assert (await refresh_flags(by=SYSTEM, as_of=later(1))).cleared == 1
        found = await indicator(staff["Amina"], "self-harm-recent", "2002")
    assert (found.thresholds["days"], found.steps) == (14, 1)
    assert [(one.setting, one.was, one.value, one.by, one.reason) for one in found.history] == [("days", 28, 14, "Joan", WHY)]


@pytest.mark.parametrize(
    ("name", "indicator_id", "values", "steps", "error"),
    [
        ("Cleo", "self-harm-recent", {"days": 14}, 0, Refused),
        ("Joan", "no-such-rule", {"days": 14}, 0, NotFound),
        ("Joan", "self-harm-recent", {"weeks": 2}, 0, Invalid),
        ("Joan", "self-harm-recent", {"days": 28}, 0, Invalid),
        ("Joan", "self-harm-recent", {"days": 14}, 1, Stale),
        ("Joan", "staff-allegation-open", {"days": 14}, 0, NotFound),
    ],
    ids=["a lead", "no rule", "no threshold", "nothing changed", "too late", "restricted"],
)
async def test_what_may_not_be_changed(staff, name, indicator_id, values, steps, error):
    with pytest.raises(error):
        await set_thresholds(by=staff[name], indicator=indicator_id, new=SetThresholds(values=values, reason=WHY), steps=steps)
    assert await DB.fetchval("SELECT count(*) FROM indicator_setting") == 0


@pytest.mark.parametrize("value", [0, -1, 1001])
def test_a_threshold_is_a_number_that_can_be_meant(value):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"values": {"days": value}, "reason": WHY}, SetThresholds)


async def test_whom_an_indicator_flags_and_misses_is_told_by_group_and_small_ones_are_withheld(staff):
    boys = [await settled_child(f"Boy {n}", arrived=ARRIVED, until=later(0)) for n in range(24)]
    girls = [await child(f"Girl {n}", arrived=ARRIVED, sex="female") for n in range(3)]
    for who in (*boys[:12], girls[0]):
        await incident("assault", later(-3), (who, "harmed"))
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    for who in (*boys[:6], *boys[12:18]):
        await incident("assault", later(10), (who, "harmed"))
    with clock.stopped_at(noon(later(31))):
        assert await audit_indicators(by=SYSTEM) == 1
        assert await audit_indicators(by=SYSTEM) == 1, "again on the same day"
        found = (await indicator(staff["Amina"], "harmed-by-others", "2002")).audit
        none = (await indicator(staff["Amina"], "adult-estate", "2002")).audit
        with pytest.raises(Refused):
            await audit_indicators(by=staff["Amina"])
    assert (found.days, found.persons, found.events) == ([MONDAY], 27, 12)
    assert (found.right.value, found.found.value) == (pytest.approx(6 / 13), pytest.approx(0.5))
    sex = next(one for one in found.groups if one.attribute == "sex")
    assert ([one.group for one in sex.groups], sex.withheld) == ([], 2), "three girls, and so the boys with them"
    assert none.right.value is None
    assert await DB.fetchval("SELECT count(DISTINCT as_of) FROM indicator_audit") == 1


async def test_nothing_is_audited_where_no_flags_were_worked_out_then(staff):
    await child("Boy", arrived=ARRIVED)
    assert await audit_indicators(by=SYSTEM) == 0
    assert (await indicator(staff["Amina"], RISK_MODEL, "2002")).audit is None


async def test_drift_is_read_from_the_scores_that_were_kept(staff):
    none = await drift(OPERATOR)
    assert (none.version, none.verdict) == (None, Verdict.NOT_USED)
    for n in range(12):
        who = await child(f"Boy {n}", arrived=ARRIVED)
        await incident("assault", later(3), (who, "harmed"))
        await contact(who, MONDAY)
    number = await in_use(staff["Cleo"], staff["Joan"])
    assert (await drift(OPERATOR)).inputs == []
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    with clock.stopped_at(noon(later(40))):
        found = await drift(staff["Amina"])
    assert (found.version, found.as_of, found.people) == (number, MONDAY, 12)
    assert {one.band.value for one in found.inputs} == {"too_few"}
    assert [(one.month, one.people, one.came) for one in found.months] == [("March 2003", 12, 12)]
    assert found.months[0].ratio.value < 1
    assert found.why


async def test_a_kind_of_flag_says_how_often_it_was_raised_and_cleared(staff):
    """By month, of everyone; who reads no flags is not told of fewer than five."""
    who = [await settled_child(f"Boy {n}", arrived=ARRIVED, until=later(60)) for n in range(6)]
    for one in who:
        await incident("self_harm", later(-7 if one == who[0] else 25), (one, "hurt_self"))
    with clock.stopped_at(noon(later(60))):
        for day in (-7, 21, 25):
            await refresh_flags(by=SYSTEM, as_of=later(day))
        told, office = [(await indicator(staff[name], "self-harm-recent", "2002")).months for name in ("Cleo", "Grace")]
        assert [(one.month, one.raised, one.cleared) for one in told] == [("2003-04", 5, 0), ("2003-03", 1, 1)]
        assert [(one.month, one.raised, one.cleared) for one in office] == [("2003-04", 5, None), ("2003-03", None, None)]
