"""Text as it may enter: normalised, trimmed, without characters that hide or break things; days and instants in years that can be meant. The base of
every struct that comes in."""

import datetime as dt
import re
import unicodedata
from functools import cache
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import fields

# Marks that reorder or hide what is shown around them. Arabic and Hebrew letters need none of these.
_DIRECTION_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Controls but tab and the ends of lines, and halves of surrogate pairs.
_BREAKING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NO_INK = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})

# Other years are slips of the hand, and some are more than a calendar of London can hold.
FIRST_YEAR, LAST_YEAR = 1900, 2100
IN_KNOWN_YEARS = f"must be in the years {FIRST_YEAR} to {LAST_YEAR}: check the year"  # to be read after the name of a field

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
SHORT_NAME = r"^[a-z0-9][a-z0-9-]*$"
TIME_OF_DAY = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
SHA256 = "^[0-9a-f]{64}$"
CODE_WORD = "^[a-z_]{1,40}$"
# What a text of each pattern must be, to be read after the name of a field.
PATTERNS = {
    EMAIL: "must be an email address, like name@example.org",
    TIME: "must be a time of day, like 10:05",
    SHORT_NAME: "must be small letters, digits and hyphens, like leeds-yot",
    TIME_OF_DAY: "must be a time of day in London, like 19:40",
    SHA256: "must be the 64 digits and letters from a to f of the version as you read it",
    CODE_WORD: "must be a code: small letters and underscores, 40 at most",
}

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Reason = Annotated[str, Meta(min_length=10, max_length=2000, description="Why, in words another agency would understand")]
Account = Annotated[str, Meta(min_length=1, max_length=10_000)]
TimeOfDay = Annotated[str, Meta(pattern=TIME_OF_DAY, description="A time of day in London", examples=["19:40"])]


def clean(value: str) -> str:
    """The text in NFC, with one kind of line end and no space at either end.

    Raises ValueError, saying the remedy, for control and direction-override characters.
    """
    if value.isascii() and value.isprintable():  # as most is, and then nothing of the rest is in it
        return value.strip()
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if _DIRECTION_OVERRIDES.search(value):
        raise ValueError("contains hidden characters that change reading direction: type it again without them")
    if _BREAKING.search(value):
        raise ValueError("contains a character that can't be kept: type it again rather than pasting it")
    return unicodedata.normalize("NFC", value).strip()


def visible(value: str) -> str:
    """The text without the characters that `clean` refuses, to be shown again to whoever typed it."""
    return _BREAKING.sub("", _DIRECTION_OVERRIDES.sub("", value))


def is_blank(value: str) -> bool:
    """Whether nothing in it could be seen: spaces, joiners and other marks without ink count as nothing."""
    return not value[:1].isalnum() and all(unicodedata.category(character) in _NO_INK for character in value)


def without_marks(value: str) -> str:
    """The text without format characters (Unicode Cf): zero-width spaces, joiners, soft hyphens and others that nobody sees."""
    return "".join(character for character in value if unicodedata.category(character) != "Cf")


def alike(one: str, other: str) -> bool:
    """Whether two names read the same: their letters and digits count, not case, width, spaces, points, or marks without ink."""
    return _letters(one) == _letters(other)


def _letters(value: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFKC", value.casefold()) if unicodedata.category(character)[0] in "LMN")


def _clean_deep(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean_deep(v) for v in value]
    if isinstance(value, dict):
        return {_clean_deep(k): _clean_deep(v) for k, v in value.items()}
    return value


def in_known_years(moment: dt.date) -> bool:
    """Whether a day, or an instant by its own year, can be meant at all."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR


_WITH_TEXT = (str, list, dict)


class In(Struct, forbid_unknown_fields=True, kw_only=True):
    """What comes in, from the API, a form or an import row. Every text in it is clean once it exists, and every day and instant
    in a year that can be meant; msgspec reports the rest as field errors."""

    def __post_init__(self) -> None:
        for name, encoded in _names(type(self)):
            value = getattr(self, name)
            if isinstance(value, _WITH_TEXT):
                kept = _kept(encoded, value) if value else value
                if kept is not value:
                    setattr(self, name, kept)
            elif isinstance(value, dt.date) and not in_known_years(value):
                raise ValueError(f"{encoded}: {IN_KNOWN_YEARS}")


@cache
def _names(struct: type[Struct]) -> tuple[tuple[str, str], ...]:
    """The fields of a struct, with their names as sent: msgspec works them out anew each time it is asked."""
    return tuple((field.name, field.encode_name) for field in fields(struct))


def _kept(name: str, value: Any) -> Any:
    """The value, which is not empty, cleaned. Raises ValueError, led by the field's name, for what can't be kept or can't be seen."""
    try:
        kept = clean(value) if type(value) is str else type(value)(_clean_deep(value))
    except ValueError as fault:
        raise ValueError(f"{name}: {fault}") from None
    if isinstance(kept, str) and is_blank(kept):
        raise ValueError(f"{name}: has nothing in it that can be seen: write something, or leave it out")
    return kept
