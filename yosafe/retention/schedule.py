"""The schedule of what is no record of a young person, as data. Pure."""

import re
import tomllib
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct


class Kind(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows of one table, `id`, that go `days` after the moment `since`, an expression of the row `t`; `unless` holds for those that stay.
    `confirmed`: a source that binds agencies says so."""

    id: str
    title: str
    about: str
    since: str
    days: int
    confirmed: bool
    source: str
    unless: str = "false"


@cache
def schedule() -> tuple[Kind, ...]:
    """Every kind, in the order in which they go: what points at another before it. Raises ValueError for what is no table's name or has no days."""
    kinds = msgspec.convert(tomllib.loads((files("yosafe.retention") / "schedule.toml").read_text("utf-8"))["kind"], tuple[Kind, ...])
    for kind in kinds:
        if not re.fullmatch(r"[a-z_]+", kind.id) or kind.days < 1:
            raise ValueError(f"{kind.id} is no kind of row that can be destroyed after {kind.days} days")
    return kinds
