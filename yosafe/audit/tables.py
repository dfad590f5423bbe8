"""The trail. Rows are only ever added; `strand`, `seq` and `hash` are filled by the database (migration 0001)."""

from piccolo.columns import BigInt, BigSerial, Bytea, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from yosafe.db.engine import DB


class AuditHead(Table, db=DB, tablename="audit_head"):
    """The last link of each of the sixteen chains."""

    strand = SmallInt(primary_key=True, null=False, default=None, help_text="plain")
    seq = BigInt(null=False, default=None, help_text="plain")
    hash = Bytea(null=False, default=None, help_text="plain")


class AuditEntry(Table, db=DB, tablename="audit_entry"):
    """One thing that someone did or saw: ids and codes, never names or what was written."""

    id = BigSerial(primary_key=True, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")
    event = Varchar(length=80, null=False, default=None, help_text="plain")
    actor = BigInt(null=True, default=None, help_text="personal")
    actor_kind = Varchar(length=20, null=False, default=None, help_text="plain")
    agency = BigInt(null=True, default=None, help_text="plain")
    subject_kind = Varchar(length=40, null=True, default=None, help_text="plain")
    subject = BigInt(null=True, default=None, help_text="personal")
    young_person = BigInt(null=True, default=None, help_text="personal")
    request = Varchar(length=40, null=True, default=None, help_text="plain")
    detail = Text(null=False, default=None, help_text="personal")
    strand = SmallInt(null=False, default=None, help_text="plain")
    seq = BigInt(null=False, default=None, help_text="plain")
    hash = Bytea(null=False, default=None, help_text="plain")
