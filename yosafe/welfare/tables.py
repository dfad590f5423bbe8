"""Assessments and what a second person said of them; constraints are in migrations 0004 and 0024."""

from typing import Any

from piccolo.columns import JSONB, BigSerial, Date, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB
from yosafe.people.tables import Placement, YoungPerson


class Assessment(Table, db=DB, tablename="assessment"):
    """A completed instrument: the worker's answers and the young person's own, side by side. `placement`: where they were held on the day;
    `replaces`: the one that was sent back, in whose place it was written."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    placement = ForeignKey(Placement, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    instrument = Varchar(length=40, null=False, default=None, help_text="plain")
    instrument_version = SmallInt(null=False, default=None, help_text="plain")
    occasion = Varchar(length=20, null=False, default=None, help_text="plain")
    completed_on = Date(null=False, default=None, help_text="plain")
    answers = JSONB(null=False, default=None, help_text="special")
    own_words = JSONB(null=False, default=None, help_text="special")
    concern = Text(null=True, default=None, help_text="special")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    replaces: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")


class AssessmentSigning(Table, db=DB, tablename="assessment_signing"):
    """What a second person decided about an assessment: once, and never changed."""

    id = BigSerial(primary_key=True, help_text="plain")
    assessment = ForeignKey(Assessment, null=False, default=None, unique=True, on_delete=OnDelete.restrict, help_text="plain")
    decision = Varchar(length=20, null=False, default=None, help_text="plain")
    remark = Text(null=True, default=None, help_text="special")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class WelfareNeed(Table, db=DB, tablename="welfare_need"):
    """What a young person needs and what will be done: `owner` says whose part it is, `owner_name` who does it."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    assessment = ForeignKey(Assessment, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    topic = Varchar(length=40, null=False, default=None, help_text="special")
    need = Text(null=False, default=None, help_text="special")
    will_do = Text(null=False, default=None, help_text="special")
    owner = Varchar(length=20, null=False, default=None, help_text="plain")
    owner_name = Varchar(length=200, null=False, default=None, help_text="personal")
    target_on = Date(null=False, default=None, help_text="plain")
    closed_on = Date(null=True, default=None, help_text="plain")
    came_of = Varchar(length=20, null=True, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=None, help_text="plain")


class WelfareNeedStep(Table, db=DB, tablename="welfare_need_step"):
    """What held of a need from a moment on, and why."""

    id = BigSerial(primary_key=True, help_text="plain")
    welfare_need = ForeignKey(WelfareNeed, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    kind = Varchar(length=20, null=False, default=None, help_text="plain")
    will_do = Text(null=False, default=None, help_text="special")
    owner = Varchar(length=20, null=False, default=None, help_text="plain")
    owner_name = Varchar(length=200, null=False, default=None, help_text="personal")
    target_on = Date(null=False, default=None, help_text="plain")
    note = Text(null=True, default=None, help_text="special")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ArrivalPaper(Table, db=DB, tablename="arrival_paper"):
    """A paper that came with a young person to a stay, or did not. `came_on` says when, where it came at all."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    placement = ForeignKey(Placement, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    paper = Varchar(length=40, null=False, default=None, help_text="plain")
    state = Varchar(length=20, null=False, default=None, help_text="plain")
    came_on = Date(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=None, help_text="plain")


class ArrivalPaperStep(Table, db=DB, tablename="arrival_paper_step"):
    """Who was asked for a paper, that it came, or why it will not."""

    id = BigSerial(primary_key=True, help_text="plain")
    arrival_paper = ForeignKey(ArrivalPaper, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    kind = Varchar(length=20, null=False, default=None, help_text="plain")
    happened_on = Date(null=False, default=None, help_text="plain")
    whom = Varchar(length=200, null=True, default=None, help_text="personal")
    note = Text(null=True, default=None, help_text="special")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
