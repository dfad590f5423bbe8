"""When others came to know of entries of a chronology, from what is recorded anyway: what features know (a referral sent, someone told, something
shared, a meeting), notices that were read, and the trail of who opened what (docs/adr/0021)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from yosafe.audit.events import READS, EventName
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.settings import Terminology

from .rules import days_between
from .schemas import KnownOut
from .shown import party

# Which entries a page of the chronology or of the young person's record showed is not kept: opening one is no sign of any one entry.
_OPENED = sorted(READS - {EventName.CHRONOLOGY_READ, EventName.YOUNG_PERSON_READ})


class Asked(Struct, frozen=True, kw_only=True):
    """An entry, which agency wrote it down and when, and the record whose reader has read of it."""

    key: str
    recorded_at: dt.datetime
    agency: int
    subject: tuple[str, int] | None


_KNOWN = """
    WITH asked AS (
        SELECT * FROM unnest({}::text[], {}::timestamptz[], {}::bigint[], {}::text[], {}::bigint[]) AS a (key, recorded_at, agency, kind, subject)
    ), mine AS (SELECT young_person_numbers({}) AS numbers), found AS (
        SELECT a.key, t.agency, NULL::text AS party, min(t.at) AS at, 'read' AS how
        FROM asked a JOIN audit_entry t ON t.subject_kind = a.kind AND t.subject = a.subject AND t.at >= a.recorded_at AND t.event = ANY({})
            CROSS JOIN mine
        WHERE t.agency <> a.agency AND (t.young_person IS NULL OR t.young_person = ANY(mine.numbers)) GROUP BY 1, 2
        UNION ALL
        SELECT a.key, u.agency, NULL, min(n.read_at), 'notice'
        FROM asked a JOIN notice n ON n.subject_kind = a.kind AND n.subject = a.subject AND n.at >= a.recorded_at AND n.read_at IS NOT NULL
            JOIN user_account u ON u.id = n.user_account
        WHERE u.agency <> a.agency GROUP BY 1, 2
        UNION ALL
        SELECT a.key, l.agency, l.party, l.at, l.how FROM ({}) l JOIN asked a ON a.key = concat_ws('.', l.source, l.part, l.id)
        WHERE l.agency IS DISTINCT FROM a.agency
    )
    SELECT DISTINCT ON (f.key, f.agency, f.party) f.key, f.party, f.at, f.how, g.name FROM found f LEFT JOIN agency g ON g.id = f.agency
    ORDER BY f.key, f.agency, f.party, f.at
"""
_NOTHING = """
    SELECT ''::text AS source, ''::text AS part, 0::bigint AS id, NULL::bigint AS agency, NULL::text AS party, NULL::timestamptz AS at,
        ''::text AS how WHERE false
"""


async def learnt(young_person: int, asked: Sequence[Asked], learned: Sequence[Sql], terminology: Terminology) -> dict[str, list[KnownOut]]:
    """By the key of an entry, the first sign of each other agency, and of each other party, knowing of it; the first of them first. `learned` are
    what features know, each by its own access rule; the entries were read for the same viewer."""
    union = Sql(" UNION ALL ".join([_NOTHING, *["{}"] * len(learned)]), *learned)
    kinds, numbers = ([one.subject[at] if one.subject else None for one in asked] for at in (0, 1))
    query = Sql(
        _KNOWN, [one.key for one in asked], [one.recorded_at for one in asked], [one.agency for one in asked], kinds, numbers,
        young_person, [event.value for event in _OPENED], union,
    )  # fmt: skip
    recorded = {one.key: day_of(one.recorded_at) for one in asked}
    found: dict[str, list[KnownOut]] = defaultdict(list)
    for row in await DB.fetch(*query.parts()):
        found[row["key"]].append(_known(row, recorded[row["key"]], terminology))
    return {key: sorted(known, key=lambda one: (one.on, not one.agency, one.who)) for key, known in found.items()}


def _known(row: Any, recorded: dt.date, terminology: Terminology) -> KnownOut:
    on = day_of(row["at"])
    who = row["name"] or party(row["party"], terminology)
    return KnownOut(who=who, agency=row["name"] is not None, on=on, how=row["how"], days=days_between(recorded, on))
