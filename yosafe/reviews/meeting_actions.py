"""Every change to joint reviews: arranging, listing, attendance, views, decisions, and the actions that they agree."""

from collections.abc import Iterable, Sequence

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.db.sql import Sql
from yosafe.errors import Conflict, FieldError, Invalid, NotFound, Stale
from yosafe.people.access import get_young_person_for
from yosafe.people.duties import DutyKind, open_duty
from yosafe.people.tables import YoungPerson
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment

from . import access
from . import meeting_rules as rules
from .actions import CASE, add_outcome, close_flags
from .agenda.requests import taken_on, waiting
from .meeting_schemas import AgreeAction, ArrangeReview, DecideCase, FlagDecision, GiveView, ListCase, RecordAttendance
from .notices import tell_of_action, tell_of_case
from .queries import ASKS
from .rules import Outcome
from .status import Act
from .tables import Action, Review, ReviewCase

STALE = "Someone else changed this since you opened it. Look at it again before you change it."
_DECIDE = """
    UPDATE review_case SET decision = $3, decision_reason = $4, child_came = $5, child_said = $6, next_review_on = $7, decided_at = $8,
        decided_by = $9, plan = $10, advocate = $11, advocate_why = $12, version = version + 1
    WHERE id = $1 AND version = $2 AND decided_at IS NULL AND put_off_at IS NULL RETURNING id
"""


async def arrange_review(*, by: User, new: ArrangeReview) -> Review:
    """A meeting about young people of one establishment. Raises Invalid for a day or an establishment that can't be."""
    check_may(by, "review:arrange")
    faults = rules.meeting_day_faults(new.meets_on, today=clock.today())
    place, more = _place(by, new.establishment)
    if faults + more:
        raise Invalid(faults + more)
    async with write_transaction():
        review = Review(
            establishment=place, area=establishment(place).area, meets_on=new.meets_on, chair=new.chair, held_at=None, locked_at=None,
            quorate=None, quorum=None, agency=by.agency, recorded_at=clock.now(), recorded_by=by.id, version=1,
        )  # fmt: skip
        await review.save()
        await record(EventName.REVIEW_ARRANGED, by=by, subject=("review", review.id), detail={"establishment": place})
    return review


def _place(by: User, code: str | None) -> tuple[str, list[FieldError]]:
    """The establishment that a review is for, and what is wrong with it."""
    code = code or by.establishment
    if code is None:
        return "", [FieldError("establishment", "Select the establishment")]
    try:
        place = establishment(code)
    except NotFound as fault:
        return "", [FieldError("establishment", str(fault))]
    if by.establishment is not None and by.establishment != place.code:
        return "", [FieldError("establishment", "You can arrange reviews of your own establishment only")]
    if by.role is Role.ACPC_MEMBER and by.area != place.area:
        return "", [FieldError("establishment", "You can arrange reviews of establishments in your committee's area only")]
    return place.code, []


async def list_case(*, by: User, review: Review, new: ListCase) -> ReviewCase:
    """Put a young person on the agenda, for every flag of theirs that stands above a note. The committee of the area sees them from now on.

    Raises NotFound for one whom the user does not see, Invalid for one who is not held there or where no reason is given, Conflict for one who is
    listed already.
    """
    access.check_can_do(by, review, Act.LIST)
    child = await get_young_person_for(by, new.young_person)
    async with write_transaction():
        await access.hold(by, review.id, Act.LIST)
        await check_listable(review, child)
        flags = await _standing_flags(by, child.id)
        asked = await waiting(child.id)
        if not flags and not new.because and not asked:
            raise Invalid([FieldError("because", "Nothing is flagged now: say why the young person is to be discussed")])
        case = ReviewCase(
            review=review.id, number=await _next_number(review), young_person=child.id,
            listed_because=new.because or rules.asked_for([(row["agency"], row["reason"]) for row in asked]),
            child_came=None, child_said=None, decision=None, decision_reason=None, decided_at=None, decided_by=None, next_review_on=None,
            advocate=None, advocate_why=None, plan=None, put_off_at=None, put_off_by=None, put_off_reason=None,
            place=await _next_place(review), version=1,
        )  # fmt: skip
        await case.save()
        await DB.executemany("INSERT INTO review_case_flag (review_case, flag) VALUES ($1, $2)", [(case.id, flag) for flag in flags])
        await taken_on(asked, case.id)
        await open_duty(DutyKind.COMMITTEE, young_person=child.id, area=review.area, subject=(CASE, case.id))
        await moved(review.id)
        await tell_of_case(review, case, child, by=by)
        await record(EventName.REVIEW_CASE_LISTED, by=by, subject=("review", review.id), young_person=child.id, detail={"case": case.number})
    return case


