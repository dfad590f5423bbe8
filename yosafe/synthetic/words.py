"""Sentences put together from the files in data/words."""

import random
from functools import cache
from typing import Any

from .data import toml
from .names import FEMALE
from .young_people import Person


def _both_cases(plain: dict[str, str]) -> dict[str, str]:
    return {**plain, **{key.capitalize(): word.capitalize() for key, word in plain.items()}}


_BOY = _both_cases({"they": "he", "them": "him", "their": "his", "theirs": "his", "themself": "himself"})
_GIRL = _both_cases({"they": "she", "them": "her", "their": "her", "theirs": "hers", "themself": "herself"})


@cache
def words(file: str) -> dict[str, Any]:
    return toml(f"words/{file}.toml")


def pronouns(person: Person) -> dict[str, str]:
    """{they}, {Them} and so on, and {name}."""
    return slots_of(person.given, girl=person.sex == FEMALE)


def slots_of(given: str, *, girl: bool) -> dict[str, str]:
    return {**(_GIRL if girl else _BOY), "name": given}


def say(rng: random.Random, templates: list[str], **slots: str) -> str:
    """One of the sentences, filled in."""
    return rng.choice(templates).format_map(slots)
