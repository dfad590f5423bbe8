"""A version of the risk model signed, used, scored with, and taken out of use."""

import asyncio
import datetime as dt
import json
import os
import subprocess
import sys

import pytest

from tests.reviews.estate import WETHERBY, audited, incident, noon, settled_child
from tests.reviews.models import in_use, sign, version
from tests.reviews.test_model_versions import SEVERAL
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.models.capacity import threshold
from yosafe.reviews.access import get_flag_for
from yosafe.reviews.actions import add_outcome, answer_flag, close_flags, refresh_flags
from yosafe.reviews.kinds import RISK_MODEL
from yosafe.reviews.queries import flag_detail, hit_rates
from yosafe.reviews.risk_model.actions import activate, end_use
from yosafe.reviews.risk_model.queries import model, standing
from yosafe.reviews.risk_model.schemas import State, StopModel
from yosafe.reviews.rules import Outcome

SYSTEM, OPERATOR = Operator("system"), Operator()
ARRIVED, MONDAY = dt.date(2003, 1, 6), dt.date(2003, 3, 10)
BELOW = "Its AUC of 0.612 may be as low as 0.571 (95 %), which doesn't beat 0.598 for any incident in 28 days. Use the simpler way."


@pytest.fixture(autouse=True)
def set_up(monkeypatch, tmp_path):
    monkeypatch.setenv("YOSAFE_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    monkeypatch.setattr("yosafe.settings._chosen", [])
    with clock.stopped_at(noon(MONDAY)):
        yield


async def model_flags(who=None):
    rows = await DB.fetch(
        "SELECT * FROM flag WHERE indicator = $1 AND cleared_on IS NULL AND ($2::bigint IS NULL OR young_person = $2) ORDER BY id", RISK_MODEL, who
    )
    return [dict(row) for row in rows]


async def test_two_people_of_two_agencies_sign_and_then_it_is_used(staff):
    number = await version()
    assert (await standing(staff["Amina"])).words.endswith("reaches the bar, but no two people have signed it.")
    await sign(staff["Cleo"], number)
    assert (await model(staff["Amina"], number)).state is State.SIGNED_ONCE
    await sign(staff["Joan"], number)
    found = await model(staff["Amina"], number)
    assert found.state is State.IN_USE
    assert [(one.by, one.through, "I have read the card" in one.words) for one in found.signatures] == [
        ("Cleo", "page", True),
        ("Joan", "page", True),
    ]
    assert found.uses[0].ended_at is None
    assert [await audited(event) for event in ("model:signed", "model:started")] == [2, 1]
    assert (await standing(staff["Amina"])).version == number


@pytest.mark.parametrize(
    ("signers", "error", "said"),
    [
        (["Cleo", "Cleo"], Conflict, "signed this version already"),
        (["Cleo", "Grace"], Conflict, "Someone of your agency"),
        (["Grace", "Lou"], Conflict, "must be a safeguarding lead"),
        (["Cleo", "Amina"], Refused, "Your role does not include"),
        (["Dan"], Refused, "Your role does not include"),
        (["Esi"], Refused, "Your role does not include"),
    ],
    ids=["twice the same", "one agency", "two data protection officers", "a YOT worker", "an officer", "a social worker"],
)
async def test_who_may_not_sign_together(staff, signers, error, said):
    yot = await DB.fetchval("SELECT id FROM agency WHERE kind = 'yot' LIMIT 1")
    await DB.execute(
        "INSERT INTO user_account (email, name, role, agency, created_at, version) VALUES ('lou@example.org', 'Lou', 'dpo', $1, now(), 1)", yot
    )
    from yosafe.accounts.access import user_by_email

    people, number = {**staff, "Lou": await user_by_email("lou@example.org")}, await version()
    for name in signers[:-1]:
        await sign(people[name], number)
    with pytest.raises(error, match=said):
        await sign(people[signers[-1]], number)
    assert (await model(OPERATOR, number)).uses == []


async def test_who_trained_a_version_does_not_sign_it(staff):
    number = await version(trained_by=staff["Cleo"].id)
    with pytest.raises(Conflict, match="You trained this version"):
        await sign(staff["Cleo"], number)


@pytest.mark.parametrize(
    ("more", "error"),
    [({"new": {"read": False}}, Invalid), ({"new": {"sha256": "0" * 64}}, Conflict), ({"steps": 7}, Stale)],
    ids=["not read", "another card read", "too late"],
)
async def test_a_signature_is_of_what_was_read(staff, more, error):
    number = await version()
    with pytest.raises(error):
        await sign(staff["Cleo"], number, **more)
    assert await audited("model:signed") == 0


async def test_a_version_below_the_bar_is_refused_with_its_figures(staff):
    number = await version(BELOW)
    with pytest.raises(Conflict, match=r"0\.612 may be as low as 0\.571"):
        await sign(staff["Cleo"], number)
    said = await standing(staff["Amina"])
    assert (said.version, said.figures) == (None, [BELOW])
    assert "by the indicators alone" in said.words


async def test_a_version_that_was_tampered_with_is_refused_and_stops_being_used(staff):
    who = await harmed_often()
    number = await in_use(staff["Cleo"], staff["Joan"])
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert await model_flags(who)
    await DB.execute("UPDATE model_version SET model = replace(model, '\"intercept\":', '\"intercept\":1') WHERE id = $1", number)
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert await model_flags(who) == []
    found = await model(OPERATOR, number)
    assert (found.state, found.uses[0].ended_at is None) == (State.REFUSED, False)
    assert "its hash is another" in found.uses[0].reason
    with pytest.raises(Conflict, match="its hash is another"):
        await sign(staff["Cleo"], number)


async def harmed_often(given="Sam", **more):
    """Young, and harmed the day before: what the model of the tests rests on."""
    who = await settled_child(given, arrived=ARRIVED, until=MONDAY, date_of_birth=dt.date(1988, 3, 1), **more)
    await incident("assault", MONDAY - dt.timedelta(days=1), (who, "harmed"))
    return who


async def calm(given="Kit"):
    return await settled_child(given, arrived=ARRIVED, until=MONDAY, date_of_birth=dt.date(1985, 4, 1))


async def test_scores_raise_flags_with_reasons_that_add_up_and_the_same_day_gives_the_same(staff):
    who, other = await harmed_often(), await calm()
    number = await in_use(staff["Cleo"], staff["Joan"])
    done = await refresh_flags(by=SYSTEM, as_of=MONDAY)
    flags = await model_flags()
    assert [flag["young_person"] for flag in flags] == [who]
    assert (flags[0]["level"], flags[0]["settings"]) == ("raised", {"version": number})
    assert "came to harm within 30 days" in flags[0]["sentence"]
    assert [one["reference"][:3] for one in flags[0]["because"]] == ["IN-"]
    assert await DB.fetchval("SELECT count(*) FROM model_score WHERE as_of = $1", MONDAY) == done.young_people == 2
    scores = [dict(row) for row in await DB.fetch("SELECT * FROM model_score ORDER BY id")]
    again = await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert (again.opened, again.cleared, again.raised) == (0, 0, 0)
    assert repr([dict(row) for row in await DB.fetch("SELECT * FROM model_score ORDER BY id")]) == repr(scores)
    detail = await flag_detail(staff["Amina"], await get_flag_for(staff["Amina"], flags[0]["id"]), terminology="2002")
    told = detail.score
    assert told.start + sum(part.log_odds for part in (*told.raised, *told.lowered)) == pytest.approx(told.log_odds, abs=1e-9)
    assert told.raised[0].log_odds > 0 > told.lowered[0].log_odds
    assert other not in [flag["young_person"] for flag in flags]


async def test_an_officer_is_not_told_what_a_welfare_assessment_says(staff):
    who = await harmed_often()
    await DB.execute(
        "UPDATE assessment SET answers = '{\"emotional_health_rating\": \"4\"}' WHERE young_person = $1 AND instrument = 'asset-2000'", who
    )
    await in_use(staff["Cleo"], staff["Joan"])
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    flag = (await model_flags(who))[0]
    seen = {}
    for name in ("Cleo", "Dan"):
        detail = await flag_detail(staff[name], await get_flag_for(staff[name], flag["id"]), terminology="2002")
        parts = {part.feature: part.said for part in (*detail.score.raised, *detail.score.lowered)}
        seen[name] = parts["Assessment: emotional and mental health"]
    assert seen["Cleo"] == "emotional and mental health rated 4 of 4"
    assert "which your role does not include" in seen["Dan"]
    assert "rated 4" not in flag["sentence"]


async def test_what_another_establishment_recorded_is_kept_back_with_the_score(staff):
    who = await harmed_often()
    await DB.execute("UPDATE placement SET establishment = $2 WHERE young_person = $1", who, WETHERBY)
    await in_use(staff["Cleo"], staff["Joan"])
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    flag = (await model_flags(who))[0]
    mine = await flag_detail(staff["Ivy"], await get_flag_for(staff["Ivy"], flag["id"]), terminology="2002")
    home = await flag_detail(staff["Amina"], await get_flag_for(staff["Amina"], flag["id"]), terminology="2002")
    assert (mine.score, mine.flag.withheld, mine.flag.because) == (None, True, ())
    assert home.score is not None
    with pytest.raises(NotFound):
        await get_flag_for(staff["Cleo"], flag["id"])


async def test_a_panel_that_can_see_fewer_raises_the_threshold_from_then_on(staff):
    who = await harmed_often()
    number = await in_use(staff["Cleo"], staff["Joan"])
    ladder = (await model(OPERATOR, number)).card.ladder
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    before = await DB.fetchval("SELECT threshold FROM model_score WHERE young_person = $1", who)
    await DB.execute(
        "INSERT INTO panel_capacity (establishment, a_week, held, reason, at, recorded_by) VALUES ('FYI', 1, 100, 'Words enough.', $1, 1)",
        noon(MONDAY + dt.timedelta(days=1)),
    )
    with clock.stopped_at(noon(MONDAY + dt.timedelta(days=2))):
        for day in (0, 1):
            await refresh_flags(by=SYSTEM, as_of=MONDAY + dt.timedelta(days=day))
    found = await DB.fetch("SELECT threshold FROM model_score WHERE young_person = $1 ORDER BY as_of", who)
    assert [row["threshold"] for row in found] == [before, pytest.approx(threshold(ladder, 0.01))]


async def test_when_a_version_is_taken_out_of_use_its_flags_clear_with_the_reason_and_come_back_only_after_two_sign_anew(staff):
    who = await harmed_often()
    number = await in_use(staff["Cleo"], staff["Joan"])
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    flag = (await model_flags(who))[0]["id"]
    with pytest.raises(Refused):
        await end_use(by=staff["Amina"], new=StopModel(reason="It points to everyone."))
    with pytest.raises(NotFound):
        await end_use(by=staff["Joan"], new=StopModel(reason="It points to everyone."), version=number + 1)
    await end_use(by=staff["Joan"], new=StopModel(reason="It points to everyone {here}."), version=number)
    assert await model_flags() == []
    detail = await flag_detail(staff["Amina"], await get_flag_for(staff["Amina"], flag), terminology="2002")
    assert (detail.steps[-1].change, "It points to everyone (here)." in detail.steps[-1].sentence) == ("withdrawn", True)
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert await model_flags() == []
    await sign(staff["Cleo"], number)
    assert (await model(OPERATOR, number)).state is State.SIGNED_ONCE
    await sign(staff["Joan"], number)
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert [one["young_person"] for one in await model_flags()] == [who]


async def test_a_new_version_takes_the_place_of_the_old_one(staff):
    who = await harmed_often()
    first = await in_use(staff["Cleo"], staff["Joan"])
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    second = await in_use(staff["Joan"], staff["Ivy"])
    assert (await model(OPERATOR, first)).uses[0].reason == f"Version {second} took its place."
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert [flag["settings"]["version"] for flag in await model_flags(who)] == [second]


async def test_what_people_make_of_its_flags_moves_its_hit_rate_and_a_closed_one_stays_quiet(staff):
    who = await harmed_often()
    await in_use(staff["Cleo"], staff["Joan"])
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    flag = await get_flag_for(staff["Amina"], (await model_flags(who))[0]["id"])
    assert (await hit_rates([RISK_MODEL]))[RISK_MODEL].base == 0
    await answer_flag(by=staff["Amina"], flag=flag, outcome=Outcome.AGREED, reason="He is afraid of two boys there.")
    rate = (await hit_rates([RISK_MODEL]))[RISK_MODEL]
    assert (rate.borne_out, rate.base) == (1, 1)
    async with DB.transaction():
        await add_outcome(
            by=staff["Joan"], flag=flag.id, young_person=who, outcome=Outcome.DISAGREED, reason="He says that he is well.", review_case=None
        )
        await close_flags([flag.id], on=MONDAY)
    assert (await hit_rates([RISK_MODEL]))[RISK_MODEL].borne_out == 0
    with clock.stopped_at(noon(MONDAY + dt.timedelta(days=2))):
        await refresh_flags(by=SYSTEM, as_of=MONDAY + dt.timedelta(days=1))
    assert [one["id"] for one in await model_flags(who)] == [flag.id]


async def test_the_operator_records_both_signatures(staff, database_url):
    good, bad = await version(), await version(BELOW)
    for signers, error in ((["cleo@example.org"], Invalid), (["cleo@example.org", "dan@example.org"], Refused)):
        with pytest.raises(error):
            await activate(by=OPERATOR, version=good, signed_by=signers)
    with pytest.raises(Refused):
        await activate(by=staff["Cleo"], version=good, signed_by=["cleo@example.org", "joan@example.org"])
    both = ["--signed-by", "cleo@example.org", "--signed-by", "joan@example.org"]
    lines = [
        ["model", "activate", str(bad), *both], ["model", "activate", str(good), *both], ["model", "stop", "--reason", "It points to everyone."],
        ["model", "stop", "--reason", "It points to everyone."],
    ]  # fmt: skip
    env = os.environ | {"YOSAFE_DATABASE_URL": database_url}
    done = subprocess.run([sys.executable, "-c", SEVERAL, json.dumps(lines)], capture_output=True, text=True, env=env, check=True)
    refused, used, stopped, nothing = json.loads(done.stdout)
    assert (refused[0], used[0], stopped[0], nothing[0]) == (6, 0, 0, 6)
    assert "0.612 may be as low as 0.571" in refused[1]
    assert "is used from now on" in used[1]
    found = await model(OPERATOR, good)
    assert {one.through for one in found.signatures} == {"command"}
    assert found.uses[0].reason == "It points to everyone."


async def test_nobody_is_scored_where_nobody_is_held(staff):
    await in_use(staff["Cleo"], staff["Joan"])
    done = await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert (done.young_people, await DB.fetchval("SELECT count(*) FROM model_score")) == (0, 0)


async def test_two_who_stop_a_version_at_once_end_its_use_once(staff):
    await in_use(staff["Cleo"], staff["Joan"])
    stop = StopModel(reason="It points to everyone.")
    done = await asyncio.gather(*(end_use(by=OPERATOR, new=stop) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one) for one in done if one is not None) == [Conflict]
    assert await audited("model:ended") == 1
