"""A second person countersigns an assessment or sends it back; what is put right stands beside what was sent back; what changed between two."""

import asyncio
import datetime as dt

import msgspec
import pytest

from tests.welfare.answers import asset, asset_answers, own_words, screen
from tests.welfare.test_pages import location
from tests.world import another_child, kai
from yosafe.accounts import actions as accounts
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import AddUser
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person
from yosafe.people.chronology import Wanted, chronology
from yosafe.welfare.access import assessment_ref, get_assessment_for
from yosafe.welfare.actions import complete_assessment, take_up_again
from yosafe.welfare.comparing import Side, compare
from yosafe.welfare.due_queries import due_of
from yosafe.welfare.instruments import instruments
from yosafe.welfare.signing.actions import sign_assessment
from yosafe.welfare.signing.queries import counts
from yosafe.welfare.signing.schemas import SignAssessment

WHY = "The evidence on health does not say who was asked."


@pytest.fixture
async def abi(world):
    """Another worker of Amina's team."""
    await accounts.add_user(AddUser(email="abi@example.org", name="Abi", role=Role.YOT_WORKER, agency="leeds-yot"), by=Operator())
    return await user_by_email("abi@example.org")


async def written(world, kai_ref, **changes) -> str:
    made = await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref, **changes))
    return assessment_ref(made.id)


async def sign(by, ref, decision="countersigned", remark=None):
    return await sign_assessment(by=by, assessment=await get_assessment_for(by, ref), signing=SignAssessment(decision=decision, remark=remark))


@pytest.mark.parametrize(
    ("who", "decision", "remark", "refusal"),
    [
        ("abi", "countersigned", None, None),
        ("abi", "sent_back", WHY, None),
        ("abi", "sent_back", "No.", Invalid),
        ("amina", "countersigned", None, Conflict),
        ("cleo", "countersigned", None, Refused),
        ("ben", "countersigned", None, NotFound),
    ],
)
async def test_who_decides_and_how(world, abi, kai_ref, who, decision, remark, refusal):
    ref, by = await written(world, kai_ref), abi if who == "abi" else world[who]
    if refusal:
        with pytest.raises(refusal):
            await sign(by, ref, decision, remark)
        assert await DB.fetchval("SELECT count(*) FROM assessment_signing") == 0
        return
    await sign(by, ref, decision, remark)
    row = await get_assessment_for(world.amina, ref)
    assert (row["decision"], row["remark"], row["signer"]) == (decision, remark, "Abi")
    event = "assessment:countersigned" if decision == "countersigned" else "assessment:sent-back"
    assert await DB.fetchval("SELECT young_person FROM audit_entry WHERE event = $1", event) == world.kai.id
    with pytest.raises(Conflict):
        await sign(abi, ref, "countersigned")


async def test_of_two_who_decide_at_once_one_is_told(world, abi, kai_ref):
    ref = await written(world, kai_ref)
    rows = [await get_assessment_for(abi, ref) for _ in range(2)]
    both = [sign_assessment(by=abi, assessment=row, signing=SignAssessment(decision="countersigned")) for row in rows]
    found = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["AssessmentSigning", "Conflict"]


async def test_an_arrival_screen_is_not_countersigned(world, kai_ref):
    made = await complete_assessment(by=world.dan, young_person=world.kai, new=screen(kai_ref))
    with pytest.raises(Conflict, match="arrival screen"):
        await sign(world.amina, assessment_ref(made.id))


async def test_whoever_waits_and_whoever_must_mend_it_hears_of_it(world, abi, kai_ref):
    ref = await written(world, kai_ref)
    told = "SELECT user_account FROM notice WHERE event = $1"
    assert await DB.fetchval(told, "assessment-waits") == abi.id
    assert ((await counts(abi)).waiting, (await counts(world.amina)).waiting) == (1, 0)
    await sign(abi, ref, "sent_back", WHY)
    assert await DB.fetchval(told, "assessment-sent-back") == world.amina.id
    assert ((await counts(abi)).waiting, (await counts(world.amina)).sent_back) == (0, 1)


