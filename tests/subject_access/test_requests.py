"""A request has its month by the law, more time only for whoever was told in time, decisions that the files follow, and an answer that ends it."""

import datetime as dt
import json

import pytest
from msgspec import convert
from msgspec.structs import replace

from tests.incidents.make import involve, submit
from tests.world import TODAY, World
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.nightly import remind
from yosafe.people import actions as people
from yosafe.people.schemas import RecordContact
from yosafe.retention.records import queries as keeping
from yosafe.settings import read
from yosafe.subject_access.requests import access, actions, queries, rules
from yosafe.subject_access.requests.queries import DUE_ON, RequestFilter
from yosafe.subject_access.requests.schemas import Answer, Decide, Extend, Identity, NewRequest

DAY = dt.date
NOTE = "The governor was asked about it."


# When it came, when it was known who asked, whether it was given more time, and by when it is due.
@pytest.mark.parametrize(
    ("received", "known", "extended", "due"),
    [
        (DAY(2026, 9, 3), DAY(2026, 9, 3), False, DAY(2026, 10, 3)),  # a Saturday: the regulator allows Monday, and we don't
        (DAY(2026, 9, 3), DAY(2026, 9, 10), False, DAY(2026, 10, 10)),
        (DAY(2026, 9, 3), None, False, DAY(2026, 10, 3)),
        (DAY(2026, 1, 31), DAY(2026, 1, 31), False, DAY(2026, 2, 28)),
        (DAY(2028, 1, 31), DAY(2028, 1, 31), False, DAY(2028, 2, 29)),
        (DAY(2026, 8, 31), DAY(2026, 8, 31), False, DAY(2026, 9, 30)),
        (DAY(2026, 11, 30), DAY(2026, 11, 30), True, DAY(2027, 2, 28)),
        (DAY(2026, 9, 3), None, True, DAY(2026, 12, 3)),
    ],
)
async def test_due_on_and_the_list_agree(world, received, known, extended, due):
    assert rules.due_on(received, known, extended=extended) == due
    number = await DB.fetchval(
        "INSERT INTO subject_request (young_person, agency, asker, received_on, identity_on, identity_how, extended_because, extended_reason, "
        "told_on, recorded_at, recorded_by) VALUES (1, $1, 'young_person', $2, $3, $4, $5, $6, $7, now(), $8) RETURNING id",
        *(world.grace.agency, received, known, "known" if known else None),
        *(("complex", NOTE, received) if extended else (None, None, None)),
        world.grace.id,
    )
    assert await DB.fetchval(f"SELECT {DUE_ON} FROM subject_request s WHERE id = $1", number) == due


def new(**changes) -> NewRequest:
    return NewRequest(**{"young_person": "YP-000001", "asker": "young_person", "received_on": TODAY, **changes})


KNOWN = Identity(identity_on=TODAY, identity_how="known")
MORE = Extend(extended_because="complex", extended_reason="Nine agencies recorded it.", told_on=TODAY)


@pytest.fixture
async def asked(world: World):
    return await actions.record_request(by=world.grace, young_person=world.kai, new=new())


@pytest.fixture
async def known(world: World, asked):
    return await actions.record_identity(by=world.grace, found=asked, new=KNOWN, version=1)


async def again(world: World):
    return await access.get_request_for(world.grace, "SQ-000001")


async def test_words_come_first_and_the_month_is_met_or_not(world, known):
    made = await queries.one_request(known.id)
    assert (made.state, made.due_on, made.words) == ("running", DAY(2026, 11, 5), "Due in 23 working days")
    with clock.stopped_at(clock.midnight(DAY(2026, 11, 9)) + dt.timedelta(hours=12)):
        late = await queries.one_request(known.id)
        assert (late.state, late.words) == ("overdue", "Overdue by 2 working days")
        await actions.answer(by=world.grace, found=known, new=Answer(outcome="given", outcome_note=NOTE), version=2)
        assert (await queries.one_request(known.id)).state == "met_late"
    with pytest.raises(Conflict, match="has its answer"):
        await actions.extend(by=world.grace, found=await again(world), new=MORE, version=3)
    with pytest.raises(Conflict, match="has its answer"):
        await actions.decide(by=world.grace, found=known, new=Decide(kind="contact", number=1, decision="hold_back", reason="third_party", note=NOTE))


