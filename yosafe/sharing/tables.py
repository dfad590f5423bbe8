"""What agencies asked and told each other about a young person; constraints are in migration 0026."""

from piccolo.columns import JSONB, Array, BigSerial, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.committees.tables import SharingProtocol
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson


class RegisterCheck(Table, db=DB, tablename="register_check"):
    """An enquiry of an authority whether a young person is on its register, or known to it. `agency` recorded it; `asker` is who asked, by kind."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    asker = Varchar(length=40, null=False, default=None, help_text="plain")
    asked_by = Varchar(length=120, null=False, default=None, help_text="personal")
    area = Varchar(length=9, null=False, default=None, help_text="plain")
    register = Varchar(length=20, null=False, default=None, help_text="plain")
    reason = Varchar(length=40, null=False, default=None, help_text="special")
    note = Text(null=True, default=None, help_text="special")
    asked_on = Date(null=False, default=None, help_text="plain")
    answer = Varchar(length=20, null=True, default=None, help_text="special")
    category = Varchar(length=20, null=True, default=None, help_text="special")
    answered_on = Date(null=True, default=None, help_text="plain")
    answered_by = Varchar(length=120, null=True, default=None, help_text="personal")
    answer_note = Text(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    answer_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    answer_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class InformationShare(Table, db=DB, tablename="information_share"):
    """Information about a young person that was asked for, shared or withheld; `outcome` is None while whoever asked waits."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    party = Varchar(length=40, null=False, default=None, help_text="plain")
    party_name = Varchar(length=120, null=False, default=None, help_text="personal")
    categories = Array(base_column=Varchar(length=40), null=False, default=list, help_text="special")
    what = Text(null=False, default=None, help_text="special")
    asked_on = Date(null=True, default=None, help_text="plain")
    due_on = Date(null=True, default=None, help_text="plain")
    outcome = Varchar(length=20, null=True, default=None, help_text="plain")
    outcome_on = Date(null=True, default=None, help_text="plain")
    basis = Varchar(length=40, null=True, default=None, help_text="plain")
    sharing_protocol = ForeignKey(SharingProtocol, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    consent = Varchar(length=20, null=True, default=None, help_text="special")
    not_asked_because = Varchar(length=40, null=True, default=None, help_text="special")
    withheld_because = Varchar(length=40, null=True, default=None, help_text="special")
    note = Text(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    outcome_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    outcome_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class PublicRisk(Table, db=DB, tablename="public_risk"):
    """A decision whether a public protection panel is told. `criteria`: an answer and evidence by criterion. Rows are only added."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    criteria = JSONB(null=False, default=None, help_text="special")
    decision = Varchar(length=20, null=False, default=None, help_text="special")
    reason = Text(null=False, default=None, help_text="special")
    protection = Varchar(length=20, null=False, default=None, help_text="special")
    decided_on = Date(null=False, default=None, help_text="plain")
    decided_by = Varchar(length=120, null=False, default=None, help_text="personal")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
