"""Run by itself in a process of its own: turn a workbook or a statistics file into plain CSV, within limits of time and memory.

The readers are native code fed with files from anywhere; whatever becomes of this process, its parent lives on and says so. It takes nothing of
yosafe's: the file on standard input, one JSON object of what is wanted as argument; it answers with one line of JSON, then CSV in UTF-8.
"""

import csv
import datetime as dt
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

WHOLE_BELOW = 1e15  # up to here a float holds whole numbers exactly
MORE_ROWS = 1_000  # titles and notes around the table, which the limit on rows does not count
MOST_NUMBERS = 10_000  # that are remembered as texts
STATISTICS = {"sav": "read_sav", "zsav": "read_sav", "por": "read_por", "dta": "read_dta"}


class Refusal(Exception):
    """A file that is not taken; the argument is a word for why, with figures, which the parent puts into a sentence."""

    def __init__(self, why: str, **detail: Any) -> None:
        self.answer = {"refused": why, **detail}


def main() -> None:
    asked = json.loads(sys.argv[1])
    hold_to(asked["memory"], asked["seconds"])
    answer, body = answered(sys.stdin.buffer.read(), asked)
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.write(body)


def answered(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What the file says of itself and its CSV, or the word for why it is refused."""
    try:
        return (statistics if asked["kind"] in STATISTICS else workbook)(data, asked)
    except Refusal as refusal:
        return refusal.answer, b""
    except MemoryError:
        return {"refused": "memory"}, b""
    except BaseException as error:  # noqa: BLE001  # native code panics with what is no Exception; nothing of the file may reach a log
        return {"refused": "damaged", "error": type(error).__name__}, b""


def hold_to(memory: int, seconds: int) -> None:
    """No more memory and processor time than this for the process, and no dump of what it held if it dies."""
    try:
        import resource
    except ImportError:  # Windows has no such limits: there the parent's clock alone holds
        return
    for which, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(which, (most, most))
        except (ValueError, OSError):  # a stricter limit is there already, or the system knows none
            continue


def workbook(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The sheet that was asked for, or the one with the largest used area; and what sheets there are."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(data))
    except calamine.PasswordError:
        raise Refusal("password") from None
    sheets: list[dict[str, Any]] = [
        {"name": s.name, "hidden": s.visible != calamine.SheetVisibleEnum.Visible}
        for s in book.sheets_metadata
        if s.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    wanted = [s for s in sheets if not asked["sheet"] or s["name"] == asked["sheet"]]
    if not wanted:
        raise Refusal("sheet" if asked["sheet"] else "no sheet", sheets=[s["name"] for s in sheets])
    best, body, faults = None, b"", []
    for entry in wanted:
        try:
            sheet = book.get_sheet_by_name(entry["name"])
            entry["rows"], entry["columns"] = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end is not None else (0, 0)
            rank = (not entry["hidden"], entry["rows"] * entry["columns"])
            if rank[1] and (best is None or rank > best[1]):
                body, best = _sheet(sheet, entry, asked), (entry["name"], rank)
        except (calamine.CalamineError, Refusal) as fault:  # another sheet may do
            faults.append(fault)
            entry.setdefault("rows", 0)
            entry.setdefault("columns", 0)
    if best is None:
        raise faults[0] if faults else Refusal("empty")
    return {"sheet": best[0], "sheets": sheets}, body


def _sheet(sheet: Any, size: dict[str, Any], asked: dict[str, Any]) -> bytes:
    if size["columns"] > asked["columns"]:
        raise Refusal("columns", sheet=sheet.name, columns=size["columns"])
    if size["rows"] > asked["rows"] + MORE_ROWS:
        raise Refusal("rows", sheet=sheet.name, rows=size["rows"])
    return _csv(sheet.to_python(skip_empty_area=False))


def statistics(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The cases under their variables' names: codes as they are stored, empty where the file declares them missing; labels beside."""
    import pyreadstat

    read = getattr(pyreadstat, STATISTICS[asked["kind"]])
    options = {} if asked["kind"] == "por" else {"user_missing": True}
    meta = read(io.BytesIO(data), metadataonly=True)[1]
    if len(meta.column_names) > asked["columns"]:
        raise Refusal("columns", sheet="", columns=len(meta.column_names))
    if not meta.column_names:
        raise Refusal("empty")
    try:
        columns, meta = read(io.BytesIO(data), output_format="dict", row_limit=asked["rows"] + 1, **options)
    except (OverflowError, ValueError):  # a date that no calendar has: then dates come as the numbers that are stored
        columns, meta = read(io.BytesIO(data), output_format="dict", row_limit=asked["rows"] + 1, disable_datetime_conversion=True, **options)
    missing: dict[str, int] = {}
    cells = [_column(name, columns[name], _missing_test(name, meta), missing) for name in meta.column_names]
    body = _csv([list(meta.column_names), *(list(row) for row in zip(*cells, strict=True))])
    labels = {name: label for name, label in meta.column_names_to_labels.items() if label}
    values = {name: {_text(code): str(label) for code, label in found.items()} for name, found in meta.variable_value_labels.items()}
    return {"labels": labels, "value_labels": values, "missing": missing, "encoding": meta.file_encoding or ""}, body


def _column(name: str, values: Any, is_missing: Callable[[Any], bool] | None, missing: dict[str, int]) -> list[Any]:
    """The cells of one variable. Those that the file declares missing become empty and are counted."""
    cells = values.tolist() if hasattr(values, "tolist") else list(values)
    if is_missing is None:
        return cells
    left = ["" if v is not None and is_missing(v) else v for v in cells]
    count = sum(a is not b for a, b in zip(left, cells, strict=True))
    if count:
        missing[name] = count
    return left


def _missing_test(name: str, meta: Any) -> Callable[[Any], bool] | None:
    ranges = meta.missing_ranges.get(name, ()) if meta.missing_ranges else ()
    values = set(meta.missing_user_values.get(name, ())) if meta.missing_user_values else set()
    if not ranges and not values:
        return None

    def test(value: Any) -> bool:
        if value in values:
            return True
        return any(type(value) in (type(r["lo"]), int, float) and _within(r["lo"], value, r["hi"]) for r in ranges)

    return test


def _within(low: Any, value: Any, high: Any) -> bool:
    try:
        return bool(low <= value <= high)
    except TypeError:  # a range of numbers and a cell of text
        return False


def _csv(rows: Iterable[list[Any]]) -> bytes:
    """The rows as CSV, one record for each, blank ones too, so that their numbers are those of the sheet."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(_texts(rows))
    return out.getvalue().encode("utf-8", "replace")


class _Numbers(dict[float, str]):
    """Numbers as texts; those that come often are made once."""

    def __missing__(self, value: float) -> str:
        text = _text(value)
        if len(self) < MOST_NUMBERS:
            self[value] = text
        return text


def _texts(rows: Iterable[list[Any]]) -> Iterator[list[str]]:
    numbers = _Numbers()
    for row in rows:
        yield [value if type(value) is str else numbers[value] if type(value) is float else _text(value) for value in row]


def _text(value: Any) -> str:
    """A cell as a person would write it: whole numbers without a point, days by ISO 8601, yes and no as TRUE and FALSE."""
    if type(value) is str:
        return value
    if type(value) is float:
        if value != value:  # not a number: missing
            return ""
        return str(int(value)) if -WHOLE_BELOW < value < WHOLE_BELOW and value.is_integer() else repr(value)
    if value is None:
        return ""
    if type(value) is bool:
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    main()