async def test_more_time_counts_only_where_they_were_told_within_the_month(world, known):
    with clock.stopped_at(clock.midnight(DAY(2026, 11, 20))):
        with pytest.raises(Conflict, match="within the first month"):
            await actions.extend(by=world.grace, found=known, new=replace(MORE, told_on=DAY(2026, 11, 6)), version=2)
        with pytest.raises(Invalid):
            await actions.extend(by=world.grace, found=known, new=replace(MORE, told_on=DAY(2026, 11, 21)), version=2)
        await actions.extend(by=world.grace, found=known, new=replace(MORE, told_on=DAY(2026, 11, 5)), version=2)
        assert (await queries.one_request(known.id)).due_on == DAY(2027, 1, 5)
        with pytest.raises(Conflict, match="no more"):
            await actions.extend(by=world.grace, found=await again(world), new=MORE, version=3)


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"received_on": TODAY + dt.timedelta(days=1)}, "received_on"), ({"asker": "solicitor"}, "asker_name")],
)
async def test_what_can_not_be_recorded(world, changes, key):
    with pytest.raises(Invalid) as refusal:
        await actions.record_request(by=world.grace, young_person=world.kai, new=new(**changes))
    assert [error.key for error in refusal.value.errors] == [key]


async def test_nothing_is_given_to_somebody_who_is_not_known(world, asked, tmp_path):
    settings = read({"YOSAFE_HOME": str(tmp_path)})
    with pytest.raises(NotFound, match="how you know who asked"):
        await queries.files_of(world.grace, asked, settings)
    with pytest.raises(Conflict, match="how you know who asked"):
        await actions.answer(by=world.grace, found=asked, new=Answer(outcome="given", outcome_note=NOTE), version=1)
    await actions.record_identity(by=world.grace, found=asked, new=KNOWN, version=1)
    with pytest.raises(Conflict, match="recorded already"):
        await actions.record_identity(by=world.grace, found=await again(world), new=KNOWN, version=2)
    with pytest.raises(Stale):
        await actions.record_identity(by=world.grace, found=asked, new=KNOWN, version=1)
    assert (await queries.files_of(world.grace, await again(world), settings)).pdf.startswith(b"%PDF")
    detail = await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'young-person:all-exported'")
    assert json.loads(detail)["request"] == asked.id


async def test_decisions_change_the_files_and_are_listed(world, known, tmp_path):
    settings = read({"YOSAFE_HOME": str(tmp_path)})
    for note in ("He asked for his mother.", "He was well and had no questions."):
        contact = RecordContact(kind="visit", from_whom="yot", happened_on=TODAY, note=note, worker="Ms Hobday")
        made = await people.record_contact(by=world.amina, young_person=world.kai, new=contact)
    await DB.execute(
        "INSERT INTO case_review (young_person, area, agency, happened, happened_on, concern, decision, recorded_at, recorded_by, version) "
        "SELECT 1, 'E08000035', $1, 'serious_harm', $2, 'A concern about the first night', NULL, now(), $3, 1",
        *(world.jay.agency, TODAY, world.jay.id),
    )
    first, second = made.id - 1, made.id

    async def kept() -> dict[str, dict[int, dict[str, object]]]:
        files = await queries.files_of(world.grace, await again(world), settings)
        data = json.loads(files.json)
        return {one["kind"]: {each["number"]: each["answers"] for each in one["records"]} for one in data["kept"]}

    before = await kept()
    assert set(before["contact"]) == {first, second}
    assert before.get("case_review", {}) == {}
    review = await DB.fetchval("SELECT id FROM case_review")
    for decision in (
        {"kind": "contact", "number": first, "decision": "hold_back", "reason": "serious_harm"},
        {"kind": "contact", "number": second, "field": "note", "decision": "hold_back", "reason": "third_party"},
        {"kind": "case_review", "number": review, "decision": "give"},
    ):
        await actions.decide(by=world.grace, found=known, new=convert({**decision, "note": NOTE}, Decide))
    after = await kept()
    assert set(after["contact"]) == {second}
    assert "note" not in after["contact"][second]
    assert after["case_review"][review]["concern"] == "A concern about the first night"
    listed = {(one.kind, one.number, one.field): (one.reason, one.decided) for one in await queries.held_back(world.grace, known)}
    assert listed["contact", first, None] == ("serious_harm", True)
    assert listed["contact", second, "note"] == ("third_party", True)
    assert listed["contact", second, "worker"] == ("third_party", False)
    await actions.decide(by=world.grace, found=known, new=convert(
        {"kind": "case_review", "number": review, "decision": "hold_back", "reason": "legal_privilege", "note": NOTE}, Decide
    ))  # fmt: skip
    assert (await kept()).get("case_review", {}) == {}  # the latest counts
    assert [one.decision for one in (await queries.one_request(known.id)).decisions] == ["hold_back", "hold_back", "give", "hold_back"]


