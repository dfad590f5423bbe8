"""Assessments; constraints are in migration 0004."""

from piccolo.columns import JSONB, BigSerial, Date, ForeignKey, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB
from yosafe.people.tables import Placement, YoungPerson


class Assessment(Table, db=DB, tablename="assessment"):
    """A completed instrument: the worker's answers and the young person's own, side by side. `placement`: where they were held on the day."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    placement = ForeignKey(Placement, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    instrument = Varchar(length=40, null=False, default=None, help_text="plain")
    instrument_version = SmallInt(null=False, default=None, help_text="plain")
    occasion = Varchar(length=20, null=False, default=None, help_text="plain")
    completed_on = Date(null=False, default=None, help_text="plain")
    answers = JSONB(null=False, default=None, help_text="special")
    own_words = JSONB(null=False, default=None, help_text="special")
    concern = Text(null=True, default=None, help_text="special")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
