"""Workbooks and statistics files, opened in a process of their own (child.py) that may fail without harm; they come back as CSV."""

import io
import json
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from yosafe.errors import Invalid

from .sniffing import KIND_NAMES
from .structs import MEBIBYTE, Limits

_CHILD = Path(__file__).with_name("child.py")
_PATIENCE = 3  # the clock may show so many times the process's own seconds, for a machine that is busy
_CHUNK = 1 << 20


class Sheet(Struct, frozen=True):
    """A sheet of a workbook, with the extent that is used; None where it was not looked at."""

    name: str
    hidden: bool
    rows: int | None = None
    columns: int | None = None


class Opened(Struct, frozen=True):
    """What came out: the CSV, and what the file says of itself."""

    body: bytes = b""
    refused: str = ""
    sheet: str = ""
    sheets: list[Sheet] = []
    labels: Mapping[str, str] = {}
    value_labels: Mapping[str, Mapping[str, str]] = {}
    missing: Mapping[str, int] = {}
    encoding: str = ""
    formulas: int = 0
    macros: bool = False


def open_foreign(data: bytes, kind: str, *, file: str, limits: Limits, sheet: str = "") -> Opened:
    """The table in a file that isn't text. Formulas count by the value last worked out; macros, links and other files are never followed.

    Raises Invalid, naming file, sheet and remedy.
    """
    formulas, macros = _look_into(data, file, limits) if kind in {"xlsx", "xlsb", "ods"} else (0, False)
    asked = {"kind": kind, "sheet": sheet, "rows": limits.rows, "columns": limits.columns, "memory": limits.memory, "seconds": limits.seconds}
    answer, body = ask(data, asked)
    if "refused" in answer:
        raise Invalid(_sentence(answer, file, kind, sheet, limits))
    return msgspec.convert({**answer, "body": body, "formulas": formulas, "macros": macros}, Opened)


def ask(data: bytes, asked: Mapping[str, object]) -> tuple[Mapping[str, Any], bytes]:
    """The answer of a process of its own and the CSV, or `refused` with a word for why."""
    command = [sys.executable, "-I", str(_CHILD), json.dumps(asked)]
    env = {"OPENBLAS_NUM_THREADS": "1", "PATH": os.environ.get("PATH", ""), "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
    seconds = int(str(asked["seconds"]))
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=seconds * _PATIENCE, env=env, check=False)  # noqa: S603  # this very Python, and a script of ours
    except subprocess.TimeoutExpired:
        return {"refused": "time"}, b""
    return decoded(done.returncode, done.stdout)


def decoded(code: int, said: bytes) -> tuple[Mapping[str, Any], bytes]:
    """What the process said before it ended with a code, which is negative for a signal."""
    first, _, body = said.partition(b"\n")
    if code or not first:
        stopped = {-24: "time", -9: "time", -6: "memory"}  # SIGXCPU, SIGKILL, SIGABRT: native code that gets no memory aborts
        return {"refused": stopped.get(code, "damaged")}, b""
    return json.loads(first), body


def _look_into(data: bytes, file: str, limits: Limits) -> tuple[int, bool]:
    """Unpack every part once without keeping it: how many formulas there are, whether there are macros. Raises Invalid for a bomb or damage."""
    total = formulas = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > limits.unpacked:
                raise Invalid(_too_much(file, limits))
            for part in parts:
                sheet = part.filename.endswith(".xml") and ("worksheets/" in part.filename or part.filename == "content.xml")
                with archive.open(part) as stream:
                    while chunk := stream.read(_CHUNK):
                        total += len(chunk)
                        if total > limits.unpacked:
                            raise Invalid(_too_much(file, limits))
                        if sheet:
                            formulas += chunk.count(b"<f>") + chunk.count(b"<f ") + chunk.count(b"table:formula=")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as error:
        raise Invalid(f"{file}: is damaged or locked and can't be unpacked. Open and save it again without a password, or get it again.") from error
    return formulas, any(part.filename.lower().endswith("vbaproject.bin") for part in parts)


def _too_much(file: str, limits: Limits) -> str:
    return f"{file}: unpacks to more than {limits.unpacked / MEBIBYTE:,.0f} MiB. Save the table alone as CSV (UTF-8), or split it."


def _sentence(answer: Mapping[str, Any], file: str, kind: str, sheet: str, limits: Limits) -> str:
    """The refusal in words."""
    what, csv = KIND_NAMES[kind], "save it as CSV (UTF-8)"
    place = f"{file}, sheet “{answer['sheet']}”" if answer.get("sheet") else file
    sentences = {
        "password": f"{file}: is locked with a password. Save it without one, then try again.",
        "damaged": f"{file}: looks like {what}, but can't be read as one; it may be damaged or locked. Open and save it again, or {csv}.",
        "memory": f"{file}: needs more than {limits.memory / MEBIBYTE:,.0f} MiB to open. Look for a stray cell far from the table, or {csv}.",
        "time": f"{file}: takes more than {limits.seconds} seconds to open. Save the table alone as CSV (UTF-8), or split it.",
        "empty": f"{file}: holds no table. Choose the file that does.",
        "no sheet": f"{file}: has no sheet with cells. Choose the file that holds the table.",
        "sheet": f"{file}: has no sheet “{sheet}”. It has {_named(answer.get('sheets', []))}.",
        "rows": f"{place}: has more than {limits.rows:,} rows. Split it into smaller files.",
        "columns": f"{place}: is {answer.get('columns', 0):,} columns wide, over the limit of {limits.columns:,}. "
        "Leave out those that aren't needed; look for a stray cell far to the right.",
    }
    return sentences.get(answer["refused"], sentences["damaged"])


def _named(sheets: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in sheets[:20]) or "none"
