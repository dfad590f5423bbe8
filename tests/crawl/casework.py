"""What is done about the young people of the crawl: incidents worked on, care, contacts, assessments, referrals, flags, reviews, surveys, drafts."""

import datetime as dt
from io import BytesIO
from typing import Any

from msgspec.structs import replace

from tests.crawl.estate import Child, Estate
from tests.crawl.text import EVIL, given
from tests.imports.files import table
from tests.incidents.made_files import picture
from tests.incidents.make import ANSWERS
from tests.reporting.made_pack import put_pack
from tests.reviews import models
from tests.surveys.conftest import wave
from tests.welfare import answers as welfare
from tests.world import LEEDS, NOW, OAKHILL, TODAY, WETHERBY, another_child
from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, Operator, record_read
from yosafe.committees import actions as committees
from yosafe.committees.case_reviews import actions as case_reviews
from yosafe.committees.case_reviews.schemas import (
    AddParty,
    AskReview,
    CompleteReview,
    DecideReview,
    FinishRecommendation,
    ReceiveReview,
    Recommend,
    RecordChange,
)
from yosafe.committees.schemas import ChangeProtocol, EndMember, NameMember, RecordMeeting, RecordProtocol, WithdrawMeeting
from yosafe.db.engine import DB, write_transaction
from yosafe.forms.drafts import start_draft
from yosafe.forms.questions import Kind, walk
from yosafe.importing.kept import keep_mapping
from yosafe.importing.mapping import Mapping
from yosafe.imports import actions as imports
from yosafe.imports.access import get_run_for
from yosafe.imports.running import JOB as IMPORT_RUN
from yosafe.incidents import access as incident_access
from yosafe.incidents import actions as incidents
from yosafe.incidents import correcting, staffing
from yosafe.incidents import flow as recording
from yosafe.incidents.body_map import access as body_map_access
from yosafe.incidents.body_map import actions as body_map
from yosafe.incidents.body_map.schemas import AddMark, StrikeMark
from yosafe.incidents.changing import people_in
from yosafe.incidents.complaints import actions as complaints
from yosafe.incidents.complaints.schemas import RecordContent
from yosafe.incidents.files import actions as files
from yosafe.incidents.files.schemas import AddFile, WithdrawFile
from yosafe.incidents.investigation import actions as investigation
from yosafe.incidents.investigation.schemas import (
    FinishStep,
    Part,
    PlanStep,
    RecordEvidence,
    RecordFeedback,
    RecordInterview,
    SettleEvidence,
    WithdrawEntry,
)
from yosafe.incidents.schemas import AddAddendum, CorrectIncident, MoveIncident, RecordAllegation, RecordNotTold, RecordOutcome, SubmitIncident
from yosafe.incidents.status import OPEN, Status
from yosafe.incidents.submitting import submit_incident
from yosafe.incidents.told.actions import record_not_told
from yosafe.nightly import remind
from yosafe.notices.events import Event
from yosafe.notices.telling import tell_one
from yosafe.people import access as people_access
from yosafe.people import actions as people
from yosafe.people import identifier_actions as identifiers
from yosafe.people.access import get_young_person_for
from yosafe.people.break_glass import actions as break_glass
from yosafe.people.break_glass.schemas import OpenRecord, ReviewAccess
from yosafe.people.care_actions import correct_care_period
from yosafe.people.contact_plans import actions as contact_plans
from yosafe.people.contact_plans.schemas import EndPlan, PlanContacts
from yosafe.people.keep_apart import access as keep_apart_access
from yosafe.people.keep_apart import actions as keep_apart
from yosafe.people.keep_apart.schemas import EndKeepApart, ReviewKeepApart, StartKeepApart
from yosafe.people.marks import actions as marks
from yosafe.people.marks.rules import EntryKey
from yosafe.people.marks.schemas import MarkEntry, TakeOffMark
from yosafe.people.merge_actions import details_of, merge_records, undo_merge
from yosafe.people.merge_rules import Which, to_choose
from yosafe.people.schemas import (
    AddYoungPerson,
    CorrectCarePeriod,
    EndUse,
    RecordCarePeriod,
    RecordContact,
    RecordName,
    RecordNumber,
    TransferPlacement,
)
from yosafe.people.tables import Placement, RecordMerge, YoungPerson
from yosafe.people.time_limits import actions as time_limits
from yosafe.people.time_limits.access import get_clock_for
from yosafe.people.time_limits.schemas import HoldClock, ResumeClock
from yosafe.people.time_out import actions as time_out
from yosafe.people.time_out.schemas import EndTimeOut, StartTimeOut
from yosafe.people.workers import actions as workers
from yosafe.people.workers.schemas import EndWorker, NameWorker
from yosafe.reference.codes import code_list
from yosafe.referrals import access as referral_access
from yosafe.referrals import actions as referrals
from yosafe.referrals.schemas import ConsiderReferral, RecordEvent, SendReferral
from yosafe.refs import ref
from yosafe.reporting import access as report_access
from yosafe.reporting import actions as reports
from yosafe.reporting import signing
from yosafe.reporting.periods import period
from yosafe.reporting.places import place_of
from yosafe.reporting.running import JOB as REPORT_BUILD
from yosafe.reporting.schedules import actions as schedules
from yosafe.reporting.schedules.schemas import ScheduleReport
from yosafe.reporting.statements import content_of
from yosafe.retention.records.holding import lift_hold, place_hold
from yosafe.reviews import access as review_access
from yosafe.reviews import meeting_actions as reviews
from yosafe.reviews.actions import answer_flag, refresh_flags
from yosafe.reviews.agenda import actions as agenda
from yosafe.reviews.agenda.schemas import AskForReview, LeaveOff, WithdrawRequest
from yosafe.reviews.meeting_schemas import AgreeAction, ArrangeReview, DecideCase, FinishAction, GiveView, ListCase, RecordAttendance
from yosafe.reviews.minutes import actions as minutes
from yosafe.reviews.minutes.schemas import LockMinutes, PutOff
from yosafe.reviews.panels.actions import keep_panel
from yosafe.reviews.panels.schemas import KeepPanel
from yosafe.reviews.risk_model.actions import end_use, set_capacity, set_thresholds
from yosafe.reviews.risk_model.schemas import SetCapacity, SetThresholds, StopModel
from yosafe.reviews.rules import Outcome
from yosafe.reviews.tracker import actions as tracker
from yosafe.reviews.tracker.schemas import AskCancel, HandOver
from yosafe.sharing.checks import actions as checks
from yosafe.sharing.checks.schemas import AnswerCheck, AskCheck
from yosafe.sharing.public_risk.actions import decide_public_risk
from yosafe.sharing.public_risk.schemas import DecidePublicRisk
from yosafe.sharing.shares import actions as shares
from yosafe.sharing.shares.schemas import AnswerShare, RecordShare
from yosafe.subject_access.access import get_young_person_to_answer
from yosafe.subject_access.requests import actions as subject_requests
from yosafe.subject_access.requests.schemas import Answer, Decide, Extend, Identity, NewRequest
from yosafe.surveys import actions as surveys
from yosafe.surveys.comments import access as comments_access
from yosafe.surveys.comments import actions as comments
from yosafe.surveys.comments.schemas import AnswerComment, MarkComment, SayRead
from yosafe.surveys.schemas import ImportSurvey
from yosafe.surveys.uploads.access import get_upload_for
from yosafe.surveys.uploads.actions import confirm_upload, keep_upload
from yosafe.welfare.access import get_assessment_for
from yosafe.welfare.actions import complete_assessment
from yosafe.welfare.arrival import actions as arrival
from yosafe.welfare.arrival.access import get_paper_for, paper_ref
from yosafe.welfare.arrival.schemas import FollowPaper
from yosafe.welfare.flow import DRAFT_KIND, first_answers
from yosafe.welfare.instruments import INSTRUMENTS, instruments
from yosafe.welfare.plan import actions as plans
from yosafe.welfare.plan.access import need_ref
from yosafe.welfare.plan.schemas import AddNeed, ChangeNeed, CloseNeed
from yosafe.welfare.schemas import CompleteAssessment
from yosafe.welfare.signing.actions import sign_assessment
from yosafe.welfare.signing.schemas import SignAssessment

