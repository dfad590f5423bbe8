"""How far from home. Great-circle, between the middle of the home outcode and the establishment: approximate, so whole miles only."""

from math import asin, cos, radians, sin, sqrt
from typing import Protocol

EARTH_RADIUS_MILES = 3958.761  # mean radius, 6,371.009 km


class Position(Protocol):
    """Anything with a place, in degrees: an outcode, an establishment, an area."""

    @property
    def latitude(self) -> float: ...
    @property
    def longitude(self) -> float: ...


def miles(home: Position, establishment: Position) -> int:
    """Whole miles along the great circle (haversine on a sphere of mean radius)."""
    home_latitude, there_latitude = radians(home.latitude), radians(establishment.latitude)
    half_up = sin((there_latitude - home_latitude) / 2) ** 2
    half_across = sin(radians(establishment.longitude - home.longitude) / 2) ** 2
    return round(2 * EARTH_RADIUS_MILES * asin(sqrt(half_up + cos(home_latitude) * cos(there_latitude) * half_across)))
