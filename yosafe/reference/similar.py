"""Establishments that are alike in what they are for. The groups and their reasons stand in `data/similar.toml`."""

from functools import cache

import msgspec
from msgspec import Struct

from .establishments import Establishment, Kind, establishments
from .packaged import toml


class Alike(Struct, frozen=True, forbid_unknown_fields=True):
    """A group of establishments: its name for many, the kinds in it, and why they are put together."""

    title: str
    kinds: tuple[Kind, ...]
    why: str


@cache
def groups() -> dict[str, Alike]:
    """Every group by its short name."""
    return msgspec.convert(toml("similar.toml"), dict[str, Alike])


def alike(place: Establishment) -> Alike:
    """The group that an establishment is in."""
    return next(group for group in groups().values() if place.kind in group.kinds)


def similar_to(place: Establishment) -> tuple[Establishment, ...]:
    """The others of its group, by name."""
    kinds = alike(place).kinds
    return tuple(other for other in establishments() if other.kind in kinds and other.code != place.code)