REASON = f"{EVIL} and more words"


async def work(estate: Estate) -> None:
    await on_incidents(estate)
    await on_the_allegation(estate)
    await on_complaints(estate)
    await in_full(estate)
    for child in estate.plan.children:
        if child.number != 8:  # nobody but the lead of Wetherby and the team at home knows where he is
            await with_child(estate, child)
    await on_keep_apart(estate)
    await on_referrals(estate)
    await on_models(estate)
    await refresh_flags(by=Operator("system"))
    two_of_each = "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY young_person ORDER BY id) AS n FROM flag) f WHERE n <= 2 ORDER BY id"
    estate.refs["flag"] = [str(row["id"]) for row in await DB.fetch(two_of_each)]
    await on_reviews(estate)
    await on_committees(estate)
    await on_case_reviews(estate)
    await with_surveys(estate)
    await with_imports(estate)
    await with_a_question(estate)
    await with_reports(estate)
    await with_drafts(estate)
    await with_merges(estate)
    await transferred(estate)
    await opened_in_an_emergency(estate)
    await held(estate)
    estate.keep("user", str(estate["dan"].id))
    await with_notices(estate)


async def opened_in_an_emergency(estate: Estate) -> None:
    """Two records outside Cleo's duties, in the night and over by now: one was reviewed, the other waits."""
    with clock.stopped_at(NOW - dt.timedelta(hours=7)):
        for number in (3, 7):
            child = estate.children[number]
            wanted = given(OpenRecord, young_person=f"YP-{number:06}", date_of_birth=child.date_of_birth, reason=REASON)
            made = await break_glass.open_record(by=estate["cleo"], wanted=wanted)
            estate.keep("opened", str(made.id))
            await record_read(EventName.YOUNG_PERSON_READ, by=estate["cleo"], young_person=number, detail={"page": "overview"})
            if number == 3:
                review = given(ReviewAccess, outcome="proper", note=REASON)
                await break_glass.review_access(by=estate["grace"], opened=made, review=review, version=1)


async def asked_for_records(estate: Estate, child: YoungPerson) -> None:
    """Two requests for what is kept: one waits, the other was given more time and has its answer."""
    for answered in (True, False):
        new = given(NewRequest, young_person=f"YP-{child.id:06}", asker="solicitor", asker_name=EVIL, received_on=TODAY)
        found = await subject_requests.record_request(by=estate["grace"], young_person=child, new=new)
        identity = given(Identity, identity_on=TODAY, identity_how="known", identity_note=REASON)
        found = await subject_requests.record_identity(by=estate["grace"], found=found, new=identity, version=1)
        estate.keep("SQ", ref("SQ", found.id))
        if answered:
            more = given(Extend, extended_because="complex", extended_reason=REASON, told_on=TODAY)
            found = await subject_requests.extend(by=estate["grace"], found=found, new=more, version=2)
            decision = given(Decide, kind="contact", number=1, decision="hold_back", reason="third_party", field="note", note=REASON)
            await subject_requests.decide(by=estate["grace"], found=found, new=decision)
            answer = given(Answer, outcome="given", outcome_note=REASON)
            await subject_requests.answer(by=estate["grace"], found=found, new=answer, version=4)


_DESTRUCTION = """
    INSERT INTO destruction (young_person, agency, rule, kept, source, reason, proposed_at, proposed_by)
    VALUES ($1, $2, 'custody', left($3, 100), $3, $4, $5, $6) RETURNING id
"""
_DESTRUCTION_STOPPED = """
    INSERT INTO destruction (young_person, agency, rule, kept, source, reason, proposed_at, proposed_by, stopped_at, stopped_by, stopped_reason)
    VALUES ($1, $2, 'custody', left($3, 100), $3, $4, $5, $6, $5, $6, $4)
"""


async def held(estate: Estate) -> None:
    """Holds on three records for which Grace answers; one was lifted. Two stand."""
    for row in await DB.fetch("SELECT DISTINCT young_person AS id FROM placement WHERE establishment = 'WYI' ORDER BY 1 LIMIT 3"):
        child = await get_young_person_to_answer(estate["grace"], f"YP-{row['id']:06}")
        hold = await place_hold(by=estate["grace"], young_person=child, reason=REASON)
        estate.keep("hold", str(hold.id))
    await lift_hold(by=estate["grace"], hold=hold, reason=REASON, version=1)
    for young_person, done in ((child.id, False), (900_001, True)):  # the second is of a record that is gone
        number = await DB.fetchval(_DESTRUCTION, young_person, estate["grace"].agency, EVIL, REASON, NOW, estate["cleo"].id)
        estate.keep("DR", ref("DR", number))
        if done:
            sql = "UPDATE destruction SET confirmed_at = $2, confirmed_by = $3, done_at = $2, destroyed = $4, treated = $4 WHERE id = $1"
            await DB.execute(sql, number, NOW, estate["grace"].id, {"young_person": 1})
    await asked_for_records(estate, child)
    await DB.execute(_DESTRUCTION_STOPPED, 900_002, estate["grace"].agency, EVIL, REASON, NOW, estate["cleo"].id)


async def with_notices(estate: Estate) -> None:
    """Those that all of this made, and of what is due; one is told of somebody whom they may not know of."""
    await remind()
    async with write_transaction():
        for number in estate.children:
            users = [estate[name].id for name in ("amina", "cleo", "esi", "jay", "ben")]
            await tell_one(Event.CONCERNS_ACCUMULATED, "young_person", number, by=Operator("system"), users=users, establishment=OAKHILL)
    estate.refs["notice"] = [str(row["id"]) for row in await DB.fetch("SELECT min(id) AS id FROM notice GROUP BY event, user_account ORDER BY 1")]


def lead(estate: Estate, child: Child) -> Any:
    return estate["cleo" if child.held(WETHERBY) else "olga"]


async def on_incidents(estate: Estate) -> None:
    """The third incident of Wetherby has been through everything; the second says that it repeats the first."""
    cleo = estate["cleo"]
    first, second, third, *_ = estate.refs["IN"]

    async def now(which: str) -> Any:
        return await incident_access.get_incident_for(cleo, which)

    await incidents.add_addendum(given(AddAddendum, text=f"{EVIL}addendum"), by=cleo, incident=await now(third))
    outcome = given(RecordOutcome, outcome="police_told", young_person="YP-000006", note=f"{EVIL}note")
    await incidents.add_outcome(outcome, by=cleo, incident=await now(third))
    moved = (await now(third)).happened_at - dt.timedelta(days=1)
    mended = given(CorrectIncident, reason=REASON, happened_at=moved, place_detail=f"{EVIL}another", account=f"{EVIL}another")
    await correcting.correct(mended, by=cleo, incident=await now(third), version=(await now(third)).version)
    await investigate(estate, third)
    for which, step in (
        (third, {"action": "conclude", "finding": "substantiated", "comment": REASON}),
        (third, {"action": "reopen", "comment": REASON}),
        (second, {"action": "mark_duplicate", "original": first, "comment": REASON}),
    ):
        await incidents.move(given(MoveIncident, **step), by=cleo, incident=await now(which), version=(await now(which)).version)


