"""When two records may be of one young person, and why, in words. Pure.

Each fact that agrees counts, closer agreement for more; the points only put candidates in order and are never shown: people see the reasons.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import product

from msgspec import Struct
from msgspec.structs import replace

from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from .spelling import Agreement, family_names, given_names

EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2100, 1, 1)
BORN_FROM = dt.date(1900, 1, 1)  # what the index counts days from
REASON_NEEDED = "Say why this is another child: 10 characters or more"


class Strength(StrEnum):
    """How likely it is that two records are of one child."""

    VERY_LIKELY = "very_likely"
    POSSIBLE = "possible"


STRENGTHS = {Strength.VERY_LIKELY: "Very likely", Strength.POSSIBLE: "Possible"}


class Name(Struct, frozen=True, kw_only=True):
    """A name as it is used. `other`: it stands beside the name of the record."""

    family: str
    given: str
    other: bool = False


class Described(Struct, frozen=True, kw_only=True):
    """A young person by what they can be told by: names, the record's own first, the date of birth, numbers that others gave: kind, letters and
    digits, and whose it is where several count alike."""

    names: Sequence[Name]
    born: dt.date
    numbers: frozenset[tuple[str, str, str]] = frozenset()


class Likeness(Struct, frozen=True, kw_only=True):
    """What speaks for one child. `points` put likenesses in order."""

    strength: Strength
    reasons: list[str]
    points: int

    @property
    def words(self) -> str:
        """ "Same date of birth; family name sounds alike"."""
        text = "; ".join(self.reasons)
        return text[:1].upper() + text[1:]


class Birth(StrEnum):
    """How two dates of birth agree, the closest first."""

    SAME = "same"
    SWAPPED = "swapped"
    TURNED = "turned"
    DIGIT = "digit"
    NEAR = "near"
    NONE = "none"


_FAMILY = {Agreement.SAME: 5, Agreement.SPELT: 4, Agreement.SOUND: 4, Agreement.PART: 3, Agreement.SHORT: 0, Agreement.NONE: 0}
_GIVEN = {Agreement.SAME: 4, Agreement.SPELT: 3, Agreement.SOUND: 3, Agreement.SHORT: 3, Agreement.PART: 2, Agreement.NONE: 0}
_BIRTH = {Birth.SAME: 6, Birth.SWAPPED: 5, Birth.TURNED: 5, Birth.DIGIT: 4, Birth.NEAR: 1, Birth.NONE: 0}
_SWAPPED_NAMES = -1
_NUMBER = 20
_VERY_LIKELY, _POSSIBLE = 13, 9
LEAD = 10  # less is enough to ask before a record is added, and too little to look for among those that are there

_FAMILY_WORDS = {
    Agreement.SAME: "same family name", Agreement.SPELT: "family name spelt nearly the same", Agreement.SOUND: "family name sounds alike",
    Agreement.PART: "part of the family name is the same", Agreement.NONE: "different family name",
}  # fmt: skip
_GIVEN_WORDS = {
    Agreement.SAME: "same given name", Agreement.SPELT: "given name spelt nearly the same", Agreement.SOUND: "given name sounds alike",
    Agreement.SHORT: "one given name is a short form of the other", Agreement.PART: "one of the given names is the same",
    Agreement.NONE: "different given name",
}  # fmt: skip
_BIRTH_WORDS = {
    Birth.SAME: "same date of birth", Birth.SWAPPED: "date of birth with day and month swapped",
    Birth.TURNED: "date of birth with two digits swapped", Birth.DIGIT: "date of birth with one digit different",
    Birth.NEAR: "date of birth partly the same", Birth.NONE: "different date of birth",
}  # fmt: skip


def births(one: dt.date, other: dt.date) -> Birth:
    """How two dates of birth agree. `NEAR`: the same year, or the same day and month of other years."""
    if one == other:
        return Birth.SAME
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return Birth.SWAPPED
    here, there = f"{one:%d%m%Y}", f"{other:%d%m%Y}"
    differ = [place for place, (a, b) in enumerate(zip(here, there, strict=True)) if a != b]
    if len(differ) == 1:
        return Birth.DIGIT
    if len(differ) == 2 and differ[1] == differ[0] + 1 and here[differ[0]] == there[differ[1]] and here[differ[1]] == there[differ[0]]:
        return Birth.TURNED
    return Birth.NEAR if one.year == other.year or here[:4] == there[:4] else Birth.NONE


def near_dates(day: dt.date) -> set[dt.date]:
    """The day itself and every day that one slip makes of it: day and month swapped, a digit changed, two digits that follow each other swapped."""
    return {found for found in (_real(text) for text in _slipped(f"{day:%d%m%Y}")) if found is not None and EARLIEST <= found < LATEST} | {day}


def _slipped(text: str) -> Iterator[str]:
    yield text[2:4] + text[:2] + text[4:]
    for place in range(len(text)):
        yield from (text[:place] + digit + text[place + 1 :] for digit in "0123456789")
        yield text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def _real(text: str) -> dt.date | None:
    try:
        return dt.date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def likeness(one: Described, other: Described, terminology: Terminology = "2002") -> Likeness | None:
    """How likely two are one child, by the names of each that agree best; None where too little agrees: of family name, given name and date of birth
    one may differ altogether, and only where the others are the same or nearly so. The same number given by others is near certain by itself."""
    birth = births(one.born, other.born)
    names = max((_names(*pair) for pair in product(one.names, other.names)), key=lambda found: found.points)
    shared = sorted({kind for kind, *_ in one.numbers & other.numbers})
    points = names.points + _BIRTH[birth] + _NUMBER * bool(shared)
    if points < _POSSIBLE or not (shared or names.both or birth is Birth.SAME):
        return None
    strength = Strength.VERY_LIKELY if points >= _VERY_LIKELY else Strength.POSSIBLE
    numbers = [f"the same {in_a_sentence(code_list('external_number').label(kind, terminology))}" for kind in shared]
    return Likeness(strength=strength, points=points, reasons=[*numbers, _BIRTH_WORDS[birth], *names.reasons])


def in_a_sentence(label: str) -> str:
    """A label with a small letter, unless it begins with an abbreviation or a name of two words in capitals."""
    first, _, rest = label.partition(" ")
    return label if first.isupper() or rest[:1].isupper() else f"{first.lower()} {rest}".rstrip()


class _Names(Struct, frozen=True):
    points: int
    reasons: list[str]
    both: bool  # neither name differs altogether


def _names(one: Name, other: Name) -> _Names:
    straight = _pair(family_names(one.family, other.family), given_names(one.given, other.given))
    by = ["by another name of theirs"] if one.other or other.other else []
    if straight.both:
        return replace(straight, reasons=[*straight.reasons, *by])
    family, given = family_names(one.family, other.given), given_names(one.given, other.family)
    turned = _pair(family, given)
    if not turned.both or turned.points + _SWAPPED_NAMES <= straight.points:
        return replace(straight, reasons=[*straight.reasons, *by])
    how = "family name and given name swapped" + ("" if family is given is Agreement.SAME else ", and nearly the same")
    return _Names(turned.points + _SWAPPED_NAMES, [how, *by], both=True)


def _pair(family: Agreement, given: Agreement) -> _Names:
    reasons = [_FAMILY_WORDS[family], _GIVEN_WORDS[given]]
    return _Names(_FAMILY[family] + _GIVEN[given], reasons, both=Agreement.NONE not in (family, given))


def days_of(dates: Iterable[dt.date]) -> list[int]:
    """Days as the index counts them."""
    return sorted((day - BORN_FROM).days for day in dates)
