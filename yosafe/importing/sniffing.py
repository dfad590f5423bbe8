"""What a file's bytes are: which kind of file, and of text, which encoding. Guesses are few, stated, and refused where they would be wild."""

import codecs
import io
import re
import zipfile
from typing import NamedTuple

from yosafe.errors import Invalid
from yosafe.text import visible

CSV = "csv"
WORKBOOKS = ("xlsx", "xlsb", "xls", "ods")
STATISTICS = ("sav", "zsav", "por", "dta")
KIND_NAMES = {
    CSV: "plain text", "xlsx": "an Excel workbook", "xlsb": "an Excel workbook (binary)",
    "xls": "an old Excel workbook", "ods": "an OpenDocument spreadsheet",
    "sav": "an SPSS file", "zsav": "an SPSS file (compressed)", "por": "an SPSS portable file", "dta": "a Stata file",
}  # fmt: skip

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_MOST_NUL = 100  # one character in so many
_SURE = 0.5

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_A_TABLE = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzipped file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"7z\xbc\xaf", "a packed archive"),
    (b"Rar!", "a packed archive"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3", "a database"),
)
_MARKUP = ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<table", "a web page"), (b"<?xml", "an XML file"))
_JSON = re.compile(rb"(\[\s*[\[{]|\{\s*\"|\[\s*\Z)")
_STATA = {b"\x69", b"\x6c", b"\x6e", b"\x6f", b"\x71", b"\x72", b"\x73"}  # the versions 105 to 115
_PORTABLE = b"ASCII SPSS PORT FILE"


class Encoding(NamedTuple):
    """`confidence` is 0 to 1; `nul` counts NUL characters, which are to be left out."""

    name: str
    confidence: float = 1.0
    warning: str = ""
    nul: int = 0


def find_kind(data: bytes, *, file: str) -> str:
    """What a file is by its first bytes, whatever its name says: `csv` for any text. Raises Invalid for what can't be a table."""
    if data.startswith(b"PK\x03\x04"):
        return _zipped_kind(data, file)
    binary = _binary_kind(data)
    if binary:
        return binary
    for magic, what in _NOT_A_TABLE:
        if data.startswith(magic):
            raise Invalid(f"{file}: this is {what}, not a table. Export the table as CSV (UTF-8) or XLSX, then try again.")
    start = data[:200].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if _JSON.match(start):
        raise Invalid(f"{file}: this is JSON, not a table. Export the table as CSV (UTF-8) or XLSX, then try again.")
    for magic, what in _MARKUP:
        if start.startswith(magic):
            raise Invalid(f"{file}: this is {what}, not a table. Open it in a spreadsheet and save it as XLSX or CSV (UTF-8), then try again.")
    return CSV


def _binary_kind(data: bytes) -> str:
    """Of the kinds that their first bytes give away; empty for another."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if data[:2] in {b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00"} and data[2:3] in {b"\x04", b"\x06", b"\x08", b"\x10"}:
        return "xls"  # a sheet without the usual container, as Excel 2 to 5 wrote it
    if data.startswith((b"$FL2", b"$FL3")):
        return "zsav" if data.startswith(b"$FL3") else "sav"
    if data.startswith(b"<stata_dta>") or (data[:1] in _STATA and data[1:2] in {b"\x01", b"\x02"} and data[2:4] == b"\x01\x00"):
        return "dta"
    return "por" if _PORTABLE in data[:300].replace(b"\r", b"").replace(b"\n", b"") else ""


def _zipped_kind(data: bytes, file: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file}: this is a workbook or another zipped file, and it is damaged. Open and save it again, or get it again.") from error
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if any(name.lstrip("/").lower() == "xl/workbook.xml" for name in names) or (
        "[Content_Types].xml" in names and any("workbook" in n.lower() for n in names)
    ):
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    raise Invalid(f"{file}: this is a zipped file, not a table. Unpack it and choose the table in it.")


def find_encoding(data: bytes, *, file: str) -> Encoding:
    """The encoding that reads every byte: by its mark, else UTF-8, UTF-16 without a mark, Windows-1252, or what its letters are most like.

    Raises Invalid where it isn't text, or none of them fits.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            fault = _first_fault(data, name)
            if fault is not None:
                raise Invalid(f"{file}: its first bytes say {name}, but byte {fault + 1:,} can't be read so. Save it again as CSV (UTF-8).")
            return Encoding(name, nul=_count_nul(data, file) if name == "utf-8-sig" else 0)
    wide = _without_mark(data)
    if wide:
        return Encoding(wide, 0.9, f"It has no mark of its encoding and was read as {wide.upper()}. Check that the words look right.")
    nul = _count_nul(data, file)
    fault = _first_fault(data, "utf-8")
    if fault is None:
        return Encoding("utf-8", nul=nul)
    return _eight_bits(data, fault, nul, file)


