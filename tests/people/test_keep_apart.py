"""Young people who must not meet: who begins, reviews and ends it, who reads what of it, and who is warned."""

import asyncio
import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world import NOW, OAKHILL, TODAY, arrival, events_of, kai
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person, end_placement, move_unit, receive_young_person, start_placement
from yosafe.people.chronology import Wanted, chronology
from yosafe.people.keep_apart import access, queries, rules
from yosafe.people.keep_apart.actions import end_keep_apart, review_keep_apart, start_keep_apart
from yosafe.people.keep_apart.contributions import badges
from yosafe.people.keep_apart.placing import apart_at
from yosafe.people.keep_apart.queries import KeepApartFilter, keep_aparts, open_keep_apart
from yosafe.people.keep_apart.schemas import EndKeepApart, ReviewKeepApart, StartKeepApart
from yosafe.people.schemas import EndPlacement, Identity, MoveUnit, Receive
from yosafe.people.tables import KeepApart, Placement

LATER = TODAY + dt.timedelta(days=28)
WHY = "They fought in the showers and each says that it is not over."
GO_ON = "No other bed tonight: single cell, separate association, checked every hour."
KENT = "E10000016"


async def held(by, family_name, *, home=KENT, unit="B wing", **changes):
    """Someone else who is held at Wetherby."""
    new = kai(family_name=family_name, given_names="Lee", home_outcode=None, home_area=home, placement=arrival(unit=unit), **changes)
    return await add_young_person(by=by, new=new)


def asked(*people, **changes):
    facts = {"reason_code": "fight", "reason": WHY, "restriction": "unit", "review_on": LATER}
    return StartKeepApart(young_people=[young_person_ref(one.id) for one in people], **facts | changes)


@pytest.fixture
async def lee(world):
    """At Wetherby, from Kent: Leeds knows nothing of him."""
    return await held(world.dan, "Frost")


@pytest.fixture
async def pair(world, lee):
    (made,) = await start_keep_apart(by=world.dan, new=asked(world.kai, lee))
    return made


async def stay_of(young_person):
    return await Placement.objects().get((Placement.young_person == young_person.id) & Placement.left_at.is_null())


# Rules


@pytest.mark.parametrize(("unit", "other", "near"), [
    ("A wing", "A wing", rules.Near.SAME_UNIT),
    ("A wing", "a  Wing.", rules.Near.SAME_UNIT),
    ("A wing", "B wing", rules.Near.SAME_ESTABLISHMENT),
    ("A wing", None, rules.Near.UNIT_NOT_KNOWN),
    (None, "A wing", rules.Near.UNIT_NOT_KNOWN),
    (None, None, rules.Near.UNIT_NOT_KNOWN),
])  # fmt: skip
def test_how_near_two_live(unit, other, near):
    assert rules.nearness(unit, other) is near
    assert rules.asks_before_move(near) is (near is not rules.Near.SAME_ESTABLISHMENT)


@pytest.mark.parametrize(("days", "good"), [(-1, False), (0, False), (1, True), (92, True), (93, False)])
def test_a_review_is_soon(days, good):
    assert (rules.review_faults(TODAY + dt.timedelta(days=days), today=TODAY) == []) is good


@given(st.lists(st.integers(1, 9), max_size=8))
def test_a_group_is_every_pair_once(young_people):
    made = list(rules.pairs(young_people))
    assert made == list(combinations(sorted(set(young_people)), 2))
    assert all(first < second for first, second in made)
    assert (rules.people_faults(young_people) == []) is (2 <= len(set(young_people)) == len(young_people) <= rules.MOST_PEOPLE)


@given(st.text(max_size=12), st.text(max_size=12))
def test_nearness_has_no_sides(unit, other):
    assert rules.nearness(unit, other) is rules.nearness(other, unit)


# Beginning


