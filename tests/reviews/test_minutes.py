"""How a joint review ends: what may be done in which status and by whom, what is quorate, what the minutes keep, and what is added to them."""

import datetime as dt
import io
import itertools

import pikepdf
import pymupdf
import pytest
from msgspec import convert

from tests.world import TODAY
from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.db.faults import DatabaseFault
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.access import young_person_ref
from yosafe.people.hiding import Hidden
from yosafe.reviews import access
from yosafe.reviews import meeting_actions as meetings
from yosafe.reviews.access import get_case_for, get_review_for
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.meeting_schemas import AgreeAction, ArrangeReview, DecideCase, GiveView, ListCase, RecordAttendance
from yosafe.reviews.minutes.actions import add_addendum, lock_minutes, put_off_case
from yosafe.reviews.minutes.queries import minutes
from yosafe.reviews.minutes.rules import check_lockable, seal_of
from yosafe.reviews.minutes.schemas import LockMinutes, PutOff
from yosafe.reviews.panels.actions import keep_panel
from yosafe.reviews.panels.schemas import KeepPanel
from yosafe.reviews.status import TABLE, WHO, Act, Status
from yosafe.reviews.tables import Review

LATER = "His worker could not come."
AGREED = LockMinutes(agreed_by="Cleo Adams")
RUNNERS = {Role.YOI_LEAD, Role.ACPC_MEMBER}
SPEAKERS = RUNNERS | {Role.YOT_WORKER, Role.SOCIAL_WORKER}
# As a joint review should work, written down a second time.
OPEN = {Act.LIST, Act.LEAVE, Act.ORDER, Act.ATTEND, Act.VIEW, Act.DECIDE, Act.PUT_OFF, Act.AGREE, Act.LOCK}
IN = {Status.ARRANGED: OPEN, Status.MEETING: OPEN, Status.LOCKED: {Act.ADD}}


def in_status(status):
    at = dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC)
    held, locked = None if status is Status.ARRANGED else at, at if status is Status.LOCKED else None
    return Review(
        id=1,
        establishment="WYI",
        area="E08000035",
        meets_on=TODAY,
        chair="Cleo",
        held_at=held,
        locked_at=locked,
        agency=1,
        recorded_at=at,
        recorded_by=1,
    )


def refusal_of(user, review, act):
    try:
        access.check_can_do(user, review, act)
    except (Refused, Conflict) as refusal:
        return type(refusal) if str(refusal).endswith(".") else str(refusal)
    return None


@pytest.mark.parametrize("status", Status)
async def test_what_each_role_may_do_in_each_status(world, status):
    """Every status, act and role: whose it is not is refused as such, whatever the status; what is not to be done now is refused with a sentence."""
    review = in_status(status)
    for act, role in itertools.product(Act, Role):
        user = world.of(role)
        own = role in (SPEAKERS if act in (Act.VIEW, Act.ADD) else RUNNERS)
        wanted = Refused if not own else None if act in IN[status] else Conflict
        got = refusal_of(user, review, act)
        assert got is wanted, (status, act, role)
        assert (act in access.acts_of(user, status, review)) is (wanted is None)
    assert set(TABLE[status]) == IN[status]
    assert set(WHO) == set(Act)


@pytest.mark.parametrize(("meets", "unsettled", "attended", "words"), [
    (0, [], 1, None),
    (-20, [], 3, None),
    (1, [], 1, "still to come"),
    (0, [2], 1, "Case 2 is neither"),
    (0, [1, 3], 1, "Cases 1, 3 are neither"),
    (0, [], 0, "who came"),
])  # fmt: skip
def test_when_minutes_can_be_locked(meets, unsettled, attended, words):
    day = TODAY + dt.timedelta(days=meets)
    if words is None:
        check_lockable(day, unsettled=unsettled, attended=attended, today=TODAY)
        return
    with pytest.raises(Conflict, match=words):
        check_lockable(day, unsettled=unsettled, attended=attended, today=TODAY)


