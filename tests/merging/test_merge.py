"""Who merges, what is refused, where the old reference leads, and what an undoing does with what was recorded since."""

import asyncio
import datetime as dt
import random

import pytest

from tests.incidents.make import incident, involve
from tests.merging.histories import STEPS, WHY, Course, database, merge, now, second_record, undo
from tests.referrals.make import send
from tests.welfare import answers as welfare
from tests.world import KAI_ARRIVED, NOW, OAKHILL, WETHERBY, World, arrival, events_of
from yosafe import clock
from yosafe.accounts.trail import TrailFilter, trail
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.incidents.access import incident_ref
from yosafe.models.dataset import load_facts
from yosafe.people import actions, merge_actions
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.duplicates.queries import alike_to
from yosafe.people.merge_queries import comparison, merges_of
from yosafe.people.queries import ChildFilter, children
from yosafe.people.schemas import ChangeYoungPerson, EndPlacement, RecordContact, StartPlacement
from yosafe.people.tables import Placement, RecordMerge
from yosafe.referrals.access import get_referral_for
from yosafe.reviews import actions as flags
from yosafe.reviews import basis
from yosafe.reviews.risk_model.thresholds import chosen_at
from yosafe.welfare.actions import complete_assessment


@pytest.fixture
async def twin(world):
    """Kai again, at Wetherby too: Amina, Esi, Cleo and Dan see both records."""
    other = await second_record(world)
    with clock.stopped_at(KAI_ARRIVED):
        await actions.start_placement(by=world.dan, young_person=other, new=arrival(unit="B wing"))
    return other


async def moved_to(table, number):
    return await DB.fetchval(f"SELECT young_person FROM {table} WHERE id = $1", number)


async def contact_of(world, who):
    new = RecordContact(kind="visit", from_whom="yot", happened_on=clock.today())
    return await actions.record_contact(by=world.amina, young_person=await now(world, who), new=new)


@pytest.mark.parametrize(("name", "may"), [("amina", True), ("esi", True), ("cleo", True), ("dan", False), ("jay", False)])
async def test_who_merges_and_undoes(world, twin, name, may):
    if may:
        await undo(world, await merge(world, world.kai, twin, by=name), by=name)
        return
    before = await database()
    with pytest.raises(Refused):
        await merge(world, world.kai, twin, by=name)
    assert await database() == before
    done = await merge(world, world.kai, twin)
    with pytest.raises(Refused):
        await undo(world, done, by=name)
    assert (await RecordMerge.objects().get(RecordMerge.id == done.id)).undone_at is None


async def test_one_of_the_two_out_of_sight_is_not_found(api, client, world, twin, kai_ref, nia_ref):
    amina, pages = await api(world.amina), await client(world.amina)
    body = {"other": nia_ref, "other_version": 1, "reason": WHY}
    for mine, theirs in ((kai_ref, nia_ref), (nia_ref, kai_ref)):
        answer = await amina.post(f"/api/v1/young-people/{mine}/merge", json=body | {"other": theirs}, headers={"If-Match": '"1"'})
        assert answer.status_code == 404
        never = await amina.post(f"/api/v1/young-people/{mine}/merge", json=body | {"other": "YP-009999"}, headers={"If-Match": '"1"'})
        assert answer.json()["detail"] == never.json()["detail"]
        assert (await pages.get(f"/children/{mine}/merge/{theirs}")).status_code == 404
    assert await DB.fetchval("SELECT count(*) FROM record_merge") == 0


async def test_the_other_record_is_offered(world, twin):
    """The first name is another, and nobody is known as anything."""
    assert [one.ref for one in await alike_to(world.amina, await now(world, world.kai))] == [young_person_ref(twin.id)]


async def test_who_sees_neither_hears_of_no_merge(api, client, world, twin, kai_ref):
    done = await merge(world, world.kai, twin)
    ben, pages, old = await api(world.ben), await client(world.ben), young_person_ref(twin.id)
    for path in (f"/{kai_ref}/merges", f"/{old}/merges", f"/{old}"):
        assert (await ben.get(f"/api/v1/young-people{path}")).status_code == 404
    assert (await ben.post(f"/api/v1/young-people/{kai_ref}/merges/{done.id}/undo", json={"reason": WHY})).status_code == 404
    for path in (f"/children/{old}", f"/children/{old}/chronology", f"/children/{kai_ref}/merge/undo/{done.id}"):
        assert (await pages.get(path)).status_code == 404
    assert (await children(world.ben, ChildFilter(q=old))).items == []


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"version": 7}, Stale),
        ({"other_version": 7}, Stale),
        ({"choices": {}}, Invalid),
        ({"choices": {"given_names": "this"}}, Invalid),  # ethnicity differs too
    ],
)
async def test_what_is_refused_leaves_nothing(world, twin, given, refusal):
    before, entries = await database(), await DB.fetchval("SELECT count(*) FROM audit_entry")
    with pytest.raises(refusal):
        await merge(world, world.kai, twin, **given)
    assert await database() == before
    assert await DB.fetchval("SELECT count(*) FROM record_merge") == 0
    assert await DB.fetchval("SELECT count(*) FROM audit_entry") == entries


