"""Young people, their names and numbers, placements, care, contacts, keep-apart, duties, clocks, merges and what must not be merged: columns only;
constraints are in the migrations 0002, 0009, 0010, 0011, 0013 and 0014."""

from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, Bytea, Date, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB


class YoungPerson(Table, db=DB, tablename="young_person"):
    """A young person: who they are and where home is."""

    id = BigSerial(primary_key=True, help_text="plain")
    family_name = Varchar(length=100, null=False, default=None, help_text="personal")
    given_names = Varchar(length=100, null=False, default=None, help_text="personal")
    known_as = Varchar(length=100, null=True, default=None, help_text="personal")
    date_of_birth = Date(null=False, default=None, help_text="personal")
    sex = Varchar(length=20, null=False, default=None, help_text="special")
    ethnicity = Varchar(length=40, null=True, default=None, help_text="special")
    religion = Varchar(length=40, null=True, default=None, help_text="special")
    first_language = Varchar(length=40, null=True, default=None, help_text="special")
    interpreter = Varchar(length=20, null=True, default=None, help_text="special")
    disability = Varchar(length=20, null=True, default=None, help_text="special")
    nationality = Varchar(length=40, null=True, default=None, help_text="special")
    asylum_status = Varchar(length=40, null=True, default=None, help_text="special")
    first_time_in_custody = Boolean(null=True, default=None, help_text="plain")
    home_outcode = Varchar(length=4, null=True, default=None, help_text="personal")
    home_area = Varchar(length=9, null=False, default=None, help_text="plain")
    release_on = Date(null=True, default=None, help_text="personal")
    release_address = Boolean(null=True, default=None, help_text="plain")
    created_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class OtherName(Table, db=DB, tablename="other_name"):
    """A name beside that of the record, from when to when. What ends stays."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    kind = Varchar(length=20, null=False, default=None, help_text="plain")
    family_name = Varchar(length=100, null=True, default=None, help_text="personal")
    given_names = Varchar(length=100, null=True, default=None, help_text="personal")
    born = Date(null=False, default=None, help_text="personal")  # of the record: set by the database, whatever is said here
    since = Date(null=True, default=None, help_text="plain")
    until = Date(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    ended_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class ExternalNumber(Table, db=DB, tablename="external_number"):
    """A number that others gave: `agency` says whose it is, where several count alike. What ends stays."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    kind = Varchar(length=20, null=False, default=None, help_text="plain")
    value = Varchar(length=40, null=False, default=None, help_text="personal")
    agency = ForeignKey(Agency, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    since = Date(null=True, default=None, help_text="plain")
    until = Date(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    ended_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class Placement(Table, db=DB, tablename="placement"):
    """A stay in an establishment. The distance is that of the day of arrival."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    establishment = Varchar(length=8, null=False, default=None, help_text="plain")
    unit = Varchar(length=60, null=True, default=None, help_text="personal")
    legal_status = Varchar(length=40, null=False, default=None, help_text="special")
    arrived_at = Timestamptz(null=False, default=None, help_text="plain")
    left_at = Timestamptz(null=True, default=None, help_text="plain")
    leaving_reason = Varchar(length=40, null=True, default=None, help_text="plain")
    home_outcode = Varchar(length=4, null=True, default=None, help_text="personal")
    distance_miles = SmallInt(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    unit_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    left_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    left_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")
    transfer_reason = Varchar(length=40, null=True, default=None, help_text="plain")
    escort = Varchar(length=120, null=True, default=None, help_text="personal")


class TimeOut(Table, db=DB, tablename="time_out"):
    """A time away from the establishment while the placement goes on: at court, in hospital. `outcome` says how it ended."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    placement = ForeignKey(Placement, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    reason = Varchar(length=40, null=False, default=None, help_text="special")
    place = Varchar(length=120, null=False, default=None, help_text="personal")
    escort = Varchar(length=120, null=False, default=None, help_text="personal")
    note = Text(null=True, default=None, help_text="special")
    left_at = Timestamptz(null=False, default=None, help_text="plain")
    expected_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")
    outcome = Varchar(length=20, null=True, default=None, help_text="plain")
    concern = Boolean(null=True, default=None, help_text="special")
    return_note = Text(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    ended_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class CarePeriod(Table, db=DB, tablename="care_period"):
    """A spell of one care status, with who is responsible."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    status = Varchar(length=20, null=False, default=None, help_text="plain")
    legal_basis = Varchar(length=40, null=True, default=None, help_text="special")
    responsible_area = Varchar(length=9, null=True, default=None, help_text="plain")
    started_on = Date(null=False, default=None, help_text="plain")
    ended_on = Date(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    ended_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")
    accommodation = Varchar(length=40, null=True, default=None, help_text="special")


class CareCorrection(Table, db=DB, tablename="care_correction"):
    """What a care period said before it was corrected, and why it was. Rows are added, never changed."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    care_period = ForeignKey(CarePeriod, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    status = Varchar(length=20, null=False, default=None, help_text="plain")
    legal_basis = Varchar(length=40, null=True, default=None, help_text="special")
    responsible_area = Varchar(length=9, null=True, default=None, help_text="plain")
    accommodation = Varchar(length=40, null=True, default=None, help_text="special")
    started_on = Date(null=False, default=None, help_text="plain")
    ended_on = Date(null=True, default=None, help_text="plain")
    reason = Text(null=False, default=None, help_text="special")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class NamedWorker(Table, db=DB, tablename="named_worker"):
    """Who works with a young person in one role, from when to when; without a name: that nobody was named. What ends stays."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    role = Varchar(length=40, null=False, default=None, help_text="plain")
    name = Varchar(length=100, null=True, default=None, help_text="personal")
    agency_name = Varchar(length=120, null=True, default=None, help_text="personal")
    telephone = Varchar(length=40, null=True, default=None, help_text="personal")
    email = Varchar(length=254, null=True, default=None, help_text="personal")
    since = Date(null=False, default=None, help_text="plain")
    until = Date(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    ended_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class Contact(Table, db=DB, tablename="contact"):
    """A visit, call, letter or meeting with a young person."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    kind = Varchar(length=20, null=False, default=None, help_text="plain")
    from_whom = Varchar(length=20, null=False, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    worker = Varchar(length=100, null=True, default=None, help_text="personal")
    happened_on = Date(null=False, default=None, help_text="plain")
    seen_alone = Boolean(null=True, default=None, help_text="plain")
    note = Text(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    missed_reason = Varchar(length=40, null=True, default=None, help_text="plain")


class ContactPlan(Table, db=DB, tablename="contact_plan"):
    """How often someone is to be in touch with a young person, as agreed: `every_days` is the longest time between two contacts. What ends stays."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    from_whom = Varchar(length=20, null=False, default=None, help_text="plain")
    way = Varchar(length=20, null=False, default=None, help_text="plain")
    every_days = SmallInt(null=False, default=None, help_text="plain")
    agreed_by = Varchar(length=200, null=False, default=None, help_text="personal")
    note = Text(null=True, default=None, help_text="special")
    since = Date(null=False, default=None, help_text="plain")
    until = Date(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    ended_reason = Text(null=True, default=None, help_text="special")
    ended_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class KeepApart(Table, db=DB, tablename="keep_apart"):
    """One spell of keeping two young people apart, as it is now; `first` is the lower id when it begins; merging of records may turn it.

    A small group is pairs that share a group number: each pair is reviewed and ended by itself, the index that allows one open spell holds for each,
    and a reader who may know of two of them sees that pair and not the third. `subject` is the record that led to it, for those who may know of it.
    """

    id = BigSerial(primary_key=True, help_text="plain")
    group_number = BigInt(null=False, default=None, help_text="plain")
    first = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    second = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    reason_code = Varchar(length=40, null=False, default=None, help_text="special")
    reason = Text(null=False, default=None, help_text="special")
    restriction = Varchar(length=20, null=False, default=None, help_text="plain")
    review_on = Date(null=False, default=None, help_text="plain")
    started_at = Timestamptz(null=False, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")
    subject_kind = Varchar(length=20, null=True, default=None, help_text="plain")
    subject = BigInt(null=True, default=None, help_text="plain")


class KeepApartStep(Table, db=DB, tablename="keep_apart_step"):
    """What was decided at one step: the restriction and the review date from then on, and why. Rows are added, never changed.
    `placement` is the arrival or move that someone went on with although the two must be kept apart."""

    id = BigSerial(primary_key=True, help_text="plain")
    keep_apart = ForeignKey(KeepApart, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    kind = Varchar(length=20, null=False, default=None, help_text="plain")
    restriction = Varchar(length=20, null=False, default=None, help_text="plain")
    review_on = Date(null=False, default=None, help_text="plain")
    placement = ForeignKey(Placement, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
    note = Text(null=False, default=None, help_text="special")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class Duty(Table, db=DB, tablename="duty"):
    """An authority or committee that has a duty towards a young person through a referral or a review."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    kind = Varchar(length=20, null=False, default=None, help_text="plain")
    area = Varchar(length=9, null=False, default=None, help_text="plain")
    subject_kind = Varchar(length=20, null=False, default=None, help_text="plain")
    subject = BigInt(null=False, default=None, help_text="plain")
    started_at = Timestamptz(null=False, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")


class Clock(Table, db=DB, tablename="clock"):
    """A time limit that runs, was met or was stopped. Started and met by actions, reckoned by reference.rule_sets."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    clock = Varchar(length=40, null=False, default=None, help_text="plain")
    rules = Varchar(length=20, null=False, default=None, help_text="plain")
    subject_kind = Varchar(length=20, null=False, default=None, help_text="plain")
    subject = BigInt(null=False, default=None, help_text="plain")
    owner_kind = Varchar(length=20, null=False, default=None, help_text="plain")
    owner_area = Varchar(length=9, null=True, default=None, help_text="plain")
    owner_establishment = Varchar(length=8, null=True, default=None, help_text="plain")
    started_at = Timestamptz(null=False, default=None, help_text="plain")
    due_on = Date(null=False, default=None, help_text="plain")
    met_at = Timestamptz(null=True, default=None, help_text="plain")
    stopped_at = Timestamptz(null=True, default=None, help_text="plain")
    stopped_reason = Varchar(length=200, null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    met_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    held = Varchar(length=10, null=True, default=None, help_text="plain")
    version = Integer(null=False, default=1, help_text="plain")


class RecordMerge(Table, db=DB, tablename="record_merge"):
    """Two records of one young person made one, and perhaps taken apart again. `kept` and `merged` are their numbers; `marks` the highest number that
    each table held then, which tells what was recorded since."""

    id = BigSerial(primary_key=True, help_text="plain")
    kept = BigInt(null=False, default=None, help_text="personal")
    merged = BigInt(null=False, default=None, help_text="personal")
    reason = Text(null=False, default=None, help_text="special")
    marks = JSONB(null=False, default=None, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    undone_at = Timestamptz(null=True, default=None, help_text="plain")
    undone_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    undone_reason = Text(null=True, default=None, help_text="special")


class RecordMergeRow(Table, db=DB, tablename="record_merge_row"):
    """One row that a merge changed, set aside or added, with what it held before and after."""

    id = BigSerial(primary_key=True, help_text="plain")
    record_merge = ForeignKey(RecordMerge, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    change = Varchar(length=10, null=False, default=None, help_text="plain")
    table_name = Varchar(length=40, null=False, default=None, help_text="plain")
    row_id = Varchar(length=40, null=False, default=None, help_text="plain")
    column_name = Varchar(length=40, null=True, default=None, help_text="plain")
    old = JSONB(null=True, default=None, help_text="restricted")
    new = JSONB(null=True, default=None, help_text="restricted")


class NotSame(Table, db=DB, tablename="not_same"):
    """Two records that someone looked at and said to be of two children: nobody is asked about them again."""

    id = BigSerial(primary_key=True, help_text="plain")
    first = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    second = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    reason = Text(null=False, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class ClockHold(Table, db=DB, tablename="clock_hold"):
    """A time limit that was paused, or said to have no call to run: why, by whom, with whom it was agreed, and how that ended. Never changed else."""

    id = BigSerial(primary_key=True, help_text="plain")
    clock = ForeignKey(Clock, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    kind = Varchar(length=10, null=False, default=None, help_text="plain")
    reason = Text(null=False, default=None, help_text="special")
    agreed_with = Varchar(length=100, null=False, default=None, help_text="personal")
    from_on = Date(null=False, default=None, help_text="plain")
    due_before = Date(null=False, default=None, help_text="plain")
    until_on = Date(null=True, default=None, help_text="plain")
    ended_reason = Text(null=True, default=None, help_text="special")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")


class CalendarFeed(Table, db=DB, tablename="calendar_feed"):
    """An address at which a calendar program reads the days of what needs someone. Only the hash of its secret is kept. `reads`: how often it was
    read since `reads_since`, for an hour at a time."""

    id = BigSerial(primary_key=True, help_text="plain")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    token_hash = Bytea(null=False, default=None, unique=True, secret=True, help_text="restricted")
    created_at = Timestamptz(null=False, default=None, help_text="plain")
    last_read_at = Timestamptz(null=True, default=None, help_text="plain")
    revoked_at = Timestamptz(null=True, default=None, help_text="plain")
    reads = Integer(null=False, default=None, help_text="plain")
    reads_since = Timestamptz(null=True, default=None, help_text="plain")


class ChronologyMark(Table, db=DB, tablename="chronology_mark"):
    """That an entry of a chronology is significant, and why: who said so, and who took the mark off. Entries are known by `source`, `part` and the
    number of their row."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    source = Varchar(length=40, null=False, default=None, help_text="plain")
    part = Varchar(length=40, null=False, default=None, help_text="plain")
    entry = BigInt(null=False, default=None, help_text="plain")
    why = Varchar(length=300, null=False, default=None, help_text="special")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    taken_off_at = Timestamptz(null=True, default=None, help_text="plain")
    taken_off_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    taken_off_why = Varchar(length=300, null=True, default=None, help_text="special")
    version = Integer(null=False, default=1, help_text="plain")
