"""Every change to referrals. Keyword-only, by someone, in one transaction with its audit entry, its clocks and its duties."""

from typing import Any

from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Stale
from yosafe.forms.drafts import Draft, discard
from yosafe.people.access import get_young_person_for
from yosafe.people.duties import DutyKind, end_duty, open_duty
from yosafe.people.tables import YoungPerson

from . import access, grounds
from .access import SUBJECT, referral_ref
from .case import case_of, keep_clocks_in_step
from .checking import check_complete, check_considered, check_details, check_gaps, source_code
from .events import Case, Kind
from .grounds import Found
from .notices import tell_authorities, tell_sender
from .schemas import ConsiderReferral, Grounds, RecordedOut, RecordEvent, SendReferral, SentOut
from .status import derive_status
from .steps import check_can_record, check_event
from .tables import Referral, ReferralEvent, ReferralIncident

STALE = "Someone else recorded something on this referral since you opened it. Look at it again before you add to it."


async def send_referral(data: SendReferral, *, by: User, draft: Draft | None = None) -> SentOut:
    """Send a referral to the authorities of home and of the place where the young person is held; the time limits start.

    Raises Refused, NotFound for a young person out of sight, Invalid with everything that is missing, NotFound where the draft was sent already.
    """
    access.check_can_refer(by)
    young_person = await get_young_person_for(by, data.young_person)
    check_complete(data, today=clock.today())
    rests_on = await grounds.found(data, by=by, young_person=young_person)
    gaps = check_gaps(await grounds.known(young_person.id), data.gaps_reason)
    async with write_transaction():
        referral = await _new(data, rests_on, by=by, young_person=young_person, kind=Kind.SENT, sharing_basis=data.sharing_basis,
                              child_not_asked_because=data.child_not_asked_because, gaps=gaps,
                              gaps_reason=data.gaps_reason if gaps else None)  # fmt: skip
        case = await case_of(referral)
        await keep_clocks_in_step(referral, case)
        await _open_duties(referral, case)
        if draft is not None:
            await discard(by=by, draft=draft)
        detail: dict[str, Any] = {"incidents": rests_on.incidents, "assessment": rests_on.assessment, "areas": case.areas, "gaps": gaps}
        await tell_authorities(referral, case.areas, by=by)
        await record(EventName.REFERRAL_SENT, by=by, subject=(SUBJECT, referral.id), young_person=young_person.id, detail=detail)
    sent_to = await grounds.recipients(referral.home_area, referral.host_area)
    return SentOut(ref=referral_ref(referral.id), status=derive_status(case), version=referral.version, recipients=sent_to)


async def consider_not_refer(data: ConsiderReferral, *, by: User, draft: Draft | None = None) -> Referral:
    """Record that a referral was considered and not made, with the reason, a second person, and the day on which it is looked at again.

    Raises as send_referral does.
    """
    access.check_can_consider(by)
    young_person = await get_young_person_for(by, data.young_person)
    check_considered(data, recorder=by.name, today=clock.today())
    rests_on = await grounds.found(data, by=by, young_person=young_person)
    async with write_transaction():
        referral = await _new(
            data, rests_on, by=by, young_person=young_person, kind=Kind.CONSIDERED, outcome=data.reason,
            threshold=data.threshold, not_referred_reason=data.reason, second_person=data.second_person, review_on=data.review_on,
        )  # fmt: skip
        if draft is not None:
            await discard(by=by, draft=draft)
        detail = {"incidents": rests_on.incidents, "assessment": rests_on.assessment, "reason": data.reason}
        await record(EventName.REFERRAL_CONSIDERED, by=by, subject=(SUBJECT, referral.id), young_person=young_person.id, detail=detail)
    return referral


