"""Mappings that agencies keep; constraints are in migration 0021."""

from piccolo.columns import JSONB, BigSerial, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB


class ImportMapping(Table, db=DB, tablename="import_mapping"):
    """How an agency reads the files of one source. `recorded_by` is null where the operator kept it at the command line."""

    id = BigSerial(primary_key=True, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    target = Varchar(length=40, null=False, default=None, help_text="plain")
    source = Varchar(length=80, null=False, default=None, help_text="plain")
    mapping = JSONB(null=False, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")
