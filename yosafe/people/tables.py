"""Young people, their names and numbers, placements, care, contacts, duties and clocks: columns only; constraints are in migrations 0002 and 0010."""

from piccolo.columns import BigInt, BigSerial, Boolean, Date, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
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
    left_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    left_recorded_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    version = Integer(null=False, default=1, help_text="plain")


class CarePeriod(Table, db=DB, tablename="care_period"):
    """A spell of one care status, with who is responsible."""

    id = BigSerial(primary_key=True, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    status = Varchar(length=20, null=False, default=None, help_text="plain")
    legal_basis = Varchar(length=40, null=True, default=None, help_text="special")
    responsible_area = Varchar(length=9, null=True, default=None, help_text="plain")
    social_worker = Varchar(length=100, null=True, default=None, help_text="personal")
    started_on = Date(null=False, default=None, help_text="plain")
    ended_on = Date(null=True, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    ended_recorded_at = Timestamptz(null=True, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
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
