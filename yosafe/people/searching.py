"""What someone types to find a young person, taken apart. Pure."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from yosafe import text
from yosafe.db.sql import Sql, either, every
from yosafe.errors import FieldError, Invalid
from yosafe.forms.dates import NotADate, date_in
from yosafe.refs import number as number_of

from .rules import FEWEST_TO_FIND, number_key

LONGEST = 100
MOST_WORDS = 6
_REFERENCE = re.compile(r"YP-?\d{1,12}", re.IGNORECASE | re.ASCII)
_LAST = "\U0010ffff"  # sorts after every character


class Search(Struct, frozen=True, kw_only=True):
    """`kind` is what the audit trail says of it; the words themselves are never kept."""

    kind: str
    condition: Sql


class ToFold(NamedTuple):
    """A bound value that is yet to be folded as names are: by the database, whose function the index is made with; then `more` follows it."""

    beginning: str
    more: str = ""


class Seen(NamedTuple):
    """Stands for the query of the ids of all whom the viewer sees. Names and numbers of everyone else's are left before their records are read."""


def to_fold(condition: Sql) -> set[str]:
    """The beginnings in a condition that are to be folded."""
    of_parts = (to_fold(value) if isinstance(value, Sql) else {value.beginning} for value in condition.values if isinstance(value, Sql | ToFold))
    return set[str]().union(*of_parts)


def asked_by(seen: Sql, condition: Sql, folded: Mapping[str, str]) -> Sql:
    """The condition for a viewer, who sees those of a query of ids, with what was folded in place of what was to be: folded in the query itself, each
    would be folded anew to plan it."""
    return Sql("{}".join(condition.pieces), *(_value(value, seen, folded) for value in condition.values))


def _value(value: Any, seen: Sql, folded: Mapping[str, str]) -> Any:
    match value:
        case Sql():
            return asked_by(seen, value, folded)
        case ToFold():
            return folded[value.beginning] + value.more
        case Seen():
            return seen
    return value


def search_of(typed: str) -> Search | None:
    """A reference, a date of birth, a number that others gave, or the beginnings of names in any order; None for nothing. Raises Invalid for what
    can't be searched for."""
    parts = parts_of(typed)
    if not parts:
        return None
    kinds = [part.kind for part in parts]
    kind = "number" if kinds[0] == "name" and "number" in kinds else kinds[0]
    return Search(kind=kind, condition=either([part.condition for part in parts]))


def parts_of(typed: str) -> list[Search]:
    """The ways in which what was typed can be meant, each by itself: by reference alone; by date of birth or by name and other name, and by number.
    Raises Invalid for what can't be searched for."""
    wanted = _clean(typed)
    if not wanted:
        return []
    if _REFERENCE.fullmatch(wanted):
        return [Search(kind="reference", condition=Sql("yp.id = young_person_now({})", number_of("YP", "YP-" + wanted[2:].lstrip("-"))))]
    number = _number(wanted)
    numbered = [Search(kind="number", condition=number)] if number else []
    if (born := _date(wanted)) is not None:
        return [Search(kind="date of birth", condition=Sql("yp.date_of_birth = {}", born)), *numbered]
    own, other = _names(wanted)
    return [Search(kind="name", condition=own), Search(kind="other name", condition=other), *numbered]


def _clean(typed: str) -> str:
    try:
        wanted = " ".join(text.without_marks(text.clean(typed)).split())
    except ValueError as fault:
        raise Invalid([FieldError("q", f"What you search for {fault}")]) from None
    if len(wanted) > LONGEST:
        raise Invalid([FieldError("q", f"Search for {LONGEST} characters or fewer: the beginning of a name is enough")])
    return "" if text.is_blank(wanted) else wanted


def _date(wanted: str) -> dt.date | None:
    try:
        return date_in(wanted)
    except NotADate:
        return None


def _number(wanted: str) -> Sql | None:
    """Begins a number that others gave, in use or not; None for what is too short, or has no digit."""
    key = number_key(wanted)
    if len(key) < FEWEST_TO_FIND or key.isalpha():
        return None
    begins = Sql("number_key(n.value) ~>=~ {} AND number_key(n.value) ~<~ {}", key, key + _LAST)
    return _found(Sql("SELECT n.young_person FROM external_number n WHERE {} AND n.young_person IN ({})", begins, Seen()))


def _names(wanted: str) -> tuple[Sql, Sql]:
    """ "mort", "kai mort", "mort, kai", "van der berg": of the record, and of another name, in use or not."""
    before, comma, after = wanted.partition(",")
    if comma:
        pair = (before.strip(), after.strip())
        return _both("yp.family_name", "yp.given_names", pair), _other_names([pair])
    words = wanted.split(" ", MOST_WORDS - 1)
    ways = [_starts("yp.family_name", wanted), _starts("yp.given_names", wanted), _starts("yp.known_as", wanted)]
    pairs = []
    for cut in range(1, len(words)):
        one, other = " ".join(words[:cut]), " ".join(words[cut:])
        pairs += [(one, other), (other, one)]
    ways += [_both("yp.family_name", "yp.given_names", pair) for pair in pairs]
    return either(ways), _other_names(pairs, wanted)


def _both(family: str, given: str, pair: tuple[str, str]) -> Sql:
    return every([_starts(family, pair[0]), _starts(given, pair[1])])


def _other_names(pairs: list[tuple[str, str]], whole: str = "") -> Sql:
    """Another name with both halves, or with the half that it has none of taken from the record; and one of which either half begins as a whole. Each
    is looked up by itself: together they would be tried on every name that one of them finds."""
    ways = [_both("n.family_name", "n.given_names", pair) for pair in pairs]
    ways += [_starts("n.family_name", whole), _starts("n.given_names", whole)] if whole else []
    halves = [
        every([_among([every([Sql(f"n.{lacks} IS NULL"), _starts(f"n.{has}", theirs)])]), _starts(f"yp.{lacks}", own)])
        for family, given in pairs
        for has, theirs, lacks, own in (("family_name", family, "given_names", given), ("given_names", given, "family_name", family))
    ]
    return either([_among(ways), *halves])


def _named(way: Sql) -> Sql:
    return Sql("SELECT n.young_person FROM other_name n WHERE {} AND n.young_person IN ({})", way, Seen())


def _among(ways: list[Sql]) -> Sql:
    """Has another name that fits. They are found once, and by their own index, before the rest of the query asks for them by number."""
    return _found(Sql(" UNION ALL ".join(["{}"] * len(ways)), *(_named(way) for way in ways)))


def _found(young_people: Sql) -> Sql:
    return Sql("yp.id = ANY(ARRAY({}))", young_people)


def _starts(column: str, beginning: str) -> Sql:
    """Begins with, whatever the case, accents and hyphens. Written as a range, which the index serves for bound values too; LIKE would not."""
    return Sql(f"(folded({column}) ~>=~ {{}} AND folded({column}) ~<~ {{}})", ToFold(beginning), ToFold(beginning, _LAST))
