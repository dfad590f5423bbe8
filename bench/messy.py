"""`make bench ARGS=messy`: how many real and damaged tables are read as they are, beside pandas' defaults; the slowest and the heaviest of them.

The files are not ours and stay outside (YOSAFE_EXTERNAL_DATA, by default ../shared/data). A file counts as right where the number of columns and
the number of rows are those of its hand-made truth. That truth is told twice, in a list of parameters and as a clean copy, and the two differ for
some files: either number of columns counts. Where a file holds several tables, the clean copy has the first, or the rows of all: either counts.
"""

import csv
import json
import os
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from yosafe.errors import Invalid
from yosafe.importing.reading import Table, read_table

MESSY = Path(os.environ.get("YOSAFE_EXTERNAL_DATA", Path(__file__).parents[1] / "../shared/data")) / "messy"
POLLOCK = {"real files": "survey_sample", "one-defect files": "polluted_files"}
ODD = ("frictionless", "readxl")
LONG = 1 << 20


@dataclass(frozen=True)
class Truth:
    columns: frozenset[int]
    rows: int


@dataclass
class Score:
    """Of so many files, which are right; and why the others are not."""

    right: int = 0
    of: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0

    @property
    def share(self) -> float:
        return self.right / self.of

    def count(self, name: str, *, right: bool, why: str = "") -> None:
        self.of += 1
        self.right += right
        if not right:
            self.wrong.append(f"{name}: {why}")


def truths(folder: str) -> Iterator[tuple[Path, Truth]]:
    """Each file of a folder of the Pollock benchmark, with what is true of it."""
    limit = csv.field_size_limit(LONG)
    try:
        for path in sorted((MESSY / "pollock" / folder / "csv").iterdir()):
            said = json.loads((path.parents[1] / "parameters" / f"{path.name}_parameters.json").read_text("utf-8"))
            with (path.parents[1] / "clean" / path.name).open(encoding="utf-8", errors="replace", newline="") as file:
                clean = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
            named = bool(clean) and all(re.fullmatch(r"col_\d+", cell.strip()) for cell in clean[0])  # names that were put in for lack of any
            columns = {said.get("n_columns"), len(said["column_names"]), *map(len, clean)} - {None}
            yield path, Truth(frozenset(columns), max(0, len(clean) - (int(said["header_lines"]) > 0 or named)))
    finally:
        csv.field_size_limit(limit)


def score(folder: str) -> Score:
    """How many files of a Pollock folder come out with the true number of columns and rows. An empty file is right when it is refused."""
    result = Score()
    for path, truth in truths(folder):
        started = time.perf_counter()
        try:
            table = read_table(path)
            got = (len(table.columns), table.row_count, sum(found.rows for found in table.tables))
        except Invalid as refused:
            got = (0, 0, 0) if "is empty" in str(refused) else (-1, -1, -1)
        result.slowest = max(result.slowest, time.perf_counter() - started)
        right = got[0] in truth.columns and truth.rows in got[1:]
        result.count(path.name, right=right, why=f"{got[0]} columns and {got[1]} rows, not {sorted(truth.columns)} and {truth.rows}")
    return result


def pandas_score(folder: str) -> Score:
    """The same for `pandas.read_csv(path)`, which is not asked for the rows: columns alone."""
    import pandas as pd

    result = Score()
    for path, truth in truths(folder):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                got = pd.read_csv(path).shape[1]
        except Exception as error:  # noqa: BLE001  # of many kinds, and each is an answer
            result.count(path.name, right=False, why=type(error).__name__)
            continue
        result.count(path.name, right=got in truth.columns, why=f"{got} columns")
    return result


def spectrum() -> Score:
    """csv-spectrum, cell by cell."""
    result, folder = Score(), MESSY / "csv-spectrum"
    for path in sorted((folder / "csvs").glob("*.csv")):
        data = path.read_bytes()
        if path.stem.endswith("_crlf"):  # the copy in the folder has lost the line ends that it is about
            data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        truth = json.loads((folder / f"json/{path.stem}.json").read_text("utf-8"))
        rows = as_records(read_table(data, name=path.name))
        truth = truth if isinstance(truth, list) else [truth]
        if path.stem == "location_coordinates":  # the telephone number in the true answer is not the one in the file
            for row in (*rows, *truth):
                del row["Contact Phone Number"]
        result.count(path.name, right=rows == truth, why="cells differ")
    return result


def as_records(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table.columns, row.cells, strict=True)) for row in table.rows()]


def odd(folder: str) -> tuple[list[str], list[str], list[str], float]:
    """What becomes of files for which no truth is written down: read, refused with a reason, anything else; and the longest time."""
    read: list[str] = []
    refused: list[str] = []
    failed: list[str] = []
    slowest = 0.0
    for path in sorted(p for p in (MESSY / folder).rglob("*") if p.is_file()):
        started, name = time.perf_counter(), str(path.relative_to(MESSY / folder))
        try:
            table = read_table(path)
            rows = sum(1 for _ in table.rows())
            if rows != table.row_count:
                failed.append(f"{name}: {rows} rows of {table.row_count}")
            said = f", {len(table.warnings)} to know" if table.warnings else ""
            read.append(f"{name}: {table.kind}, {len(table.columns)} columns, {table.row_count} rows, {table.confidence:.2f} sure{said}")
        except Invalid as reason:
            refused.append(str(reason))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
            failed.append(f"{name}: {type(error).__name__}")
        slowest = max(slowest, time.perf_counter() - started)
    return read, refused, failed, slowest


def heaviest() -> tuple[float, str]:
    """The most memory in MiB that a process needs that reads one file and nothing else, and which file: the largest of each folder are tried."""
    files = sorted((p for p in MESSY.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)[-12:]
    program = (
        "import resource, sys; from pathlib import Path; from yosafe.errors import Invalid; from yosafe.importing.reading import read_table\n"
        "try: [0 for _ in read_table(Path(sys.argv[1])).rows()]\n"
        "except Invalid: pass\n"
        "print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))"
    )
    found = []
    for path in files:
        done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
        found.append((int(done.stdout) / 1024, path.name))
    return max(found)


def main() -> None:
    print("Files read with the true number of columns and rows")
    for name, folder in POLLOCK.items():
        ours, theirs, aim = score(folder), pandas_score(folder), 95 if folder == "survey_sample" else 90
        print(f"  Pollock, {name:<18} {ours.right} of {ours.of} ({ours.share:.0%}; aim {aim}%), slowest {ours.slowest:.2f} s", flush=True)
        print(f"    pandas' defaults, columns alone: {theirs.right} of {theirs.of} ({theirs.share:.0%})")
        for line in ours.wrong:
            print(f"    not right: {line}")
    exact = spectrum()
    print(f"  csv-spectrum, cell by cell  {exact.right} of {exact.of} (aim 12 of 12)", *exact.wrong, sep="\n    ")
    for folder in ODD:
        read, refused, failed, slowest = odd(folder)
        print(f"{folder}: {len(read)} read, {len(refused)} refused with a reason, {len(failed)} failed (aim 0); slowest {slowest:.2f} s", flush=True)
        for heading, lines in (("read", read), ("refused", refused), ("FAILED", failed)):
            for line in lines:
                print(f"    {heading}: {line}")
    memory, name = heaviest()
    print(f"Most memory for one file: {memory:,.0f} MiB, {name} (aim below 1,024)")


if __name__ == "__main__":
    main()
