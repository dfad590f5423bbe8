"""What a cell looks like: a number, a day or time, yes or no, nothing, or words."""

import re

NUMBER, TIME, TRUTH, NOTHING, WORDS = "number", "time", "truth", "nothing", "words"

_LONGEST = 40  # what is longer is words
_NUMBER = re.compile(r"[(+-]?\s?[£$€]?\s?-?(\d{1,3}(,\d{3})+|\d+|(?=[.,]\d))([.,]\d+)?([eE][+-]?\d{1,3})?\s?%?\)?", re.ASCII)
_DAY = r"(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4})"
_HOUR = r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?"
_TIME = re.compile(rf"({_DAY}([T ]{_HOUR})?|{_HOUR})( ?(Z|[+-]\d{{2}}:?\d{{2}}))?", re.ASCII)
_TRUTH = frozenset({"true", "false", "yes", "no"})
_NOTHING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", ".", "..", "nil", "n.a."})


def kind(cell: str) -> str:
    """Which of the five a cell is."""
    cell = cell.strip()
    if len(cell) > _LONGEST:
        return WORDS
    low = cell.lower()
    if low in _NOTHING:
        return NOTHING
    if low in _TRUTH:
        return TRUTH
    if _NUMBER.fullmatch(cell):
        return NUMBER
    return TIME if _TIME.fullmatch(cell) else WORDS


def is_blank(cells: list[str]) -> bool:
    """Whether a row holds nothing at all."""
    return not any(cells) or not any(map(str.strip, cells))


def filled(cells: list[str]) -> list[int]:
    """The places that hold something."""
    return [at for at, cell in enumerate(cells) if cell.strip()]


def effective_width(cells: list[str]) -> int:
    """How wide the row is, without empty cells at its end."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return width
