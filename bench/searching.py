"""Searching and looking for likely duplicates, for a team with 1,000 young people of its own, among few and among as many as a nation records in
years; and how much of what the matching says is right, on records of invented children with slips of the hand in them."""

import datetime as dt
import json
import random
from collections.abc import Iterator
from itertools import product

from yosafe.accounts import actions
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser, MakeKey
from yosafe.audit.record import Operator
from yosafe.db.engine import DB, write_transaction
from yosafe.people.duplicates.rules import LEAD, Described, Name, Strength, likeness
from yosafe.reference.areas import areas
from yosafe.synthetic.names import FEMALE, background, backgrounds, family_name, given_name

from .load import request

AREA = "E08000035"
OWN, FEW, MANY = 1_000, 4_000, 400_000
CLIENTS = 4  # people at their desks: what one of them waits is what counts
ASKED = 400
SLOTS = 10_000
FAMILY_NAMES, GIVEN_NAMES = 4_000, 600
ENDINGS = (
    "",
    "s",
    "son",
    "ham",
    "ley",
    "ton",
    "wood",
    "field",
    "worth",
    "man",
    "by",
    "dale",
    "er",
    "ford",
    "well",
    "more",
    "shaw",
    "croft",
    "low",
    "ing",
)
BEGINNINGS = ("", "Al", "De", "Ka", "La", "Ma", "Ra", "Sha", "Ty", "Za")


def _by_frequency(names: list[str], most: int) -> list[str]:
    """SLOTS names, each as often as names are: the commonest in one or two of a hundred, most of them hardly ever."""
    known = list(dict.fromkeys(names))[:most]
    weights = [1 / (rank + 12) for rank in range(len(known))]
    slots = [round(SLOTS * weight / sum(weights)) for weight in weights]
    return [name for name, number in zip(known, slots, strict=True) for _ in range(max(1, number))][:SLOTS]


def family_names() -> list[str]:
    base = [name for of in backgrounds() for name in of.families]
    return _by_frequency([name + ending for ending, name in product(ENDINGS, base)], FAMILY_NAMES)


def given_names() -> list[str]:
    base = [name for of in backgrounds() for name in (*of.boys, *of.girls)]
    return _by_frequency([(start + name.lower()).capitalize() for start, name in product(BEGINNINGS, base)], GIVEN_NAMES)


_FILL = """
    INSERT INTO young_person (family_name, given_names, known_as, date_of_birth, sex, home_area, created_at, recorded_by, version)
    SELECT f.names[1 + floor(random() * array_length(f.names, 1))::int], g.names[1 + floor(random() * array_length(g.names, 1))::int],
        CASE WHEN n % 8 = 0 THEN g.names[1 + floor(random() * array_length(g.names, 1))::int] END,
        date '2004-01-01' + floor(random() * 2900)::int, 'male', CASE WHEN n <= $5 THEN $6 ELSE ($3::text[])[1 + n % array_length($3::text[], 1)] END,
        now() - interval '200 days', 1, 1
    FROM generate_series($4::int + 1, $7::int) n, (SELECT $1::text[] AS names) f, (SELECT $2::text[] AS names) g
"""
_OTHER_NAMES = """
    INSERT INTO other_name (young_person, kind, family_name, recorded_at, recorded_by, version)
    SELECT id, 'alias', ($1::text[])[1 + floor(random() * array_length($1::text[], 1))::int], now(), 1, 1
    FROM young_person WHERE id > $2 AND id % 10 = 0
"""
_NUMBERS = """
    INSERT INTO external_number (young_person, kind, value, recorded_at, recorded_by, version)
    SELECT id, 'prison', 'A' || lpad(id::text, 7, '0') || 'B', now(), 1, 1 FROM young_person WHERE id > $1
"""
_INDEX = "young_person_likeness"


async def team() -> str:
    """An API key of a worker of the team."""
    operator = Operator()
    await actions.add_agency(AddAgency(code="leeds-yot", kind=AgencyKind.YOT, name="Leeds YOT", area=AREA), by=operator)
    await actions.add_user(AddUser(email="amina@example.org", name="Amina", role=Role.YOT_WORKER, agency="leeds-yot"), by=operator)
    return (await actions.make_key(MakeKey(name="bench", email="amina@example.org"), by=operator)).key


