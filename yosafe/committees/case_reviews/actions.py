"""Every change to serious case reviews. Keyword-only, by someone, in one transaction with its audit entry."""

import datetime as dt
from typing import Any

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import FieldError, Invalid
from yosafe.people.changing import change_row
from yosafe.people.clocks import Owner, meet_clock, start_clock
from yosafe.people.duties import DutyKind, end_duty, open_duty
from yosafe.people.rules import area_faults, before_birth_faults, faults_of, past_faults
from yosafe.people.tables import YoungPerson
from yosafe.reference.codes import code_list

from . import access, rules
from .access import SUBJECT, check_can_decide, check_can_finish
from .notices import tell_asker, tell_committee
from .schemas import AddParty, AskReview, CompleteReview, DecideReview, FinishRecommendation, ReceiveReview, Recommend, RecordChange
from .tables import CaseReview, CaseReviewChange, CaseReviewParty, CaseReviewRecommendation

CLOCK = "serious-case-review"


async def ask_review(*, by: User, young_person: YoungPerson, new: AskReview) -> CaseReview:
    """Ask a committee whether it reviews what happened; until it has, its members see the young person. Raises Refused, Invalid."""
    check_may(by, access.ASK)
    faults = [
        *area_faults(new.area, field="area"),
        *faults_of(code_list("case_review_happened").check, new.happened, key="happened"),
        *past_faults("happened_on", new.happened_on, today=clock.today()),
        *before_birth_faults("happened_on", new.happened_on, date_of_birth=young_person.date_of_birth),
    ]
    if faults:
        raise Invalid(faults)
    async with write_transaction():
        review = CaseReview(
            young_person=young_person.id, area=new.area, agency=by.agency, happened=new.happened, happened_on=new.happened_on, concern=new.concern,
            decision=None, decision_reason=None, decided_on=None, chair=None, completed_on=None, summary=None, published_on=None,
            decided_recorded_at=None, decided_recorded_by=None, completed_recorded_at=None, completed_recorded_by=None, version=1, **_new(by),
        )  # fmt: skip
        await review.save()
        await open_duty(DutyKind.COMMITTEE, young_person=young_person.id, area=new.area, subject=(SUBJECT, review.id))
        await tell_committee(review, by=by)
        await _note(EventName.CASE_REVIEW_ASKED, by, review, {"area": new.area, "happened": new.happened})
    return review


async def decide_review(*, by: User, review: CaseReview, decision: DecideReview, version: int) -> CaseReview:
    """Record whether the review is held; if it is, its time limit runs. Raises Refused, Conflict, Invalid, Stale."""
    check_can_decide(by, review)
    rules.check_undecided(_state(review))
    faults = [
        *faults_of(code_list("case_review_decision").check, decision.decision, key="decision"),
        *rules.decision_faults(
            decision=decision.decision, chair=decision.chair, decided_on=decision.decided_on, happened_on=review.happened_on, today=clock.today()
        ),
    ]
    if faults:
        raise Invalid(faults)
    values = {
        "decision": decision.decision, "decision_reason": decision.reason, "decided_on": decision.decided_on, "chair": decision.chair,
        "decided_recorded_at": clock.now(), "decided_recorded_by": by.id,
    }  # fmt: skip
    async with write_transaction():
        decided = await change_row(review, values, version, still=CaseReview.decision.is_null())
        if decision.decision == rules.HOLD:
            owner = Owner.in_area(AgencyKind.ACPC, review.area)
            at = clock.midnight(decision.decided_on)
            await start_clock(CLOCK, young_person=review.young_person, subject=(SUBJECT, review.id), owner=owner, started_at=at)
        else:
            await end_duty(subject=(SUBJECT, review.id))
        await tell_asker(decided, by=by)
        await _note(EventName.CASE_REVIEW_DECIDED, by, decided, {"decision": decision.decision})
    return decided


async def add_party(*, by: User, review: CaseReview, new: AddParty) -> CaseReviewParty:
    """Put an agency on the panel and ask for its management review. Raises Refused, Conflict, Invalid."""
    check_can_decide(by, review)
    rules.check_held(_state(review))
    agency = await DB.fetchval("SELECT id FROM agency WHERE code = $1 AND closed_at IS NULL", new.agency) if new.agency else None
    faults = [
        *faults_of(code_list("committee_seat").check, new.seat, key="seat"),
        *rules.party_faults(asked_on=new.asked_on, due_on=new.due_on, decided_on=_decided(review), today=clock.today()),
    ]
    if new.agency and agency is None:
        faults.append(FieldError("agency", "There is no agency with this code here. Leave it out where it does not use yosafe"))
    if faults:
        raise Invalid(faults)
    async with write_transaction():
        await _hold(review, completed=False)
        party = CaseReviewParty(
            case_review=review.id, seat=new.seat, agency=agency, member=new.member, asked_on=new.asked_on, due_on=new.due_on, received_on=None,
            received_recorded_at=None, received_recorded_by=None, version=1, **_new(by),
        )  # fmt: skip
        await party.save()
        await _note(EventName.CASE_REVIEW_PARTY, by, review, {"party": party.id, "seat": new.seat})
    return party


