"""What was written in surveys; constraints are in migration 0023."""

from piccolo.columns import BigSerial, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import UserAccount
from yosafe.db.engine import DB
from yosafe.surveys.tables import Survey


class SurveyComment(Table, db=DB, tablename="survey_comment"):
    """One text that someone wrote in a survey. Nothing ties it to their answers or to another text of theirs, and its number to no place in the file.

    `marked_*` are of a reader who thinks that it may hold a disclosure, `done*` of what the safeguarding lead did then.
    """

    id = BigSerial(primary_key=True, help_text="plain")
    survey = ForeignKey(Survey, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    question = Varchar(length=40, null=False, default=None, help_text="plain")
    words = Text(null=False, default=None, help_text="special")
    read_at = Timestamptz(null=True, default=None, help_text="plain")
    read_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    marked_at = Timestamptz(null=True, default=None, help_text="plain")
    marked_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    marked_because = Text(null=True, default=None, help_text="special")
    done = Text(null=True, default=None, help_text="special")
    done_on = Date(null=True, default=None, help_text="plain")
    done_by = Varchar(length=200, null=True, default=None, help_text="personal")
    answered_at = Timestamptz(null=True, default=None, help_text="plain")
    answered_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")
