"""Published figures that a report sets its own beside, each with its source and how it comes to a month."""

from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct


class Comparator(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`value` of something over `months`; `more_than`: it was published as more than that."""

    id: str
    value: int
    months: int
    said: str
    source: str
    more_than: bool = False

    @property
    def monthly(self) -> float:
        return self.value / self.months

    @property
    def words(self) -> str:
        over = "over " if self.more_than else ""
        a_month = f"{self.monthly:,.1f}".removesuffix(".0")
        return f"{over.capitalize()}{self.value:,} {self.said} in {self.months} months: {over}{a_month} a month ({self.value:,} ÷ {self.months})"


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    figure: tuple[Comparator, ...]


@cache
def comparators() -> dict[str, Comparator]:
    """All of them by name."""
    found = msgspec.toml.decode((files(__package__) / "comparators.toml").read_bytes(), type=_File)
    return {figure.id: figure for figure in found.figure}
