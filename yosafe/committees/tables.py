"""Committees of areas; constraints are in migration 0026. No young person is named here."""

from piccolo.columns import Array, BigSerial, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import UserAccount
from yosafe.db.engine import DB


class CommitteeMember(Table, db=DB, tablename="committee_member"):
    """Someone who sits, or sat, on the committee of an area for an agency: a seat of the list `committee_seat`."""

    id = BigSerial(primary_key=True, help_text="plain")
    area = Varchar(length=9, null=False, default=None, help_text="plain")
    seat = Varchar(length=40, null=False, default=None, help_text="plain")
    name = Varchar(length=120, null=False, default=None, help_text="personal")
    post = Varchar(length=120, null=False, default=None, help_text="personal")
    since = Date(null=False, default=None, help_text="plain")
    until = Date(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    ended_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class CommitteeMeeting(Table, db=DB, tablename="committee_meeting"):
    """A meeting of the committee of an area. One that was recorded in error is withdrawn and stays."""

    id = BigSerial(primary_key=True, help_text="plain")
    area = Varchar(length=9, null=False, default=None, help_text="plain")
    met_on = Date(null=False, default=None, help_text="plain")
    chair = Varchar(length=120, null=False, default=None, help_text="personal")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_at = Timestamptz(null=True, default=None, help_text="plain")
    withdrawn_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_reason = Text(null=True, default=None, help_text="plain")


class CommitteeAttendance(Table, db=DB, tablename="committee_attendance"):
    """Whether an agency was there, by its seat."""

    id = BigSerial(primary_key=True, help_text="plain")
    committee_meeting = ForeignKey(CommitteeMeeting, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    seat = Varchar(length=40, null=False, default=None, help_text="plain")
    attended = Varchar(length=20, null=False, default=None, help_text="plain")


class SharingProtocol(Table, db=DB, tablename="sharing_protocol"):
    """A protocol between agencies of an area. `signatories` are codes of `committee_seat`, and the committee itself."""

    id = BigSerial(primary_key=True, help_text="plain")
    area = Varchar(length=9, null=False, default=None, help_text="plain")
    kind = Varchar(length=40, null=False, default=None, help_text="plain")
    title = Varchar(length=200, null=False, default=None, help_text="plain")
    signatories = Array(base_column=Varchar(length=40), null=False, default=list, help_text="plain")
    starts_on = Date(null=False, default=None, help_text="plain")
    review_on = Date(null=False, default=None, help_text="plain")
    ended_on = Date(null=True, default=None, help_text="plain")
    ended_reason = Text(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    changed_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    changed_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")
