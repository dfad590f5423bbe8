"""Reviews have met, surveys have come in, and something waits for everyone: the demonstration is alive on the day it is made."""

import pytest

from tests.synthetic.conftest import NOW
from yosafe.accounts.access import user_by_email
from yosafe.accounts.viewer import User
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.incidents.queries import counts as incident_counts
from yosafe.people.clock_queries import clock_counts
from yosafe.reference.working_days import is_working_day
from yosafe.reviews.queries import hit_rates
from yosafe.reviews.tracker.queries import action_counts
from yosafe.synthetic.load import Loaded
from yosafe.synthetic.reviewing import days_met

LOGINS = ("amina", "ben", "cleo", "dan", "esi", "jay")


@pytest.fixture(scope="module")
async def people(estate: Loaded) -> dict[str, User]:
    return {login: await user_by_email(f"{login}@example.org") for login in LOGINS}


async def test_each_establishment_has_met_twice_and_will_meet_again(estate: Loaded):
    rows = await DB.fetch(
        "SELECT r.*, count(c.id) AS cases, count(c.decided_at) AS decided FROM review r LEFT JOIN review_case c ON c.review = r.id GROUP BY r.id"
    )
    for place in ("WYI", "WNI"):
        own = sorted((row for row in rows if row["establishment"] == place), key=lambda row: row["meets_on"])
        assert [row["meets_on"] for row in own[:2]] == days_met(NOW.date())
        assert all(row["cases"] == row["decided"] > 0 and day_of(row["held_at"]) == row["meets_on"] for row in own[:2])
        assert own[2]["meets_on"] > NOW.date()
        assert own[2]["held_at"] is None
        assert is_working_day(own[2]["meets_on"])


async def test_flags_were_answered_so_that_hit_rates_have_a_base(estate: Loaded):
    assert sum(rate.base for rate in (await hit_rates()).values()) >= 20
    assert await DB.fetchval("SELECT count(*) FROM flag WHERE closed_at IS NOT NULL AND cleared_on IS NULL") > 0


async def test_actions_are_done_and_left(estate: Loaded):
    done, late, all_of_them = await DB.fetchrow(
        "SELECT count(*) FILTER (WHERE done_on IS NOT NULL), count(*) FILTER (WHERE done_on IS NULL AND due_on < $1), count(*) FROM action",
        NOW.date(),
    )
    assert done > 0
    assert late > 0
    assert all_of_them > done + late


async def test_reviews_are_in_the_trail_at_their_own_moments(estate: Loaded):
    rows = await DB.fetch("SELECT at FROM audit_entry WHERE event = 'review-case:decided'")
    assert {day_of(row["at"]) for row in rows} == set(days_met(NOW.date()))
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE at > $1", NOW) == 0


async def test_surveys_came_back_whole(estate: Loaded):
    rows = await DB.fetch("SELECT s.*, (SELECT min(length(codes)) FROM survey_column c WHERE c.survey = s.id) AS kept FROM survey s ORDER BY id")
    assert len(rows) == estate.rows["survey"] == 8
    for row in rows:
        assert row["refused_rows"] == 0
        assert 0 < row["kept"] == row["returned"] < row["offered"] <= row["held"]
        assert row["recorded_at"] <= NOW


@pytest.mark.parametrize("login", ["cleo", "dan", "esi"])
async def test_a_clock_waits_for_them(people: dict[str, User], login: str):
    """Of establishments and of the authority that hosts one."""
    waiting = await clock_counts(people[login], mine=True)
    assert waiting.overdue + waiting.due_soon > 0


async def test_last_night_waits_for_the_lead(people: dict[str, User]):
    waiting = await incident_counts(people["cleo"])
    assert waiting.to_look_at >= 3
    late = await DB.fetchval(
        "SELECT count(*) FROM incident WHERE establishment = 'WYI' AND status = 'submitted' AND recorded_at > $1::timestamptz - interval '1 day'", NOW
    )
    assert late >= 2


async def test_some_action_waits_for_somebody(people: dict[str, User]):
    assert sum([(await action_counts(user)).open for user in people.values()]) > 0


async def test_nobody_has_a_draft(estate: Loaded):
    assert await DB.fetchval("SELECT count(*) FROM draft") == 0


async def test_some_are_kept_apart_at_their_own_moments_and_one_pair_lives_on_one_unit(estate: Loaded):
    rows = await DB.fetch(
        "SELECT k.*, a.establishment, a.unit = b.unit AS together, a.establishment = b.establishment AS both FROM keep_apart k "
        "JOIN placement a ON a.young_person = k.first AND a.left_at IS NULL JOIN placement b ON b.young_person = k.second AND b.left_at IS NULL"
    )
    for place in ("WYI", "WNI"):
        own = [row for row in rows if row["establishment"] == place]
        assert own
        assert all(row["both"] and row["started_at"] <= NOW for row in own)
    assert len(rows) >= 3
    assert await DB.fetchval("SELECT EXISTS (SELECT FROM keep_apart WHERE ended_at IS NOT NULL)")
    assert any(row["ended_at"] is None and row["review_on"] <= NOW.date() for row in rows)
    alone = await DB.fetchval(
        "SELECT count(*) FROM keep_apart_step s WHERE NOT EXISTS (SELECT FROM audit_entry a WHERE a.subject_kind = 'keep_apart' "
        "AND a.subject = s.keep_apart AND a.at = s.at AND a.actor = s.recorded_by AND a.event = 'keep-apart:' || s.kind)"
    )
    assert alone == 0
    flagged = {row["young_person"] for row in await DB.fetch("SELECT young_person FROM flag WHERE indicator = 'keep-apart-same-unit'")}
    pairs = await DB.fetch("SELECT first, second FROM keep_apart")
    assert flagged
    assert flagged <= {row[one] for row in pairs for one in ("first", "second")}


async def test_agencies_have_asked_and_told_each_other(estate: Loaded):
    waiting, answered = await DB.fetchrow("SELECT count(*) FILTER (WHERE answer IS NULL), count(answer) FROM register_check")
    assert waiting > 0
    assert answered > waiting
    outcomes = {row["outcome"] for row in await DB.fetch("SELECT DISTINCT outcome FROM information_share")}
    assert outcomes == {None, "shared", "withheld"}
    assert await DB.fetchval("SELECT count(*) FROM flag WHERE indicator = 'repeat-enquiries'") > 0


async def test_committees_have_met_and_review_cases(estate: Loaded):
    assert await DB.fetchval("SELECT count(DISTINCT area) FROM committee_meeting") == await DB.fetchval(
        "SELECT count(*) FROM agency WHERE kind = 'acpc'"
    )
    states = {(row["decision"], row["completed_on"] is not None) for row in await DB.fetch("SELECT decision, completed_on FROM case_review")}
    assert states == {(None, False), ("hold", False), ("hold", True)}
