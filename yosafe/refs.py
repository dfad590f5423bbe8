"""Human references: a prefix for the kind of record and its number, `YP-000123`. They never change and are never used again."""

import re

from yosafe.errors import NotFound

_FORM = re.compile(r"([A-Z]{2})-(\d{1,12})", re.ASCII)


def ref(prefix: str, number: int) -> str:
    """`ref("YP", 123)` is `YP-000123`."""
    return f"{prefix}-{number:06d}"


def number_in(reference: str) -> int:
    """The number in a reference that `ref` made: for whoever has many, and no reader's text among them."""
    return int(reference[3:])


def is_ref(text: str) -> bool:
    """Whether a text is a reference and nothing more."""
    return _FORM.fullmatch(text) is not None


def number(prefix: str, text: str) -> int:
    """The number in a reference, however it was typed.

    Raises NotFound for anything else: to a reader, a wrong reference and a missing record are one.
    """
    match = _FORM.fullmatch(text.strip().upper())
    if match is None or match[1] != prefix:
        raise NotFound(f"There is no record {prefix}- with this number that you can see. Check the reference.")
    return int(match[2])
