"""Surveys and their answers; constraints are in migrations 0007, 0022 and 0032."""

from piccolo.columns import JSONB, BigSerial, Boolean, Bytea, Date, ForeignKey, Integer, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB


class Survey(Table, db=DB, tablename="survey"):
    """One survey in one establishment and month. `questions` are those that its files have a column for; `returned` counts `refused_rows` too.
    `told_apart_by` says by what its respondents are, `rows` or `numbers`, and `columns_sha256` what its columns were; null where that was not kept.

    `agency` and `recorded_by` are null where the operator imported it at the command line.
    """

    id = BigSerial(primary_key=True, help_text="plain")
    questionnaire = Varchar(length=40, null=False, default=None, help_text="plain")
    questionnaire_version = SmallInt(null=False, default=None, help_text="plain")
    establishment = Varchar(length=8, null=False, default=None, help_text="plain")
    fielded_on = Date(null=False, default=None, help_text="plain")
    held = Integer(null=True, default=None, help_text="plain")
    offered = Integer(null=True, default=None, help_text="plain")
    returned = Integer(null=False, default=None, help_text="plain")
    refused_rows = Integer(null=False, default=None, help_text="plain")
    questions = JSONB(null=False, default=None, help_text="plain")
    weighted = Boolean(null=False, default=None, help_text="plain")
    told_apart_by = Varchar(length=8, null=True, default=None, help_text="plain")
    columns_sha256 = Bytea(null=True, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")


class SurveyFile(Table, db=DB, tablename="survey_file"):
    """A file that came into a survey; `added` is how many respondents it brought. `content_sha256` is of what its table holds, in whatever form of
    file; null for those that came in before it was kept. `agency` and `recorded_by` are null where the operator did it at the command line."""

    id = BigSerial(primary_key=True, help_text="plain")
    survey = ForeignKey(Survey, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    file_name = Varchar(length=200, null=False, default=None, help_text="plain")
    file_sha256 = Bytea(null=False, default=None, help_text="plain")
    content_sha256 = Bytea(null=True, default=None, help_text="plain")
    row_count = Integer(null=False, default=None, help_text="plain")
    added = Integer(null=False, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")


class SurveyColumn(Table, db=DB, tablename="survey_column"):
    """The answers to one question of a survey, or the weights or clusters of its respondents: for each of them a number that stands for one of
    `choices`, or the weight itself; or the digests that tell them, or the rows left out, apart. Columns are in one order; nobody is named."""

    id = BigSerial(primary_key=True, help_text="plain")
    survey = ForeignKey(Survey, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    kind = Varchar(length=8, null=False, default=None, help_text="plain")
    question = Varchar(length=40, null=False, default=None, help_text="plain")
    choices = JSONB(null=False, default=None, help_text="special")
    codes = Bytea(null=False, default=None, help_text="special")