@pytest.fixture
async def review(world):
    """Today's review at Wetherby, with Kai on its agenda for his flags, and a panel that needs Leeds YOT."""
    await refresh_flags(by=Operator("system"), as_of=TODAY)
    agencies = ("wetherby", "leeds-yot", "leeds-social-services", "leeds-acpc")
    panel = KeepPanel(chair="Cleo", every_weeks=2, agencies=agencies, must_come=("leeds-yot",), least_agencies=2)
    await keep_panel(by=world.cleo, new=panel)
    made = await meetings.arrange_review(by=world.cleo, new=ArrangeReview(meets_on=TODAY, chair="Cleo Adams"))
    await meetings.list_case(by=world.cleo, review=made, new=ListCase(young_person=young_person_ref(world.kai.id), because="Talked of every week."))
    return made


async def came(world, review, *agencies, attended="attended"):
    for agency in agencies:
        await meetings.record_attendance(by=world.cleo, review=review, new=RecordAttendance(agency=agency, person="Someone", attended=attended))


async def decided(world, **changes):
    review, case = await get_case_for(world.cleo, "RV-000001", 1)
    flags = [{"flag": row["flag"], "outcome": "agreed"} for row in await DB.fetch("SELECT flag FROM review_case_flag ORDER BY flag")]
    facts = {
        "decision": "restore_contact", "reason": "Nobody has been in touch.", "child_came": "attended", "child_said": "I want my mum to come.",
        "advocate": "asked", "advocate_why": "She was on leave.", "plan": "A visit each week.", "flags": flags,
    }  # fmt: skip
    await meetings.decide_case(by=world.cleo, review=review, case=case, version=case.version, new=convert({**facts, **changes}, DecideCase))
    return await get_case_for(world.cleo, "RV-000001", 1)


async def locked(world):
    review = await get_review_for(world.cleo, "RV-000001")
    await lock_minutes(by=world.cleo, review=review, version=review.version, new=AGREED)
    return await get_review_for(world.cleo, "RV-000001")


async def test_the_minutes_keep_what_each_agency_said_and_both_areas_read_them(world, review):
    cleo, esi, jay, amina = world.cleo, world.esi, world.jay, world.amina
    _, case = await get_case_for(cleo, "RV-000001", 1)
    await meetings.give_view(by=esi, case=case, new=GiveView(view="We do not agree: he asked to stay.", dissents=True))
    said = GiveView(view="Visits can begin on Monday.", agency="leeds-yot", said_by="Amina's manager")
    await meetings.give_view(by=cleo, case=case, new=said)
    with pytest.raises(Refused):
        await meetings.give_view(by=amina, case=case, new=GiveView(view="As told.", agency="wetherby", said_by="Cleo"))
    with pytest.raises(Invalid):
        await meetings.give_view(by=cleo, case=case, new=GiveView(view="As told.", agency="leeds-yot"))
    await came(world, review, "wetherby", "leeds-yot")
    await decided(world)
    draft = await minutes(cleo, review, terminology="2002")
    assert (draft.locked_at, draft.sha256, draft.quorate) == (None, None, True)
    now = await locked(world)
    assert (now.quorate, now.quorum) == (True, "Quorate: 2 agencies came of at least 2.")
    for reader in (cleo, esi, jay, amina):  # the home area, whose team this is, and the host area's committee
        kept = await minutes(reader, now, terminology="2002")
        [one] = kept.cases
        assert kept.intact
        assert (kept.chair, kept.sha256, one.name) == ("Cleo Adams", (await minutes(cleo, now, terminology="2002")).sha256, "Morton, Kai")
        assert [(view.agency, view.view, view.dissents, view.said_by) for view in one.written.views] == [
            ("Leeds social services", "We do not agree: he asked to stay.", True, None),
            ("Leeds YOT", "Visits can begin on Monday.", False, "Amina's manager"),
        ]
        assert (one.written.plan, one.written.advocate_why) == ("A visit each week.", "She was on leave.")
    with pytest.raises(NotFound):
        await get_review_for(world.ben, "RV-000001")


