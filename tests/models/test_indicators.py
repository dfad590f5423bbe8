"""Each indicator as a table: what is known on 31 March 2003, and the level that follows (None: no flag; "?": can't be worked out)."""

import datetime as dt

import pytest
from msgspec.structs import replace

from tests.models.make import (
    AS_OF,
    apart,
    care,
    contact,
    enquiry,
    facts,
    group,
    incident,
    limit,
    march,
    noon,
    placement,
    referral,
    registered,
    release,
    screen,
    worker,
)
from yosafe.models.facts import Facts
from yosafe.models.indicators import Level, Raised, Unknown, answers
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

NOTE, RAISED, HIGH = Level.NOTE, Level.RAISED, Level.HIGH
YEARS_AGO = dt.date(1999, 5, 1)
ADULT = {"establishment": "Holloway", "adult_estate": True}


def level(indicator: str, known: Facts, settings: dict[str, dict[str, int]] | None = None) -> Level | str | None:
    answer = answers(known, AS_OF, settings)[indicator]
    return answer.level if isinstance(answer, Raised) else "?" if isinstance(answer, Unknown) else None


def raised(indicator: str, known: Facts) -> Raised:
    answer = answers(known, AS_OF)[indicator]
    assert isinstance(answer, Raised)
    return answer


@pytest.mark.parametrize(("known", "expected"), [
    ([], None),
    ([incident(4, "self_harm", "hurt_self")], RAISED),                                          # the first of the 28 days
    ([incident(3, "self_harm", "hurt_self")], None),                                            # the day before it
    ([incident(30, "self_harm", "present")], None),                                             # someone else's
    ([incident(30, "self_harm", "hurt_self", severity="serious")], HIGH),
    ([incident(20, "self_harm", "hurt_self"), incident(30, "self_harm", "hurt_self")], HIGH),
    ([incident(3, "self_harm", "hurt_self"), incident(30, "self_harm", "hurt_self")], RAISED),
    ([incident(30, "bullying", "harmed", "hurt_self")], RAISED),                                # two roles in one incident
    ([incident(30, "self_harm", "hurt_self", recorded=32)], None),                              # written down tomorrow
    ([incident(32, "self_harm", "hurt_self")], None),                                           # tomorrow
    ([incident(30, "self_harm", "hurt_self", restricted=True)], None),
    ([incident(30, "self_harm", "hurt_self", set_aside_at=dt.datetime(2003, 3, 31, 9, tzinfo=dt.UTC))], None),
    ([incident(30, "self_harm", "hurt_self", set_aside_at=dt.datetime(2003, 4, 2, 9, tzinfo=dt.UTC))], RAISED),
])  # fmt: skip
def test_self_harm_recent(known, expected):
    assert level("self-harm-recent", facts(incidents=tuple(known))) == expected


@pytest.mark.parametrize(("known", "expected"), [
    ([incident(4, "assault", "harmed")], RAISED),
    ([incident(3, "assault", "harmed")], None),
    ([incident(30, "assault", "alleged_to_have_harmed")], None),
    ([incident(30, "use_of_force", "harmed")], None),                                           # not by other young people
    ([incident(30, "bullying", "harmed", severity="serious")], HIGH),
    ([incident(-58, "bullying", "harmed"), incident(30, "assault", "harmed")], HIGH),           # 2 in 90 days, to the day
    ([incident(-59, "bullying", "harmed"), incident(30, "assault", "harmed")], RAISED),
    ([incident(-10, "bullying", "harmed"), incident(-20, "assault", "harmed")], None),          # none in the last 28
    ([incident(-10, "bullying", "harmed", severity="serious"), incident(30, "assault", "told_us")], None),
])  # fmt: skip
def test_harmed_by_others(known, expected):
    assert level("harmed-by-others", facts(incidents=tuple(known))) == expected


def test_repeated_harm_cites_the_older_incident_too():
    flag = raised("harmed-by-others", facts(incidents=(incident(-10, "bullying", "harmed"), incident(30, "assault", "harmed"))))
    assert flag.sentence == "Harmed by others in 1 incident in the last 28 days: assault on 30 March 2003. Counting the last 90 days, 2 incidents."
    assert [b.reference for b in flag.because] == ["IN--00010", "IN-000030"]


