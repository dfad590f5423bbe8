"""Every report that comes with yosafe, built once from a made-up estate in which enough happened for it to say something. A report that is added is
in here by itself: each number is the same in all its forms, it is read by a checker of PDF/UA, and whoever it is not for does not find it."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pymupdf
import pytest
from msgspec import Struct

from tests.conftest import at, run_at
from tests.reporting import forms
from tests.reporting.forms import said
from tests.synthetic.conftest import NAME, NOW
from tests.world import ORIGIN, session_of
from yosafe import clock, composition  # noqa: F401  # the registries of datasets
from yosafe.accounts.access import user_by_email
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.reporting.access import build_numbered, is_for
from yosafe.reporting.definitions import OURS, Definition, find
from yosafe.reporting.periods import Span, last_over
from yosafe.reporting.running import JOB
from yosafe.reporting.schemas import CellOut, ContentOut, SectionOut
from yosafe.synthetic.estate import NAMED
from yosafe.web.kit import COOKIE

REPORTS = find(None).reports
FILES = ("pdf", "xlsx", "csv", "parquet", "dictionary")
WORDS = {"hidden": "Hidden", "too_few": "Too few", "none": ""}
DIGITS = {"count": 0, "share": 2, "rate": 1, "average": 1, "points": 0, "auc": 2}  # of a number as it reads


class Paper(Struct, kw_only=True):
    """A report as whoever it is for gets it."""

    reference: str
    content: ContentOut
    page: str
    files: dict[str, bytes]


@pytest.fixture(scope="module")
async def people(loaded_at, template):
    """The engine, open on a copy of the small estate to write in; and everyone whose sign-in is printed."""
    await run_at(template, f"CREATE DATABASE papers TEMPLATE {NAME}")
    await DB.open(at(template, "papers"))
    with clock.stopped_at(NOW):
        yield [await user_by_email(f"{name}@example.org") for name, *_ in NAMED]
    await DB.close()
    await run_at(template, "DROP DATABASE papers WITH (FORCE)")


def readers(definition: Definition, people: list[User]) -> list[User]:
    return [user for user in people if is_for(definition, user.agency_kind, user.role)]


async def browser_of(app, user: User) -> httpx.AsyncClient:
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=ORIGIN)
    browser.cookies.set(COOKIE, await session_of(user))
    return browser


@pytest.fixture(scope="module")
def paper(app, people):
    """Builds a report for the first it is for, of a quarter where it can be of one; once."""
    built: dict[str, Paper] = {}

    async def of(name: str) -> Paper:
        if name not in built:
            built[name] = await _paper(app, REPORTS[name], readers(REPORTS[name], people)[0])
        return built[name]

    return of


async def _paper(app, definition: Definition, user: User) -> Paper:
    span = Span.QUARTER if Span.QUARTER in definition.spans else definition.spans[0]
    async with await browser_of(app, user) as browser:
        await browser.get("/help")
        form = {"_csrf_token": browser.cookies["__Host-yosafe-csrf"], "report": definition.name, "period": last_over(span, clock.today()).key}
        sent = await browser.post("/reports/build", data=form)
        assert sent.status_code == 303, sent.text
        reference = sent.headers["location"].rsplit("/", 1)[1]
        await JOB.run({"build": int(reference[3:])})
        row = await build_numbered(int(reference[3:]))
        assert row["status"] == "built", row["fault"]
        page = await browser.get(f"/reports/{reference}")
        files = {form: (await browser.get(f"/reports/{reference}/file?form={form}")).content for form in FILES}
    return Paper(reference=reference, content=msgspec.json.decode(row["content"], type=ContentOut), page=page.text, files=files)


def sections(content: ContentOut) -> list[SectionOut]:
    """Those with numbers, in the order in which they are read."""
    by_id = {one.id: one for one in content.sections}
    found = [by_id[block.text] for block in content.blocks if block.kind == "section"]
    assert len(found) == len(content.sections)
    return [one for one in found if one.table.rows]


def reads(shown: str, cell: CellOut, value: float | None) -> bool:
    """Whether what stands there is the number, as far as it is written out; or the word for why there is none."""
    if value is None:
        return shown == WORDS[cell.state]
    number = float(shown.rstrip("%").replace(",", "")) / (100 if shown.endswith("%") else 1)
    return shown.endswith("%") == (cell.measure == "share") and abs(number - value) <= 0.5001 * 10 ** -DIGITS[cell.measure]


def agrees(shown: str, cell: CellOut) -> bool:
    """The same of a number and its interval: "38% 31% to 45%"."""
    with_interval = cell.value is not None and cell.low is not None
    ends = shown.replace(" to ", " ").split(" ") if with_interval else [shown]
    return len(ends) == (3 if with_interval else 1) and all(map(reads, ends, [cell] * 3, (cell.value, cell.low, cell.high)))


@pytest.mark.parametrize("name", sorted(REPORTS))
async def test_each_number_is_the_same_in_every_form(paper, name):
    """As it is kept, on the page, in the PDF, in the workbook, in CSV and in Parquet."""
    one = await paper(name)
    whole = sections(one.content)
    assert whole, "it has something to say of the estate"
    on_page, in_pdf = forms.of_page(one.page), iter([*forms.of_pdf(one.files["pdf"])][1:])  # the first says what the report is
    assert [*on_page] == [section.id for section in whole]
    for section in whole:
        table = section.table
        wanted = [said(table.rows_are, *()), *(column.title for column in table.columns)]
        titles = [said(row.title, row.note) for row in table.rows]
        heads, *lines = on_page[section.id]
        assert [*heads] == [said(head) for head in wanted]
        assert [line[0] for line in lines] == titles
        assert [(line, row) for line, row in zip(lines, table.rows, strict=True) if not all(map(agrees, line[1:], row.cells))] == []
        printed = [[*line] for line in next(in_pdf)]
        while len(printed[0]) < len(wanted):  # a wide table is cut into several, each with the names of its rows
            for line, more in zip(printed, next(in_pdf), strict=True):
                assert line[0] == more[0]
                line += more[1:]
        assert printed == [[*heads], *([*line] for line in lines)], section.id
    assert [*in_pdf] == [], "the PDF has no other numbers"
    _check_data(one)
    _check_workbook(one)


def _check_data(one: Paper) -> None:
    """CSV and Parquet, a row for each number, in the order of the definition; and what their columns mean."""
    rows, (typed, meanings) = forms.of_csv(one.files["csv"]), forms.of_parquet(one.files["parquet"])
    cells = [
        (section.id, row.code, column.code, cell)
        for section in one.content.sections
        for row in section.table.rows
        for column, cell in zip(section.table.columns, row.cells, strict=True)
    ]
    assert [(*where, cell.value, cell.low, cell.high, cell.state) for *where, cell in cells] == [
        tuple(row[key] for key in ("section", "row", "column", "value", "low", "high", "state")) for row in typed
    ]
    assert [(row["shown"], row["measure"]) for row in rows] == [(row["shown"], row["measure"]) for row in typed]
    assert [row["shown"] for row, (*_, cell) in zip(rows, cells, strict=True) if not reads(row["shown"], cell, cell.value)] == []
    assert [[float(row[key]) if row[key] else None for key in ("value", "low", "high")] for row in rows] == [
        [cell.value, cell.low, cell.high] for *_, cell in cells
    ]
    described = {row["column"]: row["meaning"] for row in forms.of_csv(one.files["dictionary"])}
    assert described == meanings
    assert [*meanings] == [*rows[0]]


def _check_workbook(one: Paper) -> None:
    names, sheets = forms.of_workbook(one.files["xlsx"])
    assert names[0] == "Notes"
    for section, lines in zip(one.content.sections, sheets[1:], strict=True):
        assert said(lines[2][0]) == said(section.headline)
        if not section.table.rows:
            continue
        head = next(at for at, line in enumerate(lines) if line[:2] == [section.table.rows_are, section.table.columns[0].title])
        for row, line in zip(section.table.rows, lines[head + 1 : head + 1 + len(section.table.rows)], strict=True):
            wanted: list[Any] = [row.title]
            for at_column, cell in enumerate(row.cells):
                wanted.append(WORDS[cell.state] if cell.value is None else cell.value)
                if any(other.cells[at_column].low is not None for other in section.table.rows):
                    wanted += ["" if end is None else end for end in (cell.low, cell.high)]
            wanted += [row.note] if any(other.note for other in section.table.rows) else []
            assert [*line][: len(wanted)] == wanted, section.id


@pytest.mark.parametrize("name", sorted(REPORTS))
async def test_every_report_is_whole_for_whom_it_is_and_for_nobody_else(paper, people, app, tmp_path, name):
    """Each figure with all that has to be said of it; nobody named; checked for PDF/UA; and not there for whoever it is not for."""
    one = await paper(name)
    for section in sections(one.content):
        assert {"Base", "Period", "Missing", "Hidden", "How it is counted"} <= {key for key, _ in section.notes}, section.id
    with pymupdf.open(stream=one.files["pdf"], filetype="pdf") as opened:
        printed = said(*(page.get_text() for page in opened))
    page = said(one.page.split("<main")[1].replace("&#39;", "'").replace("&amp;", "&"))
    assert [section.headline for section in one.content.sections if said(section.headline) not in printed or said(section.headline) not in page] == []
    for what in (one.content.built_by, one.content.period_words, one.content.version, one.content.definition[:12], one.content.agency_name):
        assert what in printed
        assert what in page
    assert "{" not in page
    named = await DB.fetch("SELECT given_names || ' ' || family_name AS name FROM young_person")
    assert [row["name"] for row in named if row["name"] in page or row["name"] in printed] == []
    await _read_aloud(one.files["pdf"], tmp_path)
    for user in people:
        async with await browser_of(app, user) as browser:
            found = (await browser.get(f"/reports/{one.reference}")).status_code
            assert (found == 200) == (user.agency == _agency_of(people, name) and user in readers(REPORTS[name], people)), user.name


def _agency_of(people: list[User], name: str) -> int:
    return readers(REPORTS[name], people)[0].agency


async def _read_aloud(pdf: bytes, folder: Path) -> None:
    """Checked for PDF/UA."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    command = [Path(sys.executable).parent / "outloud", "--json", folder / "report.json", path]
    checked = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert "0 error(s)" in checked.stdout, checked.stdout


def test_every_folder_of_reports_is_one():
    assert sorted(REPORTS) == sorted(path.name for path in OURS.iterdir() if path.is_dir())
    assert len(REPORTS) >= 8
