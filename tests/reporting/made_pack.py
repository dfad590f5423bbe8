"""A pack as it is kept, put there without the young people whom it would need."""

import hashlib

import msgspec

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.refs import ref
from yosafe.reporting.packs.access import PREFIX
from yosafe.reporting.packs.schemas import FiguresOut, PackColumnOut, PackContentOut
from yosafe.reporting.periods import period


async def put_pack(by: User, key: str, *, name: str = "Wetherby", replaced: str | None = None) -> str:
    """Of Wetherby's incidents in a period; its reference. `replaced`: by which other."""
    of = period(key)
    content = PackContentOut(
        extract="incidents", establishment="WYI", establishment_name=name, period=of.key, period_words=of.words, as_at=clock.now(), built_by=by.name,
        version="1", demo=False, left_out=("Age",), figures=FiguresOut(k=5, rows=12, people=6, groups=1, smallest=6),
        columns=(PackColumnOut(id="kind", title="Kind", step="halves", said="Harm by others, all else", meaning="What was recorded"),),
        rows=(("Anything else",),) * 12,
    )  # fmt: skip
    text = msgspec.json.encode(content).decode()
    made = await DB.fetchval(
        "INSERT INTO inspection_pack (agency, extract, establishment, period, since, until, k, rows, smallest, content, content_sha256, built_at, "
        "built_by, replaced) VALUES ($1, 'incidents', 'WYI', $2, $3, $4, 5, 12, 6, $5, $6, $7, $8, $9) RETURNING id",
        by.agency, of.key, of.since, of.until, None if replaced else text, hashlib.sha256(text.encode()).digest(), clock.now(), by.id,
        int(replaced[3:]) if replaced else None,
    )  # fmt: skip
    return ref(PREFIX, made)
