"""The figures that the estate is calibrated to, and the choices of ours where there are none."""

from functools import cache

import msgspec
from msgspec import Struct

from .data import toml


class Published(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fact, and the band in which a generated estate of the 2002 size must fall."""

    value: float
    low: float
    high: float
    source: str


class Assumed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    value: float
    reason: str


class Calibration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rates are per young person held for a year."""

    published: dict[str, Published]
    assumed: dict[str, Assumed]
    self_harm_incidents_2001_02: dict[str, int]

    def fact(self, name: str) -> float:
        return self.published[name].value

    def guess(self, name: str) -> float:
        return self.assumed[name].value


@cache
def calibration() -> Calibration:
    return msgspec.convert(toml("calibration.toml"), Calibration)