async def fill(young_people: int) -> None:
    """Bring the number of young people up to this many. The first of them, as many as OWN, are the team's."""
    have = int(await DB.fetchval("SELECT coalesce(max(id), 0) FROM young_person"))
    others = [area.code for area in areas() if area.code != AREA]
    made = await DB.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = $1", _INDEX)
    async with write_transaction():
        await DB.execute("SET LOCAL statement_timeout = 0")
        await DB.execute(f"DROP INDEX {_INDEX}")  # made again at the end, at once
        await DB.execute(_FILL, family_names(), given_names(), others, have, OWN, AREA, young_people)
        await DB.execute(_OTHER_NAMES, family_names(), have)
        await DB.execute(_NUMBERS, have)
        await DB.execute(made)
    for table in ("young_person", "other_name", "external_number"):
        await DB.execute(f"VACUUM ANALYZE {table}")
    await DB.execute("CHECKPOINT")  # what the filling leaves to write is nothing that people who search wait for


async def asked(key: str) -> dict[str, list[bytes]]:
    """What the team asks: whom they know, by the beginnings of names, by number, by names that are written wrongly."""
    rows = await DB.fetch("SELECT * FROM young_person WHERE home_area = $1 AND id > 300 ORDER BY md5(id::text) LIMIT $2", AREA, ASKED)
    rng = random.Random(14)
    typed = [row["family_name"][:4] if n % 2 else f"{row['given_names']} {row['family_name'][:3]}" for n, row in enumerate(rows)]
    numbers = [f"A{row['id']:07}" for row in rows]
    described = [slipped(rng, row["family_name"], row["given_names"], row["date_of_birth"]) for row in rows]

    def search(q: str) -> bytes:
        return request("POST", "/api/v1/search", key, json.dumps({"q": q}).encode())

    return {
        "POST search by name": [search(q) for q in typed],
        "POST search by number": [search(q) for q in numbers],
        "POST likely duplicates": [
            request("POST", "/api/v1/young-people/likely-duplicates", key, json.dumps(body).encode()) for body in map(_body, described)
        ],
    }


def _body(who: tuple[str, str, dt.date]) -> dict[str, str]:
    family, given, born = who
    return {"family_name": family, "given_names": given, "date_of_birth": born.isoformat()}


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def slipped(rng: random.Random, family: str, given: str, born: dt.date) -> tuple[str, str, dt.date]:
    """The same child as someone else may write them down: one slip of the hand, at times two."""
    for _ in range(1 if rng.random() < 0.8 else 2):
        match rng.choice(("family", "family", "given", "given", "swap", "day")):
            case "family":
                family = mistyped(rng, family)
            case "given":
                given = mistyped(rng, given)
            case "swap":
                family, given = given, family
            case _:
                born = misdated(rng, born)
    return family, given, born


def mistyped(rng: random.Random, name: str) -> str:
    """A letter missed, added, changed, or two that follow each other swapped."""
    at = rng.randrange(len(name))
    letter = rng.choice(LETTERS)
    swapped = name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    return rng.choice((name[:at] + name[at + 1 :] or name, name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :], swapped))


def misdated(rng: random.Random, born: dt.date) -> dt.date:
    """Day and month swapped where that is a date, or another day of the same month that differs in one digit."""
    if born.day <= 12 and born.day != born.month and rng.random() < 0.5:
        return born.replace(day=born.month, month=born.day)
    return born.replace(day=born.day + 1 if born.day % 10 < 8 and born.day < 28 else born.day - 1)


def made_up(rng: random.Random, number: int) -> Iterator[tuple[str, str, dt.date]]:
    """Invented children, as those of the made-up estate are."""
    for _ in range(number):
        of = background(rng)
        sex = FEMALE if rng.random() < 0.05 else "male"
        yield family_name(rng, of), given_name(rng, of, sex), dt.date(2008, 1, 1) + dt.timedelta(days=rng.randrange(1_460))


def matching(children: int = 500, again: int = 150) -> list[str]:
    """How much of what the rules say is right: of so many invented children some are recorded again with slips; every pair is judged."""
    rng = random.Random(8)
    people = list(made_up(rng, children))
    records = [*people, *(slipped(rng, *one) for one in people[:again])]
    described = [Described(names=[Name(family=family, given=given)], born=born) for family, given, born in records]
    right: dict[str, int] = dict.fromkeys(("very likely", "possible"), 0)
    wrong: dict[str, int] = dict.fromkeys(("very likely", "possible"), 0)
    for n, one in enumerate(described):
        for m in range(n):
            found = likeness(one, described[m])
            if found is not None and found.points >= LEAD:
                counted = right if n - children == m else wrong
                counted["very likely" if found.strength is Strength.VERY_LIKELY else "possible"] += 1
    pairs = children + again
    lines = [f"Matching: {children:,} invented children, {again} of them recorded again with slips; {pairs * (pairs - 1) // 2:,} pairs judged"]
    for strength, hits in right.items():
        said = hits + wrong[strength]
        lines.append(f"  {strength}: {said} pairs, {hits} of them one child: precision {hits / said if said else 1:.3f}")
    lines.append(f"  found: {sum(right.values())} of {again}: recall {sum(right.values()) / again:.3f}")
    return lines
