"""Every change to committees. Keyword-only, by someone, in one transaction with its audit entry."""

from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.people.changing import change_row
from yosafe.people.rules import end_faults, faults_of, past_faults
from yosafe.reference.codes import code_list

from . import rules
from .access import check_can_record
from .schemas import ChangeProtocol, EndMember, NameMember, RecordMeeting, RecordProtocol, WithdrawMeeting
from .tables import CommitteeAttendance, CommitteeMeeting, CommitteeMember, SharingProtocol


async def name_member(*, by: User, area: str, new: NameMember) -> CommitteeMember:
    """Record that someone sits on the committee. Raises Refused, Invalid."""
    check_can_record(by, area)
    faults = [
        *faults_of(code_list("committee_seat").check, new.seat, key="seat"),
        *past_faults("since", new.since, today=clock.today()),
    ]
    if faults:
        raise Invalid(faults)
    async with write_transaction():
        member = CommitteeMember(
            area=area, seat=new.seat, name=new.name, post=new.post, since=new.since, until=None, ended_recorded_at=None, ended_recorded_by=None,
            version=1, **_new(by),
        )  # fmt: skip
        await member.save()
        await _note(EventName.COMMITTEE_MEMBER_NAMED, by, "committee_member", member.id, {"area": area, "seat": new.seat})
    return member


async def end_member(*, by: User, member: CommitteeMember, ending: EndMember, version: int) -> CommitteeMember:
    """Record the last day of someone on the committee. Raises Refused, Invalid, Conflict where it ended already, Stale."""
    check_can_record(by, member.area)
    rules.check_sits(member.until)
    if faults := end_faults(ending.until, since=member.since, today=clock.today()):
        raise Invalid(faults)
    values = {"until": ending.until, "ended_recorded_at": clock.now(), "ended_recorded_by": by.id}
    async with write_transaction():
        ended = await change_row(member, values, version, still=CommitteeMember.until.is_null())
        await _note(EventName.COMMITTEE_MEMBER_ENDED, by, "committee_member", member.id, {"area": member.area, "seat": member.seat})
    return ended


async def record_meeting(*, by: User, area: str, new: RecordMeeting) -> CommitteeMeeting:
    """Record a meeting and which agencies came. Raises Refused, Invalid, Conflict for a day of which there is one already."""
    check_can_record(by, area)
    faults = [
        *(fault for seat in new.attendance for fault in faults_of(code_list("committee_seat").check, seat, key=f"attendance.{seat}")),
        *(
            fault
            for seat, attended in new.attendance.items()
            for fault in faults_of(code_list("committee_attended").check, attended, key=f"attendance.{seat}")
        ),
    ]
    rows = await DB.fetch("SELECT seat, since, until FROM committee_member WHERE area = $1", area)
    faults += rules.meeting_faults(new.met_on, new.attendance, [rules.Sits(**row) for row in rows], today=clock.today())
    if faults:
        raise Invalid(faults)
    async with write_transaction():
        await DB.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"committee {area}")
        there = "SELECT EXISTS (SELECT FROM committee_meeting WHERE area = $1 AND met_on = $2 AND withdrawn_at IS NULL)"
        if await DB.fetchval(there, area, new.met_on):
            raise Conflict("A meeting of that day is recorded. Withdraw it first, if it is wrong, and record it again.")
        meeting = CommitteeMeeting(
            area=area, met_on=new.met_on, chair=new.chair, withdrawn_at=None, withdrawn_by=None, withdrawn_reason=None, **_new(by)
        )
        await meeting.save()
        attendance = (CommitteeAttendance(committee_meeting=meeting.id, seat=seat, attended=came) for seat, came in new.attendance.items())
        await CommitteeAttendance.insert(*attendance)
        await _note(EventName.COMMITTEE_MET, by, "committee_meeting", meeting.id, {"area": area, "seats": len(new.attendance)})
    return meeting


