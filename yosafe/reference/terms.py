"""Two catalogues of terms: the words of the 2002 report, and today's. Every page, report and heading takes such words from here."""

import re
from functools import cache

import msgspec

from yosafe.settings import Terminology

from .packaged import toml


class Forms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    one: str
    many: str


def term(key: str, terminology: Terminology, *, plural: bool = False, capital: bool = False) -> str:
    """The word for a thing. `capital` makes the first letter large, for the start of a heading or sentence. KeyError for an unknown key."""
    forms = catalogue(terminology)[key]
    word = forms.many if plural else forms.one
    return word[:1].upper() + word[1:] if capital else word


TERM = re.compile(r"\{(\w+)\}")


def in_terms(text: str, terminology: Terminology) -> str:
    """The text with {yot} put in words, and {Yot} the same with a capital. KeyError for an unknown key."""
    return TERM.sub(lambda m: term(m[1].lower(), terminology, capital=m[1][0].isupper()), text)


@cache
def catalogue(terminology: Terminology) -> dict[str, Forms]:
    """Every key with its singular and plural."""
    both = msgspec.convert(toml("terms.toml"), dict[str, dict[str, tuple[str, str]]])
    return {key: Forms(*forms) for key, forms in both[terminology].items()}
