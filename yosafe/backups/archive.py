"""The file of a backup: age over a first line, a line of JSON that says what is in it, and PostgreSQL's own archive. Written and read in pieces.

Without yosafe: `age -d -i KEY FILE | tail -n +3 | pg_restore --no-owner --dbname ...` (docs/how-to/back-up-and-restore.md).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

import msgspec
import pyrage
from msgspec import Struct
from pyrage.x25519 import Identity, Recipient

from yosafe.audit.anchor import Anchor
from yosafe.errors import DomainError, Invalid

FIRST = b"yosafe backup 1\n"
LONGEST_HEAD = 1_000_000
WRONG = (
    "This backup was closed with another key than the one that is set. Nothing has been changed. Set YOSAFE_BACKUP_KEY_FILE to the key of its time."
)
NO_MATCH = "No matching keys"  # of the library
BROKEN = (
    "This is no whole backup of yosafe: it is cut off, not as it was written, or another file. "
    "Nothing has been changed. Use another copy of it, or the one before."
)


class Contents(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a backup, as at the moment of its snapshot: each table's rows, the migrations applied, the ends of the audit chains."""

    made_at: dt.datetime
    yosafe: str
    server: int
    migrations: tuple[str, ...]
    rows: dict[str, int]
    chains: Anchor

    @property
    def total(self) -> int:
        return sum(self.rows.values())


class _Source:
    """What is read to be closed: the head, then what the program gives. A fault of the program is kept, as the library has its own words for it."""

    def __init__(self, head: bytes, stream: BinaryIO, ended: Callable[[], None]) -> None:
        self._head, self._stream, self._ended = head, stream, ended
        self.fault: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
            return piece
        piece = self._stream.read(size)
        if not piece:
            try:
                self._ended()
            except DomainError as fault:
                self.fault = fault
                raise
        return piece


class _Kept:
    """Passes on what is written, and keeps the fault of the stream apart from those of the library."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.fault: OSError | None = None
        self.bytes = 0

    def write(self, piece: bytes) -> int:
        try:
            self.stream.write(piece)
        except OSError as fault:
            self.fault = fault
            raise
        self.bytes += len(piece)
        return len(piece)

    def flush(self) -> None:
        self.stream.flush()


def write(contents: Contents, archive: BinaryIO, ended: Callable[[], None], out: BinaryIO, for_whom: Sequence[Recipient]) -> int:
    """Close `contents` and an archive into a file; how many bytes were written. `ended` raises where the archive's maker failed. Raises OSError."""
    source, sink = _Source(FIRST + msgspec.json.encode(contents) + b"\n", archive, ended), _Kept(out)
    try:
        pyrage.encrypt_io(source, sink, list(for_whom))
    except Exception:
        if fault := source.fault or sink.fault:
            raise fault from None
        raise
    return sink.bytes


class _Opened(_Kept):
    """Takes the head apart, and passes on what follows it."""

    def __init__(self, begin: Callable[[Contents], BinaryIO]) -> None:
        self._begin, self._head, self.begun = begin, bytearray(), False
        self.refusal: DomainError | None = None
        self.bytes, self.fault = 0, None

    def write(self, piece: bytes) -> int:
        if self.begun:
            return super().write(piece)
        self._head += piece
        end = self._head.find(b"\n", len(FIRST))
        if not self._head.startswith(FIRST[: len(self._head)]) or (end < 0 and len(self._head) > LONGEST_HEAD):
            self._refuse(Invalid(BROKEN))
        if end > 0:
            try:
                self.stream = self._begin(_contents(bytes(self._head[len(FIRST) : end])))
            except DomainError as refusal:
                self._refuse(refusal)
            self.begun = True
            super().write(bytes(self._head[end + 1 :]))
        return len(piece)

    def _refuse(self, refusal: DomainError) -> None:
        self.refusal = refusal
        raise refusal

    def flush(self) -> None:
        if self.begun:
            super().flush()


def _contents(line: bytes) -> Contents:
    try:
        return msgspec.json.decode(line, type=Contents)
    except msgspec.DecodeError:
        raise Invalid("This backup was made by another yosafe, which says of it what this one can't read. Restore it with that version.") from None


def read(file: BinaryIO, keys: Sequence[Identity], begin: Callable[[Contents], BinaryIO]) -> None:
    """Open a backup: `begin` is told what is in it and gives the stream that the archive goes to. Raises Invalid for a wrong key, a file that was cut
    or changed (which may show only at its end), what `begin` raises, and OSError of the stream."""
    opened: Any = _Opened(begin)
    try:
        pyrage.decrypt_io(file, opened, list(keys))
    except Exception as unread:  # noqa: BLE001  # the library's own, and what it makes of ours
        if fault := opened.refusal or opened.fault:
            raise fault from None
        raise Invalid(WRONG if NO_MATCH in str(unread) else BROKEN) from None
    if not opened.begun:
        raise Invalid(BROKEN)
