"""Finding records that may be of one child: for someone about to be added, for one record, among all that the viewer sees.

Few rows are read: an index holds by what each record can be found (migration 0014), and the rules judge those that it finds. Whom the viewer does not
see is never among them; records made elsewhere are found by an exact match only (ADR 0003, `people.access`).
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people import queries
from yosafe.people.access import all_visible, visible, young_person_ref
from yosafe.people.rules import number_key
from yosafe.people.schemas import AddYoungPerson, FoundOut
from yosafe.people.tables import YoungPerson
from yosafe.settings import Terminology

from . import rules
from .rules import Described, Likeness, Name
from .schemas import CandidateOut, LeadOut, LookForDuplicates, NotSameOut

MOST_SHOWN = 20
MOST_LEADS = 100

# Who they are, with every other name (its missing half taken from the record) and every number.
_PEOPLE = """
    SELECT yp.id, yp.family_name, yp.given_names, yp.known_as, yp.date_of_birth,
        ARRAY(SELECT ARRAY[coalesce(n.family_name, yp.family_name), coalesce(n.given_names, yp.given_names)] FROM other_name n
            WHERE n.young_person = yp.id ORDER BY n.id) AS other_names,
        ARRAY(SELECT ARRAY[n.kind, number_key(n.value), coalesce(n.agency::text, '')] FROM external_number n WHERE n.young_person = yp.id) AS numbers
        {} FROM young_person yp WHERE {}
"""
_OTHER_KEYS = "other_name_keys(n.family_name, n.given_names, n.born)"
# By what someone is looked for: as a record like theirs would be found, and each word of their names with every date that one slip makes of theirs.
_KEYS = """
    SELECT array_agg(DISTINCT sound || day) AS sounds_and_days,
        array_agg(DISTINCT sound || day) || ARRAY(
            SELECT DISTINCT key FROM unnest($1::text[], $2::text[]) called (family, given), unnest(likeness(family, given, NULL, $3)) key
        ) AS keys
    FROM unnest(name_sounds(array_to_string($1::text[] || $2::text[], ' '))) sound, unnest($4::int[]) day
"""
# Each part is worked out once, by its own index, before anyone's scope is asked.
_FOUND = f"""
    yp.id = ANY(ARRAY(
        SELECT y.id FROM young_person y WHERE likeness(y.family_name, y.given_names, y.known_as, y.date_of_birth) && {{}}::text[]
        UNION SELECT n.young_person FROM other_name n WHERE {_OTHER_KEYS} && {{}}::text[]
        UNION SELECT n.young_person FROM external_number n WHERE number_key(n.value) = ANY({{}}::text[])
    )) AND {{}}
"""


class Candidate(Struct, frozen=True):
    young_person: int
    likeness: Likeness


def described(new: AddYoungPerson | LookForDuplicates, agencies: Mapping[str, int]) -> Described:
    """Someone who is about to be added. `agencies`: ids by code, for numbers that count for one agency only."""
    called = [Name(family=new.family_name, given=new.known_as, other=True)] if new.known_as else []
    numbers = frozenset((one.kind, number_key(one.value), str(agencies.get(one.agency or "", ""))) for one in new.numbers)
    return Described(names=[Name(family=new.family_name, given=new.given_names), *called], born=new.date_of_birth, numbers=numbers)


async def agencies_of(new: AddYoungPerson | LookForDuplicates) -> dict[str, int]:
    codes = [one.agency for one in new.numbers if one.agency]
    return {row["code"]: row["id"] for row in await DB.fetch("SELECT code, id FROM agency WHERE code = ANY($1)", codes)} if codes else {}


def _described(row: Any) -> Described:
    called = [(row["family_name"], row["known_as"])] if row["known_as"] else []
    others = [Name(family=family, given=given, other=True) for family, given in (*called, *row["other_names"])]
    return Described(
        names=[Name(family=row["family_name"], given=row["given_names"]), *others],
        born=row["date_of_birth"], numbers=frozenset((kind, key, whose) for kind, key, whose in row["numbers"]),
    )  # fmt: skip


async def candidates(viewer: User, wanted: Described, *, but: int = 0, terminology: Terminology = "2002") -> list[Candidate]:
    """Those whom the viewer sees and who may be the one described, the likeliest first. Whoever shows them notes it."""
    near = rules.near_dates(wanted.born)
    families, givens = [name.family for name in wanted.names], [name.given for name in wanted.names]
    keys = await DB.fetchrow(_KEYS, families, givens, wanted.born, rules.days_of(near))
    if keys is None or keys["keys"] is None:
        return []
    found = Sql(_FOUND, keys["keys"], keys["sounds_and_days"], [key for _, key, _ in wanted.numbers], visible(viewer))
    rows = await DB.fetch(*Sql(_PEOPLE, Sql(""), found).parts())
    judged = [(row["id"], rules.likeness(wanted, _described(row), terminology)) for row in rows if row["id"] != but]
    likely = [Candidate(number, likeness) for number, likeness in judged if likeness is not None]
    return sorted(likely, key=lambda one: (-one.likeness.points, one.young_person))[:MOST_SHOWN]


async def shown(viewer: User, likely: Sequence[Candidate]) -> list[CandidateOut]:
    """The same as they are shown, noted as seen."""
    found = await queries.found_among(viewer, [one.young_person for one in likely])
    await record_list("likely match", found, by=viewer, searched=True)
    return [
        CandidateOut(**asdict(found[one.young_person]), strength=one.likeness.strength.value, reasons=one.likeness.reasons)
        for one in likely
        if one.young_person in found
    ]


async def alike_to(viewer: User, young_person: YoungPerson, terminology: Terminology = "2002") -> list[CandidateOut]:
    """Other records that the viewer sees and that may be of the same child as this one, which was loaded for them."""
    row = await DB.fetchrow(*Sql(_PEOPLE, Sql(""), Sql("yp.id = {}", young_person.id)).parts())
    return await shown(viewer, await candidates(viewer, _described(row), but=young_person.id, terminology=terminology)) if row else []


# What two records must share to be looked at side by side: what the index has of them, another name with the date of birth, a number.
_LOOKED_AT = f""",
    likeness(yp.family_name, yp.given_names, yp.known_as, yp.date_of_birth) || ARRAY(
        SELECT unnest({_OTHER_KEYS}) FROM other_name n WHERE n.young_person = yp.id
    ) || ARRAY(SELECT '#' || number_key(n.value) FROM external_number n WHERE n.young_person = yp.id) AS keys
