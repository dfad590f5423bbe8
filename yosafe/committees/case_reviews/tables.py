"""Serious case reviews; constraints are in migration 0026."""

from piccolo.columns import BigSerial, Date, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson


class CaseReview(Table, db=DB, tablename="case_review"):
    """What may be reviewed, asked for by an agency of the committee of an area; its decision whether to hold a review, and the end of one."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    area = Varchar(length=9, null=False, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    happened = Varchar(length=20, null=False, default=None, help_text="special")
    happened_on = Date(null=False, default=None, help_text="plain")
    concern = Text(null=False, default=None, help_text="special")
    decision = Varchar(length=20, null=True, default=None, help_text="plain")
    decision_reason = Text(null=True, default=None, help_text="special")
    decided_on = Date(null=True, default=None, help_text="plain")
    chair = Varchar(length=120, null=True, default=None, help_text="personal")
    completed_on = Date(null=True, default=None, help_text="plain")
    summary = Text(null=True, default=None, help_text="special")
    published_on = Date(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    decided_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    decided_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    completed_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    completed_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class CaseReviewParty(Table, db=DB, tablename="case_review_party"):
    """An agency on the panel: who sits there for it, and its management review, asked for, due and received."""

    id = BigSerial(primary_key=True, help_text="plain")
    case_review = ForeignKey(CaseReview, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    seat = Varchar(length=40, null=False, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    member = Varchar(length=120, null=False, default=None, help_text="personal")
    asked_on = Date(null=False, default=None, help_text="plain")
    due_on = Date(null=False, default=None, help_text="plain")
    received_on = Date(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    received_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    received_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class CaseReviewRecommendation(Table, db=DB, tablename="case_review_recommendation"):
    """A recommendation to an agency of the panel, with who does it, by when, and what shows that it was done."""

    id = BigSerial(primary_key=True, help_text="plain")
    case_review = ForeignKey(CaseReview, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    number = SmallInt(null=False, default=None, help_text="plain")
    case_review_party = ForeignKey(CaseReviewParty, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    text = Text(null=False, default=None, help_text="special")
    owner = Varchar(length=120, null=False, default=None, help_text="personal")
    due_on = Date(null=False, default=None, help_text="plain")
    done_on = Date(null=True, default=None, help_text="plain")
    evidence = Text(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    done_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    done_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class CaseReviewChange(Table, db=DB, tablename="case_review_change"):
    """What changed in practice because of a review, and since when."""

    id = BigSerial(primary_key=True, help_text="plain")
    case_review = ForeignKey(CaseReview, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    what = Text(null=False, default=None, help_text="special")
    changed_on = Date(null=False, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
