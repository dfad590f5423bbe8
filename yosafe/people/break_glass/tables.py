"""Records that were opened in an emergency."""

from piccolo.columns import BigSerial, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson


class BreakGlass(Table, db=DB, tablename="break_glass"):
    """One record, opened by one person for a stated reason, until a moment; and what the data protection officer found."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    reason = Text(null=False, default=None, help_text="special")
    way = Varchar(length=20, null=False, default=None, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")
    until = Timestamptz(null=False, default=None, help_text="plain")
    due_on = Date(null=False, default=None, help_text="plain")
    reviewed_at = Timestamptz(null=True, default=None, help_text="plain")
    reviewed_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    outcome = Varchar(length=20, null=True, default=None, help_text="plain")
    review_note = Text(null=True, default=None, help_text="special")
    version = Integer(null=False, default=1, help_text="plain")


class BreakGlassTry(Table, db=DB, tablename="break_glass_try"):
    """A try to open a record, whatever came of it, for throttling: no more than who and when."""

    id = BigSerial(primary_key=True, help_text="plain")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    at = Timestamptz(null=False, default=None, help_text="plain")
