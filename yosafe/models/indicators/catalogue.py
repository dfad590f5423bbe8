"""The declared part of the indicators, read from `indicators.toml`, and what may be set."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct

from yosafe.errors import FieldError, Invalid

from .outcome import Level

Basis = Literal["report", "not confirmed", "practice"]
BASIS_IN_WORDS: dict[Basis, str] = {
    "report": "The 2002 report names this concern. It gives no numbers.",
    "not confirmed": "The 2002 report speaks of this in general. The rule is from general practice, and its source is not confirmed.",
    "practice": "From what comparable services do. The 2002 report does not name it.",
}


# What the indicators look at of incidents: these at all that happened in so many days, others at these kinds, until someone decides.
LOOK_BACK = ("self-harm-recent", "harmed-by-others", "accumulation")
OF_ANY_AGE = ("disclosure", "staff_allegation")


class Setting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A threshold: a whole number of `what`."""

    default: int
    what: str


class Indicator(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule as it is declared. Texts may hold `{name}` of a setting or of a term. `source`: paragraphs of the 2002 report."""

    id: str
    version: int
    title: str
    source: tuple[str, ...]
    basis: Basis
    why: str
    facts: tuple[str, ...]
    levels: dict[Level, str]
    clears: str
    not_mean: str
    settings: dict[str, Setting] = {}
    restricted: bool = False

    def defaults(self) -> dict[str, int]:
        return {name: setting.default for name, setting in self.settings.items()}

    def filled(self, text: str, settings: Mapping[str, int]) -> str:
        """A text of this indicator with its settings' values in place; terms stay as they are."""
        for name, value in settings.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text


@cache
def catalogue() -> dict[str, Indicator]:
    """Every indicator by id, in the order in which they are shown."""
    text = (files("yosafe.models.indicators") / "indicators.toml").read_text("utf-8")
    read = msgspec.convert(tomllib.loads(text)["indicator"], list[Indicator])
    return {indicator.id: indicator for indicator in read}


def settled(chosen: Mapping[str, Mapping[str, int]] | None = None) -> dict[str, dict[str, int]]:
    """Every setting of every indicator: what was chosen, else its default. Raises Invalid for a name that there is none of, and for less than 1."""
    faults = [fault for indicator, values in (chosen or {}).items() for fault in _faults(indicator, values)]
    if faults:
        raise Invalid(faults)
    return {name: {**indicator.defaults(), **(chosen or {}).get(name, {})} for name, indicator in catalogue().items()}


def days_looked_back(chosen: Mapping[str, Mapping[str, int]] | None = None) -> int:
    """Days that end with the day itself, in which indicators look at incidents: the widest window that is set. Incidents of OF_ANY_AGE apart."""
    return max(days for name in LOOK_BACK for setting, days in settled(chosen)[name].items() if setting in ("days", "high_days"))


def _faults(indicator: str, values: Mapping[str, int]) -> list[FieldError]:
    if indicator not in catalogue():
        return [FieldError(indicator, f"There is no indicator {indicator}. There are: {', '.join(catalogue())}.")]
    known = catalogue()[indicator].settings
    wrong_name = [
        FieldError(f"{indicator}.{n}", f"{indicator} has no setting {n}. It has: {', '.join(known) or 'none'}.") for n in values if n not in known
    ]
    wrong_value = [FieldError(f"{indicator}.{n}", "Give a whole number, 1 or more.") for n, v in values.items() if type(v) is not int or v < 1]
    return wrong_name + wrong_value