async def test_a_decision_without_enough_agencies_says_so(world, review):
    await came(world, review, "wetherby", "leeds-social-services")
    await came(world, review, "leeds-yot", attended="sent_view")  # a written view decides nothing
    await decided(world)
    now = await locked(world)
    assert now.quorate is False
    assert now.quorum == "Not quorate: 2 agencies came of at least 2; missing, and must come: Leeds YOT."


async def test_locked_minutes_refuse_every_change_and_take_addenda(world, review):
    cleo, amina = world.cleo, world.amina
    _, case = await get_case_for(cleo, "RV-000001", 1)
    with pytest.raises(Conflict):
        await add_addendum(by=cleo, review=review, case=case, text="Too early.")
    await came(world, review, "wetherby")
    with pytest.raises(Conflict, match="Case 1 is neither"):
        await locked(world)
    await put_off_case(by=cleo, review=review, case=case, version=case.version, new=PutOff(reason=LATER))
    with pytest.raises(Conflict):
        await decided(world)
    with pytest.raises(Stale):
        await lock_minutes(by=cleo, review=review, version=1, new=AGREED)
    now = await locked(world)
    before = await DB.fetchval("SELECT count(*) FROM audit_entry")
    action = AgreeAction(what="Ring his mother.", owner_agency="leeds-yot", owner_name="Amina", due_on=TODAY)
    for change in (
        lambda: meetings.list_case(by=cleo, review=now, new=ListCase(young_person=young_person_ref(world.kai.id))),
        lambda: meetings.give_view(by=amina, case=case, new=GiveView(view="Late.")),
        lambda: meetings.record_attendance(by=cleo, review=now, new=RecordAttendance(agency="leeds-yot", person="A", attended="attended")),
        lambda: meetings.agree_action(by=cleo, review=now, case=case, new=action),
        lambda: put_off_case(by=cleo, review=now, case=case, version=2, new=PutOff(reason=LATER)),
        lambda: decided(world),
        lambda: locked(world),
    ):
        with pytest.raises(Conflict, match="were locked on 5 October 2026"):
            await change()
    assert await DB.fetchval("SELECT count(*) FROM audit_entry") == before
    with clock.stopped_at(clock.now() + dt.timedelta(days=3)):
        await add_addendum(by=amina, review=now, case=case, text="His mother came on Tuesday.")
        with pytest.raises(Refused):
            await add_addendum(by=amina, review=now, case=None, text="About the meeting.")
        await add_addendum(by=cleo, review=now, case=None, text="The next one is in the library.")
    found = await minutes(amina, now, terminology="2002")
    assert [(one.case, one.text, one.agency, one.at.day) for one in found.addenda] == [
        (1, "His mother came on Tuesday.", "Leeds YOT", 8), (None, "The next one is in the library.", "Wetherby", 8),
    ]  # fmt: skip
    assert found.cases[0].written.put_off_reason == LATER


CHANGED = "UPDATE review_minutes SET content = replace(content, 'A visit each week.', 'No visits.')"


async def test_minutes_whose_text_was_changed_say_so(world, review):
    await came(world, review, "wetherby")
    await decided(world)
    now = await locked(world)
    content = await DB.fetchval("SELECT content FROM review_minutes")
    assert seal_of(content) == (await minutes(world.cleo, now, terminology="2002")).sha256
    for change in (CHANGED, "UPDATE review_minutes SET sha256 = repeat('0', 64)", "DELETE FROM review_minutes"):
        with pytest.raises(DatabaseFault, match="RaiseError"):
            await DB.execute(change)
    async with DB.transaction():  # as only who owns the database can
        await DB.execute("SET LOCAL session_replication_role = replica")
        await DB.execute(CHANGED)
    assert not (await minutes(world.cleo, now, terminology="2002")).intact


