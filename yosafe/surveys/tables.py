"""Surveys and respondents; constraints are in migrations 0007 and 0019."""

from piccolo.columns import JSONB, BigSerial, Boolean, Bytea, Date, DoublePrecision, ForeignKey, Integer, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB


class Survey(Table, db=DB, tablename="survey"):
    """One survey in one establishment and month. `questions` are those that its file had a column for; `returned` counts `refused_rows` too.

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
    file_name = Varchar(length=200, null=False, default=None, help_text="plain")
    file_sha256 = Bytea(null=False, default=None, help_text="plain")
    questions = JSONB(null=False, default=None, help_text="plain")
    weighted = Boolean(null=False, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")


class Respondent(Table, db=DB, tablename="respondent"):
    """One returned questionnaire. Nobody is named. `stratum` and `psu` say how they were drawn, where a survey is of a drawn sample."""

    id = BigSerial(primary_key=True, help_text="plain")
    survey = ForeignKey(Survey, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    row_number = Integer(null=False, default=None, help_text="plain")
    weight = DoublePrecision(null=False, default=None, help_text="plain")
    answers = JSONB(null=False, default=None, help_text="special")
    stratum = Varchar(length=40, null=True, default=None, help_text="plain")
    psu = Varchar(length=40, null=True, default=None, help_text="plain")


class SurveyUpload(Table, db=DB, tablename="survey_upload"):
    """A file that someone has sent and not yet confirmed. Nobody else sees it; it is gone when confirmed, discarded or a day old."""

    id = BigSerial(primary_key=True, help_text="plain")
    owner = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    file_name = Varchar(length=200, null=False, default=None, help_text="plain")
    file = Bytea(null=False, default=None, help_text="special")
    asked = JSONB(null=False, default=None, help_text="plain")
    made_at = Timestamptz(null=False, default=None, help_text="plain")
