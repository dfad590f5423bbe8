"""What a file's bytes are: which encoding, which delimiter. Guesses are few, stated, and refused where they would be wild."""

import codecs
import csv
import itertools
from collections.abc import Iterable
from typing import NamedTuple

from yosafe.errors import Invalid

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
SAMPLE_ROWS = 200
_CHUNK = 1 << 20

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "a workbook (XLSX or ODS) or another zipped file"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (XLS)"),
    (b"$FL2", "an SPSS file"),
    (b"$FL3", "an SPSS file"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzipped file"),
    (b"\x89PNG", "a picture"),
)


class Encoding(NamedTuple):
    name: str
    warning: str = ""


def find_encoding(data: bytes, *, file: str) -> Encoding:
    """The encoding that reads every byte: by its mark, else UTF-8, else Windows-1252 with a warning.

    Raises Invalid where it isn't text, or none of them fits.
    """
    for magic, what in _NOT_TEXT:
        if data.startswith(magic):
            raise Invalid(f"{file}: this is {what}, not a table in plain text. Open it and save it as CSV (UTF-8), then try again.")
    for mark, name in _MARKS:
        if data.startswith(mark):
            fault = _first_fault(data, name)
            if fault is not None:
                raise Invalid(f"{file}: its first bytes say {name}, but byte {fault + 1:,} can't be read so. Save it again as CSV (UTF-8).")
            if name == "utf-8-sig":
                _refuse_nul(data, file)
            return Encoding(name)
    _refuse_nul(data, file)
    fault = _first_fault(data, "utf-8")
    if fault is None:
        return Encoding("utf-8")
    if _first_fault(data, "cp1252") is None:
        return Encoding("cp1252", "It is not UTF-8, so it was read as Windows-1252. Check that accented letters and pound signs look right.")
    line = data.count(b"\n", 0, fault) + 1
    raise Invalid(f"{file}, line {line:,}: holds letters in an encoding that can't be told. Save it again as CSV (UTF-8).")


def _refuse_nul(data: bytes, file: str) -> None:
    nul = data.find(b"\0")
    if nul >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise Invalid(f"{file}, line {line:,}: holds a NUL byte, so it is damaged or not plain text. Save it again as CSV (UTF-8).")


def _first_fault(data: bytes, encoding: str) -> int | None:
    """Where decoding fails, None where it doesn't; in chunks, so that checking needs no second copy of the file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data), _CHUNK):
        held_over = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return start - held_over + error.start
    return None


def find_delimiter(lines: Iterable[str]) -> str:
    """The delimiter under which most of the first rows are as wide as the first, and wider than one cell; a comma where none is."""
    sample = list(itertools.islice(lines, SAMPLE_ROWS))
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    except csv.Error:  # a cell over the limit under this delimiter: another may do better, and the real reading refuses it by name
        return (0.0, 0)
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (sum(w == widths[0] for w in widths) / len(widths), widths[0])
