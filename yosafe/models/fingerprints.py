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
    STAYING,
    WORKERS,
    of_all,
)

READ = (PEOPLE, PLACEMENTS, KEPT_APART, OTHERS, CARE, WORKERS, CONTACTS, INVOLVED, ASSESSMENTS, CLOCKS, REFERRALS, ENQUIRIES)
# Rows of one statement are told apart by their numbers, and statements by their seeds: no two rows are alike, so that none can undo another.
_NUMBER = "bit_xor(hash_record_extended(found, {seed}))"
_OF_ROWS = f"SELECT young_person, {_NUMBER} AS fingerprint FROM ({{statement}}) found GROUP BY young_person"
# Of incidents, also without those that have left the window since: those from $3 on, and of kinds that stay.
_OF_INCIDENTS = f"""
    SELECT young_person, {_NUMBER} AS as_before, coalesce({_NUMBER} FILTER (WHERE happened_at >= $3 OR kind IN ({STAYING})), 0) AS fingerprint
    FROM ({{statement}}) found GROUP BY young_person
"""


class Fingerprints(Struct, frozen=True):
    """Young people in the order of their numbers, and what is known of each as a number; `as_before`: with the incidents, as well, that have left the
    window since an earlier day, to compare with the number of that day."""

    young_people: Column
    numbers: Column
    as_before: Column


async def fingerprints(as_of: dt.date, look_back: int, since: dt.date | None = None) -> Fingerprints:
    """Of everyone in custody at the end of a day; of incidents those of `look_back` days, and those that stay open. `since`: an earlier day."""
    closes_at, first = Moment.ending(as_of).closes_at, as_of - dt.timedelta(days=look_back - 1)
    then = first if since is None else min(first, since - dt.timedelta(days=look_back - 1))
    here = await fetch_columns(f"SELECT DISTINCT young_person FROM ({IN_CUSTODY}) here ORDER BY 1", closes_at, numbers=("young_person",))
    young_people = here["young_person"]
    numbers, as_before = np.zeros(len(young_people), dtype="i8"), np.zeros(len(young_people), dtype="i8")
    for seed, statement in enumerate(READ, 1):
        of_incidents = statement is INVOLVED
        sql = (_OF_INCIDENTS if of_incidents else _OF_ROWS).format(seed=seed, statement=of_all(statement))
        bounds, more = ([midnight(then), midnight(first)], ("as_before",)) if of_incidents else ([], ())
        found = await fetch_columns(sql, closes_at, *bounds, numbers=("young_person", "fingerprint", *more))
        place = np.searchsorted(young_people, found["young_person"])
        known = place < len(young_people)
        known[known] = young_people[place[known]] == found["young_person"][known]  # others have left
        numbers[place[known]] ^= found["fingerprint"][known]
        as_before[place[known]] ^= found["as_before" if of_incidents else "fingerprint"][known]
    return Fingerprints(young_people, numbers, as_before)


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
