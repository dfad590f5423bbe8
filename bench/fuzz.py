"""`make bench ARGS="fuzz 10"`: damaged files given to each reader for so many minutes each; how many cases, and every fault.

A fault is any exception but Invalid, rows that are not as many as were said, or a case that takes more than ten
seconds of processor time, in this process or one that it starts. The seeds are made here;
real ones of the folder of outside data (YOSAFE_EXTERNAL_DATA) are added where it is there, since nothing here can write an old workbook.
"""

import csv
import io
import json
import os
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy: memory that its threads only reserve would count against the limit

import pandas as pd
import pyreadstat
import python_calamine  # noqa: F401  # so that each fork has it

from yosafe.errors import Invalid
from yosafe.importing import child, foreign
from yosafe.importing.reading import Limits, read_table

from .tables import spent, survey_xlsx

OUTSIDE = Path(os.environ.get("YOSAFE_EXTERNAL_DATA", Path(__file__).parents[1] / "../shared/data"))
LONGEST = 10.0
LIMITS = Limits(rows=20_000, columns=500)
SPECIAL = (b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\\", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"sep=;\n", b'""', b" ", b"#", b"\x1f")


def texts(pick: random.Random) -> Iterator[bytes]:
    """Tables of every dialect, with titles, notes and several tables in one file."""
    for delimiter in ",;\t| ":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC):
            out = io.StringIO(newline="")
            writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=pick.choice(["\n", "\r\n", "\r"]))
            writer.writerows([["Title"], [], ["Group", "", "b"], ["", "a", "c"]][pick.randrange(4) :])
            writer.writerows(
                [[pick.choice(["yes", "né", 'a "b"', "x,y", "", "1.5", "2020-01-02", "two\nlines"]) for _ in range(5)] for _ in range(20)]
            )
            writer.writerows([[], ["Notes: made up"], ["Title"], ["id", "value"], ["1", "2"]])
            yield out.getvalue().encode(pick.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"]), "replace")


def sheets(_: random.Random) -> Iterator[bytes]:
    yield survey_xlsx(20, 5)
    yield from _outside("messy", ".xlsx")


def open_documents(_: random.Random) -> Iterator[bytes]:
    namespaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    cells = '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell><table:table-cell table:number-columns-repeated="3"/>'
    rows = f'<table:table-row table:number-rows-repeated="2">{cells}</table:table-row>'
    content = f'<office:document-content {namespaces}><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table>'
    mime, of = "application/vnd.oasis.opendocument.spreadsheet", "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entry = f'<m:file-entry m:full-path="/" m:media-type="{mime}"/><m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>'
    manifest = f'<m:manifest xmlns:m="{of}">{entry}</m:manifest>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", mime)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content + "</office:spreadsheet></office:body></office:document-content>")
    yield out.getvalue()
    yield from _outside("messy", ".ods")


def old_sheets(_: random.Random) -> Iterator[bytes]:
    yield from _outside("messy", ".xls")


def statistics(kind: str) -> Callable[[random.Random], Iterator[bytes]]:
    def seeds(_: random.Random) -> Iterator[bytes]:
        frame = pd.DataFrame({"q1": [1.0, 2.0, None], "age": [16, 17, 99], "words": ["a", "n" if kind == "por" else "né", ""]})
        write = {"sav": pyreadstat.write_sav, "zsav": pyreadstat.write_sav, "por": pyreadstat.write_por, "dta": pyreadstat.write_dta}[kind]
        options = {"sav": {"missing_ranges": {"age": [99]}}, "zsav": {"compress": True}}.get(kind, {})
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"seed.{kind}"
            write(frame, str(path), column_labels=["One", "Age", "Words"], **options)
            yield path.read_bytes()
        yield from _outside("surveys", f".{kind}")

    return seeds


def _outside(folder: str, ending: str) -> Iterator[bytes]:
    for path in sorted((OUTSIDE / folder).rglob(f"*{ending}")):
        if path.stat().st_size < 60_000:
            yield path.read_bytes()


READERS: dict[str, Callable[[random.Random], Iterator[bytes]]] = {
    "csv": texts, "xlsx": sheets, "ods": open_documents, "xls": old_sheets, **{kind: statistics(kind) for kind in ("sav", "zsav", "por", "dta")},
}  # fmt: skip


def damaged(seed: bytes, pick: random.Random) -> bytes:
    """The bytes with a few things done to them; half of the zipped ones inside one of their parts."""
    if seed.startswith(b"PK") and pick.random() < 0.5:
        return _damaged_part(seed, pick)
    data = bytearray(seed)
    for _ in range(pick.choice([1, 1, 2, 3, 8, 30])):
        at = pick.randrange(len(data) + 1)
        match pick.randrange(6):
            case 0:
                data[at : at + 1] = bytes([pick.randrange(256)])
            case 1:
                data[at:at] = pick.choice(SPECIAL)
            case 2:
                del data[at : at + pick.choice([1, 2, 10, 200])]
            case 3:
                data[at:at] = data[at : at + pick.choice([1, 5, 50, 500])]
            case 4:
                data[at : at + 4] = pick.choice([b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\x00\x00\x00\x00", b"9999"])
            case _:
                data = data[:at]
        if not data:
            break
    return bytes(data)


def _damaged_part(seed: bytes, pick: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seed)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        parts = archive.namelist()
        chosen = pick.choice(parts)
        for name in parts:
            content = archive.read(name)
            made.writestr(name, damaged(content, pick) if name == chosen and not content.startswith(b"PK") else content)
    return out.getvalue()


def forked(data: bytes, asked: Mapping[str, Any]) -> tuple[Mapping[str, Any], bytes]:
    """In place of foreign.ask: the same code in a fork, which starts some twenty times as fast."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        child.hold_to(asked["memory"], asked["seconds"])
        answer, body = child.answered(data, dict(asked))
        with os.fdopen(writing, "wb") as out:
            out.write(json.dumps(answer).encode() + b"\n" + body)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        whole = said.read()
    return foreign.decoded(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), whole)


def fault_of(data: bytes) -> str:
    """What is wrong with how a case was taken; `read` or `refused` where nothing is."""
    started = spent()
    try:
        table = read_table(data, name="case", limits=LIMITS)
        rows = sum(1 for _ in table.rows())
        outcome = "read" if rows == table.row_count else "rows are not as many as were said"
    except Invalid:
        outcome = "refused"
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
        return f"{type(error).__name__}: {error}"[:200]
    took = spent() - started
    return outcome if took < LONGEST else f"took {took:.0f} s"


def run(kind: str, minutes: float, seed: int, keep: Path) -> Counter[str]:
    """So many minutes of one reader; the cases at fault are kept as files."""
    pick, found, until = random.Random(seed), Counter[str](), time.monotonic() + minutes * 60
    seeds = list(READERS[kind](pick))
    while seeds and time.monotonic() < until:
        case = damaged(pick.choice(seeds), pick)
        outcome = fault_of(case)
        found[outcome] += 1
        if outcome not in {"read", "refused"}:
            (keep / f"{kind}-{sum(found.values())}").write_bytes(case)
    return found


def main(minutes: float, kinds: list[str]) -> int:
    foreign.ask = forked
    keep = Path(tempfile.mkdtemp(prefix="yosafe-fuzz-"))
    seed = int(time.time())
    print(f"{minutes:g} minutes for each reader, seed {seed}; cases at fault are kept in {keep}", flush=True)
    faults = 0
    for kind in kinds or READERS:
        found = run(kind, minutes, seed, keep)
        wrong = {outcome: count for outcome, count in found.items() if outcome not in {"read", "refused"}}
        faults += sum(wrong.values())
        if not found:
            print(f"  {kind:<5} not tried: no seed without the folder of outside data", flush=True)
            continue
        print(
            f"  {kind:<5} {sum(found.values()):>9,} cases: {found['read']:,} read, {found['refused']:,} refused, {sum(wrong.values())} faults",
            flush=True,
        )
        for outcome, count in wrong.items():
            print(f"        {count:,} times {outcome}")
    print(f"{faults} faults (aim 0)")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else 10, sys.argv[2:]))
