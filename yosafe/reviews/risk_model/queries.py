"""Reading versions, whether one of them is used, and the score behind a flag."""

import datetime as dt
from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.models.capacity import probability
from yosafe.models.explain import Part
from yosafe.models.features import FEATURES
from yosafe.reviews.kinds import RISK_MODEL
from yosafe.reviews.model_versions import VersionOut, get_version, newest, versions
from yosafe.reviews.tables import Flag

from .actions import STEPS
from .schemas import ModelLine, ModelOut, ScoreOut, ScorePart, SignatureOut, Standing, State, UseOut
from .scoring import ASSESSED, explained
from .using import InUse, opened

ALONE = "Flags are raised by the indicators alone."

_SIGNATURES = """
    SELECT s.at, s.words, s.through, s.ended_at, u.name AS by, g.name AS agency
    FROM model_signature s JOIN user_account u ON u.id = s.signed_by JOIN agency g ON g.id = s.agency WHERE s.model_version = $1 ORDER BY s.at, s.id
"""
_USES = """
    SELECT m.started_at, m.ended_at, u.name AS ended_by, m.end_reason AS reason
    FROM model_use m LEFT JOIN user_account u ON u.id = m.ended_by WHERE m.model_version = $1 ORDER BY m.started_at, m.id
"""
_USED, _SIGNED = (
    "SELECT model_version FROM model_use WHERE ended_at IS NULL",
    "SELECT model_version FROM model_signature WHERE ended_at IS NULL",
)
_SCORE = """
    SELECT inputs, log_odds, threshold, as_of FROM model_score WHERE model_version = $1 AND young_person = $2 AND as_of <= $3
    ORDER BY as_of DESC LIMIT 1
"""


async def lines(by: Actor) -> list[ModelLine]:
    """The newest versions first, a hundred at most."""
    used, signed = await _used(), await _signed()
    return [
        ModelLine(
            version=one.version, trained_at=one.trained_at, state=_state(one, used, signed), auc=one.card.evaluation.auc if one.card else None,
            refused=one.why_not(),
        )
        for one in await versions(by)
    ]  # fmt: skip


async def model(by: Actor, version: int | None) -> ModelOut:
    """A version with its card, who signed it and when it was used; the newest where none is named. Raises NotFound."""
    found = await get_version(by, version)
    return ModelOut(
        version=found.version, trained_at=found.trained_at, trained_by=found.by, sha256=found.sha256,
        state=_state(found, await _used(), await _signed()), card=found.card, refused=found.why_not(),
        signatures=[SignatureOut(**dict(row)) for row in await DB.fetch(_SIGNATURES, found.version)],
        uses=[UseOut(**dict(row)) for row in await DB.fetch(_USES, found.version)], steps=await DB.fetchval(STEPS, found.version),
    )  # fmt: skip


async def standing(by: Actor) -> Standing:
    """Whether a version of the risk model raises flags; where none does, why."""
    used = await _used()
    if used is not None:
        return Standing(
            version=used,
            figures=[],
            words=f"Flags are raised by the indicators and by version {used} of the risk model. Nothing is decided by a score.",
        )
    last = await newest(by)
    if last is None:
        return Standing(version=None, figures=[], words=f"{ALONE} No risk model has been trained here.")
    which = f"version {last.version} of the risk model, trained on {clock.day_of(last.trained_at):%-d %B %Y},"
    if last.why_not():
        return Standing(version=None, figures=last.why_not(), words=f"{ALONE} The newest, {which} may not be used:")
    return Standing(version=None, figures=[], words=f"{ALONE} The newest, {which} reaches the bar, but no two people have signed it.")


async def score_of(viewer: User, flag: Flag, *, seen_on: dt.date, withheld: bool) -> ScoreOut | None:
    """The score behind a flag of the risk model that the viewer was allowed to load, when it was last seen, in its parts; None for other flags, and
    where what it counted is kept from the viewer."""
    if flag.indicator != RISK_MODEL or withheld:
        return None
    kept: Any = flag.settings
    version = int(kept["version"])
    row = await DB.fetchrow(_SCORE, version, flag.young_person, seen_on)
    used = await opened(version)
    if row is None or not isinstance(used, InUse):
        return None
    told = explained(used, row["inputs"])
    may_read = viewer.may("assessment:read")
    return ScoreOut(
        version=version, as_of=row["as_of"], probability=told.probability, log_odds=told.log_odds, start=told.start,
        start_probability=probability(told.start), threshold=probability(row["threshold"]),
        raised=[_part(part, may_read) for part in told.raised], lowered=[_part(part, may_read) for part in told.lowered],
    )  # fmt: skip


_CLOSED = {feature.title for feature in FEATURES if feature.name in ASSESSED}


def _part(part: Part, may_read: bool) -> ScorePart:
    said = part.said if may_read or part.feature not in _CLOSED else "from the welfare assessment, which your role does not include"
    return ScorePart(feature=part.feature, said=said, log_odds=part.log_odds, times=part.times)


def _state(one: VersionOut, used: int | None, signed: set[int]) -> State:
    if one.version == used:
        return State.IN_USE
    if one.why_not():
        return State.REFUSED
    return State.SIGNED_ONCE if one.version in signed else State.TO_SIGN


async def _used() -> int | None:
    version: int | None = await DB.fetchval(_USED)
    return version


async def _signed() -> set[int]:
    rows: list[Any] = await DB.fetch(_SIGNED)
    return {row["model_version"] for row in rows}
