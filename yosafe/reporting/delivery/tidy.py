"""A report as data: one row for each number, with what it is of, how it is shown, and its interval; and what each column means."""

import io
from collections.abc import Iterator
from typing import Any

from yosafe.lists.files import Figure, as_csv
from yosafe.reporting.schemas import ContentOut
from yosafe.reporting.shown import number

COLUMNS: dict[str, tuple[str, str]] = {
    "report": ("text", "Name of the report's definition"),
    "agency": ("text", "Code of the agency that it was built for"),
    "period": ("text", "Period: 2026-09 a month, 2026-Q3 a quarter, 2026 a year of the calendar"),
    "as_at": ("text", "Moment at which records were read (ISO 8601, London)"),
    "section": ("text", "The figure, by its id"),
    "section_title": ("text", "The figure, by its title"),
    "row": ("text", "Category of the row, by its code; empty for all of them together"),
    "row_title": ("text", "The same in words"),
    "column": ("text", "Category or measure of the column, by its code; empty for all of them together"),
    "column_title": ("text", "The same in words"),
    "measure": ("text", "count; share, 0 to 1; rate, for 100 young people held 365 days; average, held at a time; points of per cent; auc"),
    "value": ("number", "The number; empty where it is not shown"),
    "low": ("number", "Lower end of the 95% interval, or of the control limits that the column names, where there is one"),
    "high": ("number", "Upper end of the same"),
    "state": ("text", "shown; hidden, as small or telling of small numbers; too_few, for a share or rate of too few; none, where there can be none"),
    "shown": ("text", "The number as the page and the PDF say it"),
    "note": ("text", "What is said of the row beside its numbers"),
}  # fmt: skip


def rows(content: ContentOut) -> Iterator[dict[str, Any]]:
    """Every number of a report, in the order of its sections."""
    for section in content.sections:
        for row in section.table.rows:
            for column, cell in zip(section.table.columns, row.cells, strict=True):
                yield {
                    "report": content.report, "agency": content.agency, "period": content.period, "as_at": content.as_at, "section": section.id,
                    "section_title": section.title, "row": row.code, "row_title": row.title, "column": column.code, "column_title": column.title,
                    "measure": cell.measure, "value": cell.value, "low": cell.low, "high": cell.high, "state": cell.state,
                    "shown": Figure(number(cell)), "note": row.note,
                }  # fmt: skip


def as_table(content: ContentOut) -> bytes:
    """As CSV; whole numbers without a point."""
    return as_csv([*COLUMNS], ([_plain(value) for value in row.values()] for row in rows(content)))


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def dictionary() -> bytes:
    """What each column of the data means, as CSV."""
    return as_csv(["column", "kind", "meaning"], ([name, kind, meaning] for name, (kind, meaning) in COLUMNS.items()))


def as_parquet(content: ContentOut) -> bytes:
    """As Parquet; what a column means stands in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"text": pa.string(), "number": pa.float64()}
    schema = pa.schema([pa.field(name, kinds[kind], metadata={"meaning": meaning}) for name, (kind, meaning) in COLUMNS.items()])
    found = [{**row, "as_at": row["as_at"].isoformat()} for row in rows(content)]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(found, schema=schema), out)
    return out.getvalue()
