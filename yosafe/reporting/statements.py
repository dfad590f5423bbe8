"""Words that people typed in the places of a report, with all their versions, who signed them, and what was added since."""

import hashlib
from typing import Any

import msgspec

from yosafe.db.engine import DB

from .schemas import AddendumOut, ContentOut, PlaceOut, SaidOut, StatementOut, VersionOut

_WORDS = """
    SELECT w.number, w.place, w.added, w.words, w.written_at, a.name AS written_by FROM report_words w JOIN user_account a ON a.id = w.written_by
    WHERE w.build = $1 ORDER BY w.number
"""
_SIGNED = """
    SELECT s.signed_as, s.signed_at, s.words_sha256, a.name AS signed_by FROM report_signature s JOIN user_account a ON a.id = s.signed_by
    WHERE s.build = $1
"""


def content_of(row: Any) -> ContentOut | None:
    return msgspec.json.decode(row["content"], type=ContentOut) if row["content"] is not None else None


async def statement_of(build: int, content: ContentOut | None) -> StatementOut | None:
    """The words of a report; None for one without places for any."""
    if content is None or not content.places:
        return None
    rows = await DB.fetch(_WORDS, build)
    signed = await DB.fetchrow(_SIGNED, build)
    titles = {place.id: place.title for place in content.places}
    return StatementOut(
        version=len(rows), said=tuple(_said(place, rows) for place in content.places),
        signed_at=signed["signed_at"] if signed else None, signed_by=signed["signed_by"] if signed else None,
        signed_as=signed["signed_as"] if signed else None, sha256=bytes(signed["words_sha256"]).hex() if signed else None,
        addenda=tuple(AddendumOut(place=row["place"], title=titles[row["place"]], **_version(row)) for row in rows if row["added"]),
    )  # fmt: skip


def _said(place: PlaceOut, rows: list[Any]) -> SaidOut:
    versions = tuple(VersionOut(**_version(row)) for row in rows if row["place"] == place.id and not row["added"])
    return SaidOut(place=place.id, title=place.title, versions=versions)


def _version(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in ("number", "words", "written_by", "written_at")}


def digest_of(content_sha256: bytes, statement: StatementOut) -> bytes:
    """Of the figures and the words that stand, together: what a signature is for."""
    return hashlib.sha256(msgspec.json.encode([content_sha256.hex(), *((one.place, one.words) for one in statement.said)])).digest()