@pytest.mark.parametrize(("who", "may"), [("dan", True), ("cleo", True), ("amina", False), ("esi", False), ("jay", False)])
async def test_who_begins(world, lee, who, may):
    if not may:
        with pytest.raises(Refused):
            await start_keep_apart(by=world[who], new=asked(world.kai, lee))
        return
    (made,) = await start_keep_apart(by=world[who], new=asked(world.kai, lee))
    assert (made.first, made.second, made.restriction) == (world.kai.id, lee.id, "unit")
    for young_person in (world.kai, lee):
        assert (await events_of(young_person.id))[-1] == "keep-apart:started"


async def test_an_officer_elsewhere_finds_neither(world, lee):
    with pytest.raises(NotFound):
        await start_keep_apart(by=world.ivy, new=asked(world.kai, lee))
    with pytest.raises(NotFound):  # one of the two is held elsewhere
        await start_keep_apart(by=world.dan, new=asked(world.kai, world.nia))


@pytest.mark.parametrize(("change", "key"), [
    ({"restriction": "galaxy"}, "restriction"),
    ({"reason_code": "because"}, "reason_code"),
    ({"review_on": TODAY}, "review_on"),
    ({"review_on": TODAY + dt.timedelta(days=200)}, "review_on"),
])  # fmt: skip
async def test_what_can_not_be_is_named(dan, world, lee, change, key):
    with pytest.raises(Invalid) as refusal:
        await start_keep_apart(by=dan, new=asked(world.kai, lee, **change))
    assert [fault.key for fault in refusal.value.errors] == [key]
    assert await KeepApart.count() == 0


async def test_one_young_person_is_no_pair(dan, world):
    with pytest.raises(Invalid):
        await start_keep_apart(by=dan, new=asked(world.kai, world.kai))


async def test_a_pair_is_kept_apart_once_at_a_time(dan, cleo, world, lee, pair):
    with pytest.raises(Conflict, match="KA-000001"):
        await start_keep_apart(by=cleo, new=asked(lee, world.kai))
    await end_keep_apart(by=cleo, pair=pair, ending=EndKeepApart(reason="Mediated, and both content."), version=1)
    (again,) = await start_keep_apart(by=dan, new=asked(lee, world.kai))
    assert again.id != pair.id


