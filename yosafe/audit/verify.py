"""Reading the chains from end to end. Finds a changed, removed or inserted entry and names it. Linear in time, constant in memory."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

from msgspec import Struct

from yosafe.db.engine import DB, write_transaction

READ = """
    SELECT id, strand, seq, hash, (extract(epoch FROM at) * 1000000)::bigint AS microseconds, event, actor, actor_kind, agency,
        subject_kind, subject, young_person, request, detail
    FROM audit_entry ORDER BY strand, seq
"""


class Fault(Struct, frozen=True):
    """One place where the trail is not as it was written. `entry` is the id of the row where it shows, None where rows are gone from the end."""

    kind: str
    strand: int
    seq: int
    entry: int | None
    message: str


class Verdict(Struct, frozen=True):
    entries: int
    faults: tuple[Fault, ...]


def hashed_text(row: Any) -> str:
    """The text that the database hashed for this row (audit_entry_text in migration 0001), put together again independently."""
    return "\x1f".join(
        "-" if value is None else str(value)
        for value in (
            row["strand"], row["seq"], row["microseconds"], row["event"], row["actor"], row["actor_kind"], row["agency"],
            row["subject_kind"], row["subject"], row["young_person"], row["request"], row["detail"],
        )
    )  # fmt: skip


class _Chain:
    """One strand as read so far."""

    def __init__(self, strand: int) -> None:
        self.strand, self.seq, self.hash = strand, 0, b""

    def follow(self, row: Any) -> Fault | None:
        expected = self.seq + 1
        digest = hashlib.sha256(self.hash + hashed_text(row).encode()).digest()
        gap = row["seq"] - expected
        self.seq, self.hash = row["seq"], row["hash"]
        if gap > 0:
            return Fault(
                "removed", self.strand, expected, row["id"], f"{gap} removed before entry {row['id']} (strand {self.strand}, place {expected})"
            )
        if gap < 0:
            return Fault("inserted", self.strand, row["seq"], row["id"], f"Entry {row['id']} was inserted (strand {self.strand}, place {row['seq']})")
        if digest != row["hash"]:
            return Fault(
                "changed", self.strand, expected, row["id"], f"Entry {row['id']} was changed or inserted (strand {self.strand}, place {expected})"
            )
        return None

    def end(self, head: Any) -> Fault | None:
        if head["seq"] == self.seq and head["hash"] == self.hash:
            return None
        if head["seq"] > self.seq:
            return Fault(
                "removed",
                self.strand,
                self.seq + 1,
                None,
                f"{head['seq'] - self.seq} removed from the end of strand {self.strand}, after place {self.seq}",
            )
        return Fault(
            "inserted",
            self.strand,
            self.seq,
            None,
            f"Strand {self.strand} is longer than its head says ({self.seq}, not {head['seq']}), or its head was changed",
        )


async def verify() -> Verdict:
    """Every entry checked against its chain and every chain against its head, as one consistent picture of the database."""
    count = 0
    faults: list[Fault] = []
    chains: dict[int, _Chain] = {}
    async with write_transaction():
        await DB.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        heads = await DB.fetch("SELECT strand, seq, hash FROM audit_head ORDER BY strand")
        async for row in _entries():
            count += 1
            chain = chains.setdefault(row["strand"], _Chain(row["strand"]))
            if fault := chain.follow(row):
                faults.append(fault)
        for head in heads:
            if fault := chains.pop(head["strand"], _Chain(head["strand"])).end(head):
                faults.append(fault)
        faults += [Fault("inserted", strand, 0, None, f"Strand {strand} has entries and no head") for strand in chains]
    return Verdict(entries=count, faults=tuple(faults))


async def _entries() -> AsyncIterator[Any]:
    async for row in DB.cursor(READ):
        yield row