@pytest.mark.parametrize(("known", "expected"), [
    ([incident(5, "complaint", "complainant"), incident(9, "assault", "took_part"), incident(20, "injury", "concerned")], RAISED),
    ([incident(3, "complaint", "complainant"), incident(9, "assault", "took_part"), incident(20, "injury", "concerned")], None),
    ([incident(5, "assault", "present"), incident(9, "assault", "told_us"), incident(20, "injury", "concerned")], None),
    ([incident(5, "assault", "harmed", severity="serious"), incident(9, "assault", "harmed", severity="serious")], None),  # 2 however serious
    ([incident(d, "complaint", "complainant", restricted=d == 5) for d in (5, 6, 7)], None),
])  # fmt: skip
def test_accumulation(known, expected):
    assert level("accumulation", facts(incidents=tuple(known))) == expected


@pytest.mark.parametrize(("known", "expected"), [
    ([incident(2, "staff_allegation", "concerned", restricted=True)], RAISED),                  # 29 days ago
    ([incident(3, "staff_allegation", "concerned", restricted=True)], None),                    # 28 days
    ([incident(2, "staff_allegation", "harmed", restricted=True)], RAISED),
    ([incident(2, "staff_allegation", "present", restricted=True)], None),
    ([incident(-40, "staff_allegation", "concerned", restricted=True, recorded=3)], None),      # told of long after
    ([incident(2, "complaint", "complainant")], None),
    ([incident(2, "staff_allegation", "concerned", restricted=True, concluded_at=dt.datetime(2003, 3, 31, 9, tzinfo=dt.UTC))], None),
    ([incident(2, "staff_allegation", "concerned", restricted=True, concluded_at=dt.datetime(2003, 4, 2, 9, tzinfo=dt.UTC))], RAISED),
    ([incident(2, "staff_allegation", "concerned", restricted=True, set_aside_at=dt.datetime(2003, 3, 31, 9, tzinfo=dt.UTC))], None),
])  # fmt: skip
def test_staff_allegation_open(known, expected):
    assert level("staff-allegation-open", facts(incidents=tuple(known))) == expected


@pytest.mark.parametrize(("held", "expected"), [
    (placement(31), NOTE),
    (placement(18), NOTE),
    (placement(17), None),
])  # fmt: skip
def test_first_weeks(held, expected):
    assert level("first-weeks", facts(held=held)) == expected


@pytest.mark.parametrize(("held", "screens", "expected"), [
    (placement(31), [], None),                        # the day of arrival is not over
    (placement(30), [], RAISED),
    (placement(30), [screen(30)], None),
    (placement(10), [screen(15)], None),              # late, but done
    (placement(30), [screen(1)], RAISED),             # of the placement before
    (placement(30), [screen(30, "asset-2000")], RAISED),
    (placement(-58), [], RAISED),
    (placement(-60), [], None),                       # 91 days: the full assessment has taken its place
])  # fmt: skip
def test_no_arrival_screen(held, screens, expected):
    assert level("no-arrival-screen", facts(held=held, assessments=tuple(screens))) == expected


LIMITS = {
    "assessment-overdue": ("welfare-assessment", "Welfare assessment"),
    "complaint-unanswered": ("complaint-answered", "Answer to the complaint"),
    "referral-late": ("initial-assessment", "Initial assessment"),
}


@pytest.mark.parametrize("indicator", LIMITS)
@pytest.mark.parametrize(("due", "met", "expected"), [
    (31, None, None),       # until the end of the day
    (30, None, RAISED),
    (30, 31, None),         # met, late
    (30, 32, RAISED),       # met tomorrow: not known today
    (20, 19, None),
])  # fmt: skip
def test_what_is_late(indicator, due, met, expected):
    clock_id, about = LIMITS[indicator]
    clocks = (limit(clock_id, about, started=1, due=due, met=met), limit("break-glass-review", "Review", started=1, due=2))
    assert level(indicator, facts(clocks=clocks)) == expected


def test_what_is_late_is_named_with_its_date():
    clocks = (limit("initial-assessment", "Initial assessment", started=1, due=12), limit("core-assessment", "Core assessment", started=1, due=20))
    flag = raised("referral-late", facts(clocks=clocks))
    assert flag.sentence == ("2 steps of referrals are overdue: initial assessment, due by 12 March 2003 and core assessment, due by 20 March 2003.")
    assert flag.missing == ("Initial assessment (RF-000001)", "Core assessment (RF-000001)")


