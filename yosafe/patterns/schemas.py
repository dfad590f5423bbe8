"""What goes out about patterns."""

import datetime as dt

from msgspec import Struct


class CellOut(Struct, kw_only=True):
    """How many in a place in four hours of the day; null where hidden. `shade` stands for how many of the most: one of four, empty for none."""

    band: str
    count: int | None
    shade: str


class PlaceOut(Struct, kw_only=True):
    """A kind of place; the last row, without a code, is of all."""

    place: str
    label: str
    cells: list[CellOut]
    total: int | None


class PointOut(Struct, kw_only=True):
    """By so many days after a first harm: how many were harmed again, how many were still followed (null for those who see no names), and the share
    in per cent with its 95 % interval."""

    day: int
    again: int
    still: int | None
    percent: float
    low: float
    high: float


class AgainOut(Struct, kw_only=True):
    """A young person said to have harmed in several incidents."""

    young_person: str
    name: str
    incidents: int


class PatternsOut(Struct, kw_only=True):
    """An establishment in the year until a day. `suppressed` for those who see no names: small numbers are hidden and `alleged_again` is null.
    `no_hour` are incidents of which no hour is recorded (null where hidden); `harmed` how many were harmed, the base of `again` (null under 10)."""

    establishment: str
    establishment_name: str
    since: dt.date
    until: dt.date
    suppressed: bool
    places: list[PlaceOut]
    no_hour: int | None
    harmed: int | None
    again: list[PointOut]
    cluster: str
    alleged_again: list[AgainOut] | None
    method: list[str]
