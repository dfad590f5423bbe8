"""Signatures, uses and scores of the risk model; capacities; thresholds and audits of indicators. Constraints are in migration 0030."""

from piccolo.columns import JSONB, Array, BigSerial, Date, DoublePrecision, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson
from yosafe.reviews.tables import ModelVersion


class ModelSignature(Table, db=DB, tablename="model_signature"):
    """Someone said, in `words`, that they had read the card and that the version may be used; on a page, or by a command for them."""

    id = BigSerial(primary_key=True, help_text="plain")
    model_version = ForeignKey(ModelVersion, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    words = Text(null=False, default=None, help_text="plain")
    through = Varchar(length=10, null=False, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    signed_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    at = Timestamptz(null=False, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")


class ModelUse(Table, db=DB, tablename="model_use"):
    """A time in which a version was used; one at a time."""

    id = BigSerial(primary_key=True, help_text="plain")
    model_version = ForeignKey(ModelVersion, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    started_at = Timestamptz(null=False, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_by = ForeignKey(UserAccount, null=True, default=None, on_delete=OnDelete.restrict, help_text="personal")
    end_reason = Text(null=True, default=None, help_text="plain")


class ModelScore(Table, db=DB, tablename="model_score"):
    """What a version said of a young person at the end of a day, and what it was told: why is worked out from that. `threshold` is the log-odds from
    which on a flag was raised where they were held."""

    id = BigSerial(primary_key=True, help_text="plain")
    model_version = ForeignKey(ModelVersion, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    young_person = ForeignKey(YoungPerson, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    as_of = Date(null=False, default=None, help_text="plain")
    establishment = Varchar(length=8, null=False, default=None, help_text="plain")
    inputs = Array(base_column=DoublePrecision(), null=False, default=list, help_text="special")
    log_odds = DoublePrecision(null=False, default=None, help_text="special")
    threshold = DoublePrecision(null=False, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")


class PanelCapacity(Table, db=DB, tablename="panel_capacity"):
    """How many young people a panel of an establishment can see a week, of how many were held there when it was said."""

    id = BigSerial(primary_key=True, help_text="plain")
    establishment = Varchar(length=8, null=False, default=None, help_text="plain")
    a_week = Integer(null=False, default=None, help_text="plain")
    held = Integer(null=False, default=None, help_text="plain")
    reason = Text(null=False, default=None, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class IndicatorSetting(Table, db=DB, tablename="indicator_setting"):
    """One change of one threshold."""

    id = BigSerial(primary_key=True, help_text="plain")
    indicator = Varchar(length=40, null=False, default=None, help_text="plain")
    setting = Varchar(length=40, null=False, default=None, help_text="plain")
    was = Integer(null=False, default=None, help_text="plain")
    value = Integer(null=False, default=None, help_text="plain")
    reason = Text(null=False, default=None, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")
    recorded_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")


class IndicatorAudit(Table, db=DB, tablename="indicator_audit"):
    """Whom an indicator flagged and missed in the year before a day, by sub-group; small groups are withheld in it already."""

    id = BigSerial(primary_key=True, help_text="plain")
    indicator = Varchar(length=40, null=False, default=None, help_text="plain")
    as_of = Date(null=False, default=None, help_text="plain")
    figures = JSONB(null=False, default=None, help_text="plain")
    recorded_at = Timestamptz(null=False, default=None, help_text="plain")
