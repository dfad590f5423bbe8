"""Surveys and respondents; constraints are in migration 0007."""

from piccolo.columns import JSONB, BigSerial, Bytea, Date, DoublePrecision, ForeignKey, Integer, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB


class Survey(Table, db=DB, tablename="survey"):
    """One survey in one establishment and month."""

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
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class Respondent(Table, db=DB, tablename="respondent"):
    """One returned questionnaire. Nobody is named."""

    id = BigSerial(primary_key=True, help_text="plain")
    survey = ForeignKey(Survey, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    row_number = Integer(null=False, default=None, help_text="plain")
    weight = DoublePrecision(null=False, default=None, help_text="plain")
    answers = JSONB(null=False, default=None, help_text="special")
