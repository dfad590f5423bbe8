"""Completing assessments: who may, what is refused whole, what it leaves behind."""

import datetime as dt
import unicodedata

import msgspec
import pytest

from tests.welfare.answers import asset, asset_answers, own_words, screen, screen_answers
from tests.world import NOW, arrival, events_of
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Invalid, NotFound, Refused
from yosafe.forms.drafts import start_draft
from yosafe.people.access import get_young_person_for
from yosafe.people.actions import end_placement, start_placement
from yosafe.people.schemas import EndPlacement
from yosafe.people.tables import Placement
from yosafe.welfare.access import assessment_ref, get_assessment_for
from yosafe.welfare.actions import complete_assessment
from yosafe.welfare.schemas import CompleteAssessment

D = dt.date.fromisoformat


async def kept() -> int:
    return await DB.fetchval("SELECT count(*) FROM assessment")


async def screen_clock(young_person: int) -> str:
    row = await DB.fetchrow("SELECT due_on, met_at, stopped_at FROM clock WHERE young_person = $1 ORDER BY id DESC LIMIT 1", young_person)
    state = (
        "stopped" if row["stopped_at"] else "running" if row["met_at"] is None else "met" if clock.day_of(row["met_at"]) <= row["due_on"] else "late"
    )
    return f"{row['due_on']} {state}"


async def test_a_welfare_assessment_is_kept_with_both_voices_apart(world, kai_ref):
    assessment = await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref))
    row = await get_assessment_for(world.amina, assessment_ref(assessment.id))
    assert (row["answers"], row["own_words"], row["concern"]) == (asset_answers(), own_words(), "He is afraid at night.")
    assert (row["instrument"], row["instrument_version"], row["establishment"], row["recorded_at"]) == ("asset-2000", 1, "WYI", NOW)
    assert (await events_of(world.kai.id))[-1] == "assessment:completed"


async def test_the_trail_holds_no_answers(world, kai_ref):
    await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref))
    detail = await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'assessment:completed'")
    assert msgspec.json.decode(detail) == {"instrument": "asset-2000/1", "occasion": "start"}


@pytest.mark.parametrize(
    ("who", "new", "may"),
    [
        ("amina", asset, True), ("cleo", asset, False), ("dan", asset, False), ("esi", asset, False), ("jay", asset, False), ("femi", asset, False),
        ("amina", screen, True), ("cleo", screen, True), ("dan", screen, True), ("esi", screen, False), ("jay", screen, False),
        ("femi", screen, False),
    ],
)  # fmt: skip
async def test_who_completes_what(world, kai_ref, who, new, may):
    if may:
        await complete_assessment(by=world[who], young_person=world.kai, new=new(kai_ref))
    else:
        with pytest.raises(Refused):
            await complete_assessment(by=world[who], young_person=world.kai, new=new(kai_ref))
    assert await kept() == may


@pytest.mark.parametrize(
    ("who", "sees_asset", "sees_screen"),
    [
        ("amina", True, True), ("cleo", True, True), ("esi", True, True), ("dan", False, True),
        ("ben", False, False), ("ivy", False, False), ("femi", False, False), ("grace", False, False), ("hal", False, False),
    ],
)  # fmt: skip
async def test_who_reads_what(world, kai_ref, who, sees_asset, sees_screen):
    for new, sees in ((asset, sees_asset), (screen, sees_screen)):
        made = await complete_assessment(by=world.amina, young_person=world.kai, new=new(kai_ref))
        if sees:
            assert (await get_assessment_for(world[who], assessment_ref(made.id)))["id"] == made.id
        else:
            with pytest.raises(NotFound) as hidden:
                await get_assessment_for(world[who], assessment_ref(made.id))
            with pytest.raises(NotFound) as missing:
                await get_assessment_for(world[who], "AS-999999")
            assert str(hidden.value) == str(missing.value)