async def investigate(estate: Estate, which: str) -> None:
    """Of each part one entry that stands and one that was recorded in error; a step and evidence that wait."""
    cleo = estate["cleo"]

    async def now() -> Any:
        return await incident_access.get_incident_for(cleo, which)

    await incidents.move(given(MoveIncident, action="investigate"), by=cleo, incident=await now(), version=(await now()).version)
    found = await now()
    step = given(PlanStep, what=f"{EVIL}what", who=f"{EVIL}who", due_on=TODAY)
    talk = {"held_on": TODAY, "present": ["advocate"], "present_names": f"{EVIL}there", "said": f"{EVIL}said", "note": f"{EVIL}note"}
    kept = {"kept_on": TODAY, "kept_by": f"{EVIL}keeper", "kept_where": f"{EVIL}where"}
    told = {"told_on": TODAY, "told_by": f"{EVIL}teller", "words": f"{EVIL}words", "note": f"{EVIL}note"}
    parts: tuple[tuple[Part, Any, tuple[Any, ...]], ...] = (
        ("step", investigation.plan_step, (step, step)),
        (
            "interview", investigation.record_interview,
            (
                given(RecordInterview, with_whom="young_person", young_person="YP-000004", **talk),
                given(RecordInterview, with_whom="staff", name=f"{EVIL}staff", **talk),
            ),
        ),
        ("evidence", investigation.record_evidence, (given(RecordEvidence, kind="cctv", what=f"{EVIL}what", **kept),) * 2),
        (
            "feedback", investigation.record_feedback,
            (given(RecordFeedback, audience="young_person", young_person="YP-000004", **told), given(RecordFeedback, audience="reporter", **told)),
        ),
    )  # fmt: skip
    for part, record, sent in parts:
        numbers = [await record(one, by=cleo, incident=found) for one in sent]
        wrong = given(WithdrawEntry, reason=REASON)
        await investigation.withdraw_entry(wrong, by=cleo, incident=found, part=part, entry=numbers[1])
        if part == "step":
            await investigation.finish_step(given(FinishStep, how="done", note=f"{EVIL}note"), by=cleo, incident=found, step=numbers[0])
    lost = await investigation.record_evidence(given(RecordEvidence, kind="letters", what=f"{EVIL}what"), by=cleo, incident=found)
    await investigation.settle_evidence(given(SettleEvidence, lost_because=f"{EVIL}lost"), by=cleo, incident=found, evidence=lost)


async def on_complaints(estate: Estate) -> None:
    """The one of Wetherby is answered, and waits for the answer to an appeal; it told of harm. A sealed one of the fifth is Cleo's. A step
    and evidence of the first incident wait."""
    cleo = estate["cleo"]
    first, complaint = estate.refs["IN"][0], estate.refs["IN"][3]
    for step in (
        {"action": "conclude", "finding": "not_upheld", "answer": f"{EVIL}answer"},
        {"action": "appeal", "appeal_to": "governor"},
    ):
        found = await incident_access.get_incident_for(cleo, complaint)
        await incidents.move(given(MoveIncident, **step, comment=REASON), by=cleo, incident=found, version=found.version)
    content = given(RecordContent, content="no", words=f"{EVIL}words")
    await complaints.record_content(content, by=cleo, incident=await incident_access.get_incident_for(cleo, complaint))
    await link_to(estate, complaint)
    begun = await incident_access.get_incident_for(cleo, first)
    await incidents.move(given(MoveIncident, action="investigate"), by=cleo, incident=begun, version=begun.version)
    begun = await incident_access.get_incident_for(cleo, first)
    await investigation.plan_step(given(PlanStep, what=f"{EVIL}what", who=f"{EVIL}who", due_on=TODAY), by=cleo, incident=begun)
    await investigation.record_evidence(given(RecordEvidence, kind="cctv", what=f"{EVIL}what", keep_by=TODAY), by=cleo, incident=begun)


async def link_to(estate: Estate, complaint: str) -> None:
    """What the fifth told in the complaint, recorded by Cleo; and a sealed complaint of theirs."""
    told = {
        "happened_at": clock.now() - dt.timedelta(hours=1), "place": "showers", "account": f"{EVIL}account", "child_said": f"{EVIL}said",
        "told_by": "young_person",
    }  # fmt: skip
    harm = given(
        SubmitIncident, kind="disclosure", answers=ANSWERS["disclosure"], complaint=complaint,
        involvements=[{"young_person": "YP-000005", "roles": ["concerned"]}], **told,
    )  # fmt: skip
    sealed = given(
        SubmitIncident, kind="complaint", answers={"themes": ["staff"], "channel": "sealed_lead"},
        involvements=[{"young_person": "YP-000005", "roles": ["complainant"]}], **told,
    )  # fmt: skip
    for one in (harm, sealed):
        estate.keep("IN", (await submit_incident(one, by=estate["cleo"])).ref)


async def in_full(estate: Estate) -> None:
    """Of each incident that is not closed: a mark that stands, one that was struck out, someone who was told and someone who was not. Of one at each
    place, and of the allegation, a statement and a picture; the first has a file that was withdrawn."""
    last = len(estate.refs["IN"]) - 1
    for number, which in enumerate(estate.refs["IN"]):
        by = estate["cleo"] if number == last else await recorder(estate, which)
        found = await incident_access.get_incident_for(by, which)
        if Status(found.status) not in OPEN | {Status.CONCLUDED}:
            continue
        everyone = [one.young_person for one in await people_in(found.id)]
        seen = [ref("YP", one) for one in everyone if await people_access.may_see(by, one)]
        if number in (0, 4, last):
            await with_files(estate, by, found, seen)
        await marked(by, found, seen[0])
        told = {"whom": f"{EVIL}whom", "by_whom": f"{EVIL}teller", "how": "phone", "done_time": "09:00"}
        await incidents.add_outcome(given(RecordOutcome, outcome="yot_told", young_person=seen[0], **told), by=by, incident=found)
        why = given(RecordNotTold, outcome="governor_told", young_person=seen[0], reason="not_reached", note=f"{EVIL}note")
        await record_not_told(why, by=by, incident=found)


async def with_files(estate: Estate, by: Any, found: Any, seen: list[str]) -> None:
    said = given(AddFile, kind="statement", caption=f"{EVIL}caption", taken_by=f"{EVIL}taken", shows=seen, shows_others=True)
    if not estate.files:
        wrong = await files.add_file(said, by=by, incident=found, file=BytesIO(b"Withdrawn."))
        await files.withdraw_file(given(WithdrawFile, reason=REASON), by=estate["cleo"], incident=found, file=wrong)
    for content in (b"I saw him fall.", picture()):
        file = await files.add_file(said, by=by, incident=found, file=BytesIO(content))
    estate.files[ref("IN", found.id)] = ref("EV", file.id)


async def recorder(estate: Estate, which: str) -> Any:
    """Who recorded an incident."""
    name = await DB.fetchval(
        "SELECT u.email FROM incident i JOIN user_account u ON u.id = i.recorded_by WHERE i.id = $1", int(which.removeprefix("IN-"))
    )
    return estate[name.partition("@")[0]]


async def marked(by: Any, found: Any, child: str) -> None:
    person = await body_map_access.get_person_for(by, found, child)
    if not body_map_access.can_mark(by, found, person):
        return
    for kind in ("bruise", "cut"):
        new = given(AddMark, young_person=child, region="nose", kind=kind, size_mm=12, note=f"{EVIL}note", seen_by=f"{EVIL}saw", seen_time="08:00")
        mark = await body_map.add_mark(new, by=by, incident=found, person=person)
    await body_map.strike_mark(given(StrikeMark, reason=REASON), by=by, mark=mark)