async def test_a_record_is_not_merged_with_itself(world):
    with pytest.raises(Invalid):
        await merge(world, world.kai, world.kai)


async def test_two_places_at_once_are_refused_and_the_remedy_helps(world):
    other = await second_record(world)
    await actions.start_placement(by=world.amina, young_person=other, new=arrival(OAKHILL, NOW - dt.timedelta(days=3)))
    with pytest.raises(Conflict, match="Record first that they left Wetherby"):
        await merge(world, world.kai, other)
    held = await Placement.objects().get((Placement.young_person == world.kai.id) & Placement.left_at.is_null())
    ending = EndPlacement(left_at=NOW - dt.timedelta(days=3), leaving_reason="transferred")
    await actions.end_placement(by=world.dan, placement=held, ending=ending, version=held.version)
    await merge(world, world.kai, other)
    assert await DB.fetchval("SELECT count(*) FROM placement WHERE young_person = $1", world.kai.id) == 2


async def test_a_form_opened_before_comes_too_late(world, twin):
    before = [await now(world, one) for one in (world.kai, twin)]
    done = await merge(world, world.kai, twin)
    change = ChangeYoungPerson(known_as="Kaz")
    for opened in before:
        with pytest.raises(Stale):
            await actions.change_young_person(by=world.amina, young_person=await now(world, opened), change=change, version=opened.version)
    merged = await now(world, world.kai)
    await undo(world, done)
    for one in before:
        with pytest.raises(Stale):
            await actions.change_young_person(by=world.amina, young_person=await now(world, one), change=change, version=merged.version)


async def test_both_references_lead_to_the_record(api, client, world, twin, kai_ref):
    done, old = await merge(world, world.kai, twin), young_person_ref(twin.id)
    amina, pages = await api(world.amina), await client(world.amina)
    for path in ("", "/chronology", "/flags", "/contacts/new"):
        page = await pages.get(f"/children/{old}{path}?a=1")
        assert (page.status_code, page.headers["location"]) == (303, f"/children/{kai_ref}{path}?a=1")
    shown = await amina.get(f"/api/v1/young-people/{old}")
    assert (shown.status_code, shown.json()["ref"]) == (200, kai_ref)
    for typed in (old, kai_ref):
        assert [one["ref"] for one in (await amina.get("/api/v1/young-people", params={"q": typed})).json()["items"]] == [kai_ref]
        listed = await amina.get("/api/v1/incidents", params={"child": typed})
        assert listed.status_code == 200
    await undo(world, done)
    assert (await pages.get(f"/children/{old}")).status_code == 200
    assert (await amina.get(f"/api/v1/young-people/{old}")).json()["ref"] == old


async def test_both_are_in_the_trail_and_found_by_either_number(world, twin):
    await contact_of(world, twin)
    done = await merge(world, world.kai, twin, by="cleo")
    for one in (world.kai, twin):
        assert (await events_of(one.id))[-1] == "young-person:merged"
    found = [
        {entry.id for entry in (await trail(world.grace, TrailFilter(young_person=young_person_ref(one.id)))).items} for one in (world.kai, twin)
    ]
    assert found[0] == found[1]
    assert {entry.young_person for entry in (await trail(world.grace, TrailFilter(young_person=young_person_ref(twin.id)))).items} >= {
        young_person_ref(world.kai.id), young_person_ref(twin.id),
    }  # fmt: skip
    await undo(world, done, by="cleo")
    for one in (world.kai, twin):
        assert (await events_of(one.id))[-1] == "young-person:merge-undone"
    detail = await DB.fetchval("SELECT string_agg(detail, ' ') FROM audit_entry WHERE event LIKE 'young-person:merge%'")
    assert WHY not in detail