async def test_what_is_sent_back_is_put_right_by_pages(world, abi, kai_ref, client):
    ref = await written(world, kai_ref)
    amina, other = await client(world.amina), await client(abi)
    assert "Countersign or send back" in (await other.get(f"/assessments/{ref}")).text
    assert "Countersign or send back" not in (await amina.get(f"/assessments/{ref}")).text
    refused = await other.send_form(f"/assessments/{ref}/signing", {"decision": "sent_back", "remark": "Short"})
    assert (refused.status_code, "Short" in refused.text) == (422, True)
    assert location(await other.send_form(f"/assessments/{ref}/signing", {"decision": "sent_back", "remark": WHY})).endswith("saved=sent_back")
    assert WHY in (await amina.get(f"/assessments/{ref}")).text
    draft = location(await amina.send_form(f"/assessments/{ref}/again"))
    assert "17 of 17 parts done" in (await amina.get(draft)).text
    changed = {"physical_health_rating": "1", "physical_health_evidence": "The nurse was asked on 1 October.", "physical_health_need": "no"}
    location(await amina.send_form(f"{draft}/physical-health", changed))
    location(await amina.send_form(f"{draft}/check"))
    first, second = await DB.fetch("SELECT * FROM assessment ORDER BY id")
    assert (second["replaces"], second["completed_on"]) == (first["id"], first["completed_on"])
    assert first["answers"] == asset_answers()
    page = (await amina.get(f"/assessments/AS-{second['id']:06}/compare")).text
    assert "The nurse was asked on 1 October." in page
    assert "Replaced by a later one" in (await amina.get(f"/assessments/{ref}")).text
    assert (await amina.send_form(f"/assessments/{ref}/again")).status_code == 409
    again = await amina.send_form(f"/assessments/AS-{second['id']:06}/again")
    assert again.status_code == 409


async def test_what_is_replaced_counts_once_for_what_is_due(world, abi, kai_ref):
    ref = await written(world, kai_ref)
    await sign(abi, ref, "sent_back", WHY)
    later = await written(world, kai_ref, replaces=ref)
    found = {one.occasion: one.assessment for one in await due_of(world.amina, world.kai)}
    assert (found["start"], found["three_months"]) == (later, None)


@pytest.mark.parametrize("what", ["not sent back", "another child", "twice"])
async def test_what_cannot_be_replaced(world, abi, kai_ref, what):
    ref, kind = await written(world, kai_ref), Conflict if what == "twice" else Invalid
    child, child_ref = world.kai, kai_ref
    if what != "not sent back":
        await sign(abi, ref, "sent_back", WHY)
    if what == "another child":
        child = await add_young_person(by=world.amina, new=await another_child(world.amina, kai(given_names="Leo")))
        child_ref = young_person_ref(child.id)
    if what == "twice":
        await written(world, kai_ref, replaces=ref)
    before = await DB.fetchval("SELECT count(*) FROM assessment")
    with pytest.raises(kind):
        await complete_assessment(by=world.amina, young_person=child, new=asset(child_ref, replaces=ref))
    assert await DB.fetchval("SELECT count(*) FROM assessment") == before


async def test_only_what_came_back_is_taken_up_again(world, kai_ref):
    ref = await written(world, kai_ref)
    with pytest.raises(Conflict, match="sent back"):
        await take_up_again(by=world.amina, assessment=await get_assessment_for(world.amina, ref))


async def test_the_chronology_says_who_decided(world, abi, kai_ref):
    await sign(abi, await written(world, kai_ref), "sent_back", WHY)
    found = await chronology(world.amina, world.kai, Wanted(source="assessment"))
    assert {(one.title, one.text) for one in found.items} >= {("Welfare assessment sent back to be put right", WHY)}


def side(version: int = 1, own: dict | None = None, **changes) -> Side:
    words = own_words() if own is None else own
    return Side(question_set=instruments().by_ref(f"asset-2000/{version}"), answers=asset_answers(**changes), own_words=words)


def test_what_changed_is_said_in_words_and_never_as_a_sum():
    found = compare(side(), side(own=own_words(own_feel_safe="no"), lifestyle_rating=1, loss="yes", loss_evidence="His nan died."), "2002")
    assert [(one.section, one.own, one.before, one.now) for one in found.changes] == [
        ("Lifestyle", False, "4: Very strongly associated", "1: Slight or limited association"),
        ("Indicators of vulnerability", False, "No", "Yes"),
        ("Indicators of vulnerability", False, "Not asked", "His nan died."),
        ("What do YOU think?", True, "Some of the time", "No"),
    ]
    assert found.same == found.of - 4
    alike = compare(side(), side(), "2002")
    assert (alike.changes, alike.same) == ((), alike.of)


async def test_two_are_compared_by_api(world, kai_ref, api):
    first = await written(world, kai_ref, completed_on=dt.date(2026, 9, 15))
    second = await written(world, kai_ref, completed_on=dt.date(2026, 9, 20), occasion="concern", answers=asset_answers(lifestyle_rating=0))
    amina = await api(world.amina)
    found = (await amina.get(f"/api/v1/assessments/{second}/comparison")).json()
    assert (found["before"]["ref"], [one["question"] for one in found["changes"]]) == (first, ["lifestyle_rating"])
    for wrong in (second, "AS-009999"):
        assert (await amina.get(f"/api/v1/assessments/{second}/comparison?with={wrong}")).status_code in (404, 422)
    assert (await amina.get(f"/api/v1/assessments/{first}/comparison")).status_code == 422
    assert (await (await api(world.ben)).get(f"/api/v1/assessments/{second}/comparison")).status_code == 404
    sent = msgspec.to_builtins(SignAssessment(decision="countersigned"))
    assert (await amina.post(f"/api/v1/assessments/{second}/signing", json=sent)).status_code == 409
