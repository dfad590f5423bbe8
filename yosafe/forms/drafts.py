"""Answers kept on the server while a form is being filled in. Only their owner can load them, and they go after 30 days without a change.

They hold what people write about children: they are never in an address, a log line or an audit entry.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import NotFound

LASTS = dt.timedelta(days=30)
AT_ONCE = 200

GONE = "There is no such draft. It was sent, thrown away, or not changed for 30 days. Start again if it was never sent."
COLUMNS = "id, owner, kind, title, answers, started_at, saved_at, expires_at, version"


class Draft(Struct, frozen=True, kw_only=True):
    """A form that someone has begun. `expires_at` moves on with each change."""

    id: UUID
    owner: int
    kind: str
    title: str
    answers: dict[str, Any]
    started_at: dt.datetime
    saved_at: dt.datetime
    expires_at: dt.datetime
    version: int


async def start_draft(*, by: User, kind: str, title: str = "", answers: Mapping[str, Any] | None = None) -> Draft:
    """A new draft, with the answers that are known already."""
    now = clock.now()
    async with write_transaction():
        row = await DB.fetchrow(
            f"INSERT INTO draft ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, 1) RETURNING {COLUMNS}",
            uuid4(), by.id, kind, title, dict(answers or {}), now, now + LASTS,
        )  # fmt: skip
        draft = _draft(row)
        await record(EventName.DRAFT_STARTED, by=by, subject=("draft", None), detail=_detail(draft))
    return draft


async def get_draft_for(user: User, draft_id: UUID, kind: str) -> Draft:
    """The draft, or NotFound: other people's do not exist, nor do those that have run out."""
    row = await DB.fetchrow(
        f"SELECT {COLUMNS} FROM draft WHERE id = $1 AND owner = $2 AND kind = $3 AND expires_at > $4", draft_id, user.id, kind, clock.now()
    )
    return _draft(row)


async def save_step(*, by: User, draft: Draft, answers: Mapping[str, Any], title: str | None = None) -> Draft:
    """Put answers into a draft; None takes one away, what is not named stays as it is. Raises NotFound when the draft has gone meanwhile."""
    blanks = [name for name, value in answers.items() if value is None]
    given = {name: value for name, value in answers.items() if value is not None}
    now = clock.now()
    async with write_transaction():
        row = await DB.fetchrow(
            f"""
            UPDATE draft
            SET answers = (answers - $3::text[]) || $4, title = coalesce($5, title), saved_at = $6, expires_at = $7, version = version + 1
            WHERE id = $1 AND owner = $2 AND expires_at > $6 RETURNING {COLUMNS}
            """,
            draft.id, by.id, blanks, given, title, now, now + LASTS,
        )  # fmt: skip
        saved = _draft(row)
        await record(EventName.DRAFT_SAVED, by=by, subject=("draft", None), detail=_detail(saved))
    return saved


async def discard(*, by: User, draft: Draft) -> None:
    """Take a draft away: its owner threw it away, or (in the transaction that sends it) it has become a record. Raises NotFound when it has gone
    already, so that the same draft can't be sent twice."""
    async with write_transaction():
        gone = await DB.fetchval("DELETE FROM draft WHERE id = $1 AND owner = $2 RETURNING id", draft.id, by.id)
        if gone is None:
            raise NotFound(GONE)
        await record(EventName.DRAFT_DISCARDED, by=by, subject=("draft", None), detail=_detail(draft))


async def my_drafts(user: User) -> list[Draft]:
    """Someone's drafts, last changed first."""
    rows = await DB.fetch(
        f"SELECT {COLUMNS} FROM draft WHERE owner = $1 AND expires_at > $2 ORDER BY saved_at DESC, id LIMIT 100", user.id, clock.now()
    )
    return [_draft(row) for row in rows]


async def purge_expired(*, by: Actor) -> int:
    """Delete the drafts that have run out; how many."""
    count = 0
    while gone := await _purge_some(by):
        count += gone
    return count


async def _purge_some(by: Actor) -> int:
    async with write_transaction():
        rows = await DB.fetch(
            "DELETE FROM draft WHERE id IN (SELECT id FROM draft WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING id",
            clock.now(), AT_ONCE,
        )  # fmt: skip
        if rows:
            detail = {"expired": len(rows), "drafts": [str(row["id"]) for row in rows]}
            await record(EventName.DRAFT_DISCARDED, by=by, subject=("draft", None), detail=detail)
    return len(rows)


def _draft(row: Any) -> Draft:
    if row is None:
        raise NotFound(GONE)
    return msgspec.convert(dict(row), Draft)


def _detail(draft: Draft) -> dict[str, str]:
    return {"draft": str(draft.id), "kind": draft.kind}
