"""Two catalogues of terms: the words of the 2002 report, and today's. Every page, report and heading takes such words from here."""

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


@cache
def catalogue(terminology: Terminology) -> dict[str, Forms]:
    """Every key with its singular and plural."""
    both = msgspec.convert(toml("terms.toml"), dict[str, dict[str, tuple[str, str]]])
    return {key: Forms(*forms) for key, forms in both[terminology].items()}
