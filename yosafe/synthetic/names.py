"""Invented names, and what goes with a background: ethnic group, faith, language."""

import random
from functools import cache

import msgspec
from msgspec import Struct

from .data import toml

FEMALE = "female"
NICKNAMES = ("Ace", "Bones", "Ginge", "Jay-Jay", "Lanky", "Red", "Scouse", "Smiley", "Tee", "Tiny")


class Background(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`share` of every hundred young people; `asylum` of every hundred of these have sought it; weights by code elsewhere."""

    id: str
    share: float
    ethnicities: tuple[str, ...]
    religions: dict[str, float]
    languages: dict[str, float]
    nationality: str
    boys: tuple[str, ...]
    girls: tuple[str, ...]
    families: tuple[str, ...]
    asylum: float = 0


@cache
def backgrounds() -> tuple[Background, ...]:
    return msgspec.convert(toml("names.toml")["background"], tuple[Background, ...])


@cache
def _shares() -> tuple[float, ...]:
    return tuple(background.share for background in backgrounds())


def background(rng: random.Random) -> Background:
    return rng.choices(backgrounds(), _shares())[0]


def given_name(rng: random.Random, of: Background, sex: str) -> str:
    return rng.choice(of.girls if sex == FEMALE else of.boys)


def family_name(rng: random.Random, of: Background) -> str:
    return rng.choice(of.families)


def staff_name(rng: random.Random) -> str:
    """The whole name of a grown-up, of any background."""
    of = rng.choice(backgrounds())
    return f"{given_name(rng, of, rng.choice(('male', FEMALE)))} {family_name(rng, of)}"


def short_name(rng: random.Random, given: str) -> str | None:
    """What someone is called by others, now and then."""
    if rng.random() > 0.12:
        return None
    return given[:3] if len(given) > 5 and rng.random() < 0.4 else rng.choice(NICKNAMES)
