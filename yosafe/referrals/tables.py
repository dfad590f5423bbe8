"""Referrals and their events; constraints are in migrations 0005 and 0025."""

from piccolo.columns import Array, BigSerial, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB
from yosafe.incidents.tables import Incident
from yosafe.people.tables import YoungPerson
from yosafe.welfare.tables import Assessment


class Referral(Table, db=DB, tablename="referral"):
    """A child-protection referral, or the recorded decision not to make one."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    considered_only = Boolean(null=False, default=None, help_text="plain")
    category = Varchar(length=20, null=False, default=None, help_text="special")
    concern = Text(null=False, default=None, help_text="special")
    child_view = Text(null=True, default=None, help_text="special")
    child_not_asked_because = Varchar(length=40, null=True, default=None, help_text="special")
    sharing_basis = Varchar(length=40, null=True, default=None, help_text="plain")
    source_code = Varchar(length=4, null=False, default=None, help_text="plain")
    home_area = Varchar(length=9, null=False, default=None, help_text="plain")
    host_area = Varchar(length=9, null=True, default=None, help_text="plain")
    establishment = Varchar(length=8, null=True, default=None, help_text="plain")
    assessment = ForeignKey(Assessment, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    threshold = Text(null=True, default=None, help_text="special")
    not_referred_reason = Text(null=True, default=None, help_text="special")
    second_person = Varchar(length=100, null=True, default=None, help_text="personal")
    review_on = Date(null=True, default=None, help_text="plain")
    told_by = Varchar(length=40, null=True, default=None, help_text="plain")
    told_on = Date(null=True, default=None, help_text="plain")
    told_how = Text(null=True, default=None, help_text="special")
    gaps = Array(base_column=Varchar(length=40), null=False, default=list, help_text="plain")
    gaps_reason = Text(null=True, default=None, help_text="special")
    status = Varchar(length=30, null=False, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class ReferralIncident(Table, db=DB, tablename="referral_incident"):
    """An incident on which a referral rests."""

    id = BigSerial(primary_key=True, help_text="plain")
    referral = ForeignKey(Referral, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")


class ReferralEvent(Table, db=DB, tablename="referral_event"):
    """One event in the process of a referral, by its London day; `id` is the order of recording. The referral's status is derived from these."""

    id = BigSerial(primary_key=True, help_text="plain")
    referral = ForeignKey(Referral, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    kind = Varchar(length=40, null=False, default=None, help_text="plain")
    happened_on = Date(null=False, default=None, help_text="plain")
    area = Varchar(length=9, null=True, default=None, help_text="plain")
    outcome = Varchar(length=40, null=True, default=None, help_text="special")
    note = Text(null=True, default=None, help_text="special")
    source = Varchar(length=40, null=True, default=None, help_text="plain")
    present = Array(base_column=Varchar(length=40), null=False, default=list, help_text="plain")
    present_names = Text(null=True, default=None, help_text="personal")
    quorate = Varchar(length=10, null=True, default=None, help_text="plain")
    child_there = Varchar(length=40, null=True, default=None, help_text="special")
    advocate = Varchar(length=40, null=True, default=None, help_text="special")
    registered_as = Varchar(length=20, null=True, default=None, help_text="special")
    agreed_with = Varchar(length=100, null=True, default=None, help_text="personal")
    review_on = Date(null=True, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
