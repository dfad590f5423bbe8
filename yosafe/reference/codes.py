"""Code lists with effective dates. A code is never used again for something else: one that ends stays, so that old records keep their meaning."""

import datetime as dt
from functools import cache

import msgspec
from msgspec import Struct

from yosafe import clock
from yosafe.errors import FieldError, Invalid
from yosafe.settings import Terminology

from .packaged import toml
from .terms import in_terms

_FILES = ("people", "agencies", "incidents", "welfare", "referrals", "sharing", "committees", "reviews")


class Code(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value. `hint` helps someone choose; `group` gathers values shown or counted together; `since` and `until` are its first and last day.
    In `wording`, {yot} stands for that term of the catalogue, {Yot} for it with a capital."""

    code: str
    wording: str = msgspec.field(name="label")
    hint: str = ""
    group: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def label(self, terminology: Terminology = "2002") -> str:
        return in_terms(self.wording, terminology)

    def in_use(self, on: dt.date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class CodeList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values in the order in which they are shown."""

    name: str
    title: str
    source: str
    codes: tuple[Code, ...]

    def code(self, value: str, on: dt.date | None = None) -> Code:
        """The value's code as it stood on a day (today unless said). Raises Invalid."""
        self.check(value, on)
        return next(c for c in self.codes if c.code == value)

    def label(self, value: str, terminology: Terminology = "2002") -> str:
        """How a recorded value is shown, in use or not. KeyError for one that was never in the list."""
        for code in self.codes:
            if code.code == value:
                return code.label(terminology)
        raise KeyError(value)

    def labels(self, on: dt.date | None = None, terminology: Terminology = "2002") -> dict[str, str]:
        """Labels by code, of every code there ever was, or of those in use on a day."""
        return {c.code: c.label(terminology) for c in self.codes if on is None or c.in_use(on)}

    def values(self, on: dt.date | None = None) -> tuple[str, ...]:
        return tuple(c.code for c in self.codes if on is None or c.in_use(on))

    def check(self, value: str, on: dt.date | None = None, *, key: str = "") -> None:
        """Raise Invalid, naming what may be chosen, unless the value is in use on a day (today unless said)."""
        day = on or clock.today()
        if not any(c.code == value and c.in_use(day) for c in self.codes):
            lead = f"This answer is not used on {day:%-d %B %Y}" if value in self.values() else "This isn't one of the answers"
            choice = ", ".join(f"{code} ({label})" for code, label in self.labels(day).items())
            raise Invalid([FieldError(key or self.name, f"{lead}. Choose one of: {choice}.")])


def code_list(name: str) -> CodeList:
    """KeyError for a name that is not a list's: names are the programmer's, not the user's."""
    return code_lists()[name]


@cache
def code_lists() -> dict[str, CodeList]:
    """All of them, by name."""
    return {name: _read(name, table) for file in _FILES for name, table in toml(f"codes/{file}.toml").items()}


def _read(name: str, table: dict[str, object]) -> CodeList:
    return msgspec.convert({"name": name, **table}, CodeList)