@pytest.mark.parametrize(("held", "contacts", "expected"), [
    (placement(1, distance_miles=50), [], None),
    (placement(4, distance_miles=51), [], NOTE),                                               # 27 days in custody
    (placement(3, distance_miles=51), [], RAISED),                                             # 28
    (placement(1, distance_miles=120), [contact(4, "visit", "mother")], NOTE),
    (placement(1, distance_miles=120), [contact(3, "visit", "mother")], RAISED),
    (placement(1, distance_miles=120), [contact(20, "telephone", "mother")], RAISED),
    (placement(1, distance_miles=120), [contact(20, "planned_missed", "yot")], RAISED),
    (placement(1, distance_miles=120), [contact(20, "visit", "yot", recorded=33)], RAISED),
    (placement(1, distance_miles=None), [], "?"),
])  # fmt: skip
def test_far_from_home(held, contacts, expected):
    assert level("far-from-home", facts(held=held, contacts=tuple(contacts))) == expected


@pytest.mark.parametrize(("held", "contacts", "expected"), [
    (placement(4), [], None),
    (placement(3), [], RAISED),
    (placement(1), [contact(4, "telephone", "yot")], None),
    (placement(1), [contact(3, "telephone", "yot")], RAISED),
    (placement(1), [contact(20, "declined", "yot")], RAISED),
    (placement(1), [contact(20, "visit", "social_worker")], RAISED),
    (placement(1), [contact(-5, "visit", "yot")], RAISED),                                     # before custody
])  # fmt: skip
def test_no_yot_contact(held, contacts, expected):
    assert level("no-yot-contact", facts(held=held, contacts=tuple(contacts))) == expected


def test_a_transfer_does_not_start_the_count_again():
    moved = facts(placements=(placement(dt.date(2003, 1, 1), "Onley", left=20), placement(20, "Feltham")))
    assert level("no-yot-contact", moved) == RAISED
    assert "on 1 January 2003" in raised("no-yot-contact", moved).sentence


@pytest.mark.parametrize(("periods", "expected"), [
    ([], "?"),
    ([care(YEARS_AGO, "not_known")], "?"),
    ([care(YEARS_AGO, "never")], None),
    ([care(YEARS_AGO, "formerly_in_care")], None),
    ([care(YEARS_AGO, "looked_after")], NOTE),
    ([care(YEARS_AGO, "care_leaver")], NOTE),
    ([care(YEARS_AGO, "looked_after", ended=dt.date(2003, 3, 5)), care(5, "never")], None),
    ([care(20, "looked_after", recorded=33)], "?"),
])  # fmt: skip
def test_in_care(periods, expected):
    assert level("in-care", facts(care_periods=tuple(periods))) == expected


SEEN = contact(20, "visit", "social_worker")


@pytest.mark.parametrize(("status", "workers", "contacts", "expected"), [
    ("looked_after", [worker(1)], [contact(-10, "visit", "social_worker")], None),          # 41 days
    ("looked_after", [worker(1)], [contact(-11, "visit", "social_worker")], RAISED),        # 42
    ("looked_after", [], [SEEN], RAISED),                                                   # nobody is named
    ("looked_after", [worker(1, named=False)], [SEEN], RAISED),                             # it is recorded that nobody is
    ("looked_after", [worker(1, ended=dt.date(2003, 3, 20))], [SEEN], RAISED),
    ("looked_after", [worker(1, ended=dt.date(2003, 3, 20)), worker(20)], [SEEN], None),
    ("looked_after", [worker(1, recorded=33)], [SEEN], RAISED),                             # written down later than the day that is asked about
    ("looked_after", [worker(1, "personal_adviser")], [SEEN], RAISED),
    ("care_leaver", [worker(1, "personal_adviser")], [SEEN], None),
    ("looked_after", [worker(1, "advocate")], [SEEN], RAISED),
    ("care_leaver", [worker(1)], [contact(20, "letter", "personal_adviser")], None),
    ("care_leaver", [worker(1)], [contact(20, "visit", "yot")], RAISED),
    ("never", [], [], None),
    ("not_known", [], [], "?"),
])  # fmt: skip
def test_lost_social_worker(status, workers, contacts, expected):
    known = facts(care_periods=(care(YEARS_AGO, status),), workers=tuple(workers), contacts=tuple(contacts))
    assert level("lost-social-worker", known) == expected


