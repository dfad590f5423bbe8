"""Reports that were asked for, and what was built; constraints and the trigger that keeps issued ones as they are, are in migrations 0033
and 0040."""

from typing import Any

from piccolo.columns import Array, BigSerial, Boolean, Bytea, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, ApiKey, UserAccount
from yosafe.db.engine import DB


class ReportBuild(Table, db=DB, tablename="report_build"):
    """A report of one period for one agency. `content` is the whole of it as JSON, and `content_sha256` its digest; `steps_done` of `steps`
    sections are built. `roles`: who may see it, as its definition said then. `asked_key` and `asked_scope`: by which API key it was asked for, and
    what that might do then."""

    id = BigSerial(primary_key=True, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    report = Varchar(length=40, null=False, default=None, help_text="plain")
    heading = Varchar(length=120, null=False, default=None, help_text="plain")
    period = Varchar(length=7, null=False, default=None, help_text="plain")
    roles = Array(base_column=Varchar(length=40), null=False, default=list, help_text="plain")
    status = Varchar(length=20, null=False, default=None, help_text="plain")
    steps_done = SmallInt(null=False, default=None, help_text="plain")
    steps = SmallInt(null=False, default=None, help_text="plain")
    content = Text(null=True, default=None, help_text="plain")
    content_sha256 = Bytea(null=True, default=None, help_text="plain")
    fault = Varchar(length=200, null=True, default=None, help_text="plain")
    corrects: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    reason = Text(null=True, default=None, help_text="plain")
    asked_at = Timestamptz(null=False, default=None, help_text="plain")
    asked_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    asked_key = ForeignKey(ApiKey, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    asked_scope = Array(Varchar(length=60), null=True, default=None, help_text="plain")
    built_at = Timestamptz(null=True, default=None, help_text="plain")
    issued_at = Timestamptz(null=True, default=None, help_text="plain")
    issued_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class ReportWords(Table, db=DB, tablename="report_words"):
    """Words of one place of a report, each as it was saved. `number` counts those of a build; `added`: after they were signed."""

    id = BigSerial(primary_key=True, help_text="plain")
    build = ForeignKey(ReportBuild, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    number = Integer(null=False, default=None, help_text="plain")
    place = Varchar(length=40, null=False, default=None, help_text="plain")
    added = Boolean(null=False, default=None, help_text="plain")
    words = Text(null=False, default=None, help_text="personal")
    written_at = Timestamptz(null=False, default=None, help_text="plain")
    written_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ReportSignature(Table, db=DB, tablename="report_signature"):
    """Who signed the words of a build, as what; `words_sha256` is the digest of its figures and those words together."""

    id = BigSerial(primary_key=True, help_text="plain")
    build = ForeignKey(ReportBuild, null=False, default=None, unique=True, on_delete=OnDelete.restrict, help_text="plain")
    signed_as = Varchar(length=100, null=False, default=None, help_text="personal")
    words_sha256 = Bytea(null=False, default=None, help_text="plain")
    signed_at = Timestamptz(null=False, default=None, help_text="plain")
    signed_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