async def test_two_who_begin_it_at_once_begin_it_once(dan, cleo, world, lee):
    both = await asyncio.gather(*(start_keep_apart(by=by, new=asked(world.kai, lee)) for by in (dan, cleo)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["Conflict", "list"]
    assert await KeepApart.count() == 1


async def test_the_index_is_the_net(pair):
    with pytest.raises(Conflict):
        await DB.execute(
            "INSERT INTO keep_apart (id, group_number, first, second, reason_code, reason, restriction, review_on, started_at, agency, recorded_by,"
            " version) SELECT 99, 99, first, second, reason_code, reason, restriction, review_on, started_at, agency, recorded_by, 1 FROM keep_apart"
        )


async def test_a_group_is_pairs_that_share_a_number(dan, cleo, world, lee):
    ash = await held(dan, "Ash")
    made = await start_keep_apart(by=dan, new=asked(world.kai, lee, ash))
    assert len({one.group_number for one in made}) == 1
    assert [(one.first, one.second) for one in made] == [(world.kai.id, lee.id), (world.kai.id, ash.id), (lee.id, ash.id)]
    await end_keep_apart(by=cleo, pair=made[0], ending=EndKeepApart(reason="Mediated, and both content."), version=1)
    open_pairs = await keep_aparts(cleo, KeepApartFilter())
    assert [one.ref for one in open_pairs.items] == [access.keep_apart_ref(one.id) for one in made[1:]]
    assert [one.ref for one in await queries.with_pair(cleo, open_pairs.items[0])] == ["KA-000001", "KA-000003"]


# Reviewing and ending


async def test_history_is_kept(cleo, pair):
    review = ReviewKeepApart(restriction="cell", review_on=LATER + dt.timedelta(days=20), reason="They were seen together, calm.")
    with clock.stopped_at(NOW + dt.timedelta(days=7)):
        changed = await review_keep_apart(by=cleo, pair=pair, review=review, version=1)
    with clock.stopped_at(NOW + dt.timedelta(days=9)):
        await end_keep_apart(by=cleo, pair=changed, ending=EndKeepApart(reason="Both said that it is over."), version=2)
    whole = await open_keep_apart(cleo, "KA-000001")
    assert [(step.kind, step.restriction, step.review_on, step.note, step.by) for step in whole.history] == [
        ("started", "unit", LATER, WHY, "Dan"),
        ("reviewed", "cell", LATER + dt.timedelta(days=20), "They were seen together, calm.", "Cleo"),
        ("ended", "cell", LATER + dt.timedelta(days=20), "Both said that it is over.", "Cleo"),
    ]
    assert (whole.state, whole.restriction, whole.reason) == ("ended", "cell", WHY)
    told = [event for event in await events_of(pair.first) if event.startswith("keep-apart:")]
    assert told == ["keep-apart:started", "keep-apart:reviewed", "keep-apart:ended", "keep-apart:read"]


async def test_only_the_lead_reviews_and_ends_it_and_only_once(dan, cleo, ivy, pair):
    review, ending = ReviewKeepApart(restriction="cell", review_on=LATER, reason="Seen together, calm."), EndKeepApart(reason="It is over now.")
    with pytest.raises(NotFound):
        await access.get_keep_apart_for(ivy, "KA-000001")
    for act, values in ((review_keep_apart, {"review": review}), (end_keep_apart, {"ending": ending})):
        with pytest.raises(Refused):
            await act(by=dan, pair=pair, version=1, **values)
    await end_keep_apart(by=cleo, pair=pair, ending=ending, version=1)
    with pytest.raises(Stale):  # the copy in hand is from before
        await end_keep_apart(by=cleo, pair=pair, ending=ending, version=1)
    now = await access.get_keep_apart_for(cleo, "KA-000001")
    with pytest.raises(Conflict, match="start it anew"):
        await review_keep_apart(by=cleo, pair=now, review=review, version=2)


async def test_a_lead_whom_both_have_left_decides_no_more(cleo, ivy, world, lee, pair):
    gone = NOW - dt.timedelta(hours=2)
    for one in (world.kai, lee):
        await end_placement(by=cleo, placement=await stay_of(one), ending=EndPlacement(left_at=gone, leaving_reason="transferred"), version=1)
    assert await access.can_end(cleo, pair)  # they are held nowhere
    with clock.stopped_at(NOW + dt.timedelta(days=28)):
        assert await queries.due_count(cleo) == 1
    await start_placement(by=ivy, young_person=lee, new=arrival(OAKHILL, NOW - dt.timedelta(hours=1)))
    with clock.stopped_at(NOW + dt.timedelta(days=28)):
        assert await queries.due_count(cleo) == len((await keep_aparts(cleo, KeepApartFilter(state="due"))).items) == 0
        assert len((await keep_aparts(ivy, KeepApartFilter(state="due"))).items) == 1
    assert (await open_keep_apart(cleo, "KA-000001")).state == "open"  # she still reads it
    assert not await access.can_end(cleo, pair)
    with pytest.raises(Refused, match="Neither of them is held where you work"):
        await end_keep_apart(by=cleo, pair=pair, ending=EndKeepApart(reason="Mediated, and both content."), version=1)
    review = ReviewKeepApart(restriction="cell", review_on=LATER, reason="Seen together, calm.")
    with pytest.raises(Refused):
        await review_keep_apart(by=cleo, pair=pair, review=review, version=1)


# Who reads what


@pytest.mark.parametrize(("who", "names"), [
    ("dan", ["Morton, Kai", "Frost, Lee"]),
    ("cleo", ["Morton, Kai", "Frost, Lee"]),
    ("amina", ["Morton, Kai", "Another young person"]),
    ("esi", ["Morton, Kai", "Another young person"]),
    ("ben", ["Another young person", "Frost, Lee"]),
    ("ivy", None),
    ("jay", None),
])  # fmt: skip
async def test_the_other_of_a_pair_is_named_to_who_may_know_of_them(world, lee, who, names):
    await start_keep_apart(by=world.dan, new=asked(world.kai, lee, reason="Lee Frost hit Kai Morton, and Kai hit back."))
    found = (await keep_aparts(world[who], KeepApartFilter())).items
    assert [[party.name for party in one.young_people] for one in found] == ([names] if names else [])
    if names is None:
        with pytest.raises(NotFound):
            await open_keep_apart(world[who], "KA-000001")
        return
    whole = await open_keep_apart(world[who], "KA-000001")
    for written in (whole.reason, whole.history[0].note):
        assert ("Frost" in written) is ("Frost, Lee" in names)
        assert ("Morton" in written) is ("Morton, Kai" in names)
    unnamed = [party for party in whole.young_people if party.young_person is None]
    assert [(party.establishment, party.unit) for party in unnamed] == [(None, None)] * len(unnamed)


@pytest.mark.parametrize(("who", "other"), [("dan", "Frost, Lee"), ("amina", "another young person")])
async def test_the_chronology_tells_every_step(world, pair, who, other):
    await end_keep_apart(by=world.cleo, pair=pair, ending=EndKeepApart(reason="Lee Frost says that it is over."), version=1)
    told = (await chronology(world[who], world.kai, Wanted(source="keep-apart"))).items
    assert [entry.title for entry in told] == [f"No longer kept apart from {other}", f"To be kept apart from {other}"]
    assert ("Frost" in (told[0].text or "")) is (who == "dan")


async def test_the_banner_counts_people(dan, hal, world, lee, pair):
    assert await badges(dan, world.kai.id) == [("Keep apart: 1 person", "red")]
    await start_keep_apart(by=dan, new=asked(world.kai, await held(dan, "Ash")))
    assert await badges(dan, world.kai.id) == [("Keep apart: 2 people", "red")]
    assert await badges(dan, world.nia.id) == await badges(hal, world.kai.id) == []


@pytest.mark.parametrize(("wanted", "found"), [
    ({}, True),
    ({"state": "due"}, False),
    ({"state": "ended"}, False),
    ({"state": "all", "site": "WYI"}, True),
    ({"site": OAKHILL}, False),
    ({"unit": "B wing"}, True),
    ({"unit": "C wing"}, False),
    ({"restriction": "unit"}, True),
    ({"restriction": "cell"}, False),
])  # fmt: skip
async def test_filters(dan, pair, wanted, found):
    assert bool((await keep_aparts(dan, KeepApartFilter(**wanted))).items) is found


async def test_the_most_overdue_review_comes_first_page_after_page(dan, cleo, world, lee, pair):
    for number, family_name in enumerate(("Ash", "Birch", "Cedar")):
        other = await held(dan, family_name)
        await start_keep_apart(by=dan, new=asked(world.kai, other, review_on=LATER - dt.timedelta(days=number + 1)))
    for state in ("open", "all"):
        shown, after = [], None
        while True:
            page = await keep_aparts(cleo, KeepApartFilter(state=state), after=after, limit=2)
            shown += [one.ref for one in page.items]
            if (after := page.next) is None:
                break
        assert shown == (["KA-000004", "KA-000003", "KA-000002", "KA-000001"] if state == "open" else [f"KA-{n:06}" for n in range(1, 5)])
    assert await queries.due_count(cleo) == 0
    with clock.stopped_at(NOW + dt.timedelta(days=26)):
        assert await queries.due_count(cleo) == 2


# Placing


async def test_a_move_onto_their_unit_asks_why(dan, world, lee, pair):
    stay = await stay_of(world.kai)
    with pytest.raises(Invalid) as refusal:
        await move_unit(by=dan, placement=stay, move=MoveUnit(unit="b wing"), version=1)
    (fault,) = refusal.value.errors
    assert fault.key == "keep_apart_confirmed"
    assert young_person_ref(lee.id) in fault.message
    assert "KA-000001" in fault.message
    assert (await stay_of(world.kai)).unit == "A wing"
    moved = await move_unit(by=dan, placement=stay, move=MoveUnit(unit="b wing", keep_apart_confirmed=GO_ON), version=1)
    assert (moved.unit, moved.unit_recorded_at) == ("b wing", NOW)
    whole = await open_keep_apart(dan, "KA-000001")
    assert (whole.near, whole.history[-1].kind, whole.history[-1].note) == ("same_unit", "confirmed", GO_ON)
    for young_person in (world.kai, lee):
        assert "keep-apart:confirmed" in await events_of(young_person.id)


@pytest.mark.parametrize(("unit", "asks"), [("B wing", True), (None, True), ("C wing", False), ("A wing", False)])
async def test_a_move_elsewhere_needs_no_reason(dan, world, pair, unit, asks):
    move = move_unit(by=dan, placement=await stay_of(world.kai), move=MoveUnit(unit=unit), version=1)
    if asks:
        with pytest.raises(Invalid):
            await move
    else:
        assert (await move).unit == unit
    assert "keep-apart:confirmed" not in await events_of(world.kai.id)


async def test_nobody_is_warned_of_a_pair_that_has_ended(dan, cleo, world, pair):
    await end_keep_apart(by=cleo, pair=pair, ending=EndKeepApart(reason="Mediated, and both content."), version=1)
    assert (await move_unit(by=dan, placement=await stay_of(world.kai), move=MoveUnit(unit="B wing"), version=1)).unit == "B wing"
    assert await apart_at(dan, world.kai.id, "WYI") == []


@pytest.fixture
async def left(world, pair):
    """Kai has left Wetherby, where Lee still is."""
    leaving = EndPlacement(left_at=NOW - dt.timedelta(hours=2), leaving_reason="released")
    await end_placement(by=world.dan, placement=await stay_of(world.kai), ending=leaving, version=1)
    return world.kai


@pytest.mark.parametrize("unit", ["B wing", "C wing", None])
async def test_an_arrival_asks_why_whatever_the_unit(cleo, left, unit):
    back = {"unit": unit, "at": NOW - dt.timedelta(hours=1)}
    with pytest.raises(Invalid) as refusal:
        await start_placement(by=cleo, young_person=left, new=arrival(**back))
    assert [fault.key for fault in refusal.value.errors] == ["keep_apart_confirmed"]
    assert await stay_of(left) is None
    stay = await start_placement(by=cleo, young_person=left, new=arrival(**back, keep_apart_confirmed=GO_ON))
    step = await DB.fetchrow("SELECT placement, note FROM keep_apart_step WHERE kind = 'confirmed'")
    assert (step["placement"], step["note"]) == (stay.id, GO_ON)


async def test_who_receives_is_warned_too(dan, left):
    identity = Identity(family_name="Morton", given_names="Kai", date_of_birth=dt.date(2010, 3, 14))
    placed = arrival(at=NOW - dt.timedelta(hours=1))
    with pytest.raises(Invalid):
        await receive_young_person(by=dan, receive=Receive(identity=identity, placement=placed))
    await receive_young_person(by=dan, receive=Receive(identity=identity, placement=arrival(at=placed.arrived_at, keep_apart_confirmed=GO_ON)))


async def test_a_team_that_places_is_warned_without_a_name(amina, left, lee):
    with pytest.raises(Invalid) as refusal:
        await start_placement(by=amina, young_person=left, new=arrival(at=NOW - dt.timedelta(hours=1)))
    assert young_person_ref(lee.id) not in str(refusal.value)
    assert "Another young person must be kept apart from them" in str(refusal.value)
    (warned,) = await apart_at(amina, left.id, "WYI")
    assert (warned.young_person, warned.name, warned.unit) == (None, "Another young person", None)


async def test_an_arrival_elsewhere_asks_nothing(ben, left):
    assert (await start_placement(by=ben, young_person=left, new=arrival(OAKHILL, NOW - dt.timedelta(hours=1)))).establishment == OAKHILL


async def test_two_of_a_pair_who_are_placed_at_once_are_not_both_let_by(dan, world, lee, pair):
    stays = [await stay_of(one) for one in (world.kai, lee)]
    moves = (move_unit(by=dan, placement=stay, move=MoveUnit(unit="E wing"), version=1) for stay in stays)
    both = await asyncio.gather(*moves, return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["Invalid", "Placement"]
