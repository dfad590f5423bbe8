"""Incidents and what belongs to them; constraints are in migrations 0003, 0012 and 0016."""

from typing import Any

from piccolo.columns import JSONB, Array, BigSerial, Boolean, Date, ForeignKey, Integer, SmallInt, Text, Time, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson


class Incident(Table, db=DB, tablename="incident"):
    """Something that happened, as it was recorded."""

    id = BigSerial(primary_key=True, help_text="plain")
    kind = Varchar(length=20, null=False, default=None, help_text="plain")
    status = Varchar(length=20, null=False, default=None, help_text="plain")
    severity = Varchar(length=10, null=False, default=None, help_text="plain")
    restricted = Boolean(null=False, default=None, help_text="plain")
    establishment = Varchar(length=8, null=False, default=None, help_text="plain")
    unit = Varchar(length=60, null=True, default=None, help_text="personal")
    place = Varchar(length=40, null=False, default=None, help_text="plain")
    place_detail = Varchar(length=200, null=True, default=None, help_text="personal")
    happened_at = Timestamptz(null=False, default=None, help_text="plain")
    happened_precision = Varchar(length=10, null=False, default=None, help_text="plain")
    account = Text(null=False, default=None, help_text="special")
    child_said = Text(null=True, default=None, help_text="special")
    child_not_asked_because = Varchar(length=40, null=True, default=None, help_text="special")
    immediate_action = Text(null=True, default=None, help_text="special")
    told_by = Varchar(length=40, null=False, default=None, help_text="plain")
    question_set = Varchar(length=40, null=False, default=None, help_text="plain")
    answers = JSONB(null=False, default=None, help_text="special")
    finding = Varchar(length=40, null=True, default=None, help_text="special")
    duplicate_of: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    owner = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class Involvement(Table, db=DB, tablename="involvement"):
    """A young person in an incident, in one role, with the facts of that day."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    role = Varchar(length=30, null=False, default=None, help_text="plain")
    injuries = Array(base_column=Varchar(length=20), null=False, default=list, help_text="special")
    treatment = Varchar(length=40, null=True, default=None, help_text="special")
    age = SmallInt(null=False, default=None, help_text="personal")
    establishment = Varchar(length=8, null=True, default=None, help_text="plain")
    unit = Varchar(length=60, null=True, default=None, help_text="personal")
    legal_status = Varchar(length=40, null=True, default=None, help_text="special")
    care_status = Varchar(length=20, null=False, default=None, help_text="special")
    distance_miles = SmallInt(null=True, default=None, help_text="plain")
    days_since_arrival = Integer(null=True, default=None, help_text="plain")
    happened_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")


class IncidentEvent(Table, db=DB, tablename="incident_event"):
    """A step in the life of an incident. `code` is the finding of a conclusion, to whom an appeal goes, or the reason that it is not reportable;
    `owner` to whom the step gave it."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    action = Varchar(length=30, null=False, default=None, help_text="plain")
    from_status = Varchar(length=20, null=True, default=None, help_text="plain")
    to_status = Varchar(length=20, null=False, default=None, help_text="plain")
    code = Varchar(length=40, null=True, default=None, help_text="special")
    comment = Text(null=True, default=None, help_text="special")
    owner = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class IncidentOutcome(Table, db=DB, tablename="incident_outcome"):
    """Something that was done to protect a young person, or about what happened. The last four are of someone who was told."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    outcome = Varchar(length=40, null=False, default=None, help_text="special")
    done_on = Date(null=False, default=None, help_text="plain")
    note = Varchar(length=500, null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    whom = Varchar(length=120, null=True, default=None, help_text="personal")
    how = Varchar(length=40, null=True, default=None, help_text="plain")
    done_time = Time(null=True, default=None, help_text="plain")
    by_whom = Varchar(length=120, null=True, default=None, help_text="personal")


class IncidentNotTold(Table, db=DB, tablename="incident_not_told"):
    """Why someone has not been told; the last of one `outcome` holds, until they are told. Without a young person it is for everyone."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    outcome = Varchar(length=40, null=False, default=None, help_text="plain")
    reason_code = Varchar(length=40, null=False, default=None, help_text="special")
    note = Varchar(length=500, null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class Addendum(Table, db=DB, tablename="addendum"):
    """Something added later. What was written first stays."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    text = Text(null=False, default=None, help_text="special")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class IncidentCorrection(Table, db=DB, tablename="incident_correction"):
    """A value that was put right, with the old one kept."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    field = Varchar(length=40, null=False, default=None, help_text="plain")
    old_value = Text(null=True, default=None, help_text="special")
    new_value = Text(null=True, default=None, help_text="special")
    reason = Text(null=False, default=None, help_text="special")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class IncidentStaff(Table, db=DB, tablename="incident_staff"):
    """A member of staff in an incident, in one role. `name` is a name or a staff number; an account ties it to who signs in."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    role = Varchar(length=20, null=False, default=None, help_text="restricted")
    name = Varchar(length=120, null=False, default=None, help_text="restricted")
    agency = Varchar(length=120, null=True, default=None, help_text="restricted")
    user_account = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="restricted")
    suspended_from = Date(null=True, default=None, help_text="restricted")
    suspended_to = Date(null=True, default=None, help_text="restricted")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class Allegation(Table, db=DB, tablename="allegation"):
    """What an allegation against staff needs besides. `child_words` are shown to those who see the young person, once it is concluded."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, unique=True, help_text="plain")
    officer_told_on = Date(null=True, default=None, help_text="restricted")
    investigator = Varchar(length=120, null=True, default=None, help_text="restricted")
    child_words = Text(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