@pytest.mark.parametrize(
    ("decision", "key"),
    [
        ({"kind": "audit_entry", "decision": "hold_back", "reason": "staff"}, "kind"),
        ({"kind": "contact", "field": "nothing", "decision": "hold_back", "reason": "staff"}, "field"),
        ({"kind": "contact", "decision": "hold_back"}, "reason"),
        ({"kind": "incident_staff", "decision": "give"}, "decision"),
        ({"kind": "keep_apart", "decision": "give"}, "decision"),
        ({"kind": "case_review", "field": "concern", "decision": "give"}, "decision"),
    ],
)
async def test_what_can_not_be_decided(world, known, decision, key):
    """Others' records, and staff, are never given by a decision."""
    with pytest.raises(Invalid) as refusal:
        await actions.decide(by=world.grace, found=known, new=convert({**decision, "number": 1, "note": NOTE}, Decide))
    assert [error.key for error in refusal.value.errors] == [key]


async def test_a_decision_opens_nothing_restricted(world, known, tmp_path):
    staff = [{"role": "staff_alleged", "name": "Officer Quirke"}]
    await submit(world.cleo, involve(world.kai, "concerned"), kind="staff_allegation", account="He was told that he would get it later.", staff=staff)
    files = await queries.files_of(world.grace, known, read({"YOSAFE_HOME": str(tmp_path)}))
    assert b"get it later" not in files.json


async def test_only_the_agency_that_was_asked(world, asked):
    for name in ("amina", "cleo", "hal"):
        with pytest.raises(Refused):
            await actions.record_request(by=world[name], young_person=world.kai, new=new())
    leeds = replace(world.grace, agency=world.amina.agency, agency_kind=world.amina.agency_kind, area=world.amina.area, establishment=None)
    with pytest.raises(NotFound):
        await access.get_request_for(leeds, "SQ-000001")
    assert (await queries.REQUESTS.page(leeds, RequestFilter(state="all"))).items == []
    assert [one.ref for one in (await queries.REQUESTS.page(world.grace, RequestFilter())).items] == ["SQ-000001"]


async def test_officers_are_told_when_it_is_nearly_due_and_each_week_when_it_is_late(world, known):
    async def told(day: dt.date) -> list[str]:
        with clock.stopped_at(clock.midnight(day) + dt.timedelta(hours=6)):
            await remind()
        rows = await DB.fetch("SELECT event FROM notice WHERE subject_kind = 'subject_request' AND user_account = $1 ORDER BY id", world.grace.id)
        return [row["event"] for row in rows]

    soon, late = "subject-request-due", "subject-request-overdue"
    assert await told(DAY(2026, 10, 28)) == []
    assert await told(DAY(2026, 10, 29)) == [soon]
    assert await told(DAY(2026, 11, 5)) == [soon]
    assert await told(DAY(2026, 11, 6)) == [soon, late]
    assert await told(DAY(2026, 11, 7)) == [soon, late]
    assert await told(DAY(2026, 11, 14)) == [soon, late, late]


async def test_a_record_that_was_asked_for_is_not_due_to_be_destroyed(world, asked):
    assert "somebody asked for what is kept, and has no answer yet" in (await keeping.standing(world.kai.id)).open
    await actions.answer(by=world.grace, found=asked, new=Answer(outcome="withdrawn", outcome_note=NOTE), version=1)
    assert (await keeping.standing(world.kai.id)).open == ["in custody"]
