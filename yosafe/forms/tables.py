"""Drafts."""

from piccolo.columns import JSONB, UUID, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import UserAccount
from yosafe.db.engine import DB


class Draft(Table, db=DB, tablename="draft"):
    """Answers that someone has begun to give and not yet sent. Nobody else sees them."""

    id = UUID(primary_key=True, default=None, help_text="plain")
    owner = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    kind = Varchar(length=40, null=False, default=None, help_text="plain")
    title = Varchar(length=200, null=False, default=None, help_text="special")
    answers = JSONB(null=False, default=None, help_text="special")
    started_at = Timestamptz(null=False, default=None, help_text="plain")
    saved_at = Timestamptz(null=False, default=None, help_text="plain")
    expires_at = Timestamptz(null=False, default=None, help_text="plain")
    version = Integer(null=False, default=1, help_text="plain")
