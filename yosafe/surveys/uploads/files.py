"""The bytes of a file that was sent: kept in parts, so that no more of it than is looked at is ever in hand."""

import io
from collections.abc import AsyncIterator
from typing import Protocol

from yosafe.db.engine import DB
from yosafe.errors import Invalid
from yosafe.importing.reading import MEBIBYTE
from yosafe.importing.sniffing import CSV, find_kind
from yosafe.surveys.limits import BY_JOB, LOOKED_AT

PART = 4 * MEBIBYTE
_KEEP = "INSERT INTO survey_upload_part (upload, number, data) VALUES ($1, $2, $3)"


class Sent(Protocol):
    """A file as the web gives it out."""

    async def read(self, size: int = -1) -> bytes: ...


class InHand:
    """Bytes as such a file."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    async def read(self, size: int = -1) -> bytes:
        return self._data.read(size)


async def beginning(file: Sent, name: str) -> tuple[bytes, bool]:
    """As much of a file as is looked at, and whether that is all of it: of text some mebibytes, of anything else all. Raises Invalid where it is too
    large or empty."""
    data = await file.read(LOOKED_AT)
    more = await file.read(PART) if len(data) == LOOKED_AT else b""
    if not more or is_text(data, name):
        return data + more, len(more) < PART
    rest = [data, more]
    while part := await file.read(PART):
        rest.append(part)
        _check_size(sum(map(len, rest)), name)
    return b"".join(rest), True


def is_text(begun: bytes, name: str) -> bool:
    """Whether the beginning is of plain text: of anything else a part says nothing. Raises Invalid for what can't be a table."""
    return not begun.startswith(b"PK") and find_kind(begun, file=name) == CSV


async def keep_parts(upload: int, begun: bytes, file: Sent, name: str) -> int:
    """Keep a file of which the beginning has been read, in the open transaction; how many bytes it has. Raises Invalid where it is too large."""
    number = size = 0
    async for part in _parts(begun, file):
        size += len(part)
        _check_size(size, name)
        await DB.execute(_KEEP, upload, number, part)
        number += 1
    return size


async def _parts(begun: bytes, file: Sent) -> AsyncIterator[bytes]:
    for at in range(0, len(begun), PART):
        yield begun[at : at + PART]
    while part := await file.read(PART):
        yield part


def _check_size(size: int, name: str) -> None:
    if size > BY_JOB.size:
        raise Invalid(f"{name}: is over the limit of {BY_JOB.size // MEBIBYTE:,} MiB. Split it, or leave out columns that aren't needed.")


async def kept(upload: int, *, size: int, most: int | None = None) -> bytes:
    """The bytes of a file that is kept: all, or as many parts as hold so many; none where it is kept no longer."""
    out, number = io.BytesIO(), 0
    while out.tell() < min(size, size if most is None else most):
        part = await DB.fetchval("SELECT data FROM survey_upload_part WHERE upload = $1 AND number = $2", upload, number)
        if part is None:
            break
        out.write(part)
        number += 1
    return out.getvalue()


async def forget(upload: int) -> None:
    """Keep the bytes no longer, in the open transaction."""
    await DB.execute("DELETE FROM survey_upload_part WHERE upload = $1", upload)


def whole_lines(data: bytes) -> bytes:
    """The beginning of a text file without what was cut off at its end: up to the end of a line that is in no quotation marks."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")  # two bytes a letter
    data = data[: _line_end(data, len(data), wide=wide)]
    while data.count(b'"') % 2:
        shorter = data[: _line_end(data, data.rfind(b'"'), wide=wide)]
        if not shorter:
            return data
        data = shorter
    return data


def _line_end(data: bytes, before: int, *, wide: bool) -> int:
    end = data.rfind(b"\n", 0, before) + 1
    if not wide:
        return end
    whole = end + end % 2
    return whole if whole <= len(data) else _line_end(data, end - 1, wide=wide)  # half a letter was cut off