async def test_the_screen_of_the_day_meets_its_clock(world, nia_ref):
    with clock.stopped_at(NOW):
        await end_placement(
            by=world.ivy, placement=await Placement.objects().get(Placement.young_person == world.nia.id),
            ending=EndPlacement(left_at=NOW - dt.timedelta(hours=3), leaving_reason="transferred"), version=1,
        )  # fmt: skip
        await start_placement(by=world.ben, young_person=world.nia, new=arrival("WYI", NOW - dt.timedelta(hours=1)))
    assert await screen_clock(world.nia.id) == "2026-10-05 running"
    nia = await get_young_person_for(world.dan, world.nia.id)
    await complete_assessment(by=world.dan, young_person=nia, new=screen(nia_ref, completed_on=D("2026-10-05")))
    assert await screen_clock(world.nia.id) == "2026-10-05 met"


@pytest.mark.parametrize(("day", "state"), [("2026-09-07", "met"), ("2026-09-08", "late"), ("2026-10-05", "late")])
async def test_a_screen_written_down_later_meets_the_clock_on_its_own_day(world, kai_ref, day, state):
    await complete_assessment(by=world.dan, young_person=world.kai, new=screen(kai_ref, completed_on=D(day)))
    assert await screen_clock(world.kai.id) == f"2026-09-07 {state}"


async def test_a_welfare_assessment_does_not_meet_the_clock_of_the_screen(world, kai_ref):
    await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref))
    assert await screen_clock(world.kai.id) == "2026-09-07 running"


async def test_a_screen_of_another_establishments_time_is_refused(world, nia_ref):
    """Nia came from Oakhill: Dan of Wetherby can't speak for her arrival there."""
    placement = await Placement.objects().get(Placement.young_person == world.nia.id)
    ending = EndPlacement(left_at=NOW - dt.timedelta(days=2), leaving_reason="transferred")
    await end_placement(by=world.ivy, placement=placement, ending=ending, version=1)
    await start_placement(by=world.ben, young_person=world.nia, new=arrival("WYI", NOW - dt.timedelta(days=1)))
    for day, refused in (("2026-08-03", True), ("2026-10-04", False)):
        new = screen(nia_ref, completed_on=D(day))
        if refused:
            with pytest.raises(Invalid, match="not held where you work on that day"):
                await complete_assessment(by=world.dan, young_person=world.nia, new=new)
        else:
            await complete_assessment(by=world.dan, young_person=world.nia, new=new)


