"""How a text file marks its cells: the delimiter, the quotation mark, the escape. Judged on a sample, by which of them makes the most even table.

The measure of evenness is that of van den Burg, Nazábal and Sutton (2019), "Wrangling messy CSV files by detecting row and type patterns":
rows of the same width, few different widths, cells of a known kind.
"""

import csv
import re
from collections import Counter
from typing import NamedTuple

from .cells import WORDS, is_blank, kind
from .structs import Dialect

SAMPLE = 1 << 16
SAMPLE_ROWS = 300
COMMON = (",", ";", "\t", "|")
RARE = ("\x1f", "^", "~", ":", " ")  # taken only where the common ones make no table, or a far worse one
NAMES = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "vertical bar",
    " ": "space",
    ":": "colon",
    "^": "caret",
    "~": "tilde",
    "\x1f": "unit separator",
}
_RARE_LEAST = 3  # columns
_RARE_AHEAD = 2.5  # times as even as the best of the common ones
_PLAIN_WORDS = re.compile(r"[^\W_][\w .,'’/&()#%+*?!-]*")


class Guess(NamedTuple):
    """`margin` is how far ahead of the next best it is, 0 to 1."""

    dialect: Dialect
    margin: float


def declared_delimiter(text: str) -> str:
    """What a first line such as `sep=;`, which spreadsheets write, says; empty where there is none."""
    first = re.split(r"[\r\n]", text[:16], maxsplit=1)[0].strip('"').lower()
    return first[4:] if first.startswith("sep=") and first[4:] in COMMON + RARE else ""


def find_dialect(text: str, *, whole: bool, delimiter: str = "") -> Guess:
    """The dialect of a sample, `whole` where nothing follows it. Where the delimiter is known, the rest is found for it."""
    if not whole:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    if delimiter:
        return Guess(_completed(text, delimiter), 1.0)
    guesses = [(_evenness(text, d), d) for d in (_completed(text, one) for one in COMMON)]
    best, dialect = max(guesses, key=lambda guess: guess[0])
    rare = [(_evenness(text, d, least=_RARE_LEAST), d) for d in (_completed(text, one) for one in RARE)]
    found, other = max(rare, key=lambda guess: guess[0])
    if found > 1 and found - 1 > _RARE_AHEAD * max(0.0, best - 1):
        return Guess(other, 0.5)
    if best < 1:  # nothing makes two columns
        return Guess(Dialect(quote=dialect.quote), 1.0)
    following = max(max(0.0, score - 1) for score, d in guesses if d is not dialect)
    return Guess(dialect, 1 - following / (best - 1) if best > 1 else 0.0)


def _completed(text: str, delimiter: str) -> Dialect:
    """The quotation mark and the escape that go with a delimiter."""
    double, single = _quoted(text, delimiter, '"'), _quoted(text, delimiter, "'")
    quote = "'" if single > 1 and not double else '"'
    edge = re.escape(delimiter)
    bare = re.sub(rf"(?:(?<=[{edge}\r\n])|\A){quote}(?:[^{quote}]|{quote}{quote})*{quote}(?=[{edge}\r\n]|\Z)", "", text)
    spaced = delimiter != " " and bool(re.search(rf"{edge} {quote}[^{quote}]", bare))
    escapes = [escape for escape in ("\\", '"' if quote == "'" else "\\") if escape in text]
    escape = min(("", *escapes), key=lambda escape: _faults(text, Dialect(delimiter, quote, escape, spaced)))
    return Dialect(delimiter, quote, escape, spaced)


def _quoted(text: str, delimiter: str, quote: str) -> int:
    """How many cells stand between such marks."""
    edge = re.escape(delimiter)
    return len(re.findall(rf"(?:(?<=[{edge}\r\n])|(?<=[{edge}] )|\A){quote}[^{quote}\r\n]*{quote}(?=[{edge}\r\n]|\Z)", text))


def _faults(text: str, dialect: Dialect) -> tuple[int, int]:
    """How many lines break the rules of quoting, then how many rows are not as wide as most."""
    broken = 0
    lines = text.splitlines(keepends=True)[:SAMPLE_ROWS]
    reader = csv.reader(iter(lines), strict=True, **dialect.options())
    while True:
        try:
            next(reader)
        except StopIteration:
            break
        except csv.Error:
            broken += 1
            if broken > SAMPLE_ROWS:
                break
    widths = Counter(len(row) for row in _rows(text, dialect))
    return broken, sum(widths.values()) - max(widths.values(), default=0)


def _rows(text: str, dialect: Dialect) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(iter(text.splitlines(keepends=True)), **dialect.options()):
            if row and not is_blank(row):
                rows.append(row)
            if len(rows) == SAMPLE_ROWS:
                break
    except csv.Error:  # a cell over the limit under this dialect: the rows before it are judged
        pass
    return rows


def _evenness(text: str, dialect: Dialect, *, least: int = 2) -> float:
    """1 or more where most rows are of one width of at least two; the more rows and the fewer widths, the more."""
    rows = _rows(text, dialect)
    if not rows:
        return 0.0
    widths = Counter(map(len, rows))
    usual = widths.most_common(1)[0][0]
    if max(usual, len(rows[0])) < least and not any(width >= least and count > 1 for width, count in widths.items()):
        return 0.0
    pattern = sum(count * (width - 1) / width for width, count in widths.items()) / len(widths)
    cells = [cell for row in rows for cell in row]
    known = sum(kind(cell) != WORDS or bool(_PLAIN_WORDS.fullmatch(cell.strip()[:60])) for cell in cells[:5000]) / min(len(cells), 5000)
    return 1 + pattern * max(known, 0.001)