async def on_keep_apart(estate: Estate) -> None:
    """The first is kept apart from three others of Wetherby, one of whom has left; one was reviewed, one has ended. Two at Oakhill. Some came of an
    allegation that only Cleo knows of."""
    facts = {"reason_code": "fight", "reason": REASON, "restriction": "unit", "review_on": TODAY + dt.timedelta(days=9)}
    for by, numbers, which in (("cleo", (1, 4, 5), -1), ("cleo", (1, 8), 1), ("olga", (2, 3), 4)):
        people = [ref("YP", number) for number in numbers]
        new = given(StartKeepApart, young_people=people, **facts, incident=estate.refs["IN"][which])
        for made in await keep_apart.start_keep_apart(by=estate[by], new=new):
            estate.keep("KA", ref("KA", made.id))
    first, second, *_ = estate.refs["KA"]
    review = given(ReviewKeepApart, restriction="cell", review_on=facts["review_on"], reason=REASON)
    pair = await keep_apart_access.get_keep_apart_for(estate["cleo"], first)
    await keep_apart.review_keep_apart(by=estate["cleo"], pair=pair, review=review, version=1)
    pair = await keep_apart_access.get_keep_apart_for(estate["cleo"], second)
    await keep_apart.end_keep_apart(by=estate["cleo"], pair=pair, ending=given(EndKeepApart, reason=REASON), version=1)


async def on_the_allegation(estate: Estate) -> None:
    """The last incident, which only Cleo sees: investigated, concluded, with what the young person was told."""
    cleo = estate["cleo"]
    which = estate.refs["IN"][-1]
    (staff,) = await DB.fetch("SELECT id FROM incident_staff WHERE role = 'staff_alleged'")
    for told in (
        {"investigator": f"{EVIL}investigator", "child_words": f"{EVIL}words"},
        {"investigator": f"{EVIL}another", "officer_told_on": TODAY},
    ):
        found = await incident_access.get_incident_for(cleo, which)
        new = given(RecordAllegation, **told, suspensions=[{"id": staff["id"], "suspended_from": TODAY}])
        await staffing.record_allegation(new, by=cleo, incident=found, version=found.version)
    for step in ({"action": "investigate"}, {"action": "conclude", "finding": "unsubstantiated", "comment": REASON}):
        found = await incident_access.get_incident_for(cleo, which)
        await incidents.move(given(MoveIncident, **step), by=cleo, incident=found, version=found.version)


