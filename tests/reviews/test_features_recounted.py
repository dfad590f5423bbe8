"""Features of everyone at once are what counting by hand gives, whatever happened and whenever it was written down."""

import datetime as dt

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import empty
from tests.reviews.estate import child, employ, incident, noon, step
from yosafe.clock import midnight
from yosafe.db.engine import DB
from yosafe.models.landmarks import load_features

DAY = dt.date(2003, 3, 31)
ENDS = midnight(DAY + dt.timedelta(days=1))
ROLES = ["harmed", "hurt_self", "alleged_to_have_harmed", "took_part", "complainant", "present", "told_us"]
AROUND = st.sampled_from([-3, 0, 1, 6, 7, 8, 27, 28, 29, 89, 90, 91, 200, 364, 365, 366])  # days before: where windows end

HAPPENINGS = st.fixed_dictionaries(
    {
        "ago": AROUND,
        "late": st.sampled_from([0, 0, 0, 1, 30]),
        "kind": st.sampled_from(["bullying", "assault", "complaint"]),
        "severity": st.sampled_from(["low", "serious"]),
        "restricted": st.sampled_from([False, False, False, True]),
        "involved": st.sets(st.tuples(st.integers(0, 1), st.sampled_from(ROLES)), min_size=1, max_size=4),
        "steps": st.lists(st.tuples(st.integers(-3, 3), st.sampled_from(["duplicate", "not_reportable", "reopened"])), max_size=2),
        "corrected": st.lists(st.tuples(st.integers(-3, 3), st.sampled_from(["low", "serious"])), max_size=2),
    }
)


def day(offset):
    return DAY + dt.timedelta(days=offset)


def steps_of(one):
    """What it became and when, never before it was written down."""
    return [(max(on, one["late"] - one["ago"]), status) for on, status in sorted(one["steps"])]


async def happen(one, people):
    corrected = sorted(one["corrected"])
    severities = [one["severity"], *(severity for _, severity in corrected)]
    number = await incident(
        one["kind"], day(-one["ago"]), *((people[who], role) for who, role in sorted(one["involved"])),
        severity=severities[-1], restricted=one["restricted"], recorded=day(one["late"] - one["ago"]),
    )  # fmt: skip
    for on, status in steps_of(one):
        await step(number, status, noon(day(on)))
    for (on, severity), before in zip(corrected, severities, strict=False):
        await DB.execute(
            "INSERT INTO incident_correction (incident, field, old_value, new_value, reason, at, recorded_by) "
            "VALUES ($1, 'severity', $2, $3, 'Words.', $4, 1)",
            *(number, before, severity, noon(day(on))),
        )


def by_hand(happenings, who):
    """One incident after another."""
    found = dict.fromkeys(
        [f"{name}_{days}" for name in ("harmed", "hurt_self") for days in (7, 28, 90)]
        + ["incidents_28", "incidents_90", "bullied_90", "serious_90", "alleged_90", "complaints_90"],
        0,
    )
    last = None
    for one in happenings:
        status = [to for on, to in steps_of(one) if on <= 0][-1:]
        roles = {role for person, role in one["involved"] if person == who}
        ago = ENDS - noon(day(-one["ago"]))
        known = one["ago"] >= 0 and one["late"] - one["ago"] <= 0
        if not known or one["restricted"] or {*status} & {"duplicate", "not_reportable"} or ago > dt.timedelta(days=365):
            continue
        then = [one["severity"], *(severity for on, severity in sorted(one["corrected"]) if on <= 0)][-1]
        harm = roles & {"harmed", "hurt_self"}
        holds = {
            "harmed": "harmed" in roles, "hurt_self": "hurt_self" in roles, "incidents": bool(roles - {"present"}),
            "bullied": "harmed" in roles and one["kind"] == "bullying", "serious": bool(harm) and then == "serious",
            "alleged": bool(roles & {"alleged_to_have_harmed", "took_part"}), "complaints": "complainant" in roles,
        }  # fmt: skip
        for name in found:
            what, days = name.rsplit("_", 1)
            found[name] += holds[what] and ago <= dt.timedelta(days=int(days))
        if harm:
            last = ago.days if last is None else min(last, ago.days)
    return found | {"harm_days": last}


@given(st.lists(HAPPENINGS, min_size=3, max_size=9))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate))
async def test_counting_by_hand_gives_the_same(db, happenings):
    await empty()
    await employ()
    people = [await child(name, arrived=day(-380)) for name in ("Kai", "Lee")]
    for one in happenings:
        await happen(one, people)
    found = (await load_features(DAY)).set_index("young_person")
    for place, who in enumerate(people):
        expected = by_hand(happenings, place)
        got = {name: None if found.loc[who, name] != found.loc[who, name] else found.loc[who, name] for name in expected}
        assert got == expected


STAYS = st.lists(st.tuples(st.integers(1, 400), st.integers(1, 300), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=4)


@given(STAYS, st.booleans())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate))
async def test_stays_are_those_known_then(db, stays, here):
    """Each stay: how long before the one after it, how long it lasted, how late its start and its end were written down."""
    await empty()
    await employ()
    who = await child("Kai", arrived=day(-2000))
    await DB.execute("DELETE FROM placement")
    kept, start = [], -900
    for gap, lasted, late, end_late in stays:
        start += gap
        kept.append((start, start + late, start + lasted, start + lasted + end_late))
        start += lasted
    for place, (arrived, recorded, left, left_recorded) in enumerate(kept):
        goes_on = here and place == len(kept) - 1
        await DB.execute(
            "INSERT INTO placement (young_person, establishment, legal_status, arrived_at, distance_miles, recorded_at, left_at, left_recorded_at, "
            "leaving_reason, recorded_by, version) VALUES ($1, $2, 'dto', $3, $4, $5, $6, $7, $8, 1, 1)",
            *(who, ["FYI", "WYI"][place % 2], noon(day(arrived)), place, noon(day(recorded))),
            *((None, None, None) if goes_on else (noon(day(left)), noon(day(left_recorded)), "released")),
        )
    known = [(place, one) for place, one in enumerate(kept) if one[0] <= 0 and one[1] <= 0]
    open_then = [(place, one) for place, one in known if (here and place == len(kept) - 1) or one[2] > 0 or one[3] > 0]
    found = await load_features(DAY)
    if not open_then:
        assert found.empty
        return
    place, one = max(open_then, key=lambda pair: pair[1][0])
    row = found.set_index("young_person").loc[who]
    assert {name: row[name] for name in ("establishment", "distance", "stays_before", "moves_365", "arrived_days")} == {
        "establishment": ["FYI", "WYI"][place % 2], "distance": place, "stays_before": len(known) - 1,
        "moves_365": sum(arrived[0] > -365 for _, arrived in known), "arrived_days": -one[0],
    }  # fmt: skip