async def test_the_pages_of_minutes(world, review, client, cleo, amina, jay, femi):
    lead, member = await client(cleo), await client(jay)
    agenda, case = "/reviews/RV-000001", "/reviews/RV-000001/cases/1"
    assert "To be quorate: at least 2 agencies, with Leeds YOT." in (await lead.get(agenda)).text
    form = {"agency": "leeds-yot", "person": "Amina", "attended": "apologies"}
    refused = await lead.send_form(f"{agenda}/attendance", form)
    assert (refused.status_code, "Enter why they could not come" in refused.text) == (422, True)
    await lead.send_form(f"{agenda}/attendance", form | {"reason": "She is in court."})
    assert "Sent apologies: She is in court." in (await lead.get(agenda)).text
    said = {"view": "He asked to stay.", "dissents": "yes", "agency": "leeds-social-services", "said_by": "Esi"}
    assert (await lead.send_form(f"{case}/views", said)).status_code == 303
    assert "Leeds social services: does not agree" in (await lead.get(case)).text
    early = await lead.send_form(f"{agenda}/lock", {"agreed_by": "Cleo", "version": "3"})
    assert (early.status_code, "Look at it again" in early.text) == (412, True)
    assert "Enter why it is not decided now" in (await member.send_form(f"{case}/put-off", {"version": "1"})).text
    assert (await member.send_form(f"{case}/put-off", {"version": "1", "reason": LATER})).status_code == 303
    version = await DB.fetchval("SELECT version FROM review")
    assert (await member.send_form(f"{agenda}/lock", {"agreed_by": "Jay", "version": str(version)})).status_code == 303
    shown = (await lead.get(f"{agenda}/minutes")).text
    for words in ("Locked on 5 October 2026", "Not quorate", LATER, "does not agree", "SHA-256", "Add to the minutes"):
        assert words in shown
    assert "Lock the minutes" not in shown
    late = await lead.send_form(f"{case}/views", said)
    assert (late.status_code, "goes into an addendum" in late.text) == (409, True)
    worker = await client(amina)
    assert (await worker.send_form(f"{agenda}/addenda", {"about": "meeting", "text": "x"})).status_code == 422
    assert (await worker.send_form(f"{agenda}/addenda", {"about": "1", "text": "He rang home."})).status_code == 303
    made = await worker.get(f"{agenda}/minutes/file")
    with pikepdf.open(io.BytesIO(made.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert "Minutes of the joint review" in str(document.docinfo["/Title"])
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'review:exported'") == 1
    assert (await (await client(femi)).get(f"{agenda}/minutes")).status_code == 403


async def test_the_file_of_minutes_names_no_other_young_person_in_what_was_added(world, review, client, cleo, monkeypatch):
    async def tied(young_person):
        return Hidden(["Zebedee"])

    monkeypatch.setattr("yosafe.reviews.minutes.document.hidden_names", tied)
    _, case = await get_case_for(cleo, "RV-000001", 1)
    await came(world, review, "wetherby")
    await decided(world)
    now = await locked(world)
    await add_addendum(by=cleo, review=now, case=case, text="He was hit by Zebedee again.")
    await add_addendum(by=cleo, review=now, case=None, text="We also talked of Zebedee.")
    made = await (await client(cleo)).get("/reviews/RV-000001/minutes/file")
    with pymupdf.open(stream=made.content) as document:
        text = " ".join("".join(page.get_text() for page in document).split())
    assert "Zebedee" not in text
    assert "He was hit by another young person again." in text


@pytest.mark.parametrize("since", ["view", "attendance", "action"])
async def test_minutes_are_locked_as_they_were_read(world, review, since):
    """What came in after the page was opened is not sealed unread."""
    cleo = world.cleo
    _, case = await get_case_for(cleo, "RV-000001", 1)
    await came(world, review, "wetherby")
    await decided(world)
    read = await get_review_for(cleo, "RV-000001")
    match since:
        case "view":
            await meetings.give_view(by=world.esi, case=case, new=GiveView(view="We do not agree.", dissents=True))
        case "attendance":
            await came(world, review, "leeds-yot", attended="absent")
        case "action":
            action = AgreeAction(what="Ring his mother.", owner_agency="leeds-yot", owner_name="Amina", due_on=TODAY)
            await meetings.agree_action(by=cleo, review=review, case=case, new=action)
    with pytest.raises(Stale):
        await lock_minutes(by=cleo, review=read, version=read.version, new=AGREED)
    assert (await locked(world)).locked_at is not None
