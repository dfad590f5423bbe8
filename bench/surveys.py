"""`make bench ARGS=surveys`: a large survey checked, stored and counted, beside a bare COPY of the same file and a scan of the table that it makes.

Each figure is the least of several, one after another on the same server: of the clock, and of processor time, in this process and in PostgreSQL,
which what else the machine does changes little. The peaks of memory are of processes of their own.
"""

import asyncio
import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import python_calamine

from yosafe.audit.record import Operator
from yosafe.db.engine import DB, write_transaction
from yosafe.importing.reading import read_table
from yosafe.surveys import actions, queries
from yosafe.surveys.limits import BY_COMMAND
from yosafe.surveys.questionnaire import load
from yosafe.surveys.schemas import ImportSurvey
from yosafe.surveys.taking import code

from .cost import spent
from .ground import Ground, ground
from .tables import letters, timed, workbook

ROWS, LARGE, SHEET_ROWS, TIMES = 200_000, 2_000_000, 20_000, 3
REPEATED = 5_000  # lines that differ
QUESTIONNAIRE = load("children-custody")
BESIDE = ("respondent", "wing")  # with the questions, 60 columns


def columns() -> list[str]:
    return [question.id for question in QUESTIONNAIRE.questions()][: 60 - len(BESIDE)] + list(BESIDE)


def lines(rows: int, seed: int = 1) -> Iterator[str]:
    """A file of answers in the questionnaire's own words and codes, one in ten left empty or 99."""
    pick = random.Random(seed)
    choices = [_cells(question_id) for question_id in columns()]
    some = [",".join(pick.choice(cells) for cells in choices) for _ in range(min(rows, REPEATED))]
    yield ",".join(columns())
    for row in range(rows):
        yield some[row % len(some)]


def _cells(question_id: str) -> list[str]:
    if question_id in BESIDE:
        return ["A1", "B2", "C3"]
    question = QUESTIONNAIRE.question(question_id)
    if question.kind == "number":
        return [str(age) for age in range(15, 19)]
    words = [cell for answer in QUESTIONNAIRE.answers_to(question) for cell in (answer.code, *answer.also)]
    return [*words * 2, "", "99"]


def made(rows: int, folder: Path) -> Path:
    path = folder / f"survey-{rows}.csv"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines(rows))
    return path


def mebibytes(path: Path) -> float:
    return path.stat().st_size / (1 << 20)


def as_workbook(rows: list[list[str]]) -> bytes:
    """Numbers as numbers, all else as shared words, as a spreadsheet saves them."""
    words: dict[str, int] = {}
    parts = []
    for number, row in enumerate(rows, 1):
        cells = (
            f'<c r="{letters(at)}{number}"><v>{cell}</v></c>' if cell.isdigit()
            else f'<c r="{letters(at)}{number}" t="s"><v>{words.setdefault(cell, len(words))}</v></c>'
            for at, cell in enumerate(row) if cell
        )  # fmt: skip
        parts.append(f'<row r="{number}">{"".join(cells)}</row>')
    return workbook("".join(parts), list(words))


class Took(NamedTuple):
    """Seconds: of processor time, and of the clock."""

    processor: float
    clock: float

    def __str__(self) -> str:
        return f"{self.processor:.3f} s of processor, {self.clock:.3f} s"

    def beside(self, other: "Took") -> str:
        return f"{self.processor / other.processor:.2f} times its processor time, {self.clock / other.clock:.2f} of the clock"


async def least(on: Ground, work: Callable[[], Awaitable[object]], times: int = TIMES) -> Took:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        with spent(on, os.getpid()) as cost:
            await work()
        found.append(Took(cost.process + cost.postgres, time.perf_counter() - began))
    return Took(min(one.processor for one in found), min(one.clock for one in found))


async def copied(path: Path) -> None:
    """A bare COPY into an unlogged table of text columns."""
    names = ", ".join(f'"{name}" text' for name in columns())
    await DB.execute(f"DROP TABLE IF EXISTS bare; CREATE UNLOGGED TABLE bare ({names})")
    async with DB.connection() as connection:
        await connection.copy_to_table("bare", source=path, format="csv", header=True)


def asked() -> ImportSurvey:
    return ImportSurvey(questionnaire=QUESTIONNAIRE.id, establishment="WYI", fielded="2026-09")


