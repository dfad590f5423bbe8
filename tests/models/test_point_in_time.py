"""What is learnt later never changes the flags of an earlier day."""

import datetime as dt

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.models.make import (
    apart,
    care,
    contact,
    enquiry,
    facts,
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
from yosafe.models.indicators import OF_ANY_AGE, answers, catalogue, days_looked_back, evaluate, settled, work_out
from yosafe.models.indicators.turning import TURNS

DAYS = st.integers(-100, 40)
KINDS = st.sampled_from(["assault", "bullying", "self_harm", "disclosure", "complaint"])
ROLES = st.sampled_from(["harmed", "hurt_self", "present", "complainant", "concerned"])
CLOCKS = st.sampled_from(["welfare-assessment", "complaint-answered", "referral-decision"])


def ended(spell, day):
    return replace(spell, ended_on=max(march(day), spell.happened_on), end_recorded_at=noon(max(march(day), spell.happened_on)))


def of_days(spell, number):
    """The spell, ended some days after it was written down; None: it goes on."""
    end = None if number is None else spell.recorded_at.date() + dt.timedelta(days=number)
    return spell if end is None else replace(spell, ended_on=end, end_recorded_at=noon(end))


INCIDENTS = st.builds(
    lambda d, k, r, late, s: incident(d, k, r, severity=s, recorded=d + late),
    DAYS,
    KINDS,
    ROLES,
    st.integers(0, 60),
    st.sampled_from(["low", "serious"]),
)
CONTACTS = st.builds(
    lambda d, k, w, late: contact(d, k, w, recorded=d + late),
    DAYS,
    st.sampled_from(["visit", "letter"]),
    st.sampled_from(["yot", "social_worker"]),
    st.integers(0, 60),
)
LIMITS = st.builds(
    lambda c, d, n, m: limit(c, "Step", started=d, due=d + n, met=None if m is None else d + m),
    CLOCKS,
    DAYS,
    st.integers(0, 30),
    st.none() | st.integers(0, 90),
)
CARE = st.builds(lambda d, s, late: care(d, s, recorded=d + late), DAYS, st.sampled_from(["looked_after", "never", "not_known"]), st.integers(0, 60))
APART = st.builds(
    lambda d, u, s, r, n: apart(d, placement(s, unit=u), restriction=r, ended=None if n is None else d + n),
    DAYS,
    st.sampled_from(["A wing", "B wing", None]),
    DAYS,
    st.sampled_from(["cell", "unit"]),
    st.none() | st.integers(0, 60),
)
WORKERS = st.builds(
    lambda d, role, named, late, n: of_days(worker(d, role, recorded=d + late, named=named), n),
    DAYS,
    st.sampled_from(["social_worker", "personal_adviser"]),
    st.booleans(),
    st.integers(0, 60),
    st.none() | st.integers(0, 60),
)
REGISTERED = st.builds(lambda d, n: registered(d, ended=None if n is None else d + n), DAYS, st.none() | st.integers(0, 60))


def some(strategy, unique_by=None):
    return st.lists(strategy, max_size=4, unique_by=unique_by).map(tuple)


def put_together(kept, incidents, contacts, clocks, care_periods, workers, registrations, screens, referrals, enquiries):
    held = placement(-90, distance_miles=80, unit="A wing")
    return facts(
        keep_apart=kept,
        held=held, incidents=incidents, contacts=contacts, clocks=clocks, care_periods=care_periods, workers=workers,
        registrations=registrations, assessments=screens, referrals=referrals, enquiries=enquiries,
    )  # fmt: skip


FACTS = st.builds(
    put_together,
    some(APART),
    some(INCIDENTS),
    some(CONTACTS),
    some(LIMITS),
    some(CARE, unique_by=lambda c: c.happened_on),  # nobody has two care statuses at once
    some(WORKERS),
    some(REGISTERED),
    some(DAYS.map(screen)),
    some(DAYS.map(lambda d: referral(d, "IN-000005"))),
    some(st.builds(lambda d, late: enquiry(d, recorded=d + late), DAYS, st.integers(0, 60))),
)
DATED = ("keep_apart", "incidents", "contacts", "clocks", "care_periods", "workers", "registrations", "assessments", "referrals", "enquiries")


def written_by(known: Facts, day: dt.date) -> Facts:
    """Only what had been written down by a day, with what was ended later still open: done the long way round, not by `as_at`."""

    def one(fact):
        if hasattr(fact, "other"):
            fact = replace(fact, other=tuple(p for p in fact.other if p.recorded_at.date() <= day and p.happened_on <= day))
        end = getattr(fact, "end_recorded_at", None)
        return replace(fact, ended_on=None, end_recorded_at=None) if end is not None and end.date() > day else fact

    return replace(
        known, **{name: tuple(one(f) for f in getattr(known, name) if f.recorded_at.date() <= day and f.happened_on <= day) for name in DATED}
    )


def much_later(fact):
    """The same, written down two hundred days later and never ended."""
    end = {"ended_on": None, "end_recorded_at": None} if hasattr(fact, "ended_on") else {}
    return replace(fact, recorded_at=fact.recorded_at + dt.timedelta(days=200), **end)


@settings(max_examples=300, deadline=None)
@given(FACTS, DAYS)
def test_later_knowledge_changes_nothing(known, day):
    assert answers(known, march(day)) == answers(written_by(known, march(day)), march(day))


@settings(max_examples=100, deadline=None)
@given(FACTS, FACTS, st.integers(0, 30))
def test_facts_added_after_a_day_leave_its_flags_alone(known, later, day):
    as_of = march(day)
    added = {name: (*getattr(known, name), *(much_later(fact) for fact in getattr(later, name))) for name in DATED}
    assert answers(replace(known, **added), as_of) == answers(known, as_of)


@settings(max_examples=100, deadline=None)
@given(FACTS, DAYS)
@example(facts(incidents=(incident(-100, "disclosure", "concerned"), incident(-99, "assault", "harmed", severity="serious"))), 0)
def test_only_so_many_days_of_incidents_are_looked_back_to(known, day):
    """The others are not even read."""
    first = march(day) - dt.timedelta(days=days_looked_back() - 1)
    read = tuple(one for one in known.incidents if one.happened_on >= first or one.kind in OF_ANY_AGE)
    assert answers(replace(known, incidents=read), march(day)) == answers(known, march(day))


def test_a_wider_window_that_is_chosen_is_looked_back_to():
    assert days_looked_back({"accumulation": {"days": 400}}) == 400
    assert days_looked_back({}) == days_looked_back()


@settings(max_examples=100, deadline=None)
@given(FACTS, DAYS)
@example(facts(contacts=(contact(-28, "visit", "yot"), contact(-28, "letter", "yot"))), 0)  # written down together
def test_cutting_twice_is_cutting_once_and_order_does_not_matter(known, day):
    cut = known.as_at(march(day))
    turned = replace(known, **{name: tuple(reversed(getattr(known, name))) for name in DATED})
    assert cut.as_at(march(day)) == cut
    assert answers(turned, march(day)) == answers(known, march(day))


@settings(max_examples=100, deadline=None)
@given(FACTS, DAYS)
def test_a_flag_has_a_declared_level_and_cites_only_what_was_known(known, day):
    for indicator, flag in evaluate(known, march(day)).items():
        assert flag.level in catalogue()[indicator].levels
        assert flag.because
        assert all(because.date <= march(day) for because in flag.because if "was due" not in because.text)


RELEASES = st.builds(lambda on, address: release(on, address=address), DAYS, st.none() | DAYS)
# Whoever is held in the adult estate and has a birthday; who left for a while and came back; who moves often.
STAYS = st.sampled_from([
    (placement(-90, distance_miles=80, unit="A wing"),),
    (placement(-80, left=-20), placement(-20, "Wetherby", left=0), placement(0, "Brinsford", adult_estate=True, distance_miles=90)),
    (placement(-60, left=-40), placement(-10, "Wetherby")),
])  # fmt: skip
LIVES = st.builds(
    lambda known, stays, born, releases: replace(known, placements=stays, date_of_birth=born, releases=releases),
    FACTS,
    STAYS,
    st.sampled_from([None, dt.date(1985, 3, 20), dt.date(1984, 2, 29)]),
    some(RELEASES),
)


@settings(max_examples=120, deadline=None)
@given(LIVES, DAYS)
@example(facts(incidents=tuple(incident(day, "complaint", "complainant") for day in (1, 3, 4))), 5)  # three close together are rare by chance
def test_each_indicator_says_when_it_may_turn(known, day):
    """As days pass and nothing comes to pass."""
    as_of, later = march(day), march(day)
    cut = replace(known.as_at(as_of), another_on=None)
    then = answers(cut, as_of)
    turns = {name: min((on for on in TURNS[name](then[name], cut, settled()[name], as_of) if on > as_of), default=dt.date.max) for name in then}
    while (later := later + dt.timedelta(days=1)) < as_of + dt.timedelta(days=100):
        turned = {name for name, answer in answers(cut, later).items() if later < turns[name] and answer != then[name]}
        assert not turned, f"{turned} turned on {later}"


@settings(max_examples=60, deadline=None)
@given(LIVES, DAYS)
def test_an_answer_holds_until_the_day_that_it_names(known, day):
    """Whatever was written down and comes to pass meanwhile."""
    as_of = march(day)
    worked_out = work_out(known.as_at(as_of), as_of, settled())
    until = min(worked_out.holds_until or dt.date.max, as_of + dt.timedelta(days=140))
    assert until > as_of
    assert worked_out.raised == evaluate(known, as_of)
    later = as_of
    while (later := later + dt.timedelta(days=1)) < until:
        assert evaluate(known, later) == worked_out.raised, f"it is another on {later}, and was to hold until {until}"
