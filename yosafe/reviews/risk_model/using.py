"""Which version is used at the end of a day. A version that is not as it was when it was signed is not used."""

import datetime as dt
from typing import TYPE_CHECKING

from msgspec import Struct

from yosafe import settings
from yosafe.clock import midnight
from yosafe.db.engine import DB
from yosafe.errors import Conflict
from yosafe.models.card import Card
from yosafe.models.store import Artefact, unpacked

if TYPE_CHECKING:
    from yosafe.models.estimator import HarmModel

_IN_USE = "SELECT model_version FROM model_use WHERE started_at < $1 AND (ended_at IS NULL OR ended_at >= $1)"
_ARTEFACT = "SELECT model, card, sha256, signature FROM model_version WHERE id = $1"


class InUse(Struct, frozen=True):
    """A version that is used."""

    version: int
    model: "HarmModel"
    card: Card


class Broken(Struct, frozen=True):
    """A version that is to be used and can't be read: why."""

    version: int
    why: str


async def version_at(day: dt.date) -> int | None:
    """The version in use at the end of a day; so far, where the day is not over."""
    version: int | None = await DB.fetchval(_IN_USE, midnight(day + dt.timedelta(days=1)))
    return version


async def in_use_at(day: dt.date) -> InUse | Broken | None:
    """The same, ready to score."""
    version = await version_at(day)
    return await opened(version) if version is not None else None


async def opened(version: int) -> InUse | Broken:
    """A version that there is, with its model."""
    row = await DB.fetchrow(_ARTEFACT, version)
    try:
        model, card = unpacked(Artefact(**dict(row or {})), settings.in_force().secret_key)
    except Conflict as refusal:
        return Broken(version, str(refusal))
    return InUse(version, model, card)