@pytest.mark.parametrize(("held", "periods", "expected"), [
    (placement(24), [], None),                                # Monday; the 5th working day is Monday 31
    (placement(21), [], RAISED),                              # Friday; the 5th is Friday 28
    (placement(21), [care(21, "not_known")], RAISED),
    (placement(21), [care(21, "never")], None),
])  # fmt: skip
def test_care_status_unknown(held, periods, expected):
    assert level("care-status-unknown", facts(held=held, care_periods=tuple(periods))) == expected


@pytest.mark.parametrize(("told", "referrals", "expected"), [
    (incident(27, "disclosure", "concerned"), [], HIGH),                              # Thursday; due Friday 28
    (incident(28, "disclosure", "concerned"), [], None),                              # Friday; due Monday 31, until its end
    (incident(27, "disclosure", "concerned"), [referral(31, "IN-000027")], None),
    (incident(27, "disclosure", "concerned"), [referral(31, "IN-000027", sent=False)], None),   # considered and not referred
    (incident(27, "disclosure", "concerned"), [referral(31, "IN-000099")], HIGH),
    (incident(27, "disclosure", "present"), [], None),
    (incident(27, "assault", "harmed"), [], None),
])  # fmt: skip
def test_disclosure_open(told, referrals, expected):
    assert level("disclosure-open", facts(incidents=(told,), referrals=tuple(referrals))) == expected


@pytest.mark.parametrize(("days", "expected"), [
    ([], None),
    ([31], None),
    ([31, 31], RAISED),                                                               # two agencies on one day
    ([-58, 31], RAISED),                                                              # 89 days apart
    ([-59, 31], None),
    ([1, 32], None),                                                                  # the second is still to come
])  # fmt: skip
def test_repeat_enquiries(days, expected):
    assert level("repeat-enquiries", facts(enquiries=tuple(enquiry(on) for on in days))) == expected


@pytest.mark.parametrize(("registrations", "expected"), [
    ([], None),
    ([registered(-200)], NOTE),
    ([registered(-200, ended=30)], None),
    ([registered(-200, ended=33)], NOTE),
])  # fmt: skip
def test_on_register(registrations, expected):
    assert level("on-register", facts(registrations=tuple(registrations))) == expected


@pytest.mark.parametrize(("held", "born", "expected"), [
    (placement(1), dt.date(1986, 9, 1), None),
    (placement(1, **ADULT), dt.date(1985, 4, 1), RAISED),        # 18 tomorrow
    (placement(1, **ADULT), dt.date(1985, 3, 31), None),         # 18 today
    (placement(1, **ADULT), None, "?"),
])  # fmt: skip
def test_adult_estate(held, born, expected):
    assert level("adult-estate", facts(held=held, date_of_birth=born)) == expected


@pytest.mark.parametrize(("releases", "expected"), [
    ([], "?"),
    ([release(59)], RAISED),                          # 28 days
    ([release(60)], None),
    ([release(59, address=31)], None),
    ([release(59, address=32)], RAISED),              # recorded tomorrow
    ([release(31)], RAISED),
    ([release(30)], None),                            # past: they have not been released, and the date is wrong
])  # fmt: skip
def test_no_release_address(releases, expected):
    assert level("no-release-address", facts(releases=tuple(releases))) == expected


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_no_release_address_at_the_ends_of_the_calendar(day):
    assert level("no-release-address", facts(releases=(replace(release(59), release_on=day),))) is None


HERE = placement(1, unit="A wing")


@pytest.mark.parametrize(("kept", "expected"), [
    ([], None),
    ([apart(5, placement(2, unit="a Wing"))], HIGH),
    ([apart(5, placement(2, unit="A wing"), restriction="landing")], RAISED),
    ([apart(5, placement(2, unit="A wing"), restriction="cell"), apart(6, placement(2, unit="A wing"))], HIGH),
    ([apart(5, placement(2, unit="B wing"))], None),
    ([apart(5, placement(2, unit=None))], "?"),
    ([apart(5, placement(2, unit=None)), apart(6, placement(2, unit="A wing"))], HIGH),
    ([apart(5, placement(2, "Onley", unit="A wing"))], None),
    ([apart(5, placement(2, unit="A wing", left=20))], None),               # the other has gone
    ([apart(5, placement(2, unit="A wing"), ended=20)], None),              # it has ended
    ([apart(32, placement(2, unit="A wing"))], None),                       # it begins tomorrow
    ([apart(5, placement(32, unit="A wing"))], None),                       # the other comes tomorrow
    ([apart(5, placement(2, unit="A wing", unit_recorded_at=noon(march(31))))], HIGH),
    ([apart(5, placement(2, unit="A wing", unit_recorded_at=noon(march(32))))], "?"),  # moved there tomorrow: today's unit is not kept
])  # fmt: skip
def test_keep_apart_same_unit(kept, expected):
    assert level("keep-apart-same-unit", facts(held=HERE, keep_apart=tuple(kept))) == expected