"""


class Lead(Struct, frozen=True):
    one: int
    other: int
    likeness: Likeness


async def leads(viewer: User, terminology: Terminology = "2002") -> list[LeadOut]:
    """Pairs of records that the viewer sees and that may be of one child, the likeliest first, but for those that were said to be of two; at most
    MOST_LEADS: the others come up as these are answered. Noted as seen."""
    rows = await DB.fetch(*Sql(_PEOPLE, Sql(_LOOKED_AT), Sql("yp.id = ANY(ARRAY({}))", all_visible(viewer))).parts())
    answered = await _answered([row["id"] for row in rows])
    pairs = (await asyncio.to_thread(_alike, rows, answered, terminology))[:MOST_LEADS]
    named = sorted({number for lead in pairs for number in (lead.one, lead.other)})
    found = await queries.found_among(viewer, named)
    await record_list("likely duplicates", found, by=viewer)
    return [_lead_out(lead, found) for lead in pairs if {lead.one, lead.other} <= found.keys()]


def _lead_out(lead: Lead, found: Mapping[int, FoundOut]) -> LeadOut:
    likeness = lead.likeness
    return LeadOut(strength=likeness.strength.value, reasons=likeness.reasons, one=found[lead.one], other=found[lead.other])


async def _answered(young_people: Iterable[int]) -> set[tuple[int, int]]:
    """Pairs that were said to be of two children, the lower number first."""
    numbers = list(young_people)
    rows = await DB.fetch("SELECT least(first, second) AS one, greatest(first, second) AS other FROM not_same WHERE first = ANY($1)", numbers)
    return {(row["one"], row["other"]) for row in rows}


def _alike(rows: Sequence[Any], answered: set[tuple[int, int]], terminology: Terminology) -> list[Lead]:
    people = {row["id"]: _described(row) for row in rows}
    sharing: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for key in row["keys"]:
            sharing[key].add(row["id"])
    pairs = {pair for together in sharing.values() for pair in combinations(sorted(together), 2)} - answered
    judged = [(pair, rules.likeness(people[pair[0]], people[pair[1]], terminology)) for pair in pairs]
    found = [Lead(*pair, likeness) for pair, likeness in judged if likeness is not None and likeness.points >= rules.LEAD]
    return sorted(found, key=lambda lead: (-lead.likeness.points, lead.one, lead.other))


_SAID = """
    SELECT s.id, s.first, s.second, s.reason, s.recorded_at, u.name AS recorded_by, g.name AS agency
    FROM not_same s JOIN user_account u ON u.id = s.recorded_by JOIN agency g ON g.id = u.agency
        JOIN young_person yp ON yp.id = CASE WHEN s.first = {} THEN s.second ELSE s.first END
    WHERE {} IN (s.first, s.second) AND {} ORDER BY s.id DESC
"""


async def not_same_as(viewer: User, young_person: int, other: int | None = None) -> list[NotSameOut]:
    """Records that were said to be of another child than this one, which was loaded for the viewer; of those whom they see. The last first."""
    only = Sql("true") if other is None else Sql("yp.id = {}", other)
    rows = await DB.fetch(*Sql(_SAID, young_person, young_person, Sql("{} AND {}", visible(viewer), only)).parts())
    return [
        NotSameOut(
            id=row["id"], refs=[young_person_ref(young_person), young_person_ref(row["second"] if row["first"] == young_person else row["first"])],
            reason=row["reason"], recorded_at=row["recorded_at"], recorded_by=row["recorded_by"], agency=row["agency"],
        )
        for row in rows
    ]  # fmt: skip