async def test_counts_keep_what_is_hidden_to_themselves(world, twin):
    """Amina is told of all that was recorded but of what is restricted, which is for the lead of the place where it happened."""
    await incident(world.dan, involve(twin, "harmed"))
    await DB.execute("UPDATE incident SET restricted = true, recorded_by = $1, owner = NULL", world.dan.id)
    for name, told in (("amina", False), ("cleo", True)):
        moves = (await comparison(world[name], await now(world, world.kai), await now(world, twin), "2002")).moves
        assert ("part in an incident" in {one.what for one in moves}) is told
    await DB.execute("UPDATE incident SET restricted = false")
    moves = (await comparison(world.amina, await now(world, world.kai), await now(world, twin), "2002")).moves
    assert ("1 part in an incident") in {one.words for one in moves}


# Since the merge


async def test_what_was_recorded_since_stays_and_what_belongs_to_what_goes_back_goes(world, twin):
    referral = await send(world.cleo, twin, (await send_ground(world, twin)))
    done = await merge(world, world.kai, twin)
    since = await contact_of(world, twin)
    assert since.young_person == world.kai.id
    await STEPS["answered"](Course(world, (world.kai, twin), random.Random(1)), await now(world, world.kai))
    screen = welfare.screen(young_person_ref(world.kai.id), completed_on=clock.today())
    assessed = await complete_assessment(by=world.dan, young_person=await now(world, world.kai), new=screen)
    await undo(world, done)
    assert await moved_to("contact", since.id) == world.kai.id
    assert await moved_to("assessment", assessed.id) == world.kai.id
    number = (await get_referral_for(world.amina, referral.ref)).id
    clocks = await DB.fetch("SELECT DISTINCT young_person FROM clock WHERE subject_kind = 'referral' AND subject = $1", number)
    assert [row["young_person"] for row in clocks] == [twin.id]
    for table, other in (("clock", "referral"), ("duty", "referral"), ("clock", "placement")):
        torn = f"SELECT t.id FROM {table} t JOIN {other} o ON t.subject_kind = '{other}' AND t.subject = o.id WHERE t.young_person <> o.young_person"
        assert await DB.fetch(torn) == []
    assert await DB.fetch("SELECT a.id FROM assessment a JOIN placement p ON p.id = a.placement WHERE p.young_person <> a.young_person") == []


async def send_ground(world: World, who) -> str:
    return incident_ref((await incident(world.dan, involve(who, "harmed"))).id)


async def test_a_change_made_since_stays(world, twin):
    done = await merge(world, world.kai, twin)
    merged = await now(world, world.kai)
    assert merged.given_names == "Kay"
    change = ChangeYoungPerson(religion="none")
    await actions.change_young_person(by=world.amina, young_person=merged, change=change, version=merged.version)
    await undo(world, done)
    kept, other = await now(world, world.kai), await now(world, twin)
    assert (kept.given_names, kept.religion) == ("Kai", "none")
    assert (other.given_names, other.religion) == ("Kay", "christian")


async def test_what_rests_on_both_is_named_and_nothing_is_undone(world, twin):
    ground = await send_ground(world, twin)
    done = await merge(world, world.kai, twin)
    sent = await send(world.cleo, await now(world, world.kai), ground)
    before = await database()
    with pytest.raises(Conflict, match=sent.ref):
        await undo(world, done)
    assert await database() == before


async def test_a_stay_that_would_come_back_into_a_new_one_is_refused(world):
    """Kai's stay was set aside for the longer one of the other record; since then he has come back, within the time of the first."""
    held = await Placement.objects().get((Placement.young_person == world.kai.id) & Placement.left_at.is_null())
    gone = EndPlacement(left_at=NOW - dt.timedelta(days=1), leaving_reason="bail")
    await actions.end_placement(by=world.dan, placement=held, ending=gone, version=held.version)
    other = await second_record(world)
    stay = await actions.start_placement(by=world.amina, young_person=other, new=arrival(at=KAI_ARRIVED))
    done = await merge(world, world.kai, other)
    assert await DB.fetchval("SELECT count(*) FROM placement WHERE young_person = $1", world.kai.id) == 1
    ended = EndPlacement(left_at=NOW - dt.timedelta(days=5), leaving_reason="bail")
    await actions.end_placement(by=world.dan, placement=await Placement.objects().get(Placement.id == stay.id), ending=ended, version=1)
    back = StartPlacement(establishment=WETHERBY, legal_status="dto", arrived_at=NOW - dt.timedelta(days=3))
    await actions.start_placement(by=world.amina, young_person=await now(world, world.kai), new=back)
    before = await database()
    with pytest.raises(Conflict, match="a placement was recorded"):
        await undo(world, done)
    assert await database() == before