def texts_filled(instrument: str, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers, with markup in every text among them."""
    kinds = {question.name: question.kind for question in walk(instruments().by_ref(instrument).questions)}
    return {name: f"{EVIL}answer" if kinds[name] in (Kind.TEXT, Kind.TEXTAREA) else value for name, value in answers.items()}


async def with_child(estate: Estate, child: Child) -> None:
    by, young_person = lead(estate, child), estate.children[child.number]
    await cared_for(estate, child)
    await named(estate, child)
    await around(estate, child)
    await checked(estate, child)
    await shared(estate, child)
    visit = given(RecordContact, kind="visit", from_whom="yot", worker=f"{EVIL}worker", happened_on=TODAY, note=f"{EVIL}note")
    contact = await people.record_contact(by=by, young_person=young_person, new=visit)
    if child.number in (1, 4):
        await significant(by, young_person, EntryKey("contact", "contact", contact.id))
    screen = welfare.screen(child.ref, completed_on=TODAY)
    made = [await complete_assessment(by=by, young_person=young_person, new=filled(screen))]
    if child.home == LEEDS:
        asset = welfare.asset(child.ref, completed_on=TODAY, concern=f"{EVIL}concern")
        author = estate["abi" if child.number == 2 else "amina"]
        made.append(await complete_assessment(by=author, young_person=young_person, new=filled(asset)))
    if child.number == 1:
        made += await put_right(estate, child, made[-1].id)
    if child.number == 7:
        await sent_back(estate, made[-1].id)
    for one in made:
        estate.keep("AS", ref("AS", one.id))
    if child.number in (1, 3):
        await followed(estate, child, by)
    if child.number in (1, 3, 4, 7):
        await planned(estate, child, by, ref("AS", made[-1].id) if child.number == 1 else None)


async def significant(by: Any, young_person: Any, key: EntryKey) -> None:
    """Marked, not after all, and marked again."""
    new = given(MarkEntry, why=f"{EVIL}significant")
    mark = await marks.mark_entry(by=by, young_person=young_person, key=key, new=new)
    await marks.take_off_mark(by=by, mark=mark, taking=given(TakeOffMark, why=f"{EVIL}after all"), version=1)
    await marks.mark_entry(by=by, young_person=young_person, key=key, new=new)


async def followed(estate: Estate, child: Child, by: Any) -> None:
    """What happened about the papers that did not come with one child; others are still to be asked for."""
    rows = await DB.fetch("SELECT id FROM arrival_paper WHERE young_person = $1 AND state = 'awaited' ORDER BY id", child.number)
    said = {"happened_on": TODAY, "whom": f"{EVIL}whom", "note": f"{EVIL}note"}
    for row, kind in zip(rows, ("asked", "not_coming"), strict=False):
        paper = await get_paper_for(by, paper_ref(row["id"]))
        await arrival.follow_paper(by=by, paper=paper, step=given(FollowPaper, kind=kind, **said), version=1)
    for row in rows[:2]:
        estate.keep("AP", paper_ref(row["id"]))


async def planned(estate: Estate, child: Child, by: Any, assessment: str | None) -> None:
    """A need of each who is in the lead's care: one that is late, one that was changed and closed."""
    young_person, will = estate.children[child.number], {"will_do": f"{EVIL}will", "owner_name": f"{EVIL}owner"}
    with clock.stopped_at(NOW - dt.timedelta(days=3)):
        first = given(AddNeed, assessment=assessment, topic="safety", need=f"{EVIL}need", owner="yoi", target_on=TODAY - dt.timedelta(days=2), **will)
        made = [await plans.add_need(by=by, young_person=young_person, new=first)]
    if child.number == 1:
        later = {"owner": "health", "target_on": TODAY + dt.timedelta(days=9), **will}
        made.append(await plans.add_need(by=by, young_person=young_person, new=given(AddNeed, topic="lifestyle", need=f"{EVIL}need", **later)))
        changed = await plans.change_need(by=by, need=made[1], change=given(ChangeNeed, reason=REASON, **later), version=1)
        await plans.close_need(by=by, need=changed, closing=given(CloseNeed, closed_on=TODAY, came_of="met", note=REASON), version=2)
    for one in made:
        estate.keep("WN", need_ref(one.id))


async def sent_back(estate: Estate, number: int) -> None:
    other, back = estate["abi"], given(SignAssessment, decision="sent_back", remark=REASON)
    await sign_assessment(by=other, assessment=await get_assessment_for(other, ref("AS", number)), signing=back)


async def put_right(estate: Estate, child: Child, first: int) -> list[Any]:
    """What Amina completed went back to her and was written again; the second one was countersigned."""
    await sent_back(estate, first)
    again = filled(welfare.asset(child.ref, completed_on=TODAY, concern=f"{EVIL}concern", replaces=ref("AS", first)))
    second = await complete_assessment(by=estate["amina"], young_person=estate.children[child.number], new=again)
    other, fine = estate["abi"], given(SignAssessment, decision="countersigned", remark=f"{EVIL}remark")
    await sign_assessment(by=other, assessment=await get_assessment_for(other, ref("AS", second.id)), signing=fine)
    return [second]


async def around(estate: Estate, child: Child) -> None:
    """Who works with them, what contacts are planned, and time out: of each the first has ended. Some are out still, and overdue."""
    by, young_person, soon = lead(estate, child), estate.children[child.number], NOW - dt.timedelta(minutes=5)
    for role in ("advocate", "personal_officer"):
        facts = {"name": f"{EVIL}name", "agency_name": f"{EVIL}team", "telephone": f"{EVIL}9", "email": "ada@example.org"}
        worker = await workers.name_worker(by=by, young_person=young_person, new=given(NameWorker, role=role, **facts, since=TODAY))
        if role == "advocate":
            await workers.end_worker(by=by, worker=worker, ending=given(EndWorker, until=TODAY), version=1)
    await workers.name_worker(by=by, young_person=young_person, new=given(NameWorker, role="social_worker", since=TODAY))
    for whom in ("family", "yot"):
        facts = {"way": "visit", "every_days": 7, "agreed_by": f"{EVIL}agreed", "note": f"{EVIL}note", "since": TODAY - dt.timedelta(days=30)}
        plan = await contact_plans.plan_contacts(by=by, young_person=young_person, new=given(PlanContacts, from_whom=whom, **facts))
        if whom == "family":
            ending = given(EndPlan, until=TODAY, reason=REASON)
            await contact_plans.end_contact_plan(by=by, plan=plan, ending=ending, version=1)
    for hours in (5, 1):
        went = NOW - dt.timedelta(hours=hours)
        facts = {"reason": "court", "place": f"{EVIL}court", "escort": f"{EVIL}escort", "note": f"{EVIL}note"}
        new = given(StartTimeOut, **facts, left_at=went, expected_at=went + dt.timedelta(minutes=30))
        out = await time_out.start_time_out(by=by, young_person=young_person, new=new)
        if hours == 5:
            back = given(EndTimeOut, returned_at=went + dt.timedelta(hours=2), concern=True, note=f"{EVIL}note")
            await time_out.end_time_out(by=by, time_out=out, ending=back, version=1)
        elif child.number in (3, 5, 6):
            await time_out.end_time_out(by=by, time_out=out, ending=given(EndTimeOut, returned_at=soon, concern=False), version=1)


async def checked(estate: Estate, child: Child) -> None:
    """Whether the authority of Leeds knows them: of two checks the first was answered."""
    by, young_person = lead(estate, child), estate.children[child.number]
    for register in ("register", "both"):
        facts = {"area": LEEDS, "register": register, "reason": "told", "asked_by": f"{EVIL}asked", "note": f"{EVIL}note", "asked_on": TODAY}
        check = await checks.ask_check(by=by, young_person=young_person, new=given(AskCheck, **facts))
        if register == "register":
            answer = {"answer": "known", "answered_by": f"{EVIL}answered", "answered_on": TODAY, "note": f"{EVIL}note"}
            await checks.answer_check(by=by, check=check, answer=given(AnswerCheck, **answer), version=1)


async def shared(estate: Estate, child: Child) -> None:
    """Of two things that were asked for the first was told. About those of Leeds it was decided whether to refer them."""
    by, young_person = lead(estate, child), estate.children[child.number]
    for state in ("answered", "asked"):
        facts = {"party": "health", "party_name": f"{EVIL}party", "categories": ["harm", "health"], "what": f"{EVIL}what", "note": f"{EVIL}note"}
        share = await shares.record_share(by=by, young_person=young_person, new=given(RecordShare, **facts, happened="asked", on=TODAY, due_on=TODAY))
        if state == "answered":
            answer = {"happened": "shared", "on": TODAY, "basis": "significant_harm", "consent": "not_asked", "not_asked_because": "urgent"}
            await shares.answer_share(by=by, share=share, answer=given(AnswerShare, **answer), version=1)
    if child.home == LEEDS:
        criteria = {code: {"answer": "met", "evidence": f"{EVIL}evidence"} for code in code_list("public_risk_criterion").values()}
        facts = {"decision": "refer", "reason": REASON, "protection": "to_do", "decided_on": TODAY, "decided_by": f"{EVIL}decided"}
        await decide_public_risk(by=by, young_person=young_person, new=given(DecidePublicRisk, criteria=criteria, **facts))


async def transferred(estate: Estate) -> None:
    """The seventh goes from Oakhill, where nobody walks, to a place where nobody works."""
    child = estate.children[7]
    here = await Placement.objects().get((Placement.young_person == child.id) & Placement.left_at.is_null())
    move = given(TransferPlacement, establishment="FYI", legal_status="dto", moved_at=NOW, reason="nearer_home", escort=f"{EVIL}escort")
    await people.transfer_placement(by=estate["amina"], young_person=child, placement=here, move=move, version=here.version)


async def named(estate: Estate, child: Child) -> None:
    """Names and numbers; of each the first has ended."""
    by, young_person = lead(estate, child), estate.children[child.number]
    for place, kind in enumerate(("alias", "nickname")):
        called = given(RecordName, kind=kind, family_name=f"{EVIL}other", given_names=f"{EVIL}called {place}")
        name = await identifiers.record_name(by=by, young_person=young_person, new=called)
        written = given(RecordNumber, kind="yot", value=f"L {child.number}/{place}01", agency="leeds-yot", since=TODAY)
        number = await identifiers.record_number(by=by, young_person=young_person, new=written)
        if place == 0:
            last = given(EndUse, until=TODAY)
            await identifiers.end_name(by=by, name=await people_access.get_other_name_for(by, child.ref, name), ending=last, version=1)
            await identifiers.end_number(by=by, number=await people_access.get_external_number_for(by, child.ref, number), ending=last, version=1)


async def cared_for(estate: Estate, child: Child) -> None:
    """By whom they are looked after, and were."""

    def looked_after(by: str) -> dict[str, Any]:
        return {"status": "looked_after", "legal_basis": "care_order", "responsible_area": by}

    periods = [(40, looked_after(child.was_cared_for_by)), (20, {"status": "formerly_in_care"})] if child.was_cared_for_by else []
    periods += [(9, looked_after(child.cared_for_by))] if child.cared_for_by else []
    for days, facts in periods:
        new = given(RecordCarePeriod, **facts, started_on=TODAY - dt.timedelta(days=days))
        period = await people.record_care_period(by=lead(estate, child), young_person=estate.children[child.number], new=new)
    if periods:
        right = given(CorrectCarePeriod, **facts, accommodation="foster", started_on=TODAY - dt.timedelta(days=8), reason=REASON)
        young_person = estate.children[child.number]
        await correct_care_period(by=lead(estate, child), young_person=young_person, period=period, correction=right, version=1)


def filled(new: CompleteAssessment) -> CompleteAssessment:
    instrument = f"{new.instrument}/1"
    new.answers, new.own_words = texts_filled(instrument, new.answers), texts_filled(instrument, new.own_words)
    return new


async def on_referrals(estate: Estate) -> None:
    """One is referred and answered; about the first it was considered and not done, which opens no duty."""
    cleo = estate["cleo"]
    third = estate.refs["IN"][2]
    (number,) = estate.plan.referred
    estate.keep("RF", await refer(estate, number, third))
    grounds = grounds_in(third)
    decision = given(
        ConsiderReferral, young_person="YP-000001", threshold=REASON, reason="below_threshold", second_person=f"{EVIL}second",
        review_on=TODAY + dt.timedelta(days=9), **grounds,
    )  # fmt: skip
    considered = await referrals.consider_not_refer(decision, by=cleo)
    estate.keep("RF", ref("RF", considered.id))
    again = given(
        RecordEvent, kind="looked_again", outcome="still_not_referred", on=TODAY, note=f"{EVIL}note", source="minutes",
        agreed_with=f"{EVIL}second", review_on=TODAY + dt.timedelta(days=30),
    )  # fmt: skip
    await referrals.record_event(again, by=cleo, referral=considered, version=1)
    await on_time_limits(estate)


async def on_time_limits(estate: Estate) -> None:
    """Of the referral's two one is voided, and the other was paused and runs again. Jay has a calendar."""
    esi = estate["esi"]
    one, other = [row["id"] for row in await DB.fetch("SELECT id FROM clock WHERE subject_kind = 'referral' ORDER BY id LIMIT 2")]
    for number, kind in ((one, "voided"), (other, "paused")):
        data = given(HoldClock, kind=kind, reason=REASON, agreed_with=f"{EVIL}second")
        await time_limits.hold_clock(data, by=esi, row=await get_clock_for(esi, number), version=1)
    again = given(ResumeClock, reason=REASON)
    await time_limits.resume_clock(again, by=esi, row=await get_clock_for(esi, other), version=2)
    estate.refs["clock"] = [str(one), str(other)]
    estate.refs["calendar"] = [f"{await time_limits.make_feed(by=estate['jay'])}.ics"]


def grounds_in(incident: str) -> dict[str, Any]:
    return {
        "incidents": [incident],
        "category": "physical",
        "concern": REASON,
        "child_view": f"{EVIL}view",
        "told_by": "visitor",
        "told_on": TODAY,
        "told_how": f"{EVIL}told",
    }


async def refer(estate: Estate, number: int, incident: str, *, over: bool = False) -> str:
    """A referral of Cleo's, which Esi acknowledges, or ends."""
    letter = given(SendReferral, young_person=ref("YP", number), sharing_basis="significant_harm", gaps_reason=REASON, **grounds_in(incident))
    sent = await referrals.send_referral(letter, by=estate["cleo"])
    steps = (("decided", "assessment"), ("ended", "assessed_no_further_action")) if over else (("acknowledged", None),)
    for kind, outcome in steps:
        found = await referral_access.get_referral_for(estate["esi"], sent.ref)
        event = given(RecordEvent, kind=kind, outcome=outcome, on=TODAY, note=f"{EVIL}note", present_names=f"{EVIL}names")
        await referrals.record_event(event, by=estate["esi"], referral=found, version=found.version)
    return sent.ref


async def on_models(estate: Estate) -> None:
    """A version that may not be used, one that is used, and one that was."""
    refused = await models.version("Its AUC of 0.612 may be as low as 0.571 (95 %), which doesn't beat 0.598 for any incident in 28 days.")
    was = await models.in_use(estate["cleo"], estate["jay"])
    await end_use(by=estate["jay"], new=given(StopModel, reason=REASON), version=was)
    used = await models.in_use(estate["cleo"], estate["jay"])
    estate.refs["model"] = [str(refused), str(was), str(used)]
    await set_capacity(by=estate["cleo"], establishment=WETHERBY, new=given(SetCapacity, a_week=1, reason=REASON), steps=0)
    await set_thresholds(by=estate["jay"], indicator="self-harm-recent", new=given(SetThresholds, values={"days": 21}, reason=REASON), steps=0)
    estate.refs |= {"rule": ["self-harm-recent"], "place": [WETHERBY]}


async def on_reviews(estate: Estate) -> None:
    """One at Wetherby, where the first case is decided, and one at Oakhill, of whose area nobody here is on the committee. Wetherby has a panel."""
    seats = {"agencies": ["wetherby", "leeds-yot"], "must_come": ["wetherby"], "least_agencies": 2}
    panel = await keep_panel(by=estate["cleo"], new=given(KeepPanel, chair=f"{EVIL}chair", every_weeks=2, **seats))
    estate.keep("panel", str(panel.id))
    await review(estate, "cleo", sorted(estate.plan.reviewed))
    await review(estate, "olga", [2, 3])
    estate.refs["action"] = [str(row["id"]) for row in await DB.fetch("SELECT id FROM action ORDER BY id")]
    await decided(estate)
    await locked(estate)
    await asked_for(estate)


async def asked_for(estate: Estate) -> None:
    """Of those at Wetherby one is asked for, one request is taken back, and someone is left for later."""
    cleo = estate["cleo"]
    for number in (1, 5):
        child = await get_young_person_for(cleo, ref("YP", number))
        made = await agenda.ask_for_review(by=cleo, young_person=child, new=given(AskForReview, reason=REASON))
        estate.keep("request", str(made.id))
        if number == 1:
            await agenda.withdraw_request(by=cleo, request=made, version=1, new=given(WithdrawRequest, reason=REASON))
    meeting = await reviews.arrange_review(by=cleo, new=given(ArrangeReview, meets_on=TODAY, chair=f"{EVIL}chair"))
    estate.keep("RV", ref("RV", meeting.id))
    await agenda.leave_off(by=cleo, review=meeting, new=given(LeaveOff, young_person=ref("YP", 1), reason=REASON))


async def locked(estate: Estate) -> None:
    """At Oakhill every case is put off, the minutes are locked, and something is added to them."""
    olga = estate["olga"]
    for number in (1, 2):
        meeting, case = await review_access.get_case_for(olga, estate.refs["RV"][1], number)
        await minutes.put_off_case(by=olga, review=meeting, case=case, version=1, new=given(PutOff, reason=REASON))
    meeting = await review_access.get_review_for(olga, estate.refs["RV"][1])
    await minutes.lock_minutes(by=olga, review=meeting, version=meeting.version, new=given(LockMinutes, agreed_by=f"{EVIL}agreed"))
    for about in (case, None):
        await minutes.add_addendum(by=olga, review=meeting, case=about, text=f"{EVIL}text")


async def review(estate: Estate, name: str, numbers: list[int]) -> None:
    """A meeting with everything that is said before a decision."""
    by = estate[name]
    meeting = await reviews.arrange_review(by=by, new=given(ArrangeReview, meets_on=TODAY, chair=f"{EVIL}chair"))
    attended = given(RecordAttendance, agency="leeds-yot", person=f"{EVIL}person", attended="attended")
    await reviews.record_attendance(by=by, review=meeting, new=attended)
    sorry = given(RecordAttendance, agency="leeds-yot", person=f"{EVIL}second", attended="apologies", reason=f"{EVIL}reason")
    await reviews.record_attendance(by=by, review=meeting, new=sorry)
    here = estate.keep("RV", ref("RV", meeting.id))
    for place, number in enumerate(numbers, 1):
        await reviews.list_case(by=by, review=meeting, new=given(ListCase, young_person=ref("YP", number), because=REASON))
        _, case = await review_access.get_case_for(by, here, place)
        await reviews.give_view(by=by, case=case, new=given(GiveView, view=f"{EVIL}view"))
        said = given(GiveView, view=f"{EVIL}view", dissents=True, agency="leeds-yot", said_by=f"{EVIL}said_by")
        await reviews.give_view(by=by, case=case, new=said)
        action = given(AgreeAction, what=REASON, owner_agency="leeds-yot", owner_name=f"{EVIL}owner", due_on=TODAY)
        await reviews.agree_action(by=by, review=meeting, case=case, new=action)


async def decided(estate: Estate) -> None:
    """The first case at Wetherby; a flag of his is answered before, and an action is done."""
    cleo = estate["cleo"]
    meeting, case = await review_access.get_case_for(cleo, estate.refs["RV"][0], 1)
    listed = await DB.fetch("SELECT flag FROM review_case_flag WHERE review_case = $1 ORDER BY flag", case.id)
    any_flag = await DB.fetchval("SELECT min(id) FROM flag WHERE young_person = 1")
    await answer_flag(by=cleo, flag=await review_access.get_flag_for(cleo, any_flag), outcome=Outcome.AGREED, reason=REASON)
    flags = [{"flag": row["flag"], "outcome": "agreed", "reason": REASON} for row in listed]
    new = given(
        DecideCase,
        decision="support_plan",
        reason=REASON,
        child_came="attended",
        child_said=f"{EVIL}said",
        flags=flags,
        plan=f"{EVIL}plan",
        advocate="asked",
        advocate_why=f"{EVIL}why",
    )
    await reviews.decide_case(by=cleo, review=meeting, case=case, version=case.version, new=new)
    action = await review_access.get_action_for(cleo, int(estate.refs["action"][0]))
    over = given(HandOver, owner_agency="leeds-yot", owner_name=f"{EVIL}other", reason=REASON)
    action = await tracker.hand_over(by=cleo, action=action, version=action.version, new=over)
    done = given(FinishAction, note=f"{EVIL}note", evidence=f"{EVIL}evidence")
    await tracker.finish_action(by=cleo, action=action, version=action.version, new=done)
    action = await review_access.get_action_for(cleo, int(estate.refs["action"][1]))
    await tracker.ask_cancel(by=cleo, action=action, version=action.version, new=given(AskCancel, reason=REASON))


async def on_committees(estate: Estate) -> None:
    """That of Leeds: of members, meetings and protocols the first has ended, or was withdrawn."""
    jay = estate["jay"]
    estate.keep("area", LEEDS)
    for seat in ("police", "yot"):
        new = given(NameMember, seat=seat, name=f"{EVIL}name", post=f"{EVIL}post", since=TODAY - dt.timedelta(days=30))
        member = await committees.name_member(by=jay, area=LEEDS, new=new)
        if seat == "police":
            await committees.end_member(by=jay, member=member, ending=given(EndMember, until=TODAY), version=1)
    for ago in (9, 2):
        attendance = {"police": "apologies", "yot": "attended"}
        met = given(RecordMeeting, met_on=TODAY - dt.timedelta(days=ago), chair=f"{EVIL}chair", attendance=attendance)
        meeting = await committees.record_meeting(by=jay, area=LEEDS, new=met)
        if ago == 9:
            await committees.withdraw_meeting(by=jay, meeting=meeting, withdrawal=given(WithdrawMeeting, reason=REASON))
    for kind in ("information", "acpc_yot"):
        facts = {"title": f"{EVIL}title", "signatories": ["acpc"], "starts_on": TODAY - dt.timedelta(days=400), "review_on": TODAY}
        protocol = await committees.record_protocol(by=jay, area=LEEDS, new=given(RecordProtocol, kind=kind, **facts))
        if kind == "information":
            ending = given(ChangeProtocol, what="ended", ended_on=TODAY, reason=REASON)
            await committees.change_protocol(by=jay, protocol=protocol, change=ending, version=1)


async def on_case_reviews(estate: Estate) -> None:
    """Of the fourth: one to be decided, one that is held, with what waits and what is done, and one that is completed."""
    cleo, jay, young_person = estate["cleo"], estate["jay"], estate.children[4]
    for course in ("completed", "held", "asked"):
        facts = {"area": LEEDS, "happened": "serious_harm", "happened_on": TODAY - dt.timedelta(days=3), "concern": f"{EVIL}concern"}
        review = await case_reviews.ask_review(by=cleo, young_person=young_person, new=given(AskReview, **facts))
        estate.keep("SR", ref("SR", review.id))
        if course == "asked":
            continue
        decision = given(DecideReview, decision="hold", reason=REASON, decided_on=TODAY, chair=f"{EVIL}chair")
        review = await case_reviews.decide_review(by=jay, review=review, decision=decision, version=1)
        panel = {"seat": "custody", "member": f"{EVIL}member", "agency": "wetherby", "asked_on": TODAY, "due_on": TODAY}
        party = await case_reviews.add_party(by=jay, review=review, new=given(AddParty, **panel))
        new = given(Recommend, text=f"{EVIL}text", party=party.id, owner=f"{EVIL}owner", due_on=TODAY)
        found = await case_reviews.recommend(by=jay, review=review, new=new)
        await case_reviews.record_change(by=jay, review=review, new=given(RecordChange, what=f"{EVIL}what", changed_on=TODAY))
        if course == "completed":
            await case_reviews.receive_review(by=cleo, review=review, party=party, new=given(ReceiveReview, received_on=TODAY), version=1)
            done = given(FinishRecommendation, done_on=TODAY, evidence=REASON)
            await case_reviews.finish_recommendation(by=cleo, review=review, recommendation=found, new=done, version=1)
            ending = given(CompleteReview, completed_on=TODAY, summary=f"{EVIL}summary", published_on=TODAY)
            await case_reviews.complete_review(by=jay, review=review, new=ending, version=2)


async def with_drafts(estate: Estate) -> None:
    """Forms that Dan and Cleo have begun."""
    answers = {"kind": "bullying", "place_detail": f"{EVIL}place", "account": f"{EVIL}account"}
    for name in ("dan", "cleo"):
        await start_draft(by=estate[name], kind=recording.DRAFT, title=f"{EVIL}title", answers=answers)
    here = await DB.fetchval("SELECT young_person FROM placement WHERE establishment = $1 AND left_at IS NULL ORDER BY id LIMIT 1", WETHERBY)
    begun = first_answers(INSTRUMENTS["vulnerability-screen"], here, [], clock.today())
    await start_draft(by=estate["dan"], kind=DRAFT_KIND, title=f"{EVIL}title", answers=begun)


async def with_surveys(estate: Estate) -> None:
    """One in each place and an earlier one to compare with, and a kept file of Cleo's with markup in its cells."""
    for place, month, yes in ((WETHERBY, "2026-05", 12), (WETHERBY, "2026-07", 21), (OAKHILL, "2026-07", 21)):
        new = given(ImportSurvey, questionnaire="children-custody", establishment=place, fielded=month)
        done = await surveys.import_survey(by=Operator(), new=new, source=wave(yes), name=f"{EVIL}.csv")
        estate.keep("survey", str(done.survey))
    await with_comments(estate)
    new = given(ImportSurvey, questionnaire="children-custody", establishment=WETHERBY, fielded="2026-06")
    cell = f'"{EVIL.replace(chr(34), chr(34) * 2)}"'
    bad = wave(20, 30, f"{cell},16,A").replace(b"wing", cell.encode(), 1)
    estate.keep("upload", str(await keep_upload(by=estate["cleo"], new=new, file=bad, name=f"{EVIL}.csv")))
    at_work = await keep_upload(by=estate["femi"], new=new, file=wave(), name=f"{EVIL}.csv")
    await confirm_upload(by=estate["femi"], upload=await get_upload_for(estate["femi"], at_work), leave_out=False)
    estate.keep("upload", str(at_work))


async def with_imports(estate: Estate) -> None:
    """Two logs of Cleo's about the first child: one has come in but for a row, the other waits, with a word that is not known."""
    heads = ["Log", "Kind", "Day", "Place", "Account", "Told by", "Who", "Part", f"{EVIL}more"]
    fields = ["reference", "kind", "happened", "place", "account", "told_by", "young_person", "role", "immediate_action"]
    mapping = Mapping(target="incidents", source=f"{EVIL}log", columns=dict(zip(heads, fields, strict=True)))
    await keep_mapping(by=estate["cleo"], agency=estate["cleo"].agency, mapping=mapping)
    who = f"YP-{estate.children[1].id:06d}"
    rows = [
        [str(n), kind, "2026-10-04", "landing", f"{EVIL}account", "staff", who, "harmed", f"{EVIL}action"] for n, kind in enumerate(["injury", EVIL])
    ]
    for mode in ("good", None):
        file = table(heads, *([["2", *row[1:]] for row in rows] if mode is None else rows))
        run = await imports.upload(by=estate["cleo"], target_name="incidents", source=mapping.source, file=file, name=f"{EVIL}.csv", mapping=mapping)
        estate.keep("import", str(run))
        if mode:
            await imports.confirm(by=estate["cleo"], run=await get_run_for(estate["cleo"], run), mode="good", version=1)
            await IMPORT_RUN.run({"run": run})


async def with_a_question(estate: Estate) -> None:
    """A list of Amina's with one who is called and born as the second child is."""
    child = await DB.fetchrow("SELECT family_name, given_names, date_of_birth FROM young_person WHERE id = $1", estate.children[1].id)
    heads = ["Family", "Given", "Born", "Sex", "Area"]
    fields = ["family_name", "given_names", "date_of_birth", "sex", "home_area"]
    mapping = Mapping(target="people", source=f"{EVIL}list", dates="ymd", columns=dict(zip(heads, fields, strict=True)))
    file = table(heads, [child["family_name"], child["given_names"], child["date_of_birth"].isoformat(), "male", LEEDS])
    run = await imports.upload(by=estate["amina"], target_name="people", source=mapping.source, file=file, name=f"{EVIL}.csv", mapping=mapping)
    estate.keep("import", str(run))
    await imports.confirm(by=estate["amina"], run=await get_run_for(estate["amina"], run), mode="good", version=1)
    await IMPORT_RUN.run({"run": run})


async def with_reports(estate: Estate) -> None:
    """Of Cleo's: one that is issued, its correction that waits, and one that failed; one that is scheduled, and one that has stopped."""
    cleo = estate["cleo"]
    definition, place = report_access.get_report_for(cleo, "yoi-safeguarding"), await place_of(cleo.agency)
    issued = await reports.ask_build(by=cleo, definition=definition, place=place, period=period("2026-09"))
    await REPORT_BUILD.run({"build": issued})
    row = await report_access.build_numbered(issued)
    await reports.issue(by=cleo, row=row, version=row["version"])
    failed = await reports.ask_build(by=cleo, definition=definition, place=place, period=period("2026-08"))
    await reports.fail(failed, "TimeoutError", by=cleo)
    corrects = await report_access.build_numbered(issued)
    correction = await reports.ask_build(by=cleo, definition=definition, place=place, period=period("2026-09"), corrects=corrects, reason=REASON)
    for build in (issued, correction, failed, *await with_words(estate["jay"])):
        estate.keep("RP", ref("RP", build))
    for every in ("month", "quarter"):
        new = given(ScheduleReport, report="yoi-safeguarding", every=every)
        estate.keep("RS", ref("RS", await schedules.set_up(by=cleo, definition=definition, place=place, new=new)))
    async with write_transaction():
        stopped = await DB.fetchrow("SELECT * FROM report_schedule ORDER BY id DESC LIMIT 1")
        await schedules.stop(stopped, "There is no such report any more.", by=Operator("system"))
    taken = estate.keep("IP", await put_pack(estate["femi"], "2026-Q1", name=f"{EVIL}Wetherby"))
    estate.keep("IP", await put_pack(estate["femi"], "2026-Q1", replaced=taken))


async def with_words(jay: User) -> tuple[int, int]:
    """Of Jay's: evidence with words that are not signed yet, and the same of a quarter before, signed and added to."""
    definition, place = report_access.get_report_for(jay, "standards-evidence"), await place_of(jay.agency)
    waiting = await reports.ask_build(by=jay, definition=definition, place=place, period=period("2026-Q3"))
    await REPORT_BUILD.run({"build": waiting})
    signed = await reports.ask_build(by=jay, definition=definition, place=place, period=period("2026-Q2"), queued=False)
    content = content_of(await report_access.build_numbered(waiting))
    assert content is not None
    await reports.keep(signed, content, by=jay)
    for build in (waiting, signed):
        row = await report_access.build_numbered(build)
        await signing.write(by=jay, row=row, words={place.id: EVIL for place in content.places}, version=0)
    await signing.sign(by=jay, row=row, signed_as=EVIL, version=5)
    await signing.add(by=jay, row=row, place="standard-5", words=EVIL, version=5)
    return waiting, signed


async def with_comments(estate: Estate) -> None:
    """At Wetherby one that is read, one that Cleo has marked and answered, one that Femi has marked and that waits; one at Oakhill."""
    written = EVIL.replace(chr(34), chr(34) * 2)
    for place, many in ((WETHERBY, 3), (OAKHILL, 1)):
        estate.keep("site", place)
        new = given(ImportSurvey, questionnaire="children-custody", establishment=place, fielded="2026-04")
        file = "\n".join(["unsafe_ever,bullied_by_children,comments", *(f'yes,no,"{written}{n} at {place}"' for n in range(many)), ""]).encode()
        await surveys.import_survey(by=Operator(), new=new, source=file, name="written.csv")
    rows = await DB.fetch("SELECT c.id FROM survey_comment c JOIN survey s ON s.id = c.survey ORDER BY s.establishment = $1 DESC, c.id", WETHERBY)
    refs = [estate.keep("CM", ref("CM", row["id"])) for row in rows]
    for reference, who in zip(refs, ("cleo", "femi"), strict=False):
        comment = await comments_access.get_comment_for(estate[who], reference)
        marked = await comments.mark_comment(by=estate[who], comment=comment, mark=given(MarkComment, reason=REASON), version=1)
        if who == "cleo":
            answer = given(AnswerComment, done=REASON, done_on=clock.today().isoformat(), done_by=f"{EVIL}who")
            await comments.answer_comment(by=estate["cleo"], comment=marked, answer=answer, version=2)
    await comments.say_read(by=estate["cleo"], said=given(SayRead, comments=refs[2:3]))


async def with_merges(estate: Estate) -> None:
    """The first child is in two more records of Amina's: both were merged into his, and the first of those merges was undone and done again. Two
    records stand beside each other that nobody can merge: their stays overlap."""
    amina, kept = estate["amina"], estate.children[1]
    for merged, _ in estate.plan.merged:
        names = {"family_name": f"Fam{merged:02}q", "given_names": f"Giv{merged:02}q", "known_as": f"{EVIL}known"}
        new = given(AddYoungPerson, **names, date_of_birth=kept.date_of_birth, sex="male", home_area=LEEDS)
        other = await people.add_young_person(by=amina, new=replace(await another_child(amina, new), not_duplicate_because=REASON))
        await start_draft(by=amina, kind="incident", title=f"{EVIL}title", answers={"young_person": ref("YP", other.id), "account": f"{EVIL}account"})
        done = await merge_into(estate, 1, other.id)
        if merged == estate.plan.merged[0][0]:
            await undo_merge(by=amina, merge=done, reason=REASON)
            done = await merge_into(estate, 1, other.id)
    estate.refs["merge"], estate.refs["pair"] = [str(done.id)], ["YP-000001", "YP-000002"]


async def merge_into(estate: Estate, kept: int, merged: int) -> RecordMerge:
    amina = estate["amina"]
    one, other = [await get_young_person_for(amina, number) for number in (kept, merged)]
    choices = dict.fromkeys(to_choose(details_of(one), details_of(other)), Which.THIS)
    return await merge_records(by=amina, kept=one, other=other, reason=REASON, choices=choices, version=one.version, other_version=other.version)
