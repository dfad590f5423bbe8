"""Packs that were asked for; constraints are in migration 0049."""

from typing import Any

from piccolo.columns import BigSerial, Bytea, Date, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.accounts.tables import Agency, UserAccount
from yosafe.db.engine import DB


class InspectionPack(Table, db=DB, tablename="inspection_pack"):
    """A de-identified extract of an establishment and period, of incidents or placements (`extract`). `content` is the whole of it as JSON, and
    `content_sha256` its digest; `k` what was asked of it, `smallest` how many young people its smallest group of like rows has. `taken_at`: when it
    was first taken out as a file. One that never was may be `replaced` by another, and then has no content."""

    id = BigSerial(primary_key=True, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    extract = Varchar(length=20, null=False, default=None, help_text="plain")
    establishment = Varchar(length=8, null=False, default=None, help_text="plain")
    period = Varchar(length=7, null=False, default=None, help_text="plain")
    since = Date(null=False, default=None, help_text="plain")
    until = Date(null=False, default=None, help_text="plain")
    k = SmallInt(null=False, default=None, help_text="plain")
    rows = Integer(null=False, default=None, help_text="plain")
    smallest = Integer(null=False, default=None, help_text="plain")
    content = Text(null=True, default=None, help_text="plain")
    content_sha256 = Bytea(null=False, default=None, help_text="plain")
    built_at = Timestamptz(null=False, default=None, help_text="plain")
    built_by = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="personal")
    taken_at = Timestamptz(null=True, default=None, help_text="plain")
    replaced: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")
