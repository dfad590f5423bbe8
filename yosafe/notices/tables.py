"""Notices and the mail about them; constraints are in migration 0017."""

from piccolo.columns import BigInt, BigSerial, Boolean, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import UserAccount
from yosafe.db.engine import DB


class NoticeMail(Table, db=DB, tablename="notice_mail"):
    """A mail that says that there are notices, and no more. `fault` is the kind of what went wrong at the last try."""

    id = BigSerial(primary_key=True, help_text="plain")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    kind = Varchar(length=10, null=False, default=None, help_text="plain")
    made_at = Timestamptz(null=False, default=None, help_text="plain")
    tries = Integer(null=False, default=None, help_text="plain")
    tried_at = Timestamptz(null=True, default=None, help_text="plain")
    sent_at = Timestamptz(null=True, default=None, help_text="plain")
    failed_at = Timestamptz(null=True, default=None, help_text="plain")
    fault = Varchar(length=40, null=True, default=None, help_text="plain")


class Notice(Table, db=DB, tablename="notice"):
    """That someone is told of an event of a record. It holds nothing of the record but its kind and number."""

    id = BigSerial(primary_key=True, help_text="plain")
    event = Varchar(length=40, null=False, default=None, help_text="plain")
    subject_kind = Varchar(length=20, null=False, default=None, help_text="plain")
    subject = BigInt(null=False, default=None, help_text="plain")
    reason = Varchar(length=40, null=True, default=None, help_text="plain")
    urgent = Boolean(null=False, default=None, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    read_at = Timestamptz(null=True, default=None, help_text="plain")
    done_at = Timestamptz(null=True, default=None, help_text="plain")
    notice_mail = ForeignKey(NoticeMail, null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")


class NoticeChoice(Table, db=DB, tablename="notice_choice"):
    """How someone wants to hear of notices besides seeing them here. Whoever has not chosen hears daily."""

    id = BigSerial(primary_key=True, help_text="plain")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    mail = Varchar(length=10, null=False, default=None, help_text="plain")
    changed_at = Timestamptz(null=False, default=None, help_text="plain")
