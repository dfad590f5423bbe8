"""Placements that were recorded elsewhere, many at once; and finding the young people of many rows by what others call them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, entry, record_many
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, either
from yosafe.errors import FieldError, Invalid
from yosafe.reference.distance import miles
from yosafe.reference.establishments import establishment
from yosafe.reference.rule_sets import add_months

from . import access, rules
from .clocks import Owner, limit_set, start_clock
from .keep_apart.placing import check_confirmed

SCREEN_RUNS = 1  # months: of an arrival longer ago no arrival screen is asked for any more
_COLUMNS = (
    "id", "young_person", "establishment", "unit", "legal_status", "arrived_at", "left_at", "leaving_reason", "home_outcode", "distance_miles",
    "recorded_at", "left_recorded_at", "left_recorded_by", "recorded_by", "version",
)  # fmt: skip
_IDS = "SELECT nextval(pg_get_serial_sequence('placement', 'id')) AS id FROM generate_series(1, $1)"


class Person(Struct, frozen=True, kw_only=True):
    """A young person as rows of a file need them."""

    id: int
    date_of_birth: dt.date
    home_outcode: str | None
    home_area: str


class Meant(Struct, frozen=True, kw_only=True):
    """Whom a row means: a reference, or a number that others gave with its kind, or names and date of birth."""

    ref: str | None = None
    number: tuple[str, str] | None = None
    names: tuple[str, str, dt.date] | None = None


class OldStay(Struct, frozen=True, kw_only=True):
    """A stay, `left_at` None while it lasts."""

    person: Person
    establishment: str
    unit: str | None
    legal_status: str
    arrived_at: dt.datetime
    left_at: dt.datetime | None
    leaving_reason: str | None


def brought_by(user: User) -> Sql:
    """Of which young people `yp` a user may bring in records: those whom they see, and those whom their establishment has held."""
    held = Sql("EXISTS (SELECT FROM placement h WHERE h.young_person = yp.id AND h.establishment = {})", user.establishment)
    return either([access.visible(user), *([held] if user.establishment else [])])


async def find_meant(wanted: Iterable[Meant], *, by: User) -> dict[Meant, list[Person]]:
    """Everyone whom each means, of those of whom the user may bring in records: none, one, or several."""
    asked = set(wanted)
    found: dict[Meant, list[Person]] = {one: [] for one in asked}
    seen = brought_by(by)
    for rows, of in (
        await _by_ref([one for one in asked if one.ref], seen),
        await _by_number([one for one in asked if not one.ref and one.number], seen),
        await _by_names([one for one in asked if not one.ref and not one.number and one.names], seen),
    ):
        for row in rows:
            for meant in of.get(row["key"], ()):
                found[meant].append(
                    Person(id=row["id"], date_of_birth=row["date_of_birth"], home_outcode=row["home_outcode"], home_area=row["home_area"])
                )
    return found


Found = tuple[list[Any], dict[str, list[Meant]]]
_IDENTITY = "lower(yp.family_name) || '|' || lower(yp.given_names) || '|' || yp.date_of_birth::text"
_PERSON = "yp.id, yp.date_of_birth, yp.home_outcode, yp.home_area"


async def _by_ref(wanted: Sequence[Meant], seen: Sql) -> Found:
    of: dict[str, list[Meant]] = defaultdict(list)
    for one in wanted:
        digits = (one.ref or "").strip().upper().removeprefix("YP-").lstrip("0")
        if digits.isascii() and digits.isdigit() and len(digits) < 13:
            of[digits].append(one)
    query = Sql(
        f"SELECT w.number::text AS key, {_PERSON} FROM unnest({{}}::bigint[]) AS w (number) "
        "JOIN young_person yp ON yp.id = young_person_now(w.number) WHERE {}",
        [int(digits) for digits in of], seen,
    )  # fmt: skip
    return (await DB.fetch(*query.parts()) if of else []), of


async def _by_number(wanted: Sequence[Meant], seen: Sql) -> Found:
    of: dict[str, list[Meant]] = defaultdict(list)
    for one in wanted:
        kind, value = one.number or ("", "")
        of[f"{kind} {rules.number_key(value)}"].append(one)
    query = Sql(
        f"SELECT DISTINCT n.kind || ' ' || number_key(n.value) AS key, {_PERSON} "
        "FROM external_number n JOIN young_person yp ON yp.id = n.young_person "
        "WHERE number_key(n.value) = ANY({}) AND n.kind || ' ' || number_key(n.value) = ANY({}) AND {}",
        [key.partition(" ")[2] for key in of], list(of), seen,
    )  # fmt: skip
    return (await DB.fetch(*query.parts()) if of else []), of


async def _by_names(wanted: Sequence[Meant], seen: Sql) -> Found:
    of: dict[str, list[Meant]] = defaultdict(list)
    for one in wanted:
        family, given, born = one.names or ("", "", dt.date.min)
        of[f"{rules.tidy_name(family)}|{rules.tidy_name(given)}|{born.isoformat()}".lower()].append(one)
    query = Sql(
        f"SELECT {_IDENTITY} AS key, {_PERSON} FROM young_person yp WHERE yp.date_of_birth = ANY({{}}) AND {_IDENTITY} = ANY({{}}) AND {{}}",
        sorted({one.names[2] for one in wanted if one.names}), list(of), seen,
    )  # fmt: skip
    return (await DB.fetch(*query.parts()) if of else []), of


def check_old(stay: OldStay, *, by: User) -> list[FieldError]:
    """What is wrong with a stay, but for others beside it."""
    now, person = clock.now(), stay.person
    faults = rules.faults_of(access.check_may_place_at, by, stay.establishment)
    faults += rules.arrival_faults(stay.arrived_at, date_of_birth=person.date_of_birth, now=now)
    faults += rules.code_faults({"legal_status": stay.legal_status}, on=day_of(stay.arrived_at))
    if stay.left_at is not None:
        faults += rules.leaving_faults(stay.left_at, arrived_at=stay.arrived_at, now=now)
        faults += rules.code_faults({"leaving_reason": stay.leaving_reason or "other"}, on=day_of(stay.left_at))
    elif stay.leaving_reason is not None:
        faults.append(FieldError("left_at", "There is a reason for leaving and no day: add it, or leave the reason out"))
    return faults


_OVERLAPPING = """
    SELECT w.n, p.arrived_at FROM unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::timestamptz[]) AS w (n, young_person, arrived_at, left_at)
    JOIN placement p ON p.young_person = w.young_person AND tstzrange(p.arrived_at, p.left_at) && tstzrange(w.arrived_at, w.left_at)
