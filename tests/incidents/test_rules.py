"""Decisions about an incident by its date and its facts, as tables."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe import clock
from yosafe.errors import Invalid
from yosafe.incidents import rules, severity
from yosafe.incidents.checking import faults_in_days
from yosafe.incidents.kinds import RULES, faults_in_roles, faults_in_staff, question_sets, questions_of
from yosafe.incidents.rules import Facts, Known, Precision
from yosafe.incidents.schemas import NameStaff
from yosafe.reference.codes import code_list
from yosafe.reference.working_days import is_working_day

BORN = dt.date(2010, 3, 14)
NOW = dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC)


def at(day: int, hour: int = 12, month: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("known", "moment", "age", "days", "care"),
    [
        (Known(young_person=1, date_of_birth=BORN), at(4), 16, None, "not_known"),
        (Known(young_person=1, date_of_birth=BORN, care_status="looked_after"), at(13, month=3), 15, None, "looked_after"),
        (Known(young_person=1, date_of_birth=BORN, care_status="never"), at(14, month=3), 16, None, "never"),
        (Known(young_person=1, date_of_birth=BORN, arrived_at=at(4, 9)), at(4, 10), 16, 0, "not_known"),
        (Known(young_person=1, date_of_birth=BORN, arrived_at=at(1)), at(4), 16, 3, "not_known"),
        # 00:30 on 5 July in London is 4 July in UTC: the day is London's.
        (Known(young_person=1, date_of_birth=BORN, arrived_at=at(4, 9, 7)), dt.datetime(2026, 7, 4, 23, 30, tzinfo=dt.UTC), 16, 1, "not_known"),
    ],
)
def test_facts_of_a_moment(known: Known, moment: dt.datetime, age: int, days: int | None, care: str) -> None:
    facts = rules.frozen(known, moment)
    assert (facts.age, facts.days_since_arrival, facts.care_status) == (age, days, care)


def test_facts_carry_the_placement() -> None:
    known = Known(
        young_person=1,
        date_of_birth=BORN,
        establishment="WYI",
        unit="A wing",
        legal_status="dto",
        distance_miles=12,
        arrived_at=at(1),
        care_status="never",
    )
    assert rules.frozen(known, at(4)) == Facts(
        age=16, establishment="WYI", unit="A wing", legal_status="dto", care_status="never", distance_miles=12, days_since_arrival=3
    )


@pytest.mark.parametrize(
    ("happened_at", "precision", "births", "fault"),
    [
        (at(5, 9), Precision.EXACT, [BORN], None),
        (at(5, 10), Precision.EXACT, [BORN], None),
        (at(5, 11), Precision.EXACT, [BORN], "in the past"),
        (at(5, 11), Precision.ABOUT, [BORN], "in the past"),
        (at(5, 11), Precision.DAY, [BORN], None),  # today, at no known hour
        (at(6, 9), Precision.DAY, [BORN], "in the past"),
        (dt.datetime(2010, 3, 14, tzinfo=dt.UTC), Precision.DAY, [BORN], None),
        (dt.datetime(2010, 3, 13, 12, tzinfo=dt.UTC), Precision.DAY, [BORN], "before a young person"),
        (dt.datetime(2010, 4, 1, 12, tzinfo=dt.UTC), Precision.EXACT, [BORN, dt.date(2011, 1, 1)], "before a young person"),
    ],
)
def test_when_it_can_have_happened(happened_at: dt.datetime, precision: Precision, births: list[dt.date], fault: str | None) -> None:
    known = [Known(young_person=1, date_of_birth=birth, held_that_day=True) for birth in births]
    faults = rules.faults_in_time(happened_at, precision, known, NOW)
    assert [f.key for f in faults] == (["happened_at"] if fault else [])
    assert not fault or fault in faults[0].message


@pytest.mark.parametrize(("held", "fault"), [([True], None), ([True, False], "was not in custody on 4 October 2026"), ([False], "their stay first")])
def test_everyone_in_it_was_in_custody_that_day(held: list[bool], fault: str | None) -> None:
    known = [Known(young_person=1, date_of_birth=BORN, held_that_day=one) for one in held]
    faults = rules.faults_in_time(dt.datetime(2026, 10, 4, 12, tzinfo=dt.UTC), Precision.EXACT, known, NOW)
    assert [(f.key, fault in f.message) for f in faults if fault] == ([("happened_at", True)] if fault else [])
    assert bool(faults) is bool(fault)


instants = st.datetimes(dt.datetime(2001, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001  # bounds are naive, values not


@given(instants, st.sampled_from(Precision))
def test_a_kept_moment_is_on_its_day_and_never_a_made_up_hour(happened_at: dt.datetime, precision: Precision) -> None:
    kept = rules.kept_instant(happened_at, precision)
    assert clock.day_of(kept) == clock.day_of(happened_at)
    assert kept == (clock.midnight(clock.day_of(kept)) if precision is Precision.DAY else happened_at)
    assert rules.kept_instant(kept, precision) == kept


@given(instants, instants, st.sampled_from(Precision))
def test_facts_are_of_the_day_and_never_of_the_future(happened_at: dt.datetime, now: dt.datetime, precision: Precision) -> None:
    if rules.faults_in_time(happened_at, precision, [], now):
        return
    moment = rules.facts_instant(happened_at, precision, now)
    assert clock.day_of(moment) == clock.day_of(happened_at)
    assert moment <= now
    assert moment >= rules.kept_instant(happened_at, precision)


@given(st.sampled_from(list(RULES)), st.lists(st.sampled_from(code_list("staff_role").values()), max_size=5))
def test_staff_of_a_kind(kind: str, roles: list[str]) -> None:
    """Each part that does not fit is named, once; an allegation, and nothing else, needs whom it is about."""
    keys = [fault.key for fault in faults_in_staff(kind, [NameStaff(role=role, name="Officer 4417") for role in roles])]
    wrong = {
        f"staff.{n}.role" for n, role in enumerate(roles) if (role == "staff_alleged") is not (kind == "staff_allegation") and role != "staff_present"
    }
    missing = ["staff"] if kind == "staff_allegation" and "staff_alleged" not in roles else []
    assert sorted(keys) == sorted([*wrong, *missing])


@given(st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)), st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)), st.sampled_from(list(RULES)))
def test_days_of_answers_and_when_a_decision_is_due(since: dt.date, day: dt.date, kind: str) -> None:
    for name in ("found_on", "investigator_by"):
        assert bool(faults_in_days({name: day.isoformat()}, since=since, today=since)) is (day < since)
    due = rules.decision_due(kind, clock.midnight(since))
    assert (due is None) is (kind != "disclosure")
    assert due is None or (since < due <= since + dt.timedelta(days=6) and is_working_day(due))


ANSWERS = {"forms": ["verbal"], "happened_before": "no", "still_afraid": "no"}


@pytest.mark.parametrize(
    ("kind", "answers", "injuries", "treatments", "level", "because"),
    [
        ("bullying", ANSWERS, [], [], "low", ()),
        ("bullying", {**ANSWERS, "still_afraid": "yes"}, [], [], "moderate", ("someone is still afraid",)),
        ("bullying", {**ANSWERS, "happened_before": "once"}, [], [], "moderate", ("it has happened before",)),
        ("bullying", {**ANSWERS, "forms": ["sexual"]}, [], [], "moderate", ("it was sexual",)),
        ("bullying", ANSWERS, ["fear"], [], "moderate", ("someone is afraid or distressed",)),
        ("bullying", ANSWERS, ["none"], ["none_needed"], "low", ()),
        ("assault", {"weapon": "none"}, ["bruise"], ["nurse"], "moderate", ("someone needed first aid or care", "someone was injured")),
        ("assault", {"weapon": "not_known"}, [], ["declined"], "low", ()),
        ("assault", {"weapon": "blade"}, ["bruise"], [], "serious", ("a weapon was used or shown",)),
        ("assault", {"assault_kind": "sexual"}, [], [], "serious", ("a sexual assault is suspected",)),
        ("assault", {"lost_consciousness": "yes"}, [], [], "serious", ("someone lost consciousness",)),
        ("assault", {}, ["fracture"], ["hospital_stay"], "serious", ("someone was taken to hospital", "someone has a broken bone")),
        ("self_harm", {"methods": ["cutting"]}, [], [], "moderate", ("a young person hurt themselves",)),
        ("self_harm", {"methods": ["cutting", "ligature"]}, [], [], "serious", ("a ligature was used",)),
        ("self_harm", {"methods": ["hanging"]}, [], [], "serious", ("a ligature was used",)),
        ("self_harm", {"methods": ["overdose"]}, [], [], "serious", ("it was an overdose or poison",)),
        ("complaint", {"themes": ["food"]}, [], [], "low", ()),
        ("disclosure", {"abuse_kinds": ["neglect"], "abuse_when": "earlier"}, [], [], "moderate", ("a young person told of abuse",)),
        ("disclosure", {"abuse_kinds": ["sexual", "neglect"]}, [], [], "serious", ("it is sexual abuse that was told of",)),
        ("disclosure", {"abuse_when": "goes_on"}, [], [], "serious", ("the abuse goes on, or another child may be in danger",)),
        ("disclosure", {"others_at_risk": "yes"}, [], [], "serious", ("the abuse goes on, or another child may be in danger",)),
        ("injury", {"explanation": "fits"}, [], [], "moderate", ("an injury is not explained",)),
        ("injury", {"explanation": "fits"}, ["fracture"], [], "serious", ("someone has a broken bone",)),
        ("use_of_force", {"techniques": ["guiding"], "warning_signs": "no"}, [], [], "low", ()),
        (
            "use_of_force",
            {"techniques": ["guiding", "ground"]},
            [],
            [],
            "moderate",
            ("the head was held, pain was used or someone was held on the ground",),
        ),
        (
            "use_of_force",
            {"warning_signs": "yes"},
            [],
            [],
            "serious",
            ("a young person under force found it hard to breathe, vomited or lost consciousness",),
        ),
        ("staff_allegation", {"alleged": ["ignored"]}, [], [], "moderate", ("it is an allegation against staff",)),
        (
            "staff_allegation",
            {"alleged": ["threats", "hit"]},
            [],
            [],
            "serious",
            ("a member of staff is said to have hurt or abused a young person",),
        ),
        ("missing", {"found": "yes"}, [], [], "moderate", ("a young person was missing",)),
        ("missing", {"found": "no"}, [], [], "serious", ("a young person is still missing",)),
        ("death", {"apparent_cause": "natural"}, [], [], "serious", ("a young person died",)),
    ],
)
def test_severity_by_stated_criteria(
    kind: str, answers: dict[str, object], injuries: list[str], treatments: list[str], level: str, because: tuple[str, ...]
) -> None:
    assert severity.floor(kind, answers, injuries, treatments) == severity.Floor(level, because)


@pytest.mark.parametrize(
    ("chosen", "least", "kept"), [(None, "moderate", "moderate"), ("serious", "low", "serious"), ("low", "low", "low"), ("moderate", "serious", None)]
)
def test_one_may_record_more_and_never_less(chosen: str | None, least: str, kept: str | None) -> None:
    floor = severity.Floor(least, ("a weapon was used or shown",))
    if kept:
        assert severity.settled(chosen, floor) == kept
    else:
        with pytest.raises(Invalid, match="because a weapon was used or shown"):
            severity.settled(chosen, floor)


def test_every_serious_injury_treatment_and_method_counts() -> None:
    """The code lists and the criteria do not drift apart: each code either makes it more than low, or is one of these."""
    harmless = {"injury": {"none"}, "treatment": {"none_needed", "declined"}, "weapon": {"none", "not_known"}}
    for name, key in (("injury", "injuries"), ("treatment", "treatments"), ("weapon", "weapon")):
        for code in code_list(name).values():
            given = {"injuries": [], "treatments": [], "weapon": "none", key: code if key == "weapon" else [code]}
            found = severity.floor("assault", {"weapon": given["weapon"]}, given["injuries"], given["treatments"])
            assert (found.severity == "low") is (code in harmless[name]), code


@pytest.mark.parametrize(
    ("kind", "people", "fault"),
    [
        ("bullying", [("YP-1", ["harmed"]), ("YP-2", ["alleged_to_have_harmed"])], None),
        ("bullying", [("YP-1", ["harmed", "told_us"])], None),
        ("bullying", [("YP-2", ["alleged_to_have_harmed"])], "Add a young person who was harmed"),
        ("bullying", [("YP-1", ["harmed"]), ("YP-1", ["present"])], "there twice"),
        ("bullying", [("YP-1", ["harmed", "harmed"])], "each role once"),
        ("bullying", [("YP-1", ["hurt_self"])], "Select roles that fit bullying"),
        ("bullying", [("YP-1", [])], "Select what part"),
        ("assault", [("YP-1", ["took_part"]), ("YP-2", ["took_part"])], None),
        ("assault", [("YP-1", ["alleged_to_have_harmed"])], None),  # on staff
        ("assault", [("YP-1", ["present"])], "Add a young person who"),
        ("self_harm", [("YP-1", ["hurt_self"])], None),
        ("self_harm", [("YP-1", ["hurt_self"]), ("YP-2", ["present"])], None),
        ("self_harm", [("YP-1", ["hurt_self"]), ("YP-2", ["hurt_self"])], "Only one young person"),
        ("self_harm", [("YP-1", ["harmed"])], "Select roles that fit self-harm"),
        ("complaint", [("YP-1", ["complainant"]), ("YP-2", ["concerned"])], None),
        ("complaint", [("YP-1", ["concerned"])], "Add a young person who made the complaint"),
        ("complaint", [("YP-1", ["complainant"]), ("YP-2", ["alleged_to_have_harmed"])], "Select roles that fit complaint"),
        ("disclosure", [("YP-1", ["concerned", "told_us"])], None),
        ("disclosure", [("YP-1", ["told_us"])], "Add a young person who is who it is about"),
        ("disclosure", [("YP-1", ["concerned"]), ("YP-2", ["concerned"])], "Only one young person"),
        ("staff_allegation", [("YP-1", ["harmed", "told_us"])], None),
        ("staff_allegation", [("YP-1", ["told_us"])], "Add a young person who was harmed or is who it is about"),
        ("injury", [("YP-1", ["harmed"])], None),
        ("injury", [("YP-1", ["hurt_self"])], "Select roles that fit unexplained injury"),
        ("use_of_force", [("YP-1", ["concerned", "harmed"]), ("YP-2", ["present"])], None),
        ("use_of_force", [("YP-1", ["harmed"])], "Add a young person who is who it is about"),
        ("missing", [("YP-1", ["concerned"]), ("YP-2", ["concerned"])], None),
        ("missing", [("YP-1", ["took_part"])], "Select roles that fit missing"),
        ("death", [("YP-1", ["concerned"])], None),
        ("death", [("YP-1", ["concerned"]), ("YP-2", ["concerned"])], "Only one young person"),
        ("bullying", [(f"YP-{n}", ["harmed"]) for n in range(31)], "at most 30"),
    ],
)
def test_roles_that_a_kind_allows(kind: str, people: list[tuple[str, list[str]]], fault: str | None) -> None:
    messages = [found.message for found in faults_in_roles(kind, people)]
    assert bool(messages) is bool(fault)
    assert not fault or any(fault in message for message in messages)


def test_every_kind_has_questions_for_today_and_roles_that_exist() -> None:
    roles = set(code_list("involvement_role").values())
    for kind, of in RULES.items():
        assert questions_of(kind, dt.date(2002, 1, 1)).ref == f"{kind}/1"
        assert {*of.roles, *of.one_of} <= roles
        assert kind in code_list("incident_kind").values()
    assert {one.id for one in question_sets().sets} == set(RULES)
