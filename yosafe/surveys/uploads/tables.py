"""Files of surveys that were sent, and how far the worker is; constraints are in migrations 0007, 0032 and 0038."""

from piccolo.columns import JSONB, Array, BigInt, BigSerial, Bytea, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import ApiKey, UserAccount
from yosafe.db.engine import DB
from yosafe.surveys.tables import Survey


class SurveyUpload(Table, db=DB, tablename="survey_upload"):
    """A file that someone has sent. Nobody else sees it; it goes when it is stored, discarded or a day old. `attempt` tells one confirming from the
    next; `outcome` is what came of the last, with no more than the first faults, and `fault` why nothing did. `confirmed_key` and `confirmed_scope`:
    by which API key it was confirmed, and what that might do then."""

    id = BigSerial(primary_key=True, help_text="plain")
    owner = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    file_name = Varchar(length=200, null=False, default=None, help_text="plain")
    asked = JSONB(null=False, default=None, help_text="plain")
    made_at = Timestamptz(null=False, default=None, help_text="plain")
    size = BigInt(null=False, default=None, help_text="plain")
    status = Varchar(length=10, null=False, default=None, help_text="plain")
    attempt = Integer(null=False, default=None, help_text="plain")
    rows_done = Integer(null=False, default=None, help_text="plain")
    row_count = Integer(null=True, default=None, help_text="plain")
    outcome = JSONB(null=True, default=None, help_text="plain")
    fault = Varchar(length=1000, null=True, default=None, help_text="plain")
    confirmed_key = ForeignKey(ApiKey, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    confirmed_scope = Array(Varchar(length=60), null=True, default=None, help_text="plain")
    survey = ForeignKey(Survey, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")


class SurveyUploadPart(Table, db=DB, tablename="survey_upload_part"):
    """Some of the bytes of a file that was sent: one after another they are the file."""

    id = BigSerial(primary_key=True, help_text="plain")
    upload = ForeignKey(SurveyUpload, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    number = Integer(null=False, default=None, help_text="plain")
    data = Bytea(null=False, default=None, help_text="special")