async def test_merges_are_undone_the_last_one_first(world, twin):
    third = await second_record(world, given_names="Kaj")
    before = await database()
    first = await merge(world, world.kai, twin)
    between = await database()
    second = await merge(world, world.kai, third)
    with pytest.raises(Conflict, match=f"{young_person_ref(third.id)} was merged into this record later"):
        await undo(world, first)
    await undo(world, second)
    assert await database() == between
    await undo(world, first)
    assert await database() == before
    with pytest.raises(Conflict, match="undone already"):
        await undo(world, first)


async def test_a_record_merged_on_leads_all_the_way(world, twin):
    third = await second_record(world, given_names="Kaj")
    first = await merge(world, twin, third)
    second = await merge(world, world.kai, twin)
    assert (await get_young_person_for(world.amina, third.id)).id == world.kai.id
    with pytest.raises(Conflict, match="Undo that merge first"):
        await undo(world, first)
    await undo(world, second)
    assert (await get_young_person_for(world.amina, third.id)).id == twin.id
    await undo(world, first)
    assert (await get_young_person_for(world.amina, third.id)).id == third.id


async def test_two_who_merge_at_once_merge_once(world, twin):
    kept, other = await now(world, world.kai), await now(world, twin)
    choices = {"given_names": "this", "ethnicity": "this"}
    ways = ((kept, other), (other, kept), (kept, other))
    done = await asyncio.gather(
        *(
            merge_actions.merge_records(by=world.amina, kept=one, other=two, reason=WHY, choices=choices, version=1, other_version=1)
            for one, two in ways
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, RecordMerge) for one in done) == 1
    assert all(isinstance(one, RecordMerge | Stale | Conflict) for one in done)
    assert await DB.fetchval("SELECT count(*) FROM young_person WHERE id = ANY($1)", [kept.id, other.id]) == 1


async def test_flags_are_worked_out_again_where_records_were_merged_meanwhile(world, twin, monkeypatch):
    """Else flags would be raised for a record that is gone, and those that moved be cleared."""
    loaded = []

    async def load_and_merge(day, young_people, **more):
        facts = await load_facts(day, young_people, **more)
        loaded.append(set(facts))
        if len(loaded) == 1:
            await merge(world, world.kai, twin)
        return facts

    monkeypatch.setattr(flags, "load_facts", load_and_merge)
    await flags.refresh_flags(by=Operator("system"))
    assert [twin.id in young_people for young_people in loaded] == [True, False]
    assert {row["young_person"] for row in await DB.fetch("SELECT DISTINCT young_person FROM flag")} >= {world.kai.id}


async def noted() -> set[int]:
    """Of whom it is noted until when their flags hold."""
    return {row["young_person"] for row in await DB.fetch("SELECT young_person FROM flag_basis")}


async def due() -> set[int]:
    today = clock.today()
    return set((await basis.due(today, await chosen_at(today), await basis.newest())).young_people)


@pytest.mark.parametrize("refreshed_between", [False, True])
async def test_whose_flags_hold_can_be_merged_and_taken_apart_and_is_worked_out_anew(world, twin, refreshed_between):
    both = {world.kai.id, twin.id}
    await flags.refresh_flags(by=Operator("system"))
    assert await noted() >= both
    moved = await merge(world, world.kai, twin)
    assert await noted() & both == {world.kai.id}
    assert "note of until when flags hold" not in [one.what for one in (await merges_of(world.amina, await now(world, world.kai)))[0].since]
    if refreshed_between:
        await flags.refresh_flags(by=Operator("system"))
        assert await noted() & both == {world.kai.id}
    await undo(world, moved)
    assert await noted() >= both
    assert await due() >= both
    await flags.refresh_flags(by=Operator("system"))
    assert await noted() >= both


async def test_merging_and_working_out_flags_at_once_both_come_about(world, twin):
    done = await asyncio.gather(flags.refresh_flags(by=Operator("system")), merge(world, world.kai, twin), flags.refresh_flags(by=Operator("system")))
    assert isinstance(done[1], RecordMerge)


async def test_who_records_something_while_it_is_merged_is_not_lost(world, twin):
    loaded = await now(world, twin)
    new = RecordContact(kind="visit", from_whom="yot", happened_on=clock.today())
    results = await asyncio.gather(
        merge(world, world.kai, twin),
        *(actions.record_contact(by=world.amina, young_person=loaded, new=new) for _ in range(6)),
        return_exceptions=True,
    )
    assert isinstance(results[0], RecordMerge)
    kept = [one for one in results[1:] if not isinstance(one, Exception)]
    assert all(isinstance(one, Conflict) for one in results[1:] if isinstance(one, Exception))
    assert await DB.fetchval("SELECT count(*) FROM contact WHERE young_person = $1", world.kai.id) == len(kept)
    with pytest.raises(NotFound):
        await get_young_person_for(world.ben, twin.id)
