"""One chain of the trail, read entry by entry: what was changed, removed or inserted in it, and which entries those are. No I/O.

An entry's hash covers its own text and the hash of the entry before it, and its text holds its place. So an entry that was changed no longer fits
its hash, while the next still fits the hash that is kept; and an entry fits at its old place even where all after an inserted one were renumbered.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

Row = Mapping[str, Any]

REACH = 3  # places by which entries may have been renumbered at one gap, beyond the number that the head tells


class Fault(Struct, frozen=True):
    """One place where the trail is not as it was written. `entry` is the id of the row where it shows, None where rows are gone from the end."""

    kind: str
    strand: int
    seq: int
    entry: int | None
    message: str


class Head(Struct, frozen=True):
    """What is kept of a chain's end: how many entries there are, the hash of the last, and the highest place that is still in the table."""

    seq: int
    hash: bytes
    last: int


def hashed_text(row: Row, place: int) -> str:
    """The text that the database hashed for this row when it stood at `place` (audit_entry_text), put together again independently."""
    return "\x1f".join(
        "-" if value is None else str(value)
        for value in (
            row["id"], row["strand"], place, row["microseconds"], row["event"], row["actor"], row["actor_kind"], row["agency"],
            row["subject_kind"], row["subject"], row["young_person"], row["request"], row["detail"],
        )
    )  # fmt: skip


def digest(before: bytes, row: Row, place: int) -> bytes:
    """The hash of a row at a place, after an entry with the hash `before`."""
    return hashlib.sha256(before + hashed_text(row, place).encode()).digest()


class _Doubted(Struct, frozen=True):
    """An entry that does not fit after the last that stands. `would_be`: its hash, had it stood there as it is now."""

    id: int
    seq: int
    hash: bytes
    would_be: bytes


class Chain:
    """A chain as read so far: the place and hash of the last entry that stands, and the entries since then that don't fit after it."""

    def __init__(self, strand: int, head: Head | None) -> None:
        self.strand, self.head = strand, head
        self.place, self.hash = 0, b""
        self.moved = 0  # how many places before its own an entry now stands
        self.doubted: list[_Doubted] = []

    def follow(self, row: Row) -> list[Fault]:
        """What is known to be wrong once this row has been read. Rows come in the order of their places."""
        if self.head and (self.place, self.hash) == (self.head.seq, self.head.hash):  # the chain ends here: more was put after it
            return [self._inserted(row["id"], row["seq"])]
        would_be = digest(self.hash, row, self.place + 1)
        if would_be == row["hash"]:
            faults = [self._inserted(one.id, one.seq) for one in self.doubted] or self._renumbered(row)
            self._stand_on(row, self.place + 1)
            return faults
        if self.doubted:
            faults, place = self._mended_by(row)
            if place:
                self._stand_on(row, place)
                return faults
        self.doubted.append(_Doubted(row["id"], row["seq"], row["hash"], would_be))
        return []

    def end(self) -> list[Fault]:
        """What the head tells once every row has been read."""
        if self.head is None:
            gone = f"The head of chain {self.strand} was removed: entries may have been removed with it"
            return [*(self._changed(one) for one in self.doubted), Fault("removed", self.strand, self.place, None, gone)]
        if self.doubted and self.doubted[-1].hash == self.head.hash:
            return list(self._explained(self.head.seq))
        if self.doubted and self.doubted[-1].would_be == self.head.hash and self.head.seq == self.place + 1:
            return self._only_hash_changed()
        missing = self.head.seq - self.place - len(self.doubted)
        if self.head.seq == self.place:
            faults = [self._inserted(one.id, one.seq) for one in self.doubted]
        else:
            faults = [self._changed(one) for one in self.doubted]
        if missing > 0:
            words = f"{missing} removed from the end of chain {self.strand}, after place {self.head.seq - missing}"
            faults.append(Fault("removed", self.strand, self.head.seq - missing + 1, None, words))
        elif self.head.seq < self.place or (self.head.seq == self.place and self.head.hash != self.hash):
            words = f"The head of chain {self.strand} was changed: it says {self.head.seq} entries, and {self.place} are whole"
            faults.append(Fault("changed", self.strand, self.place, None, words))
        return faults

    def _mended_by(self, row: Row) -> tuple[list[Fault], int]:
        """The faults before a row that fits after the one before it, and the row's own place; 0 where it does not."""
        before = self.doubted[-1]
        if digest(before.would_be, row, self.place + 2) == row["hash"]:
            return self._only_hash_changed(), self.place + 2
        for place in self._places(row["seq"]):
            if digest(before.hash, row, place) == row["hash"]:
                return list(self._explained(place - 1)), place
        return [], 0

    def _places(self, seq: int) -> Iterator[int]:
        """Where an entry may have stood that now stands at `seq`: as far off as those before it, as those at the end are, or nearly."""
        offs = [self.moved, self.head.seq - self.head.last if self.head else 0]
        offs += [self.moved + sign * step for step in range(1, REACH + 1) for sign in (1, -1)]
        return (seq + off for off in dict.fromkeys(offs) if seq + off > self.place + 1)

    def _explained(self, place: int) -> Iterator[Fault]:
        """The faults among the doubted, of which the last is known to have stood at `place`."""
        *others, last = self.doubted
        room = place - self.place - 1  # places between the last entry that stands and this one
        if room == 0:
            yield from (self._inserted(one.id, one.seq) for one in others)
            yield self._changed(last)
            return
        yield from (self._changed(one) for one in others)
        if (gone := room - len(others)) > 0:  # what stood before the last is gone, so that it can't be told whether that one was changed
            words = f"{gone} removed before entry {last.id} (chain {self.strand}, from place {place - gone})"
            yield Fault("removed", self.strand, place - gone, last.id, words)
        else:
            yield self._changed(last, "or the hash before it was")

    def _only_hash_changed(self) -> list[Fault]:
        *others, last = self.doubted
        return [*(self._inserted(one.id, one.seq) for one in others), self._changed(last)]

    def _renumbered(self, row: Row) -> list[Fault]:
        off = self.place + 1 - row["seq"]
        if off == self.moved:
            return []
        return [self._fault("changed", row["id"], row["seq"], f"has another place than it had, {self.place + 1}")]

    def _inserted(self, entry: int, seq: int) -> Fault:
        return self._fault("inserted", entry, seq, "was inserted")

    def _changed(self, one: _Doubted, more: str = "") -> Fault:
        return self._fault("changed", one.id, one.seq, f"was changed{f', {more}' if more else ''}")

    def _fault(self, kind: str, entry: int, seq: int, words: str) -> Fault:
        return Fault(kind, self.strand, seq, entry, f"Entry {entry} {words} (chain {self.strand}, place {seq})")

    def _stand_on(self, row: Row, place: int) -> None:
        self.place, self.hash, self.moved = place, row["hash"], place - row["seq"]
        self.doubted = []
