"""`make bench ARGS=tables`: how long a large survey file takes to read and check, beside the csv module and python-calamine alone."""

import csv
import io
import random
import resource
import sys
import time
import zipfile
from collections.abc import Callable

import python_calamine

from yosafe.importing.reading import read_table

ROWS, COLUMNS, SHEET_ROWS = 200_000, 60, 20_000
ANSWERS = ("yes", "no", "1", "0", "99", "not known", "")


def survey_csv(rows: int, columns: int, seed: int = 1) -> bytes:
    """A file of answers. Lines repeat after 5,000, which no reader can make use of."""
    pick = random.Random(seed)
    lines = [",".join(pick.choice(ANSWERS) for _ in range(columns)) for _ in range(min(rows, 5_000))]
    head = ",".join(f"q{n}" for n in range(columns))
    return "\n".join([head, *(lines[n % len(lines)] for n in range(rows)), ""]).encode()


def survey_xlsx(rows: int, columns: int, seed: int = 1) -> bytes:
    """A workbook of answers and numbers, by hand: a writer would take longer than what is measured."""
    pick, names = random.Random(seed), [letters(n) for n in range(columns)]
    head = "".join(f'<c r="{name}1" t="inlineStr"><is><t>q{n}</t></is></c>' for n, name in enumerate(names))
    parts = [f'<row r="1">{head}</row>']
    for row in range(2, rows + 2):
        cells = (
            f'<c r="{name}{row}"><v>{pick.randrange(10_000) / 7}</v></c>' if n % 3 else f'<c r="{name}{row}" t="s"><v>{pick.randrange(6)}</v></c>'
            for n, name in enumerate(names)
        )
        parts.append(f'<row r="{row}">{"".join(cells)}</row>')
    return workbook("".join(parts), [answer for answer in ANSWERS if answer])


def workbook(rows: str, shared: list[str]) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/></Types>',
        )
        link = f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships">{link}</Relationships>')
        sheet = '<sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets>'
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}">{sheet}</workbook>')
        links = f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        links += f'<Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>'
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">{links}</Relationships>')
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">' + "".join(f"<si><t>{text}</t></si>" for text in shared) + "</sst>")
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>')
    return out.getvalue()


def letters(n: int) -> str:
    return (letters(n // 26 - 1) if n >= 26 else "") + chr(65 + n % 26)


def timed(work: Callable[[], object], times: int = 3) -> tuple[float, float]:
    """The least wall clock and the least time of processors, of this process and of those it starts, in seconds."""
    found = []
    for _ in range(times):
        began, before = time.perf_counter(), spent()
        work()
        found.append((time.perf_counter() - began, spent() - before))
    return min(wall for wall, _ in found), min(cpu for _, cpu in found)


def spent() -> float:
    """Seconds of processors so far, of this process and of those that it started and that ended."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def main() -> None:
    data = survey_csv(ROWS, COLUMNS)
    bare = timed(lambda: sum(1 for _ in csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=""))))
    ours = timed(lambda: read_table(data))
    both = timed(lambda: sum(bool(row.fault) for row in read_table(data).rows()))
    print(f"CSV {ROWS:,} x {COLUMNS}, {len(data) / (1 << 20):.0f} MiB (wall clock, then processor time)")
    print(f"  the csv module alone        {bare[0]:.2f} s {bare[1]:.2f} s")
    print(f"  read and judged             {ours[0]:.2f} s {ours[1]:.2f} s   {ours[1] / bare[1]:.1f} times")
    print(f"  and gone through once more  {both[0]:.2f} s {both[1]:.2f} s   {both[1] / bare[1]:.1f} times", flush=True)
    sheet = survey_xlsx(SHEET_ROWS, COLUMNS)
    alone = timed(lambda: python_calamine.load_workbook(io.BytesIO(sheet)).get_sheet_by_index(0).to_python())
    ours = timed(lambda: sum(bool(row.fault) for row in read_table(sheet).rows()))
    print(f"XLSX {SHEET_ROWS:,} x {COLUMNS}, {len(sheet) / (1 << 20):.0f} MiB")
    print(f"  python-calamine alone       {alone[0]:.2f} s {alone[1]:.2f} s")
    print(f"  read, judged, gone through  {ours[0]:.2f} s {ours[1]:.2f} s   {ours[1] / alone[1]:.1f} times (aim 3)")
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(f"Most memory of any process: {peak:,.0f} MiB (aim below 1,024)" + (" in KiB as macOS counts" if sys.platform == "darwin" else ""))


if __name__ == "__main__":
    main()