async def brought_in(path: Path) -> int:
    done = await actions.import_survey(by=Operator(), new=asked(), source=path, limits=BY_COMMAND)
    assert done.survey is not None
    return done.survey


async def forgotten() -> None:
    async with write_transaction():
        await DB.execute("DELETE FROM survey_file; DELETE FROM survey_column; DELETE FROM survey")


async def of(on: Ground, rows: int, path: Path, *, times: int = TIMES) -> Took:
    """What it took to check and store the file; all figures are printed."""
    bare = await least(on, lambda: copied(path), times)
    stored = []
    for _ in range(times):
        await forgotten()
        stored.append(await least(on, lambda: brought_in(path), 1))
    kept = Took(min(one.processor for one in stored), min(one.clock for one in stored))
    survey = await DB.fetchval("SELECT max(id) FROM survey")
    each = ", ".join(f'count("{name}")' for name in columns())
    scan = await least(on, lambda: DB.fetchval(f"SELECT {each} FROM bare"), times)
    rows_only = await least(on, lambda: DB.fetchval("SELECT count(*) FROM bare"), times)
    results = await least(on, lambda: queries.results(Operator(), survey), times)
    size = await DB.fetchval("SELECT pg_total_relation_size('survey_column')::float8 / pg_total_relation_size('bare')")
    print(f"CSV {rows:,} x {len(columns())}, {mebibytes(path):.0f} MiB")
    print(f"  bare COPY                          {bare}")
    print(f"  checked and stored                 {kept}   {kept.beside(bare)} (aim 3)")
    print(f"  one scan that reads each column    {scan}; one that counts rows {rows_only}")
    print(f"  results of all questions           {results}   {results.beside(scan)}; of the one that counts rows {results.beside(rows_only)} (aim 3)")
    print(f"  what is stored takes {size:.2f} of the room of the bare table", flush=True)
    return kept


def peak(path: Path, folder: Path) -> float:
    """The most memory, in MiB, of a process that does nothing but read and check a file."""
    command = [sys.executable, "-m", "bench.surveys", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "YOSAFE_HOME": str(folder)})
    return float(done.stdout)


def only_read(path: Path) -> None:
    coded = code(read_table(path, limits=BY_COMMAND), QUESTIONNAIRE)
    assert coded.faults == 0
    _ = [answers.codes.tobytes() for answers in coded.responses.questions.values()]
    print(_most_memory())


def _most_memory() -> float:
    """Of this process since it began, in MiB. What getrusage says would be that of the process that started it, where that was more."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)  # macOS counts bytes


def workbooks() -> None:
    sheet = as_workbook([line.split(",") for line in lines(SHEET_ROWS)])
    alone = timed(lambda: python_calamine.load_workbook(io.BytesIO(sheet)).get_sheet_by_index(0).to_python())
    ours = timed(lambda: code(read_table(sheet), QUESTIONNAIRE))
    print(f"XLSX {SHEET_ROWS:,} x {len(columns())}, of words and numbers")
    print(f"  python-calamine alone              {alone[0]:.2f} s, {alone[1]:.2f} s of processor")
    print(f"  read and checked                   {ours[0]:.2f} s, {ours[1]:.2f} s of processor   {ours[1] / alone[1]:.2f} times (aim 3)", flush=True)


async def measured(folder: Path) -> None:
    some, many = made(ROWS, folder), made(LARGE, folder)
    for path in (some, many):
        print(f"Most memory to read and check {mebibytes(path):.0f} MiB: {peak(path, folder):,.0f} MiB", flush=True)
    async with ground() as on:
        few = await of(on, ROWS, some)
        print(f"  most memory of the whole so far    {_most_memory():,.0f} MiB (aim below 1,024)")
        each = await of(on, LARGE, many, times=1)
        print(f"  each row took {each.processor / LARGE / (few.processor / ROWS):.2f} of what it took among {ROWS:,} (aim 1)")
        print(f"  most memory of the whole           {_most_memory():,.0f} MiB")


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1].endswith(".csv"):
        only_read(Path(sys.argv[1]))
        return
    workbooks()
    with tempfile.TemporaryDirectory(prefix="yosafe-bench-") as folder:
        asyncio.run(measured(Path(folder)))


if __name__ == "__main__":
    main()