async def receive_review(*, by: User, review: CaseReview, party: CaseReviewParty, new: ReceiveReview, version: int) -> CaseReviewParty:
    """Record that an agency's management review came. Raises Refused, Conflict, Invalid, Stale."""
    check_can_finish(by, review, party.agency)
    rules.check_held(_state(review))
    rules.check_open(party.received_on)
    if faults := rules.after_faults("received_on", new.received_on, first=party.asked_on, lead="It was asked for on", today=clock.today()):
        raise Invalid(faults)
    values = {"received_on": new.received_on, "received_recorded_at": clock.now(), "received_recorded_by": by.id}
    async with write_transaction():
        received = await change_row(party, values, version, still=CaseReviewParty.received_on.is_null())
        await _note(EventName.CASE_REVIEW_RECEIVED, by, review, {"party": party.id})
    return received


async def recommend(*, by: User, review: CaseReview, new: Recommend) -> CaseReviewRecommendation:
    """Record a recommendation to an agency of the panel. Raises Refused, Conflict, NotFound for the agency, Invalid."""
    check_can_decide(by, review)
    rules.check_held(_state(review))
    party = await access.get_party(review, new.party)
    if new.due_on < _decided(review):
        raise Invalid([FieldError("due_on", f"The review was decided on {_decided(review):%-d %B %Y}: it can't be due before that")])
    async with write_transaction():
        await _hold(review, completed=False)
        last = await DB.fetchval("SELECT coalesce(max(number), 0) FROM case_review_recommendation WHERE case_review = $1", review.id)
        made = CaseReviewRecommendation(
            case_review=review.id, number=last + 1, case_review_party=party.id, text=new.text, owner=new.owner, due_on=new.due_on, done_on=None,
            evidence=None, done_recorded_at=None, done_recorded_by=None, version=1, **_new(by),
        )  # fmt: skip
        await made.save()
        await _note(EventName.CASE_REVIEW_RECOMMENDED, by, review, {"recommendation": made.id})
    return made


async def finish_recommendation(
    *, by: User, review: CaseReview, recommendation: CaseReviewRecommendation, new: FinishRecommendation, version: int
) -> CaseReviewRecommendation:
    """Record that a recommendation was done, with what shows it; after the review too. Raises Refused, Conflict, Invalid, Stale."""
    party = await access.get_party(review, recommendation.case_review_party)
    check_can_finish(by, review, party.agency)
    rules.check_open(recommendation.done_on)
    if faults := rules.after_faults("done_on", new.done_on, first=_decided(review), lead="The review was decided on", today=clock.today()):
        raise Invalid(faults)
    values = {"done_on": new.done_on, "evidence": new.evidence, "done_recorded_at": clock.now(), "done_recorded_by": by.id}
    async with write_transaction():
        done = await change_row(recommendation, values, version, still=CaseReviewRecommendation.done_on.is_null())
        await _note(EventName.CASE_REVIEW_DONE, by, review, {"recommendation": recommendation.id})
    return done


async def record_change(*, by: User, review: CaseReview, new: RecordChange) -> CaseReviewChange:
    """Record what changed in practice; after the review too. Raises Refused, Conflict, Invalid."""
    check_can_decide(by, review)
    rules.check_held(_state(review), completed=True)
    if faults := rules.after_faults("changed_on", new.changed_on, first=review.happened_on, lead="It happened on", today=clock.today()):
        raise Invalid(faults)
    async with write_transaction():
        change = CaseReviewChange(case_review=review.id, what=new.what, changed_on=new.changed_on, **_new(by))
        await change.save()
        await _note(EventName.CASE_REVIEW_CHANGE, by, review, {"change": change.id})
    return change


async def complete_review(*, by: User, review: CaseReview, new: CompleteReview, version: int) -> CaseReview:
    """Record the end of a review with its summary: the time limit is met, and its members' duty ends. Raises Refused, Conflict, Invalid, Stale."""
    check_can_decide(by, review)
    rules.check_held(_state(review))
    values = {
        "completed_on": new.completed_on, "summary": new.summary, "published_on": new.published_on, "completed_recorded_at": clock.now(),
        "completed_recorded_by": by.id,
    }  # fmt: skip
    async with write_transaction():
        await _hold(review, completed=False)
        waiting = await DB.fetchval("SELECT count(*) FROM case_review_party WHERE case_review = $1 AND received_on IS NULL", review.id)
        faults = rules.completion_faults(
            completed_on=new.completed_on, published_on=new.published_on, decided_on=_decided(review), outstanding=waiting, today=clock.today()
        )
        if faults:
            raise Invalid(faults)
        completed = await change_row(review, values, version, still=CaseReview.completed_on.is_null())
        await meet_clock(CLOCK, subject=(SUBJECT, review.id), at=clock.midnight(new.completed_on))
        await end_duty(subject=(SUBJECT, review.id))
        await _note(EventName.CASE_REVIEW_COMPLETED, by, completed, {"published": new.published_on is not None})
    return completed


def _state(review: CaseReview) -> rules.State:
    return rules.state_of(review.decision, review.completed_on)


def _decided(review: CaseReview) -> dt.date:
    day: dt.date = review.decided_on
    return day


async def _hold(review: CaseReview, *, completed: bool) -> None:
    """Hold back whoever would complete the review meanwhile. Raises Conflict where it is completed by now."""
    row = await DB.fetchrow("SELECT decision, completed_on FROM case_review WHERE id = $1 FOR UPDATE", review.id)
    if row is not None:
        rules.check_held(rules.state_of(row["decision"], row["completed_on"]), completed=completed)


def _new(by: User) -> dict[str, Any]:
    return {"recorded_at": clock.now(), "recorded_by": by.id}


async def _note(event: EventName, by: User, review: CaseReview, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=(SUBJECT, review.id), young_person=review.young_person, detail=detail)