"""


async def overlapping(stays: Sequence[OldStay]) -> set[int]:
    """The places of those that overlap a stay on record, or an earlier one of these. In a transaction it holds the young people: others wait."""
    if not stays:
        return set()
    people = sorted({one.person.id for one in stays})
    await DB.fetch("SELECT id FROM young_person WHERE id = ANY($1) ORDER BY id FOR UPDATE", people)
    columns = zip(*((n, one.person.id, one.arrived_at, one.left_at) for n, one in enumerate(stays)), strict=True)
    found = {row["n"] for row in await DB.fetch(_OVERLAPPING, *map(list, columns))}
    before: dict[int, list[OldStay]] = defaultdict(list)
    for n, one in enumerate(stays):
        if n not in found and any(_overlap(one, other) for other in before[one.person.id]):
            found.add(n)
        if n not in found:
            before[one.person.id].append(one)
    return found


def _overlap(one: OldStay, other: OldStay) -> bool:
    return (one.left_at is None or other.arrived_at < one.left_at) and (other.left_at is None or one.arrived_at < other.left_at)


async def keep_apart_faults(stay: OldStay, *, by: User) -> tuple[FieldError, ...]:
    """That someone is held where a stay goes on whom they must be kept apart from: such an arrival is recorded by hand, with why."""
    if stay.left_at is not None:
        return ()
    try:
        await check_confirmed(by, stay.person.id, establishment=stay.establishment, unit=stay.unit, reason=None, arrives=True)
    except Invalid as refusal:
        return tuple(FieldError("establishment", error.message) for error in refusal.errors)
    return ()


async def write_many(stays: Sequence[OldStay], *, by: User) -> list[int]:
    """Write stays that were found in order, with their audit entries, in the open transaction; their numbers. The clock of an arrival screen
    runs for who came lately and is still there."""
    if not stays:
        return []
    ids: list[int] = [row["id"] for row in await DB.fetch(_IDS, len(stays))]
    now = clock.now()
    rows = [
        (
            number, one.person.id, one.establishment, one.unit, one.legal_status, one.arrived_at, one.left_at,
            (one.leaving_reason or "other") if one.left_at else None, one.person.home_outcode,
            miles(rules.home_of(one.person.home_outcode, one.person.home_area), establishment(one.establishment)), now,
            now if one.left_at else None, by.id if one.left_at else None, by.id, 1,
        )
        for number, one in zip(ids, stays, strict=True)
    ]  # fmt: skip
    await DB.copy_records("placement", _COLUMNS, rows)
    await record_many([made for number, one in zip(ids, stays, strict=True) for made in _entries(number, one, by)])
    for number, one in zip(ids, stays, strict=True):
        day = day_of(one.arrived_at)
        if one.left_at is None and add_months(day, SCREEN_RUNS) >= clock.today() and limit_set("arrival-screen", one.arrived_at):
            owner = Owner.yoi(one.establishment)
            await start_clock("arrival-screen", young_person=one.person.id, subject=("placement", number), owner=owner, started_at=one.arrived_at)
    return ids


def _entries(number: int, stay: OldStay, by: User) -> list[tuple[Any, ...]]:
    """As the arrival, and the departure, would have been recorded."""
    subject, detail, who = ("placement", number), {"establishment": stay.establishment}, stay.person.id
    entries = [entry(EventName.PLACEMENT_STARTED, by=by, subject=subject, young_person=who, detail=detail)]
    if stay.left_at is not None:
        left = {**detail, "reason": stay.leaving_reason or "other"}
        entries.append(entry(EventName.PLACEMENT_ENDED, by=by, subject=subject, young_person=who, detail=left))
    return entries
