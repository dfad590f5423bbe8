"""Reading the chains from end to end. Finds a changed, removed or inserted entry and names it. Linear in time; memory for what is wrong only."""

from collections.abc import Sequence

from msgspec import Struct

from yosafe.db.engine import DB, write_transaction

from .anchor import Anchor, Anchored
from .chain import Chain, Fault, Head

CHAINS = range(16)  # migration 0001
_HEADS = "SELECT h.strand, h.seq, h.hash, (SELECT coalesce(max(e.seq), 0) FROM audit_entry e WHERE e.strand = h.strand) AS last FROM audit_head h"
_READ = """
    SELECT id, strand, seq, hash, (extract(epoch FROM at) * 1000000)::bigint AS microseconds, event, actor, actor_kind, agency,
        subject_kind, subject, young_person, request, detail
    FROM audit_entry ORDER BY strand, seq
"""


class Verdict(Struct, frozen=True):
    """How many entries were read, in how many chains that have their head, how many places anchors named, and what is wrong."""

    entries: int
    chains: int
    anchored: int
    faults: tuple[Fault, ...]


async def verify(anchors: Sequence[Anchor] = ()) -> Verdict:
    """Every entry checked against its chain, every chain against its head, and both against anchors, as one consistent picture of the database."""
    count, anchored = 0, Anchored(anchors)
    faults: list[Fault] = []
    async with write_transaction():
        await DB.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        heads = {row["strand"]: Head(row["seq"], row["hash"], row["last"]) for row in await DB.fetch(_HEADS)}
        chains = {strand: Chain(strand, heads.get(strand)) for strand in sorted({*CHAINS, *heads})}
        async for row in DB.cursor(_READ):
            count += 1
            chain = chains.get(row["strand"]) or chains.setdefault(row["strand"], Chain(row["strand"], Head(0, b"", 0)))
            faults += chain.follow(row)
            faults += anchored.follow(row["strand"], row["seq"], row["id"], row["hash"])
    faults += anchored.end()
    faults += [fault for chain in chains.values() for fault in chain.end()]
    return Verdict(
        entries=count, chains=len(heads), anchored=anchored.places, faults=tuple(sorted(faults, key=lambda fault: (fault.strand, fault.seq)))
    )