async def check_listable(review: Review, child: YoungPerson) -> None:
    """Raise Conflict for someone who is on the agenda already, Invalid for one who is not held where the review looks."""
    if await DB.fetchval("SELECT 1 FROM review_case WHERE review = $1 AND young_person = $2", review.id, child.id):
        raise Conflict("This young person is on the agenda already.")
    here = await DB.fetchval(
        "SELECT 1 FROM placement WHERE young_person = $1 AND left_at IS NULL AND establishment = $2", child.id, review.establishment
    )
    if not here:
        name = establishment(review.establishment).name
        raise Invalid([FieldError("young_person", f"This young person is not held at {name} now. List them for a review where they are held.")])


async def _standing_flags(by: User, young_person: int) -> list[int]:
    """Those that ask for something: a note is something to know, and stays with the young person."""
    query = Sql(f"SELECT f.id FROM flag f WHERE f.young_person = {{}} AND {ASKS} AND {{}} ORDER BY f.id", young_person, access.flag_shows(by))
    rows = await DB.fetch(*query.parts())
    return [row["id"] for row in rows]


async def _next_number(review: Review) -> int:
    return int(await DB.fetchval("SELECT coalesce(max(number), 0) + 1 FROM review_case WHERE review = $1", review.id))


async def _next_place(review: Review) -> int:
    return int(await DB.fetchval("SELECT coalesce(max(place), 0) + 1 FROM review_case WHERE review = $1", review.id))


async def record_attendance(*, by: User, review: Review, new: RecordAttendance) -> None:
    """Who came for an agency, or did not. Recording the same person again puts it right."""
    code_list("review_attendance").check(new.attended, key="attended")
    if faults := rules.attendance_faults(new.attended, new.reason):
        raise Invalid(faults)
    async with write_transaction():
        await access.hold(by, review.id, Act.ATTEND)
        agency = await _agency(new.agency, "agency")
        await DB.execute(
            "INSERT INTO review_attendance (review, agency, person, attended, reason, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7) "
            "ON CONFLICT ON CONSTRAINT review_attendance_once DO UPDATE SET attended = $4, reason = $5, recorded_at = $6, recorded_by = $7",
            *(review.id, agency, new.person, new.attended, new.reason, clock.now(), by.id),
        )
        await moved(review.id)
        await record(EventName.REVIEW_CHANGED, by=by, subject=("review", review.id), detail={"agency": agency, "attended": new.attended})


async def moved(review: int) -> None:
    """What its minutes would say is another now: whoever locks them, or puts cases in order, has to have seen it. Part of the open transaction."""
    await DB.execute("UPDATE review SET version = version + 1 WHERE id = $1", review)


async def give_view(*, by: User, case: ReviewCase, new: GiveView) -> None:
    """What the user's agency says of a case; who runs the review may also record what another one said at the table. Views add up; one that comes
    after the decision is shown as such. Raises Refused, Conflict where the minutes are locked, Invalid."""
    if new.agency and not new.said_by:
        raise Invalid([FieldError("said_by", "Enter who said it for that agency")])
    async with write_transaction():
        review = await access.hold(by, case.review, Act.VIEW)
        agency = by.agency
        if new.agency:
            access.check_can_run(by, review)
            agency = await _agency(new.agency, "agency")
        await DB.execute(
            "INSERT INTO review_view (review_case, agency, view, dissents, said_by, at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            *(case.id, agency, new.view, new.dissents, new.said_by, clock.now(), by.id),
        )
        await moved(case.review)
        detail = {"case": case.number, "agency": agency, "dissents": new.dissents}
        await record(EventName.REVIEW_VIEW_GIVEN, by=by, subject=("review", case.review), young_person=case.young_person, detail=detail)


async def decide_case(*, by: User, review: Review, case: ReviewCase, version: int, new: DecideCase) -> None:
    """Record the decision with what the young person said, the outcome of each flag, and actions. It closes the flags that were decided.

    Raises what `check_decision` does.
    """
    async with write_transaction():
        owners = await check_decision(by=by, review=await access.hold(by, review.id, Act.DECIDE), case=case, version=version, new=new)
        now = clock.now()
        values = (new.decision, new.reason, new.child_came, new.child_said, new.next_review_on, now, by.id, new.plan, new.advocate, new.advocate_why)
        if not await DB.fetch(_DECIDE, case.id, version, *values):
            raise Stale(STALE)
        await _answer_flags(by, case, new.flags, new.reason)
        await close_flags(rules.to_close({one.flag: one.outcome for one in new.flags}), on=clock.day_of(now))
        for action, owner in zip(new.actions, owners, strict=True):
            await _add_action(by, case, action, owner)
        await DB.execute("UPDATE review SET held_at = coalesce(held_at, $2), version = version + 1 WHERE id = $1", review.id, now)
        detail = {"case": case.number, "decision": new.decision, "actions": len(owners)}
        await record(EventName.REVIEW_DECIDED, by=by, subject=("review", review.id), young_person=case.young_person, detail=detail)


