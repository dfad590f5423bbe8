"""A list as a CSV file that a spreadsheet opens and does not run. Pure."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence

from yosafe import clock

RUNS = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"  # by which spreadsheets know UTF-8


class Figure(str):
    """A number in words that yosafe wrote itself: a sign before it begins no formula."""


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The whole file: UTF-8 with a mark, one heading row, lines as RFC 4180 ends them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(cell(head) for head in heads)
    writer.writerows([cell(value) for value in row] for row in rows)
    return (MARK + out.getvalue()).encode()


def cell(value: object) -> str:
    """A value as text: days and London's time as ISO 8601, yes and no, nothing for None, several with semicolons between."""
    match value:
        case None:
            return ""
        case Figure():
            return value
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case dt.datetime():
            return value.astimezone(clock.LONDON).isoformat(timespec="minutes")
        case dt.date():
            return value.isoformat()
        case list() | tuple():
            return safe("; ".join(cell(one) for one in value))
    return safe(str(value))


def safe(text: str) -> str:
    """Text that begins as a formula does, behind blanks too, led by a quote so that it is read as text."""
    return f"'{text}" if text.lstrip(" \n").startswith(RUNS) else text
