"""What is known of everyone in custody at the end of a day, as one number each: another number wherever a fact is another. It is worked out by the
database from the very rows that facts are made of, so that nothing that a fact rests on can change unseen."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
from msgspec import Struct

from yosafe.clock import midnight
from yosafe.db.columns import Column, fetch_columns

from .facts import Moment
from .statements import (
    ASSESSMENTS,
    CARE,
    CLOCKS,
    CONTACTS,
    ENQUIRIES,
    IN_CUSTODY,
    INVOLVED,
    KEPT_APART,
    OTHERS,
    PEOPLE,
    PLACEMENTS,
    REFERRALS,
    WORKERS,
    of_all,
)

READ = (PEOPLE, PLACEMENTS, KEPT_APART, OTHERS, CARE, WORKERS, CONTACTS, INVOLVED, ASSESSMENTS, CLOCKS, REFERRALS, ENQUIRIES)
# Rows of one statement are told apart by their numbers, and statements by their seeds: no two rows are alike, so that none can undo another.
_OF_ROWS = """
    SELECT young_person, bit_xor(hash_record_extended(found, {seed})) AS fingerprint FROM ({statement}) found GROUP BY young_person
"""


class Fingerprints(Struct, frozen=True):
    """Young people in the order of their numbers, and what is known of each as a number."""

    young_people: Column
    numbers: Column


async def fingerprints(as_of: dt.date, look_back: int) -> Fingerprints:
    """Of everyone in custody at the end of a day; of incidents those of `look_back` days, and those that stay open."""
    closes_at, looked_back = Moment.ending(as_of).closes_at, midnight(as_of - dt.timedelta(days=look_back - 1))
    here = await fetch_columns(f"SELECT DISTINCT young_person FROM ({IN_CUSTODY}) here ORDER BY 1", closes_at, numbers=("young_person",))
    young_people = here["young_person"]
    numbers = np.zeros(len(young_people), dtype="i8")
    for seed, statement in enumerate(READ, 1):
        sql = _OF_ROWS.format(seed=seed, statement=of_all(statement))
        found = await fetch_columns(sql, closes_at, *([looked_back] if statement is INVOLVED else []), numbers=("young_person", "fingerprint"))
        place = np.searchsorted(young_people, found["young_person"])
        known = place < len(young_people)
        known[known] = young_people[place[known]] == found["young_person"][known]  # who came or left meanwhile
        numbers[place[known]] ^= found["fingerprint"][known]
    return Fingerprints(young_people, numbers)


@cache
def rules_fingerprint() -> str:
    """Of yosafe itself and of the working days that it counts by: another release may read or say something differently."""
    digest = hashlib.sha256(version("holidays").encode())
    for part in _texts(files("yosafe")):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def _texts(folder: Traversable) -> Iterator[Traversable]:
    """Code and data in a folder and below, in one order."""
    for part in sorted(folder.iterdir(), key=lambda one: one.name):
        if part.is_dir():
            yield from _texts(part)
        elif part.name.endswith((".py", ".toml", ".csv")):
            yield part