async def record_event(data: RecordEvent, *, by: User, referral: Referral, version: int) -> RecordedOut:
    """Record something that happened: the status and the time limits follow from it; its end closes the duties that it opened.

    Raises Stale for a version that is not the newest, Refused or Conflict where this person may not record it now, Invalid for a day, outcome or
    note that can't be right.
    """
    check_version(referral, version)
    today = clock.today()
    async with write_transaction():
        await _hold(referral, version)
        before = await case_of(referral)
        check_can_record(before, data.kind, by, today=today)
        check_event(before, data.kind, on=data.on, outcome=data.outcome, note=data.note, today=today)
        check_details(data.kind, data, recorder=by.name, today=today)
        await _add_event(referral, data, by=by)
        case = await case_of(referral)
        status = derive_status(case)
        await DB.execute("UPDATE referral SET status = $2, version = version + 1 WHERE id = $1", referral.id, status.value)
        await keep_clocks_in_step(referral, case)
        if data.review_on is not None:
            await DB.execute("UPDATE referral SET review_on = $2 WHERE id = $1", referral.id, data.review_on)
        if data.kind is Kind.ENDED:
            await end_duty(subject=(SUBJECT, referral.id))
        await tell_sender(referral, data.kind, by=by)
        detail = {"kind": data.kind.value, "outcome": data.outcome, "status": status.value}
        await record(EventName.REFERRAL_EVENT, by=by, subject=(SUBJECT, referral.id), young_person=referral.young_person, detail=detail)
    return RecordedOut(ref=referral_ref(referral.id), kind=data.kind, status=status, version=version + 1)


def check_version(referral: Referral, version: int) -> None:
    """Raise Stale unless the version is the referral's own."""
    if referral.version != version:
        raise Stale(STALE)


async def _new(
    data: Grounds, rests_on: Found, *, by: User, young_person: YoungPerson, kind: Kind, outcome: str | None = None, **columns: Any
) -> Referral:
    """The rows of a new referral: itself, what it rests on, and its first event."""
    here = await grounds.whereabouts(young_person.id)
    now = clock.now()
    considered = kind is Kind.CONSIDERED
    referral = Referral(
        young_person=young_person.id, considered_only=considered, category=data.category, concern=data.concern, child_view=data.child_view,
        source_code=source_code(by.agency_kind), home_area=young_person.home_area, host_area=here.host_area, establishment=here.establishment,
        assessment=rests_on.assessment, told_by=data.told_by, told_on=data.told_on, told_how=data.told_how,
        status="considered_not_referred" if considered else "sent", agency=by.agency, recorded_at=now, recorded_by=by.id, version=1, **columns,
    )  # fmt: skip
    await referral.save()
    if rests_on.incidents:
        await ReferralIncident.insert(*(ReferralIncident(referral=referral.id, incident=incident) for incident in rests_on.incidents))
    await ReferralEvent(
        referral=referral.id, kind=kind.value, happened_on=clock.day_of(now), outcome=outcome, agency=by.agency, recorded_at=now, recorded_by=by.id
    ).save()
    return referral


async def _open_duties(referral: Referral, case: Case) -> None:
    """Let the host authority see the young person, and the committee of each area that was addressed."""
    who = {"young_person": referral.young_person, "subject": (SUBJECT, referral.id)}
    if referral.host_area:
        await open_duty(DutyKind.HOST, area=referral.host_area, **who)
    for area in case.areas:
        await open_duty(DutyKind.COMMITTEE, area=area, **who)


async def _add_event(referral: Referral, data: RecordEvent, *, by: User) -> None:
    area = by.area if by.role is Role.SOCIAL_WORKER else None
    await ReferralEvent(
        referral=referral.id, kind=data.kind.value, happened_on=data.on, area=area, outcome=data.outcome, note=data.note,
        source=data.source, present=list(dict.fromkeys(data.present)), present_names=data.present_names, quorate=data.quorate,
        child_there=data.child_there, advocate=data.advocate, registered_as=data.registered_as, agreed_with=data.agreed_with,
        review_on=data.review_on, agency=by.agency, recorded_at=clock.now(), recorded_by=by.id,
    ).save()  # fmt: skip


async def _hold(referral: Referral, version: int) -> None:
    """Hold back anyone else who records on this referral until this transaction ends, so that what is checked is what is changed."""
    if await DB.fetchval("SELECT id FROM referral WHERE id = $1 AND version = $2 FOR UPDATE", referral.id, version) is None:
        raise Stale(STALE)
