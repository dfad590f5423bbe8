"""How two names agree: spelt alike, sounding alike, in part, or not. Pure; distances and sounds are those of rapidfuzz and jellyfish (ADR 0008)."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from jellyfish import metaphone, nysiis
from rapidfuzz.distance import OSA, JaroWinkler

# What `folded` in the database makes of letters that no accent can be taken from.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ŧ": "t", "ħ": "h"})
_APART = re.compile(r"[\s\-‐‑–,]+")
_NOT_SAID = re.compile(r"[^\w\s]")
# Small words of family names: sharing one of them says nothing.
_SMALL = frozenset(
    {"al", "ben", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le", "mac", "mc", "o", "st", "van", "von"}
)
_LIKE_ENOUGH = 0.5  # of what sounds alike: the letters must agree in half


class Agreement(StrEnum):
    """How two names agree, the closest first."""

    SAME = "same"
    SPELT = "spelt"
    SOUND = "sound"
    SHORT = "short"
    PART = "part"
    NONE = "none"


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name without case, accents and marks; hyphens part words, apostrophes don't."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one)).translate(_LETTERS)
    return tuple(word for word in (_NOT_SAID.sub("", part) for part in _APART.split(plain)) if word)


def family_names(one: str, other: str) -> Agreement:
    """How two family names agree. `PART`: a word that both have, as where a double name lost its half."""
    here, there = words_of(one), words_of(other)
    whole = _words(here, there)
    if whole is not Agreement.NONE:
        return whole
    shared = {word for word in here if len(word) > 2} & set(there) - _SMALL
    return Agreement.PART if shared else Agreement.NONE


def given_names(one: str, other: str) -> Agreement:
    """How two sets of given names agree: by the first of each, or by any that stands in both."""
    here, there = words_of(one), words_of(other)
    if not here or not there:
        return Agreement.NONE
    if here[0] == there[0] or set(here) == set(there):
        return Agreement.SAME
    whole, first = _words(here, there), _words(here[:1], there[:1])
    found = first if whole is Agreement.NONE else whole
    if found is Agreement.NONE and _is_short_for(here[0], there[0]):
        return Agreement.SHORT
    if found is Agreement.NONE and {word for word in here if len(word) > 1} & set(there):
        return Agreement.PART
    return found


def _words(here: tuple[str, ...], there: tuple[str, ...]) -> Agreement:
    one, other = "".join(here), "".join(there)
    if not one or not other:
        return Agreement.NONE
    if one == other or sorted(here) == sorted(there):
        return Agreement.SAME
    if OSA.distance(one, other) <= _slips(max(len(one), len(other))):
        return Agreement.SPELT
    if _sounds_alike(one, other):
        return Agreement.SOUND
    return Agreement.NONE


def _slips(length: int) -> int:
    """How many slips of the hand names of so many letters may have and still be taken for one: a letter missed, added, changed, or two swapped."""
    return 0 if length < 3 else 1 if length < 8 else 2


def _sounds_alike(one: str, other: str) -> bool:
    """By one of two ways to write down a sound: Metaphone knows the letters of English, NYSIIS was made for family names from everywhere. Sounds of a
    letter or two are those of too many names."""
    return JaroWinkler.similarity(one, other) >= _LIKE_ENOUGH and any(
        len(of(one)) >= shortest and of(one) == of(other) for of, shortest in ((metaphone, 2), (nysiis, 3))
    )


# Short forms that are not the beginning of the name; each line is one name in its forms. Ordinary English usage.
_FORMS = (
    "abigail abbie abby gail", "albert bert bertie", "alexander alex sandy xander alec", "alexandra alex sandra lexi", "andrew andy drew",
    "anthony tony ant", "catherine kate katie cathy kat kitty kathryn", "charles charlie chuck", "christopher chris kit topher",
    "edward ed eddie ned ted teddy", "elizabeth beth betty eliza liz lizzie libby betsy lisa", "eleanor ellie nell nora", "francis frank frankie",
    "gerald gerry jerry", "henry harry hal", "jacob jake", "james jim jimmy jamie", "jessica jess jessie", "john jack johnny jon",
    "jonathan jon jonny johnny", "joseph joe joey", "joshua josh", "kenneth ken kenny", "laurence larry laurie", "lawrence larry laurie",
    "leonard len lenny leo", "margaret maggie meg peggy rita", "matthew matt matty", "michael mick mickey mike mikey", "mohammed mo",
    "natasha tasha", "nathaniel nathan nate nat", "nicholas nick nicky", "oliver ollie", "patrick paddy pat", "peter pete", "rebecca becky becca",
    "reginald reg reggie", "richard dick rick ricky richie rich", "robert bob bobby rob robbie bert", "ronald ron ronnie", "samuel sam sammy",
    "samantha sam sammy", "stephen steve steven stevie", "theodore ted teddy theo", "thomas tom tommy", "timothy tim timmy", "victoria vicky tori",
    "william will bill billy willie liam", "zachary zach zack zak",
)  # fmt: skip
_SETS = tuple(frozenset(line.split()) for line in _FORMS)


def _is_short_for(one: str, other: str) -> bool:
    """Whether one given name is a usual short form of the other, or its first three letters and more."""
    short, long = sorted((one, other), key=len)
    return (len(short) >= 3 and long.startswith(short)) or any({one, other} <= names for names in _SETS)
