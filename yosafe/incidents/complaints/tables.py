"""What belongs to a complaint besides the incident that it is; constraints are in migration 0015. Rows are added, never changed."""

from typing import Any

from piccolo.columns import BigSerial, Boolean, Date, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import UserAccount
from yosafe.db.engine import DB
from yosafe.incidents.tables import Incident


class ComplaintAnswer(Table, db=DB, tablename="complaint_answer"):
    """An answer in words for the young person: the first, or that to an appeal."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    appeal = Boolean(null=False, default=None, help_text="plain")
    outcome = Varchar(length=40, null=False, default=None, help_text="special")
    words = Text(null=False, default=None, help_text="special")
    answered_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ComplaintContent(Table, db=DB, tablename="complaint_content"):
    """Whether the young person was content with the answer, in the end and before: the last row stands."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    content = Varchar(length=20, null=False, default=None, help_text="special")
    words = Text(null=True, default=None, help_text="special")
    asked_on = Date(null=False, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ComplaintConcern(Table, db=DB, tablename="complaint_concern"):
    """An incident that was recorded because a complaint told of it. Both stay."""

    id = BigSerial(primary_key=True, help_text="plain")
    complaint: ForeignKey[Any] = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    concern: ForeignKey[Any] = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, unique=True, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
