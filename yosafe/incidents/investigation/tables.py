"""What belongs to an investigation; constraints are in migration 0015. Nothing is changed once it is written but to say how it ended; what was
recorded in error stays readable, with the reason."""

from piccolo.columns import Array, BigSerial, Boolean, Date, ForeignKey, Text, Time, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import UserAccount
from yosafe.db.engine import DB
from yosafe.incidents.tables import Incident
from yosafe.people.tables import YoungPerson


class InvestigationStep(Table, db=DB, tablename="investigation_step"):
    """Something that the plan says is to be done; who does it need not use yosafe."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    what = Text(null=False, default=None, help_text="special")
    who = Varchar(length=120, null=False, default=None, help_text="personal")
    due_on = Date(null=False, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    ended_how = Varchar(length=20, null=True, default=None, help_text="plain")
    done_on = Date(null=True, default=None, help_text="plain")
    note = Text(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_at = Timestamptz(null=True, default=None, help_text="plain")
    withdrawn_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_reason = Text(null=True, default=None, help_text="special")


class InvestigationInterview(Table, db=DB, tablename="investigation_interview"):
    """Someone who was spoken to, or was asked to and did not want to. `name` is that of staff or of someone else."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    with_whom = Varchar(length=20, null=False, default=None, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    name = Varchar(length=120, null=True, default=None, help_text="restricted")
    held_on = Date(null=False, default=None, help_text="plain")
    began = Time(null=True, default=None, help_text="plain")
    present = Array(base_column=Varchar(length=20), null=False, default=list, help_text="plain")
    present_names = Varchar(length=200, null=True, default=None, help_text="personal")
    declined = Boolean(null=False, default=None, help_text="plain")
    said = Text(null=True, default=None, help_text="special")
    note = Text(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_at = Timestamptz(null=True, default=None, help_text="plain")
    withdrawn_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_reason = Text(null=True, default=None, help_text="special")


class InvestigationEvidence(Table, db=DB, tablename="investigation_evidence"):
    """Something that shows what happened: kept, still to be kept (before `keep_by`, when it is overwritten or gone), or lost."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    kind = Varchar(length=20, null=False, default=None, help_text="plain")
    what = Text(null=False, default=None, help_text="special")
    keep_by = Date(null=True, default=None, help_text="plain")
    kept_on = Date(null=True, default=None, help_text="plain")
    kept_by = Varchar(length=120, null=True, default=None, help_text="personal")
    kept_where = Varchar(length=200, null=True, default=None, help_text="special")
    lost_because = Text(null=True, default=None, help_text="special")
    settled_at = Timestamptz(null=True, default=None, help_text="plain")
    settled_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_at = Timestamptz(null=True, default=None, help_text="plain")
    withdrawn_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_reason = Text(null=True, default=None, help_text="special")


class IncidentFeedback(Table, db=DB, tablename="incident_feedback"):
    """What a young person, or whoever raised it, was told of what came of it; or why they were not. Without a young person it was for all."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    audience = Varchar(length=20, null=False, default=None, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    told_on = Date(null=True, default=None, help_text="plain")
    told_by_whom = Varchar(length=120, null=True, default=None, help_text="personal")
    words = Text(null=True, default=None, help_text="special")
    not_told_because = Varchar(length=40, null=True, default=None, help_text="special")
    note = Text(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_at = Timestamptz(null=True, default=None, help_text="plain")
    withdrawn_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_reason = Text(null=True, default=None, help_text="special")
