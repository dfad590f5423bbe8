"""How soon something comes again: the share of whom it has, while some have left meanwhile (Kaplan and Meier, JASA 53, 1958). Pure."""

import math
from collections.abc import Sequence
from typing import NamedTuple

Z = 1.959963984540054


class Followed(NamedTuple):
    """Someone followed for so many days; `again` whether that ended because it came again, and not because they left or the time was up."""

    days: float
    again: bool


class Point(NamedTuple):
    """By a day: of how many it came again, how many were followed for longer, and the share (0 to 1) with its 95 % interval."""

    day: int
    again: int
    still: int
    share: float
    low: float
    high: float


def curve(followed: Sequence[Followed], days: Sequence[int]) -> list[Point]:
    """The share of whom it has come again by each of some days. Those who left count until they left.

    The interval is Greenwood's on the scale log(-log), which stays within 0 and 1 (Kalbfleisch and
    Prentice 1980). It's from 0 where it came to nobody.
    """
    times = sorted({one.days for one in followed if one.again})
    points = []
    for day in days:
        left, spread = 1.0, 0.0
        for time in (time for time in times if time <= day):
            at_risk = sum(one.days >= time for one in followed)
            came = sum(one.again and one.days == time for one in followed)
            left *= 1 - came / at_risk
            spread += came / (at_risk * (at_risk - came)) if at_risk > came else 0.0
        again = sum(one.again and one.days <= day for one in followed)
        points.append(Point(day, again, sum(one.days > day for one in followed), 1 - left, *_interval(left, spread)))
    return points


def _interval(left: float, spread: float) -> tuple[float, float]:
    if left in (0.0, 1.0):
        return 1 - left, 1 - left
    half = Z * math.sqrt(spread) / abs(math.log(left))
    return 1 - left ** math.exp(-half), 1 - left ** math.exp(half)
