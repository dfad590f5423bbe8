"""Mappings as an agency keeps them, one for each target and source: the next file of that source needs no questions."""

import msgspec

from yosafe import clock
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction

from .mapping import Mapping

_KEEP = """
    INSERT INTO import_mapping (agency, target, source, mapping, recorded_at, recorded_by, version) VALUES ($1, $2, $3, $4, $5, $6, 1)
    ON CONFLICT ON CONSTRAINT import_mapping_once DO UPDATE SET
        mapping = EXCLUDED.mapping, recorded_at = EXCLUDED.recorded_at, recorded_by = EXCLUDED.recorded_by, version = import_mapping.version + 1
    WHERE import_mapping.mapping <> EXCLUDED.mapping
    RETURNING id
"""


async def keep_mapping(*, by: Actor, agency: int, mapping: Mapping) -> None:
    """Keep a mapping for an agency in place of the one that it had for this target and source. The same again changes nothing."""
    async with write_transaction():
        kept = await DB.fetchval(_KEEP, agency, mapping.target, mapping.source, msgspec.to_builtins(mapping), clock.now(), by.id)
        if kept is not None:
            await record(EventName.IMPORT_MAPPING_KEPT, by=by, subject=("import_mapping", kept), detail={"target": mapping.target, "agency": agency})


async def kept_mapping(agency: int, target: str, source: str) -> Mapping | None:
    """What an agency keeps for a source; None where it keeps nothing."""
    row = await DB.fetchval("SELECT mapping FROM import_mapping WHERE agency = $1 AND target = $2 AND source = $3", agency, target, source)
    return None if row is None else msgspec.convert(row, Mapping)


async def kept_mappings(agency: int, target: str) -> list[Mapping]:
    """All that an agency keeps for a target, the one used last first."""
    rows = await DB.fetch("SELECT mapping FROM import_mapping WHERE agency = $1 AND target = $2 ORDER BY recorded_at DESC, id DESC", agency, target)
    return [msgspec.convert(row["mapping"], Mapping) for row in rows]
