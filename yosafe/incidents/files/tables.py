"""Files kept with incidents (docs/adr/0009); constraints are in migration 0016."""

from piccolo.columns import BigSerial, Boolean, Bytea, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import UserAccount
from yosafe.db.engine import DB
from yosafe.incidents.tables import Incident
from yosafe.people.tables import YoungPerson


class EvidenceFile(Table, db=DB, tablename="evidence_file"):
    """A file as it was sent. `sha256` is of those bytes; `has_location`: the camera wrote into it where it was taken. Withdrawn, it stays."""

    id = BigSerial(primary_key=True, help_text="plain")
    incident = ForeignKey(Incident, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    kind = Varchar(length=40, null=False, default=None, help_text="plain")
    caption = Varchar(length=200, null=False, default=None, help_text="special")
    taken_by = Varchar(length=120, null=True, default=None, help_text="personal")
    taken_on = Date(null=True, default=None, help_text="plain")
    media_type = Varchar(length=100, null=False, default=None, help_text="plain")
    size = Integer(null=False, default=None, help_text="plain")
    sha256 = Varchar(length=64, null=False, default=None, help_text="plain")
    has_location = Boolean(null=False, default=None, help_text="plain")
    has_picture = Boolean(null=False, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_at = Timestamptz(null=True, default=None, help_text="plain")
    withdrawn_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    withdrawn_reason = Varchar(length=2000, null=True, default=None, help_text="special")


class EvidencePart(Table, db=DB, tablename="evidence_part"):
    """A piece of a file: `which` is the original or the picture that pages show; `content` is sealed with the key that
    `sealed_with` names (ADR 37)."""

    id = BigSerial(primary_key=True, help_text="plain")
    evidence_file = ForeignKey(EvidenceFile, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    which = Varchar(length=10, null=False, default=None, help_text="plain")
    number = Integer(null=False, default=None, help_text="plain")
    content = Bytea(null=False, default=None, help_text="special")
    sealed_with = Varchar(length=40, null=True, default=None, help_text="plain")


class EvidenceShows(Table, db=DB, tablename="evidence_shows"):
    """A young person whom a file shows or names: it is open to those who may know of all of them."""

    id = BigSerial(primary_key=True, help_text="plain")
    evidence_file = ForeignKey(EvidenceFile, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
