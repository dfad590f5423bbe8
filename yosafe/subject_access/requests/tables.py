"""Requests for what is kept about a young person, and decisions on what is held back; constraints are in migration 0046."""

from piccolo.columns import BigInt, BigSerial, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson


class SubjectRequest(Table, db=DB, tablename="subject_request"):
    """Someone asked for what is kept: who, when, how it was made sure who they are, more time, and the answer."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    asker = Varchar(length=20, null=False, default=None, help_text="plain")
    asker_name = Varchar(length=100, null=True, default=None, help_text="personal")
    received_on = Date(null=False, default=None, help_text="plain")
    identity_on = Date(null=True, default=None, help_text="plain")
    identity_how = Varchar(length=20, null=True, default=None, help_text="plain")
    identity_note = Text(null=True, default=None, help_text="personal")
    extended_because = Varchar(length=20, null=True, default=None, help_text="plain")
    extended_reason = Text(null=True, default=None, help_text="restricted")
    told_on = Date(null=True, default=None, help_text="plain")
    outcome = Varchar(length=20, null=True, default=None, help_text="plain")
    outcome_note = Text(null=True, default=None, help_text="restricted")
    answered_at = Timestamptz(null=True, default=None, help_text="plain")
    answered_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class SubjectDecision(Table, db=DB, tablename="subject_decision"):
    """That a record of a request, or one field of it, is held back or given, and why. The latest of one thing counts; none is changed."""

    id = BigSerial(primary_key=True, help_text="plain")
    subject_request = ForeignKey(SubjectRequest, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    kind = Varchar(length=40, null=False, default=None, help_text="plain")
    number = BigInt(null=False, default=None, help_text="plain")
    field = Varchar(length=40, null=True, default=None, help_text="plain")
    decision = Varchar(length=20, null=False, default=None, help_text="plain")
    reason = Varchar(length=20, null=True, default=None, help_text="plain")
    note = Text(null=False, default=None, help_text="restricted")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
