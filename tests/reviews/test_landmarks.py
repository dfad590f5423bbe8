"""What the risk model is told, from the database: as it was known at the end of a day, whatever is written down later."""

import datetime as dt
import random

import pandas as pd
import pytest

from tests.reviews.estate import LEEDS, care, child, contact, incident, noon, released, step
from yosafe.db.engine import DB
from yosafe.models.dataset import load_facts
from yosafe.models.features import AUDITED_BY, NAMES
from yosafe.models.indicators import answers
from yosafe.models.landmarks import load_features, load_landmarks, load_outcome

DAY = dt.date(2003, 3, 31)
ARRIVED = dt.date(2002, 12, 1)


def before(days):
    return DAY - dt.timedelta(days=days)


async def told(who):
    found = (await load_features(DAY)).set_index("young_person")
    return found.loc[who]


async def screened(who, on, answers, recorded=None):
    await DB.execute(
        "INSERT INTO assessment (young_person, instrument, instrument_version, occasion, completed_on, answers, own_words, agency, recorded_at, "
        "recorded_by) VALUES ($1, 'vulnerability-screen', 1, 'start', $2, $3, '{}', 1, $4, 1)",
        *(who, on, answers, noon(recorded or on)),
    )


async def test_what_is_known_of_a_young_person(staff):
    who = await child("Kai", arrived=ARRIVED, miles=80)
    await incident("bullying", before(3), (who, "harmed"), severity="serious")
    await incident("assault", before(40), (who, "harmed"), (who, "alleged_to_have_harmed"))
    await incident("self_harm", before(100), (who, "hurt_self"))
    await incident("complaint", before(20), (who, "complainant"))
    await incident("assault", before(2), (who, "present"))
    await contact(who, before(10))
    await contact(who, before(1), kind="planned_missed")
    await care(who, "looked_after", ARRIVED, area=LEEDS)
    await screened(who, ARRIVED, '{"fears": "yes", "self_harm_past": "no", "self_harm_now": "not_asked"}')
    found = await told(who)
    expected = {
        "harmed_7": 1, "harmed_28": 1, "harmed_90": 2, "bullied_90": 1, "hurt_self_90": 0, "serious_90": 1, "alleged_90": 1, "complaints_90": 1,
        "incidents_28": 2, "incidents_90": 3, "harm_days": 3, "arrived_days": 120, "stays_before": 0, "moves_365": 1, "distance": 80,
        "visit_days": 10, "contacts_28": 1, "in_care": 1, "fears": 1, "self_harm_past": 0,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert found[["self_harm_now", "harmed_before", "emotional_health", "relationships"]].isna().all()
    assert (found["age_band"], found["care"], found["nationality"]) == ("16 and 17", "looked_after", "Not known")


@pytest.mark.parametrize(
    ("what", "counts"),
    [({}, 1), ({"restricted": True}, 0), ({"recorded": DAY + dt.timedelta(days=1)}, 0), ({"recorded": DAY}, 1)],
    ids=["an incident", "a restricted one", "written down later", "written down on the day"],
)
async def test_what_counts(staff, what, counts):
    who = await child("Kai", arrived=ARRIVED)
    await incident("assault", before(3), (who, "harmed"), **what)
    assert (await told(who))["harmed_7"] == counts


async def test_what_was_set_aside_by_then_does_not_count_and_what_was_later_does(staff):
    who = await child("Kai", arrived=ARRIVED)
    then, later, taken_up = [await incident("assault", before(3), (who, "harmed")) for _ in range(3)]
    await step(then, "duplicate", noon(before(1)))
    await step(later, "not_reportable", noon(DAY + dt.timedelta(days=1)))
    await step(taken_up, "duplicate", noon(before(2)))
    await step(taken_up, "reopened", noon(before(1)))
    assert (await told(who))["harmed_7"] == 2


async def test_only_those_in_custody_by_what_was_known_then(staff):
    here, gone, told_late = [await child(name, arrived=ARRIVED) for name in ("Kai", "Lee", "Max")]
    await released(gone, before(2))
    await released(told_late, before(2))
    await DB.execute("UPDATE placement SET left_recorded_at = $2 WHERE young_person = $1", told_late, noon(DAY + dt.timedelta(days=1)))
    assert set((await load_features(DAY))["young_person"]) >= {here, told_late}
    assert gone not in set((await load_features(DAY))["young_person"])


async def _happens(rng, people, *, recorded_from, recorded_to):
    """Some facts of any kind, happened around the day, written down between two days."""
    for _ in range(14):
        who, other = rng.sample(people, 2)
        recorded = recorded_from + dt.timedelta(days=rng.randint(0, (recorded_to - recorded_from).days))
        on = min(recorded, DAY + dt.timedelta(days=20)) - dt.timedelta(days=rng.randint(0, 100))
        kind = rng.choice(["incident", "incident", "incident", "contact", "care", "screen", "set_aside", "correction", "placement"])
        number = await DB.fetchval("SELECT id FROM incident ORDER BY random() LIMIT 1")
        if kind == "incident":
            roles = (rng.choice(["harmed", "hurt_self", "present", "complainant"]), rng.choice(["alleged_to_have_harmed", "told_us", "harmed"]))
            await incident(rng.choice(["assault", "bullying"]), on, (who, roles[0]), (other, roles[1]), severity="serious", recorded=recorded)
        elif kind == "contact":
            await contact(who, on, recorded=recorded)
        elif kind == "care" and on > ARRIVED:
            await DB.execute(
                "INSERT INTO care_period (young_person, status, started_on, ended_on, recorded_at, recorded_by, version) "
                "SELECT $1, 'formerly_in_care', $2, $2, $3, 1, 1 WHERE NOT EXISTS (SELECT FROM care_period WHERE young_person = $1)",
                *(who, on, noon(recorded)),
            )
        elif kind == "screen":
            await screened(who, on, '{"fears": "yes"}', recorded)
        elif kind == "set_aside" and number:
            await step(number, rng.choice(["duplicate", "concluded"]), noon(recorded))
        elif kind == "correction" and number:
            await DB.execute(
                "INSERT INTO incident_correction (incident, field, old_value, new_value, reason, at, recorded_by) "
                "SELECT id, 'severity', severity, 'low', 'Words.', $2, 1 FROM incident WHERE id = $1 AND severity <> 'low'",
                *(number, noon(recorded)),
            )
            await DB.execute("UPDATE incident SET severity = 'low' WHERE id = $1", number)
        elif kind == "placement" and recorded > DAY:
            await DB.execute(
                "UPDATE placement SET left_at = $2, left_recorded_at = $3, leaving_reason = 'released' WHERE young_person = $1 AND left_at IS NULL",
                *(who, noon(max(on, ARRIVED)), noon(recorded)),
            )


async def told_by_indicators():
    """What every indicator says as at the day, of everyone."""
    return {who: answers(facts, DAY) for who, facts in (await load_facts(DAY)).items()}


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_written_down_later_changes_what_was_known(staff, seed):
    rng = random.Random(seed)
    people = [await child(name, arrived=ARRIVED) for name in ("Kai", "Lee", "Max", "Ned")]
    await _happens(rng, people, recorded_from=ARRIVED, recorded_to=DAY)
    then, flags = await load_features(DAY), await told_by_indicators()
    await _happens(rng, people, recorded_from=DAY + dt.timedelta(days=1), recorded_to=DAY + dt.timedelta(days=90))
    await _happens(rng, people, recorded_from=DAY + dt.timedelta(days=1), recorded_to=DAY + dt.timedelta(days=90))
    assert list(then.columns) == ["young_person", *NAMES, *AUDITED_BY]
    pd.testing.assert_frame_equal(await load_features(DAY), then)
    assert await told_by_indicators() == flags


@pytest.mark.parametrize(
    ("after", "role", "came"),
    [(0, "harmed", False), (1, "harmed", True), (30, "hurt_self", True), (31, "harmed", False), (5, "present", False)],
)
async def test_who_came_to_harm(staff, after, role, came):
    who = await child("Kai", arrived=ARRIVED)
    await incident("assault", DAY + dt.timedelta(days=after), (who, role))
    assert (who in await load_outcome(DAY)) is came


async def test_landmarks_are_rows_of_each_day(staff):
    who = await child("Kai", arrived=ARRIVED)
    await incident("assault", before(3), (who, "harmed"))
    found = await load_landmarks([ARRIVED - dt.timedelta(days=7), before(10), DAY])
    mine = found[found["young_person"] == who]
    assert mine["harmed"].tolist() == [True, False]
    assert mine["harmed_7"].tolist() == [0, 1]
    assert mine["day"].tolist() == [before(10).toordinal(), DAY.toordinal()]
