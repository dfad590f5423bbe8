"""A report as an Excel workbook: notes first, then a sheet for each section. Texts are texts: nothing in it is run as a formula."""

import io
import re
from typing import Any

from yosafe.reporting.schemas import CellOut, ContentOut, SectionOut
from yosafe.reporting.shown import WHY, about

LONGEST_NAME = 31  # of a sheet
FORMATS = {"count": "#,##0", "share": "0%", "rate": "#,##0.0", "average": "#,##0.0", "points": "+0;-0;0", "auc": "0.00"}


def as_workbook(content: ContentOut) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties(
        {"title": content.title, "subject": f"{content.agency_name}, {content.period_words}", "created": content.as_at.replace(tzinfo=None)}
    )
    styles = {name: book.add_format({"num_format": of}) for name, of in FORMATS.items()}
    styles |= {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    styles["title"] = book.add_format({"bold": True, "font_size": 16})
    _notes(book.add_worksheet("Notes"), content, styles)
    names = {"notes"}
    for section in content.sections:
        _section(book.add_worksheet(_sheet_name(section, names)), section, styles)
    book.close()
    return out.getvalue()


def _sheet_name(section: SectionOut, taken: set[str]) -> str:
    """What Excel takes: no more than 31 characters, none of []:*?/\\, each once."""
    base = re.sub(r"[\[\]:*?/\\']", " ", section.title).strip()[:LONGEST_NAME] or section.id[:LONGEST_NAME]
    name, number = base, 2
    while name.lower() in taken:
        name = f"{base[: LONGEST_NAME - 3]} {number}"
        number += 1
    taken.add(name.lower())
    return name


def _notes(sheet: Any, content: ContentOut, styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, content.title, styles["title"])
    lines = [*about(content), *(("How these figures were made" if n == 0 else "", text) for n, text in enumerate(content.method))]
    if content.demo:
        lines.insert(0, ("Synthetic", "Nobody in these figures is real"))
    for at, (key, value) in enumerate(lines, 2):
        sheet.write_string(at, 0, key, styles["head"])
        sheet.write_string(at, 1, value, styles["wrap"])


def _section(sheet: Any, section: SectionOut, styles: dict[str, Any]) -> None:
    table = section.table
    intervals = [any(row.cells[n].low is not None for row in table.rows) for n in range(len(table.columns))]
    noted = any(row.note for row in table.rows)
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, sum(intervals) * 2 + len(table.columns), 15)
    sheet.write_string(0, 0, section.title, styles["title"])
    sheet.write_string(1, 0, section.subtitle)
    sheet.write_string(2, 0, section.headline)
    heads = [table.rows_are]
    for column, has in zip(table.columns, intervals, strict=True):
        of = "" if "limits" in column.code else " (95%)"
        heads += [column.title, *([f"{column.title}: low{of}", f"{column.title}: high{of}"] if has else [])]
    for at, head in enumerate([*heads, *(["Note"] if noted else [])]):
        sheet.write_string(4, at, head, styles["head"])
    for down, row in enumerate(table.rows, 5):
        sheet.write_string(down, 0, row.title)
        at = 1
        for cell, has in zip(row.cells, intervals, strict=True):
            _cell(sheet, down, at, cell, cell.value, styles)
            if has:
                for more, value in enumerate((cell.low, cell.high), 1):
                    if value is not None:
                        sheet.write_number(down, at + more, value, styles[cell.measure])
            at += 3 if has else 1
        if noted:
            sheet.write_string(down, at, row.note)
    for down, (key, said) in enumerate(section.notes, 6 + len(table.rows)):
        sheet.write_string(down, 0, key, styles["head"])
        sheet.write_string(down, 1, said)
    sheet.freeze_panes(5, 1)


def _cell(sheet: Any, row: int, column: int, cell: CellOut, value: float | None, styles: dict[str, Any]) -> None:
    if value is None:
        sheet.write_string(row, column, WHY[cell.state])
    else:
        sheet.write_number(row, column, value, styles[cell.measure])