async def withdraw_meeting(*, by: User, meeting: CommitteeMeeting, withdrawal: WithdrawMeeting) -> None:
    """Say that a meeting was recorded in error: it stays readable, and counts no more. Raises Refused, Conflict."""
    check_can_record(by, meeting.area)
    async with write_transaction():
        row = await DB.fetchrow("SELECT withdrawn_at FROM committee_meeting WHERE id = $1 FOR UPDATE", meeting.id)
        rules.check_stands(row["withdrawn_at"] if row else None)
        await DB.execute(
            "UPDATE committee_meeting SET withdrawn_at = $2, withdrawn_by = $3, withdrawn_reason = $4 WHERE id = $1",
            *(meeting.id, clock.now(), by.id, withdrawal.reason),
        )
        await _note(EventName.COMMITTEE_MEETING_WITHDRAWN, by, "committee_meeting", meeting.id, {"area": meeting.area})


async def record_protocol(*, by: User, area: str, new: RecordProtocol) -> SharingProtocol:
    """Record a protocol with its dates and who signed it. Raises Refused, Invalid."""
    check_can_record(by, area)
    signed = list(dict.fromkeys(new.signatories))
    faults = [
        *faults_of(code_list("protocol_kind").check, new.kind, key="kind"),
        *(fault for party in signed for fault in faults_of(code_list("protocol_signatory").check, party, key="signatories")),
        *rules.protocol_faults(starts_on=new.starts_on, review_on=new.review_on, signatories=signed),
    ]
    if faults:
        raise Invalid(faults)
    async with write_transaction():
        protocol = SharingProtocol(
            area=area, kind=new.kind, title=new.title, signatories=signed, starts_on=new.starts_on, review_on=new.review_on, ended_on=None,
            ended_reason=None, changed_recorded_at=None, changed_recorded_by=None, version=1, **_new(by),
        )  # fmt: skip
        await protocol.save()
        await _note(EventName.PROTOCOL_RECORDED, by, "sharing_protocol", protocol.id, {"area": area, "kind": new.kind})
    return protocol


async def change_protocol(*, by: User, protocol: SharingProtocol, change: ChangeProtocol, version: int) -> SharingProtocol:
    """Record that a protocol was looked at again, or that it ended. Raises Refused, Invalid, Conflict where it has ended, Stale."""
    check_can_record(by, protocol.area)
    rules.check_running(protocol.ended_on)
    values = _reviewed(protocol, change) if change.what == "reviewed" else _ended(protocol, change)
    async with write_transaction():
        stamp = {"changed_recorded_at": clock.now(), "changed_recorded_by": by.id}
        changed = await change_row(protocol, {**values, **stamp}, version, still=SharingProtocol.ended_on.is_null())
        await _note(EventName.PROTOCOL_CHANGED, by, "sharing_protocol", protocol.id, {"area": protocol.area, "what": change.what})
    return changed


def _reviewed(protocol: SharingProtocol, change: ChangeProtocol) -> dict[str, Any]:
    if change.review_on is None or change.review_on <= max(clock.today(), protocol.starts_on):
        raise Invalid([FieldError("review_on", "Enter the day of the next review, after today and after the protocol starts")])
    return {"review_on": change.review_on}


def _ended(protocol: SharingProtocol, change: ChangeProtocol) -> dict[str, Any]:
    faults = []
    if change.ended_on is None or change.ended_on > clock.today() or change.ended_on < protocol.starts_on:
        faults.append(FieldError("ended_on", f"Enter its last day: from {protocol.starts_on:%-d %B %Y}, and not after today"))
    if change.reason is None:
        faults.append(FieldError("reason", "Say why it ended, and what came in its place"))
    if faults:
        raise Invalid(faults)
    return {"ended_on": change.ended_on, "ended_reason": change.reason}


def _new(by: User) -> dict[str, Any]:
    return {"recorded_at": clock.now(), "recorded_by": by.id}


async def _note(event: EventName, by: User, kind: str, number: int, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=(kind, number), detail=detail)
