"""The one search box: groups of young people, and the record of a reference; nothing that was typed stands in an address."""

import pytest

from tests.merging.histories import merge, second_record
from tests.referrals.make import incident_of, send
from tests.welfare import answers as welfare
from tests.world import KENT, TODAY, kai
from yosafe.db.engine import DB
from yosafe.errors import Invalid
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person
from yosafe.people.finding import queries
from yosafe.people.finding.records import reference_in
from yosafe.people.identifier_actions import record_name, record_number
from yosafe.people.schemas import RecordName, RecordNumber
from yosafe.refs import ref
from yosafe.reviews.meeting_actions import arrange_review
from yosafe.reviews.meeting_schemas import ArrangeReview
from yosafe.welfare.actions import complete_assessment


@pytest.fixture
async def crowd(world):
    await record_name(by=world.amina, young_person=world.kai, new=RecordName(kind="alias", family_name="Éclair"))
    await record_number(by=world.amina, young_person=world.kai, new=RecordNumber(kind="prison", value="A1234BC"))
    await add_young_person(by=world.amina, new=kai(family_name="Eclairs", given_names="Zoë"))
    return world


async def found(by, q):
    answer = await queries.search(by, q)
    return answer.record or {group.by: [one.name for one in group.items] for group in answer.groups}


@pytest.mark.parametrize(
    ("q", "groups"),
    [
        ("mort", {"name": ["Morton, Kai"]}),
        ("ÉCLAIR", {"name": ["Eclairs, Zoë"], "other name": ["Morton, Kai"]}),
        ("zoe", {"name": ["Eclairs, Zoë"]}),
        ("kai eclair", {"other name": ["Morton, Kai"]}),
        ("a1234", {"number": ["Morton, Kai"]}),
        ("14/3/2010", {"date of birth": ["Morton, Kai", "Eclairs, Zoë"]}),
        ("YP-000001", "/children/YP-000001"),
        ("yp 1", "/children/YP-000001"),
        ("YP-000002", {}),  # Nia, who is not hers
        ("YP-999999", {}),
        ("IN-000001", {}),
        ("Bello", {}),
    ],
)
async def test_what_is_typed_and_what_is_found(crowd, q, groups):
    assert await found(crowd.amina, q) == groups


@pytest.mark.parametrize("q", ["x" * 101, "a\0b"])
async def test_what_can_not_be_looked_for(world, q):
    with pytest.raises(Invalid):
        await queries.search(world.amina, q)


@pytest.mark.parametrize(
    ("typed", "reference"),
    [("in-456", "IN-000456"), ("IN 456", "IN-000456"), (" rf000789 ", "RF-000789"), ("XX-1", None), ("IN-", None), ("IN-1 x", None), ("IN-٤", None)],
)
def test_references_however_they_are_typed(typed, reference):
    assert reference_in(typed) == reference


async def test_a_reference_leads_to_the_record_for_who_sees_it_and_to_nothing_for_others(client, world):
    """An incident, a referral, an assessment and a review of Kai's: Cleo sees them, Ivy does not, and a number never given looks the same."""
    happened = await incident_of(world, world.kai)
    sent = await send(world.cleo, world.kai, happened)
    screen = await complete_assessment(by=world.cleo, young_person=world.kai, new=welfare.screen("YP-000001", completed_on=TODAY))
    review = await arrange_review(by=world.cleo, new=ArrangeReview(meets_on=TODAY, chair="Chair Example"))
    cleo, ivy, femi = await client(world.cleo), await client(world.ivy), await client(world.femi)
    there = {
        happened: "incidents", sent.ref: "referrals", ref("AS", screen.id): "assessments",
        ref("RV", review.id): "reviews", "YP-000001": "children",
    }  # fmt: skip
    for reference, path in there.items():
        answer = await cleo.send_form("/search", {"q": reference.lower()})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/{path}/{reference}")
        never = f"{reference[:3]}999999"
        hidden, none = await ivy.send_form("/search", {"q": reference}), await ivy.send_form("/search", {"q": never})
        assert hidden.status_code == none.status_code == 200
        assert hidden.text.replace(reference, "") == none.text.replace(never, "")
        assert (await femi.send_form("/search", {"q": reference})).status_code == 403


async def test_a_merged_reference_leads_on(world):
    twin = await second_record(world)
    await merge(world, world.kai, twin)
    assert await found(world.amina, young_person_ref(twin.id)) == f"/children/{young_person_ref(twin.id)}"


async def test_the_box_stands_on_every_page_of_those_who_may_search(client, world):
    for who, may in (("amina", True), ("dan", True), ("jay", True), ("femi", False), ("hal", False)):
        page = await (await client(world[who])).get("/account")
        assert ('action="/search"' in page.text) is may
    assert 'action="/search"' not in (await (await client()).get("/help")).text


async def test_by_page(client, crowd):
    amina = await client(crowd.amina)
    page = await amina.send_form("/search", {"q": "eclair"})
    for shown in ("By name", "By another name of theirs", "/children/YP-000001", 'value="eclair"'):
        assert shown in page.text
    assert str(page.url).endswith("/search")
    for typed in ("", "x" * 101):
        assert (await amina.send_form("/search", {"q": typed})).status_code == 422
    assert "Nothing that you can see matches this." in (await amina.send_form("/search", {"q": "<b>nobody"})).text
    assert (await amina.get("/search")).status_code == 200


async def test_by_api_and_that_it_is_noted(api, crowd):
    amina = await api(crowd.amina)
    answer = (await amina.post("/api/v1/search", json={"q": "eclair"})).json()
    assert [(group["by"], len(group["items"]), group["more"]) for group in answer["groups"]] == [("name", 1, False), ("other name", 1, False)]
    detail = await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'young-person:searched' ORDER BY id DESC LIMIT 1")
    assert detail == '{"by":"name","young_people":[1,3]}'
    assert (await amina.post("/api/v1/search", json={"q": "YP-000001"})).json() == {"record": "/children/YP-000001", "groups": []}
    assert (await amina.post("/api/v1/search", json={"q": ""})).status_code == 422


async def test_a_group_says_that_there_are_more(world):
    for number in range(queries.MOST_IN_GROUP + 1):
        await DB.execute(
            "INSERT INTO young_person (family_name, given_names, date_of_birth, sex, home_area, created_at, recorded_by, version) "
            "VALUES ('Frost', $1, '2010-01-01', 'male', $2, now(), 1, 1)",
            *(f"Lee {number}", KENT),
        )
    [group] = (await queries.search(world.ben, "frost")).groups
    assert (len(group.items), group.more) == (queries.MOST_IN_GROUP, True)