def check_encoding(data: bytes, name: str, *, file: str) -> Encoding:
    """The encoding that the caller names, where it reads every byte. Raises Invalid otherwise."""
    try:
        b"aaaa".decode(name, "ignore")  # refuses those of Python's own that are no encodings of text
        name = codecs.lookup(name).name
        fault = _first_fault(data, name)
    except (LookupError, ValueError):
        raise Invalid(f"{file}: no encoding is called {visible(name[:40])}. Write for example utf-8, cp1252 or utf-16.") from None
    if fault is not None:
        raise Invalid(f"{file}: byte {fault + 1:,} can't be read as {name}. Choose another encoding, or leave it to be found.")
    return Encoding("utf-8-sig" if name == "utf-8" and data.startswith(codecs.BOM_UTF8) else name, nul=data.count(0) if name == "utf-8" else 0)


def _eight_bits(data: bytes, fault: int, nul: int, file: str) -> Encoding:
    """One byte a letter, or an East Asian encoding. Windows-1252 unless another is clearly likelier."""
    western = _first_fault(data, "cp1252") is None
    other = _likeliest(data, fault)
    if other and other != "cp1252" and _first_fault(data, other) is None:
        return Encoding(
            other, 0.6, f"It is not UTF-8; it was read as {other}, which its letters are most like. Check that accented letters look right.", nul
        )
    if western:
        warning = "It is not UTF-8, so it was read as Windows-1252. Check that accented letters and pound signs look right."
        return Encoding("cp1252", 0.8, warning, nul)
    line = data.count(b"\n", 0, fault) + 1
    raise Invalid(f"{file}, line {line:,}: holds letters in an encoding that can't be told. Save it again as CSV (UTF-8).")


def _likeliest(data: bytes, fault: int) -> str:
    """What charset-normalizer makes of the lines that hold other letters; empty where these are few and could be Western."""
    from charset_normalizer import from_bytes

    sample = b"".join(line + b"\n" for line in data[max(0, fault - _SAMPLE) : fault + 4 * _SAMPLE].split(b"\n") if not line.isascii())[:_SAMPLE]
    letters = sum(byte > 127 for byte in sample)
    if letters < 12 or letters * 6 < sum(byte > 64 for byte in sample):  # a few accents or pound signs among English words
        return ""
    best = from_bytes(
        sample, cp_isolation=["cp1250", "cp1251", "cp1252", "cp1253", "koi8_r", "iso8859_7", "iso8859_2", "shift_jis", "gb18030", "cp949"]
    ).best()
    return best.encoding if best is not None and best.chaos < _SURE else ""


def _without_mark(data: bytes) -> str:
    """UTF-16 shows by NUL bytes in every other place, and in no more than few of the others."""
    sample = data[: 1 << 12]
    if len(sample) < 4 or len(data) % 2:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    for name, there, elsewhere in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if there > 0.7 * half and elsewhere < 0.05 * half and _first_fault(data, name) is None:
            return name
    return ""


def _count_nul(data: bytes, file: str) -> int:
    nul = data.count(0)
    if nul * _MOST_NUL > len(data):
        line = data.count(b"\n", 0, data.find(0)) + 1
        raise Invalid(f"{file}, line {line:,}: holds NUL bytes, so it is damaged or not plain text. Save it again as CSV (UTF-8).")
    return nul


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