async def check_decision(*, by: User, review: Review, case: ReviewCase, version: int, new: DecideCase) -> list[int]:
    """The agencies that own the actions of a decision that could be recorded now. Writes nothing.

    Raises Refused for who may not decide here, Stale for another version, Conflict for a case that was decided, Invalid with every fault.
    """
    access.check_can_do(by, review, Act.DECIDE)
    rules.check_unsettled(case.decided_at, case.put_off_at)
    if case.version != version:
        raise Stale(STALE)
    owners, faults = await _owners(new.actions)
    listed = await _listed_flags(by, case)
    advocate = rules.advocate_faults(new.advocate, new.advocate_why, today=clock.today())
    faults = [*_decision_faults(new, review), *advocate, *rules.outcome_faults(listed, [one.flag for one in new.flags]), *faults]
    if faults:
        raise Invalid(faults)
    return owners


def _decision_faults(new: DecideCase, review: Review) -> list[FieldError]:
    return rules.decision_faults(
        decision=new.decision,
        child_came=new.child_came,
        child_said=new.child_said,
        next_review_on=new.next_review_on,
        meets_on=review.meets_on,
        before_meeting=new.before_meeting,
        today=clock.today(),
    )


async def _listed_flags(by: User, case: ReviewCase) -> set[int]:
    """The flags for which a case was listed, that nobody has closed since and that show to who decides, locked. Others stay open."""
    query = Sql(
        "SELECT f.id FROM review_case_flag c JOIN flag f ON f.id = c.flag WHERE c.review_case = {} AND f.closed_at IS NULL AND {} FOR UPDATE OF f",
        case.id,
        access.flag_shows(by),
    )
    return {row["id"] for row in await DB.fetch(*query.parts())}


async def _answer_flags(by: User, case: ReviewCase, decisions: Iterable[FlagDecision], reason: str) -> None:
    for one in decisions:
        why = one.reason or reason
        await add_outcome(by=by, flag=one.flag, young_person=case.young_person, outcome=Outcome(one.outcome), reason=why, review_case=case.id)


async def _owners(actions: Sequence[AgreeAction]) -> tuple[list[int], list[FieldError]]:
    """The agencies that own actions, and everything wrong with those actions; keys name the action by its place, from 1."""
    owners: list[int] = []
    faults: list[FieldError] = []
    for place, action in enumerate(actions, start=1):
        faults += rules.action_faults(action.due_on, today=clock.today(), key=f"action-{place}-due_on")
        try:
            owners.append(await _agency(action.owner_agency, f"action-{place}-owner_agency"))
        except Invalid as fault:
            faults += fault.errors
    return owners, faults


async def _agency(code: str, key: str) -> int:
    found: int | None = await DB.fetchval(
        "SELECT id FROM agency WHERE code = $1 AND closed_at IS NULL AND kind <> $2", code, AgencyKind.OPERATOR.value
    )
    if found is None:
        raise Invalid([FieldError(key, "Select an agency from the list")])
    return found


async def agree_action(*, by: User, review: Review, case: ReviewCase, new: AgreeAction) -> None:
    """One more action of a case. Raises Refused, Conflict where the minutes are locked, Invalid for an agency or a day that can't be."""
    access.check_can_do(by, review, Act.AGREE)
    if faults := rules.action_faults(new.due_on, today=clock.today()):
        raise Invalid(faults)
    async with write_transaction():
        await access.hold(by, review.id, Act.AGREE)
        await _add_action(by, case, new, await _agency(new.owner_agency, "owner_agency"))
        await moved(review.id)


async def _add_action(by: User, case: ReviewCase, new: AgreeAction, owner: int) -> None:
    action = Action(
        review_case=case.id, young_person=case.young_person, what=new.what, owner_agency=owner, owner_name=new.owner_name, due_on=new.due_on,
        done_on=None, done_note=None, evidence=None, cancel_asked_at=None, cancel_asked_by=None, cancel_reason=None, cancelled_at=None,
        cancelled_by=None, recorded_at=clock.now(), recorded_by=by.id, version=1,
    )  # fmt: skip
    await action.save()
    await tell_of_action(action, by=by)
    await record(EventName.ACTION_AGREED, by=by, subject=("action", action.id), young_person=case.young_person, detail={"due_on": str(new.due_on)})
