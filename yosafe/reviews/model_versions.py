"""Versions of the risk model: training one, and reading what is said of it. Which of them is used, `risk_model` says."""

import asyncio
import datetime as dt
from typing import Any

from msgspec import Struct

from yosafe import clock, settings
from yosafe.accounts.access import check_actor_may
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.db.replica import Reads, from_replica
from yosafe.errors import Conflict, NotFound
from yosafe.models.card import Card, card_of
from yosafe.models.landmarks import load_landmarks
from yosafe.models.store import Artefact, packed, unpacked
from yosafe.models.training import landmark_days, train

LARGEST = 2**63 - 1  # of a bigint


class VersionOut(Struct, frozen=True, kw_only=True):
    """One version. `failings`: why it may not be used; None where it isn't as it was when it was trained, and `refused` says so."""

    version: int
    trained_at: dt.datetime
    trained_by: int | None
    by: str | None
    sha256: str
    card: Card | None
    failings: list[str] | None
    refused: str | None = None  # why it isn't read, where it isn't

    def why_not(self) -> list[str]:
        """Why it may not be used, each reason with its figures; none where it may be signed."""
        return [self.refused] if self.refused else list(self.failings or [])


_VERSIONS = """
    SELECT m.id, m.model, m.card, m.sha256, m.signature, m.trained_at, m.trained_by, u.name AS by
    FROM model_version m LEFT JOIN user_account u ON u.id = m.trained_by WHERE $1::bigint IS NULL OR m.id = $1 ORDER BY m.id DESC LIMIT $2
"""
MOST = 100


async def train_model(*, by: Actor, seed: int, capacity: float) -> VersionOut:
    """Learn from every week that is recorded, judge, and keep the model with its card, whether or not it may be used. Raises Conflict where there is
    too little to learn from at all."""
    check_actor_may(by, "model:train")
    first = await DB.fetchval("SELECT min(recorded_at) FROM placement")
    days = landmark_days(clock.day_of(first), clock.today()) if first else []
    if not days:
        raise Conflict("Nothing is recorded yet that is old enough to learn from. Flags are raised by indicators.")
    async with from_replica(Reads.FACTS):
        found = await load_landmarks(days)
    trained = await asyncio.to_thread(train, found, seed=seed, share=capacity)
    kept = packed(trained.model, card_of(trained), settings.in_force().secret_key)
    async with write_transaction():
        number = await DB.fetchval(
            "INSERT INTO model_version (model, card, sha256, signature, trained_at, trained_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            *(kept.model, kept.card, kept.sha256, kept.signature, clock.now(), by.id),
        )
        detail = {"sha256": kept.sha256, "rows": trained.rows, "events": trained.events, "failings": len(trained.failings), "seed": seed}
        await record(EventName.MODEL_TRAINED, by=by, subject=("model", number), detail=detail)
    return await get_version(by, number)


async def versions(by: Actor) -> list[VersionOut]:
    """The newest versions first, a hundred at most."""
    check_actor_may(by, "model:read")
    return [_version(row) for row in await DB.fetch(_VERSIONS, None, MOST)]


async def newest(by: Actor) -> VersionOut | None:
    """The newest version, None where none was trained."""
    check_actor_may(by, "model:read")
    row = await DB.fetchrow(_VERSIONS, None, 1)
    return _version(row) if row is not None else None


async def get_version(by: Actor, number: int | None) -> VersionOut:
    """One version, the newest where none is named. Raises NotFound."""
    check_actor_may(by, "model:read")
    if number is not None and not 0 < number <= LARGEST:
        raise NotFound("There is no such version of the model. `yosafe model list` shows those that there are.")
    row = await DB.fetchrow(_VERSIONS, number, 1)
    if row is None:
        raise NotFound("There is no such version of the model. `yosafe model list` shows those that there are; `yosafe model train` makes one.")
    return _version(row)


def _version(row: Any) -> VersionOut:
    card, refused, key = None, None, settings.in_force().secret_key
    try:
        _, card = unpacked(Artefact(model=row["model"], card=row["card"], sha256=row["sha256"], signature=row["signature"]), key)
    except Conflict as refusal:
        refused = str(refusal)
    return VersionOut(
        version=row["id"], trained_at=row["trained_at"], trained_by=row["trained_by"], by=row["by"], sha256=row["sha256"], card=card,
        failings=card.failings if card else None,
        refused=refused,
    )  # fmt: skip