ODD = "a" * 4001


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"instrument": "asset-2001"}, {"instrument"}),
        ({"instrument_version": 2}, {"instrument_version"}),
        ({"occasion": "arrival"}, {"occasion"}),
        ({"occasion": "whenever"}, {"occasion"}),
        ({"completed_on": D("2026-10-06")}, {"completed_on"}),
        ({"completed_on": D("2010-03-13")}, {"completed_on"}),
        ({"occasion": "x", "completed_on": D("2027-01-01")}, {"occasion", "completed_on"}),
        ({"completed_on": D("1999-12-31")}, {"completed_on"}),
        ({"answers": {}}, None),
        ({"answers": asset_answers(lifestyle_rating=None)}, {"answers.lifestyle_rating"}),
        ({"answers": asset_answers(lifestyle_rating=5)}, {"answers.lifestyle_rating"}),
        ({"answers": asset_answers(lifestyle_rating=-1)}, {"answers.lifestyle_rating"}),
        ({"answers": asset_answers(lifestyle_rating=2.5)}, {"answers.lifestyle_rating"}),
        ({"answers": asset_answers(lifestyle_rating=True)}, {"answers.lifestyle_rating"}),
        ({"answers": asset_answers(lifestyle_rating=[2])}, {"answers.lifestyle_rating"}),
        ({"answers": asset_answers(lifestyle_evidence=None)}, {"answers.lifestyle_evidence"}),
        ({"answers": asset_answers(lifestyle_evidence="   ")}, {"answers.lifestyle_evidence"}),
        ({"answers": asset_answers(lifestyle_evidence=ODD)}, {"answers.lifestyle_evidence"}),
        ({"answers": asset_answers(lifestyle_evidence={"text": "x"})}, {"answers.lifestyle_evidence"}),
        ({"answers": asset_answers(lifestyle_need="yes")}, {"answers.lifestyle_need_detail"}),
        ({"answers": asset_answers(self_harm_now="perhaps")}, {"answers.self_harm_now"}),
        ({"answers": asset_answers(self_harm_now="yes")}, {"answers.self_harm_now_evidence"}),
        ({"answers": asset_answers(own_worry="Not the worker's to say")}, {"answers.own_worry"}),
        ({"answers": asset_answers(total=31)}, {"answers.total"}),
        ({"own_words": {}}, {"own_words.own_how"}),
        ({"own_words": own_words(own_feel_safe="never ever")}, {"own_words.own_feel_safe"}),
        ({"own_words": own_words(lifestyle_rating=2)}, {"own_words.lifestyle_rating"}),
        ({"answers": asset_answers(lifestyle_rating=9), "own_words": own_words(own_how="x")}, {"answers.lifestyle_rating", "own_words.own_how"}),
    ],
)
async def test_bad_assessments_are_refused_whole_with_every_fault(world, kai_ref, changes, keys):
    with pytest.raises(Invalid) as refused:
        await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref, **changes))
    found = {error.key for error in refused.value.errors}
    assert found == keys if keys is not None else len(found) >= 45
    assert all(error.message for error in refused.value.errors)
    assert await kept() == 0


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"occasion": "start"}, {"occasion"}),
        ({"completed_on": D("2026-09-06")}, {"completed_on"}),
        ({"answers": screen_answers(papers=["asset", "none"])}, {"answers.papers"}),
        ({"answers": screen_answers(papers=["none"])}, {"answers.papers_when"}),
        ({"answers": screen_answers(papers=[])}, {"answers.papers"}),
        ({"answers": screen_answers(papers=["passport"])}, {"answers.papers"}),
        ({"answers": screen_answers(papers_when="later")}, {"answers.papers_on"}),
        ({"answers": screen_answers(papers_when="later", papers_on="2026-10-06")}, {"answers.papers_on"}),
        ({"answers": screen_answers(papers_when="later", papers_on="2026-02-30")}, {"answers.papers_on"}),
        ({"answers": screen_answers(self_harm_now="yes", self_harm_now_detail="Said so.", first_night_actions=["none"])},
            {"answers.first_night_actions"}),
        ({"answers": screen_answers(contacts_to_call=None)}, {"answers.contacts_to_call"}),
        ({"answers": screen_answers(care_status="adopted")}, {"answers.care_status"}),
    ],
)  # fmt: skip
async def test_bad_screens_are_refused_whole(world, kai_ref, changes, keys):
    with pytest.raises(Invalid) as refused:
        await complete_assessment(by=world.dan, young_person=world.kai, new=screen(kai_ref, **changes))
    assert {error.key for error in refused.value.errors} == keys
    assert await kept() == 0
    assert await screen_clock(world.kai.id) == "2026-09-07 running"


@pytest.mark.parametrize("text", ["with a \u202e turn", "with a \x00", "with a \x07 bell"])
def test_hidden_characters_are_refused_as_it_comes_in(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(asset("YP-000001", answers=asset_answers(lifestyle_evidence="x")))
            | {"answers": {"lifestyle_evidence": text}}, CompleteAssessment)  # fmt: skip


@pytest.mark.parametrize("text", ["עברית", "é and e\u0301", "👩‍👩‍👦", "line\nline", "<img src=x onerror=alert(1)>", "=1+1"])
async def test_any_words_are_kept_as_written(world, kai_ref, text):
    made = await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref, own_words=own_words(own_worry=text)))
    row = await get_assessment_for(world.amina, assessment_ref(made.id))
    assert row["own_words"]["own_worry"] == unicodedata.normalize("NFC", text)


async def test_a_draft_becomes_one_record_and_no_more(world, kai_ref):
    draft = await start_draft(by=world.amina, kind="assessment")
    await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref), draft=draft)
    with pytest.raises(NotFound):
        await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref), draft=draft)
    assert await kept() == 1
    assert (await events_of(world.kai.id)).count("assessment:completed") == 1


async def test_outside_custody_a_team_may_assess(world, kai_ref):
    made = await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref, completed_on=D("2026-09-01")))
    assert (await get_assessment_for(world.amina, assessment_ref(made.id)))["establishment"] is None
