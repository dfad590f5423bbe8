"""Marks on the body map; constraints are in migration 0016."""

from piccolo.columns import BigSerial, Date, ForeignKey, Integer, Time, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import UserAccount
from yosafe.db.engine import DB
from yosafe.incidents.tables import Incident
from yosafe.people.tables import YoungPerson


class BodyMark(Table, db=DB, tablename="body_mark"):
    """What was seen at one place of one young person's body. A mark that was recorded by mistake is struck out, and stays."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    region = Varchar(length=40, null=False, default=None, help_text="special")
    kind = Varchar(length=40, null=False, default=None, help_text="special")
    size_mm = Integer(null=True, default=None, help_text="special")
    note = Varchar(length=500, null=True, default=None, help_text="special")
    seen_by = Varchar(length=120, null=False, default=None, help_text="personal")
    seen_on = Date(null=False, default=None, help_text="special")
    seen_time = Time(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    struck_at = Timestamptz(null=True, default=None, help_text="plain")
    struck_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    struck_reason = Varchar(length=2000, null=True, default=None, help_text="special")
