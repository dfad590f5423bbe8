"""Of whom flags must be worked out again: of whoever is known differently than when it was done last, or of whom an answer held until today."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from yosafe.db.columns import Column, fetch_columns
from yosafe.db.engine import DB
from yosafe.models.fingerprints import Fingerprints, fingerprints, rules_fingerprint
from yosafe.models.indicators import days_looked_back, settled

_NEWEST = "SELECT id, as_of, rules, at FROM flag_refresh ORDER BY as_of DESC, id DESC LIMIT 1"
_BASES = """
    SELECT young_person, fingerprint, coalesce(holds_until - '0001-01-01'::date, 10000000) AS holds_until FROM flag_basis ORDER BY young_person
"""
_STANDS = "SELECT DISTINCT young_person FROM flag WHERE cleared_on IS NULL"
_MERGED = "SELECT kept, merged FROM record_merge WHERE at >= $1 OR undone_at >= $1"
_KEEP = """
    INSERT INTO flag_basis (young_person, fingerprint, holds_until)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::date[])
    ON CONFLICT (young_person) DO UPDATE SET fingerprint = excluded.fingerprint, holds_until = excluded.holds_until
"""
_RENUMBER = """
    UPDATE flag_basis b SET fingerprint = n.fingerprint FROM unnest($1::bigint[], $2::bigint[]) AS n (young_person, fingerprint)
    WHERE b.young_person = n.young_person
"""
_FORGET = "DELETE FROM flag_basis WHERE young_person = ANY($1)"


class Newest(Struct, frozen=True):
    """The newest refresh: the day as at which flags stand, and what they were worked out by; 0 and None before the first."""

    id: int = 0
    as_of: dt.date | None = None
    rules: str | None = None
    at: dt.datetime | None = None


class Due(Struct, frozen=True):
    """Who is in custody, and those whose flags must be worked out: some of them, and of the others those who have flags that stand. `renumbered`: of
    whom nothing is known differently, but that an incident has left the window."""

    here: Fingerprints
    young_people: list[int]
    renumbered: list[int]

    def fingerprints_of(self, young_people: Sequence[int]) -> list[int]:
        """Of some of those who are in custody."""
        found: list[int] = self.here.numbers[np.searchsorted(self.here.young_people, young_people)].tolist()
        return found


async def newest() -> Newest:
    return msgspec.convert(dict(await DB.fetchrow(_NEWEST) or {}), Newest)


def rules(chosen: Mapping[str, Mapping[str, int]]) -> str:
    """What everyone's flags are worked out by: another where a threshold is, or yosafe itself."""
    said = msgspec.json.encode([rules_fingerprint(), settled(chosen)], order="sorted")
    return hashlib.sha256(said).hexdigest()


async def due(day: dt.date, chosen: Mapping[str, Mapping[str, int]], before: Newest) -> Due:
    """For a day, after what was done before."""
    here = await fingerprints(day, days_looked_back(chosen), before.as_of)
    known = await fetch_columns(_BASES, numbers=("young_person", "fingerprint", "holds_until"))
    if before.at is None or before.rules != rules(chosen) or not len(known["young_person"]):
        stands = await fetch_columns(_STANDS, numbers=("young_person",))
        return Due(here, np.union1d(here.young_people, stands["young_person"]).tolist(), [])
    merged = [who for row in await DB.fetch(_MERGED, before.at) for who in (row["kept"], row["merged"])]
    left = np.setdiff1d(known["young_person"], here.young_people)
    changed, renumbered = _compared(here, known, day)
    return Due(here, np.union1d(np.union1d(changed, left), np.array(merged, dtype="i8")).tolist(), renumbered.tolist())


def _compared(here: Fingerprints, known: dict[str, Column], day: dt.date) -> tuple[Column, Column]:
    """Who is known differently, or was not known, or of whom an answer held until this day; and who has another number all the same."""
    place = np.minimum(np.searchsorted(known["young_person"], here.young_people), len(known["young_person"]) - 1)
    same = known["young_person"][place] == here.young_people
    same &= known["fingerprint"][place] == here.as_before
    same &= known["holds_until"][place] > day.toordinal() - 1
    return here.young_people[~same], here.young_people[same & (here.as_before != here.numbers)]


async def renumber(due: Due) -> None:
    """Note the numbers of those whose flags need not be worked out. Part of the open transaction."""
    await DB.execute(_RENUMBER, due.renumbered, due.fingerprints_of(due.renumbered))


async def keep(due: Due, held: Mapping[int, dt.date | None], looked_at: Sequence[int]) -> None:
    """Note until when each answer holds, and forget who is not in custody any more. Part of the open transaction."""
    await DB.execute(_FORGET, [who for who in looked_at if who not in held])
    young_people = list(held)
    rows: list[Any] = [young_people, due.fingerprints_of(young_people), list(held.values())]
    await DB.execute(_KEEP, *rows)
