"""With which keys the files of incidents are sealed, and sealing them anew with the newest, in batches that are each whole."""

from msgspec import Struct

from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.db.sealing import check_known, seal, unsealed
from yosafe.errors import Conflict
from yosafe.settings import in_force

from .rules import place_of

BATCH = 20  # pieces, each some hundred kilobytes
NONE = "No keys are set: there is nothing to seal with. `yosafe keys new NAME` makes one for YOSAFE_FILE_KEYS."
_NEXT = """
    SELECT id, evidence_file, which, number, content, sealed_with FROM evidence_part
    WHERE sealed_with IS DISTINCT FROM $1 AND id > $2 ORDER BY id LIMIT $3 FOR UPDATE
"""


class Standing(Struct, frozen=True, kw_only=True):
    """How many pieces are sealed with a key, and whether it is set here; `key` None for those that lie as they were sent."""

    key: str | None
    pieces: int
    known: bool
    newest: bool


async def standing() -> list[Standing]:
    """The keys that are set, the newest first, then those that pieces need and nobody has set, then what is not sealed."""
    rows = {row["key"]: row["pieces"] for row in await DB.fetch("SELECT sealed_with AS key, count(*) AS pieces FROM evidence_part GROUP BY 1")}
    known = [one.name for one in in_force().file_keys]
    names: list[str | None] = [*known, *sorted(name for name in rows if name is not None and name not in known)]
    return [
        Standing(key=name, pieces=rows.get(name, 0), known=name in known or name is None, newest=name in known[:1])
        for name in [*names, *([None] if None in rows else [])]
    ]


async def rotate(*, by: Actor) -> int:
    """Seal every piece with the newest key that is sealed with another or with none; how many. What was done stays done if it is interrupted; run it
    again for the rest. Raises Conflict where no key is set, and where a piece's own is missing or it was changed: it is left as it is."""
    if not in_force().file_keys:
        raise Conflict(NONE)
    check_known([row["key"] for row in await DB.fetch("SELECT DISTINCT sealed_with AS key FROM evidence_part")])
    done, last = 0, 0
    while True:
        number, last = await _batch(last, by=by)
        if not number:
            return done
        done += number


async def _batch(after: int, *, by: Actor) -> tuple[int, int]:
    newest = in_force().file_keys[0].name
    async with write_transaction():
        rows = await DB.fetch(_NEXT, newest, after, BATCH)
        changed = []
        for row in rows:
            place = place_of(row["evidence_file"], row["which"], row["number"])
            sealed = seal(unsealed(row["sealed_with"], row["content"], place=place), place=place)
            changed.append((row["id"], sealed.key, sealed.content))
        if changed:
            await DB.executemany("UPDATE evidence_part SET sealed_with = $2, content = $3 WHERE id = $1", changed)
            await record(EventName.FILES_SEALED, by=by, detail={"pieces": len(changed), "key": newest})
    return len(rows), rows[-1]["id"] if rows else after
