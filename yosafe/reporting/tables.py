"""Reports that were asked for, what was built, and what is built by itself; constraints and the trigger that keeps issued ones as they are, are in
migrations 0033, 0039 and 0043."""

from typing import Any

from piccolo.columns import Array, BigSerial, Boolean, Bytea, Date, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
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


class ReportSchedule(Table, db=DB, tablename="report_schedule"):
    """A report that is built by itself for an agency, `days_after` each `span` of the calendar. `next_period` is asked for on `next_on`, in the name
    of `set_by`, who set it up or let it go on last, by the API key `set_key` with what that might do then. `fault`: why it stopped by itself; it
    is paused then. `last_build`: what came of it last."""

    id = BigSerial(primary_key=True, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    report = Varchar(length=40, null=False, default=None, help_text="plain")
    heading = Varchar(length=120, null=False, default=None, help_text="plain")
    roles = Array(base_column=Varchar(length=40), null=False, default=list, help_text="plain")
    span = Varchar(length=20, null=False, default=None, help_text="plain")
    days_after = SmallInt(null=False, default=None, help_text="plain")
    next_period = Varchar(length=7, null=False, default=None, help_text="plain")
    next_on = Date(null=False, default=None, help_text="plain")
    set_at = Timestamptz(null=False, default=None, help_text="plain")
    set_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    set_key = ForeignKey(ApiKey, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    set_scope = Array(Varchar(length=60), null=True, default=None, help_text="plain")
    last_build = ForeignKey(ReportBuild, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    paused_at = Timestamptz(null=True, default=None, help_text="plain")
    fault = Varchar(length=200, null=True, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")
    version = Integer(null=False, default=1, help_text="plain")
