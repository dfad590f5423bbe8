"""Holds on records of young people, and their destruction; constraints are in migration 0045."""

from piccolo.columns import JSONB, BigInt, BigSerial, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson


class LegalHold(Table, db=DB, tablename="legal_hold"):
    """That a record must not be destroyed, whatever the schedule says: why, since when, and that it was lifted. What was said stays."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    reason = Text(null=False, default=None, help_text="restricted")
    placed_at = Timestamptz(null=False, default=None, help_text="plain")
    placed_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    lifted_at = Timestamptz(null=True, default=None, help_text="plain")
    lifted_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    lifted_reason = Text(null=True, default=None, help_text="restricted")
    version = Integer(null=False, default=1, help_text="plain")


class Destruction(Table, db=DB, tablename="destruction"):
    """The destruction of a record, from its proposal to its certificate. `young_person` is a number only: the row outlives the record. `destroyed`
    and `treated` count rows by table: gone, and left with what was of the young person taken out."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = BigInt(null=False, default=None, help_text="personal")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    rule = Varchar(length=40, null=False, default=None, help_text="plain")
    kept = Varchar(length=100, null=False, default=None, help_text="plain")
    source = Text(null=False, default=None, help_text="plain")
    reason = Text(null=False, default=None, help_text="restricted")
    proposed_at = Timestamptz(null=False, default=None, help_text="plain")
    proposed_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    confirmed_at = Timestamptz(null=True, default=None, help_text="plain")
    confirmed_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    stopped_at = Timestamptz(null=True, default=None, help_text="plain")
    stopped_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    stopped_reason = Text(null=True, default=None, help_text="restricted")
    done_at = Timestamptz(null=True, default=None, help_text="plain")
    destroyed = JSONB(null=True, default=None, help_text="plain")
    treated = JSONB(null=True, default=None, help_text="plain")
    version = Integer(null=False, default=1, help_text="plain")
