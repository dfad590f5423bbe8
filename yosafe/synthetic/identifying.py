"""Numbers that others gave, and other names, as they are written down with a new record. Drawn apart: nothing else hangs on them."""

import datetime as dt
import random

from yosafe.accounts.permissions import AgencyKind
from yosafe.audit.record import EventName
from yosafe.people.rules import is_nhs_number

from . import names
from .book import Book
from .estate import Worker
from .young_people import Person

# Of a hundred.
HAS_PRISON_NUMBER, HAS_NHS_NUMBER, HAS_OTHER_NAME = 90, 35, 9
LETTERS = "ACDEFGHJKLMNPQRSTUVWXYZ"


def identify(book: Book, person: Person, *, at: dt.datetime, by: Worker) -> None:
    """What a worker copies from the papers when the record is made."""
    rng = random.Random(f"names and numbers of {person.id} {person.born}")  # noqa: S311  # a repeatable story, no secret
    if rng.random() * 100 < HAS_PRISON_NUMBER:
        _number(book, person, at, by, "prison", f"A{person.id % 10_000:04}{rng.choice(LETTERS)}{rng.choice(LETTERS)}", None)
    if by.agency.kind is AgencyKind.YOT:
        _number(book, person, at, by, "yot", f"{at:%y}/{person.id:05}", by.agency.id)
    if rng.random() * 100 < HAS_NHS_NUMBER:
        _number(book, person, at, by, "nhs", nhs_number(rng), None)
    if rng.random() * 100 < HAS_OTHER_NAME:
        _other_name(book, person, at, by, rng)


def nhs_number(rng: random.Random) -> str:
    """One of the range that is kept for tests: it is nobody's."""
    while True:
        nine = f"999{rng.randrange(10**6):06}"
        for last in "0123456789":
            if is_nhs_number(nine + last):
                return f"{nine[:3]} {nine[3:6]} {nine[6:]}{last}"


def _number(book: Book, person: Person, at: dt.datetime, by: Worker, kind: str, value: str, agency: int | None) -> None:
    number = book.new_id("external_number")
    book.add("external_number", number, person.id, kind, value, agency, None, at, by.id, 1)
    book.audit(EventName.NUMBER_RECORDED, at, by, ("external_number", number), person.id, kind=kind)


def _other_name(book: Book, person: Person, at: dt.datetime, by: Worker, rng: random.Random) -> None:
    """A nickname, or another family name."""
    kind = rng.choice(("nickname", "birth", "former", "alias"))
    nickname = rng.choice(names.NICKNAMES) if kind == "nickname" else None
    number = book.new_id("other_name")
    book.add("other_name", number, person.id, kind, None if nickname else names.family_name(rng, names.background(rng)), nickname, None, at, by.id, 1)
    book.audit(EventName.NAME_RECORDED, at, by, ("other_name", number), person.id, kind=kind)