def test_keep_apart_without_a_unit_of_ones_own_is_not_known():
    known = facts(held=placement(1), keep_apart=(apart(5, placement(2, unit="A wing")),))
    assert level("keep-apart-same-unit", known) == "?"


def spells(*moves: tuple[int, str]) -> Facts:
    ends = [day for day, _ in moves[1:]] + [None]
    return facts(placements=tuple(placement(day, name, left=end) for (day, name), end in zip(moves, ends, strict=True)))


@pytest.mark.parametrize(("known", "expected"), [
    (spells((-300, "Onley"), (-200, "Feltham"), (-100, "Onley"), (1, "Feltham")), RAISED),
    (spells((-300, "Onley"), (-200, "Feltham"), (-100, "Onley"), (1, "Onley")), None),          # 2 moves and a return to the same place
    (spells((-500, "Onley"), (-400, "Feltham"), (-100, "Onley"), (1, "Feltham")), None),        # one was more than a year ago
    (spells((1, "Feltham")), None),
])  # fmt: skip
def test_moves(known, expected):
    assert level("moves", known) == expected


@pytest.mark.parametrize(("more", "expected"), [
    ({}, None),
    ({"groups": (group("traveller"), group("disability"))}, NOTE),
    ({"not_asked": frozenset({"disability"})}, "?"),
    ({"care_periods": (care(YEARS_AGO, "looked_after", responsible_area="E08000012"),)}, NOTE),
    ({"care_periods": (care(YEARS_AGO, "looked_after", responsible_area="E09000018"),)}, None),   # the establishment's own area
    ({"care_periods": (care(YEARS_AGO, "never", responsible_area="E08000012"),)}, None),
])  # fmt: skip
def test_overlooked_groups(more, expected):
    assert level("overlooked-groups", facts(**more)) == expected


def test_overlooked_groups_never_change_another_flag():
    plain = facts(incidents=(incident(30, "assault", "harmed"),))
    grouped = facts(incidents=plain.incidents, groups=(group("traveller"), group("disability"), group("unaccompanied")))
    others = [{k: v for k, v in answers(known, AS_OF).items() if k != "overlooked-groups"} for known in (plain, grouped)]
    assert others[0] == others[1]


def test_nothing_holds_for_someone_who_has_left():
    left = facts(
        placements=(placement(1, left=30),), incidents=(incident(29, "self_harm", "hurt_self", severity="serious"),), registrations=(registered(1),)
    )
    assert set(answers(left, AS_OF).values()) == {None}


@pytest.mark.parametrize(("days", "expected"), [(28, None), (29, RAISED)])
def test_a_setting_moves_the_threshold(days, expected):
    assert level("self-harm-recent", facts(incidents=(incident(3, "self_harm", "hurt_self"),)), {"self-harm-recent": {"days": days}}) == expected


@pytest.mark.parametrize("terminology", ["2002", "today"])
def test_no_sentence_names_the_young_person_or_leaves_a_term_open(terminology: Terminology):
    known = facts(
        incidents=tuple(incident(d, "bullying", "harmed") for d in (20, 25, 30)),
        care_periods=(care(YEARS_AGO, "looked_after"),),
        registrations=(registered(1),),
        held=placement(1, distance_miles=90),
    )
    flags = [a for a in answers(known, AS_OF).values() if isinstance(a, Raised)]
    assert len(flags) >= 8
    for flag in flags:
        text = in_terms(" ".join([flag.sentence, *flag.missing, *(b.text for b in flag.because)]), terminology)
        assert "{" not in text
        assert flag.sentence.endswith(".")
        assert flag.because
        assert all(b.reference and b.date <= AS_OF for b in flag.because)
