"""Imports, the files that they are made from, what each row became, and rows that were refused; constraints: migrations 0021, 0032 and 0038."""

from piccolo.columns import JSONB, Array, BigInt, BigSerial, Boolean, Bytea, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, ApiKey, UserAccount
from yosafe.db.engine import DB


class ImportRun(Table, db=DB, tablename="import_run"):
    """One file on its way in, or come in. `position` is the last row that was dealt with. `file` is the file itself while it is needed, empty where
    the command line reads it from its path. `confirmed_key` and `confirmed_scope`: by which API key it was confirmed, and what that might do then;
    `fault`: why a worker did not go on with it."""

    id = BigSerial(primary_key=True, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    target = Varchar(length=40, null=False, default=None, help_text="plain")
    mapping = JSONB(null=False, default=None, help_text="plain")
    file_name = Varchar(length=200, null=False, default=None, help_text="plain")
    file_sha256 = Bytea(null=False, default=None, help_text="plain")
    file = Bytea(null=True, default=None, help_text="special")
    mode = Varchar(length=10, null=True, default=None, help_text="plain")
    status = Varchar(length=20, null=False, default=None, help_text="plain")
    columns = JSONB(null=False, default=None, help_text="plain")
    row_count = Integer(null=False, default=None, help_text="plain")
    position = Integer(null=False, default=None, help_text="plain")
    made = Integer(null=False, default=None, help_text="plain")
    known = Integer(null=False, default=None, help_text="plain")
    refused = Integer(null=False, default=None, help_text="plain")
    uploaded_at = Timestamptz(null=False, default=None, help_text="plain")
    uploaded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    confirmed_at = Timestamptz(null=True, default=None, help_text="plain")
    confirmed_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    confirmed_key = ForeignKey(ApiKey, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    confirmed_scope = Array(Varchar(length=60), null=True, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")
    fault = Varchar(length=200, null=True, default=None, help_text="plain")
    undone_at = Timestamptz(null=True, default=None, help_text="plain")
    undone_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class ImportRow(Table, db=DB, tablename="import_row"):
    """What a row became. `key` tells it from all others of its agency and target; `content` is the digest of what it said.
    `answered_at` where someone had to say whether it is of a record that is there; `linked` where it is, so that it made none."""

    id = BigSerial(primary_key=True, help_text="plain")
    run = ForeignKey(ImportRun, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    target = Varchar(length=40, null=False, default=None, help_text="plain")
    key = Bytea(null=False, default=None, help_text="plain")
    content = Bytea(null=False, default=None, help_text="plain")
    row_number = Integer(null=False, default=None, help_text="plain")
    subject = BigInt(null=False, default=None, help_text="plain")
    linked = Boolean(null=False, default=None, help_text="plain")
    answered_at = Timestamptz(null=True, default=None, help_text="plain")


class ImportRefusal(Table, db=DB, tablename="import_refusal"):
    """A row that was refused, as it was sent, with why. `question`: it is very likely of a record that is there;
    `said` is what it says then, so that it can come in when that has been answered."""

    id = BigSerial(primary_key=True, help_text="plain")
    run = ForeignKey(ImportRun, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    row_number = Integer(null=False, default=None, help_text="plain")
    cells = JSONB(null=False, default=None, help_text="special")
    faults = JSONB(null=False, default=None, help_text="plain")
    question = Boolean(null=False, default=None, help_text="plain")
    said = JSONB(null=True, default=None, help_text="special")
