"""Versions of the risk model put straight into the tables, and who signs them."""

import datetime as dt
from typing import Any

from tests.models.trained import artefact
from yosafe import clock, settings
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.reviews.risk_model.actions import STEPS, sign_version
from yosafe.reviews.risk_model.schemas import SignVersion


async def version(*failings: str, trained_by: int | None = None) -> int:
    """A version that reaches the bar, or one that does not and why; its number."""
    kept = artefact(settings.in_force().secret_key, *failings)
    number = await DB.fetchval(
        "INSERT INTO model_version (model, card, sha256, signature, trained_at, trained_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        *(kept.model, kept.card, kept.sha256, kept.signature, clock.now(), trained_by),
    )
    return int(number)


async def sign(by: User, number: int, **more: Any) -> None:
    """As on its page, having read the card."""
    read = await DB.fetchval("SELECT sha256 FROM model_version WHERE id = $1", number)
    new = SignVersion(**{"read": True, "sha256": read or "0" * 64, **more.pop("new", {})})
    await sign_version(by=by, version=number, new=new, steps=more.get("steps", await DB.fetchval(STEPS, number)))


async def in_use(*signers: User) -> int:
    """A version that both have signed."""
    number = await version()
    for one in signers:
        await sign(one, number)
    return number


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
