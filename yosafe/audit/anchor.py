"""Anchors: the ends of the chains at a moment, kept outside the database. Whoever can write to the database could change an entry and work every
later hash out anew, and the chains would fit; they would not fit an anchor that was taken before and lies elsewhere."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Invalid

from .chain import Fault

Place = tuple[int, int]  # strand and seq


class End(Struct, frozen=True, forbid_unknown_fields=True):
    """How far one chain had come: how many entries, and the hash of the last."""

    strand: int
    seq: int
    hash: str


class Anchor(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a file of anchors. `sha256` is that of the ends: a line that was cut or mistyped does not fit it."""

    at: dt.datetime
    ends: tuple[End, ...]
    sha256: str


async def take() -> Anchor:
    """The ends of all chains that have begun, at one moment."""
    rows = await DB.fetch("SELECT strand, seq, hash FROM audit_head WHERE seq > 0 ORDER BY strand")
    ends = tuple(End(row["strand"], row["seq"], row["hash"].hex()) for row in rows)
    return Anchor(clock.now(), ends, _sum(ends))


def line(anchor: Anchor) -> str:
    return msgspec.json.encode(anchor).decode()


def read(text: str) -> list[Anchor]:
    """The anchors of a file, one a line. Raises Invalid for a line that is none, or is not as it was written."""
    found = []
    for number, one in enumerate((one for one in text.splitlines() if one.strip()), 1):
        try:
            anchor = msgspec.json.decode(one, type=Anchor)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Invalid(f"Line {number} of the anchors is none of ours. Use the file as `yosafe audit anchor` wrote it.") from None
        if anchor.sha256 != _sum(anchor.ends):
            raise Invalid(f"Line {number} of the anchors is not as it was written. Use another copy of it.")
        found.append(anchor)
    if not found:
        raise Invalid("There is no anchor in this file. `yosafe audit anchor FILE` writes one.")
    return found


class Anchored:
    """Entries that must stand where anchors say, ticked off as the trail is read."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self.wanted: dict[Place, list[tuple[bytes, dt.datetime]]] = defaultdict(list)
        for anchor in anchors:
            for end in anchor.ends:
                self.wanted[end.strand, end.seq].append((bytes.fromhex(end.hash), anchor.at))
        self.places = len(self.wanted)

    def follow(self, strand: int, seq: int, entry: int, kept: bytes) -> list[Fault]:
        """What is wrong with an entry at a place that an anchor names."""
        wanted = self.wanted.pop((strand, seq), ())
        return [
            _fault("changed", strand, seq, entry, f"Entry {entry} is another than when it was anchored", at) for hash, at in wanted if hash != kept
        ]

    def end(self) -> list[Fault]:
        """Places that no entry stands at any more."""
        gone = [(strand, seq, at) for (strand, seq), wanted in self.wanted.items() for _, at in wanted]
        return [_fault("removed", strand, seq, None, "The entry that was anchored is gone", at) for strand, seq, at in gone]


def _fault(kind: str, strand: int, seq: int, entry: int | None, words: str, at: dt.datetime) -> Fault:
    return Fault(kind, strand, seq, entry, f"{words}, at {at:%Y-%m-%d %H:%M} UTC (chain {strand}, place {seq})")


def _sum(ends: tuple[End, ...]) -> str:
    return hashlib.sha256(msgspec.json.encode(ends)).hexdigest()
