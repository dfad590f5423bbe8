"""Flags, joint reviews and versions of the risk model; constraints are in the migrations 0006, 0027, 0031 and 0047."""

from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, Date, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson


class FlagRefresh(Table, db=DB, tablename="flag_refresh"):
    """One run of the indicators; `rules`: what everyone's flags were worked out by, as a hash. `worked_out`: of how many they had to be."""

    id = BigSerial(primary_key=True, help_text="plain")
    as_of = Date(null=False, default=None, help_text="plain")
    young_people = Integer(null=False, default=None, help_text="plain")
    opened = Integer(null=False, default=None, help_text="plain")
    cleared = Integer(null=False, default=None, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")
    rules = Varchar(length=64, null=True, default=None, help_text="plain")
    worked_out = Integer(null=True, default=None, help_text="plain")


class FlagBasis(Table, db=DB, tablename="flag_basis"):
    """What the flags of someone in custody were last worked out from, as a number, and the first day on which they may be others all the same."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    fingerprint = BigInt(null=False, default=None, help_text="plain")
    holds_until = Date(null=True, default=None, help_text="plain")


class Flag(Table, db=DB, tablename="flag"):
    """An indicator that holds for a young person, with its reasons. `last_seen_on`: when it was last written; while it stands, the newest refresh has
    seen it."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    indicator = Varchar(length=40, null=False, default=None, help_text="plain")
    level = Varchar(length=10, null=False, default=None, help_text="plain")
    sentence = Text(null=False, default=None, help_text="special")
    because = JSONB(null=False, default=None, help_text="special")
    missing = JSONB(null=False, default=None, help_text="special")
    settings = JSONB(null=False, default=None, help_text="plain")
    raised_on = Date(null=False, default=None, help_text="plain")
    last_seen_on = Date(null=False, default=None, help_text="plain")
    cleared_on = Date(null=True, default=None, help_text="plain")
    closed_at = Timestamptz(null=True, default=None, help_text="plain")
    raised_at = Timestamptz(null=False, default=None, help_text="plain")
    version = Integer(null=False, default=1, help_text="plain")


class FlagChange(Table, db=DB, tablename="flag_change"):
    """A step in the life of a flag, with what it said then."""

    id = BigSerial(primary_key=True, help_text="plain")
    flag = ForeignKey(Flag, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    change = Varchar(length=20, null=False, default=None, help_text="plain")
    level = Varchar(length=10, null=False, default=None, help_text="plain")
    sentence = Text(null=False, default=None, help_text="special")
    as_of = Date(null=False, default=None, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")


class ReviewPanel(Table, db=DB, tablename="review_panel"):
    """A standing panel: of an establishment, or of an area for the establishments there that have none of their own. How many cases it can see is
    said of each establishment (`panel_capacity`)."""

    id = BigSerial(primary_key=True, help_text="plain")
    establishment = Varchar(length=8, null=True, default=None, help_text="plain")
    area = Varchar(length=9, null=False, default=None, help_text="plain")
    chair = Varchar(length=100, null=False, default=None, help_text="personal")
    every_weeks = SmallInt(null=False, default=None, help_text="plain")
    least_agencies = SmallInt(null=False, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    changed_at = Timestamptz(null=True, default=None, help_text="plain")
    changed_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class ReviewPanelAgency(Table, db=DB, tablename="review_panel_agency"):
    """An agency that should come to a panel; without one that must come, nothing is decided quorately."""

    id = BigSerial(primary_key=True, help_text="plain")
    review_panel = ForeignKey(ReviewPanel, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    must_come = Boolean(null=False, default=None, help_text="plain")


class Review(Table, db=DB, tablename="review"):
    """A meeting of several agencies."""

    id = BigSerial(primary_key=True, help_text="plain")
    establishment = Varchar(length=8, null=False, default=None, help_text="plain")
    area = Varchar(length=9, null=False, default=None, help_text="plain")
    meets_on = Date(null=False, default=None, help_text="plain")
    chair = Varchar(length=100, null=False, default=None, help_text="personal")
    held_at = Timestamptz(null=True, default=None, help_text="plain")
    locked_at = Timestamptz(null=True, default=None, help_text="plain")
    quorate = Boolean(null=True, default=None, help_text="plain")
    quorum = Text(null=True, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class ReviewCase(Table, db=DB, tablename="review_case"):
    """One young person on the agenda of a review."""

    id = BigSerial(primary_key=True, help_text="plain")
    review = ForeignKey(Review, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    number = SmallInt(null=False, default=None, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    listed_because = Text(null=True, default=None, help_text="special")
    child_came = Varchar(length=20, null=True, default=None, help_text="special")
    child_said = Text(null=True, default=None, help_text="special")
    decision = Varchar(length=40, null=True, default=None, help_text="plain")
    decision_reason = Text(null=True, default=None, help_text="special")
    decided_at = Timestamptz(null=True, default=None, help_text="plain")
    decided_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    next_review_on = Date(null=True, default=None, help_text="plain")
    advocate = Varchar(length=20, null=True, default=None, help_text="special")
    advocate_why = Text(null=True, default=None, help_text="special")
    plan = Text(null=True, default=None, help_text="special")
    put_off_at = Timestamptz(null=True, default=None, help_text="plain")
    put_off_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    put_off_reason = Text(null=True, default=None, help_text="special")
    place = SmallInt(null=False, default=None, help_text="plain")
    version = Integer(null=False, default=1, help_text="plain")


class FlagOutcome(Table, db=DB, tablename="flag_outcome"):
    """What an agency made of a flag."""

    id = BigSerial(primary_key=True, help_text="plain")
    flag = ForeignKey(Flag, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    outcome = Varchar(length=20, null=False, default=None, help_text="special")
    reason = Text(null=False, default=None, help_text="special")
    review_case = ForeignKey(ReviewCase, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ReviewCaseFlag(Table, db=DB, tablename="review_case_flag"):
    """A flag for which a case was listed."""

    id = BigSerial(primary_key=True, help_text="plain")
    review_case = ForeignKey(ReviewCase, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    flag = ForeignKey(Flag, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")


class ReviewAttendance(Table, db=DB, tablename="review_attendance"):
    """Who came, for which agency."""

    id = BigSerial(primary_key=True, help_text="plain")
    review = ForeignKey(Review, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    person = Varchar(length=100, null=False, default=None, help_text="personal")
    attended = Varchar(length=20, null=False, default=None, help_text="plain")
    reason = Text(null=True, default=None, help_text="personal")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ReviewView(Table, db=DB, tablename="review_view"):
    """What one agency says of a case."""

    id = BigSerial(primary_key=True, help_text="plain")
    review_case = ForeignKey(ReviewCase, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    view = Text(null=False, default=None, help_text="special")
    dissents = Boolean(null=False, default=None, help_text="plain")
    said_by = Varchar(length=100, null=True, default=None, help_text="personal")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ReviewRequest(Table, db=DB, tablename="review_request"):
    """An agency asks that a young person be looked at; `review_case` is what came of it."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    reason = Text(null=False, default=None, help_text="special")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    asked_at = Timestamptz(null=False, default=None, help_text="plain")
    asked_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    review_case = ForeignKey(ReviewCase, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    withdrawn_at = Timestamptz(null=True, default=None, help_text="plain")
    withdrawn_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_reason = Text(null=True, default=None, help_text="special")
    version = Integer(null=False, default=1, help_text="plain")


class ReviewLeft(Table, db=DB, tablename="review_left"):
    """Someone who was left for a later review, and why."""

    id = BigSerial(primary_key=True, help_text="plain")
    review = ForeignKey(Review, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    reason = Text(null=False, default=None, help_text="special")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ReviewMinutes(Table, db=DB, tablename="review_minutes"):
    """The minutes of a review as they were when they were locked; rows are added, never changed. `sha256` is of `content`."""

    id = BigSerial(primary_key=True, help_text="plain")
    review = ForeignKey(Review, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    content = Text(null=False, default=None, help_text="special")
    sha256 = Varchar(length=64, null=False, default=None, help_text="plain")
    agreed_by = Varchar(length=100, null=False, default=None, help_text="personal")
    locked_at = Timestamptz(null=False, default=None, help_text="plain")
    locked_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ReviewAddendum(Table, db=DB, tablename="review_addendum"):
    """What an agency added to locked minutes, about one case or about the meeting; rows are added, never changed."""

    id = BigSerial(primary_key=True, help_text="plain")
    review = ForeignKey(Review, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    review_case = ForeignKey(ReviewCase, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    text = Text(null=False, default=None, help_text="special")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class Action(Table, db=DB, tablename="action"):
    """Something that someone agreed to do by a day."""

    id = BigSerial(primary_key=True, help_text="plain")
    review_case = ForeignKey(ReviewCase, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    what = Text(null=False, default=None, help_text="special")
    owner_agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    owner_name = Varchar(length=100, null=False, default=None, help_text="personal")
    due_on = Date(null=False, default=None, help_text="plain")
    done_on = Date(null=True, default=None, help_text="plain")
    done_note = Text(null=True, default=None, help_text="special")
    evidence = Text(null=True, default=None, help_text="special")
    cancel_asked_at = Timestamptz(null=True, default=None, help_text="plain")
    cancel_asked_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    cancel_reason = Text(null=True, default=None, help_text="special")
    cancelled_at = Timestamptz(null=True, default=None, help_text="plain")
    cancelled_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class ActionHanded(Table, db=DB, tablename="action_handed"):
    """An action that changed its owner, and why."""

    id = BigSerial(primary_key=True, help_text="plain")
    action = ForeignKey(Action, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    from_agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    from_name = Varchar(length=100, null=False, default=None, help_text="personal")
    to_agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    to_name = Varchar(length=100, null=False, default=None, help_text="personal")
    reason = Text(null=False, default=None, help_text="special")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ModelVersion(Table, db=DB, tablename="model_version"):
    """A risk model as it was trained, with its card; rows are added and never changed. `sha256` is of both, `signature` of that."""

    id = BigSerial(primary_key=True, help_text="plain")
    model = Text(null=False, default=None, help_text="plain")
    card = Text(null=False, default=None, help_text="plain")
    sha256 = Varchar(length=64, null=False, default=None, help_text="plain")
    signature = Varchar(length=64, null=False, default=None, help_text="plain")
    trained_at = Timestamptz(null=False, default=None, help_text="plain")
    trained_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
