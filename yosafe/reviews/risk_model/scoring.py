"""Scores of everyone in custody at the end of a day, and the flags that follow. The same day gives the same scores for ever: it is told what was
recorded by then, by the version and with the capacities of that day."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import numpy as np
from msgspec import Struct

from yosafe import clock
from yosafe.clock import midnight
from yosafe.db.engine import DB
from yosafe.db.replica import Reads, from_replica
from yosafe.models.arrays import Floats
from yosafe.models.capacity import probability, threshold
from yosafe.models.card import Card
from yosafe.models.dataset import load_facts
from yosafe.models.explain import Explanation, explain
from yosafe.models.facts import Facts
from yosafe.models.features import FEATURES, HORIZON, NAMES, YEAR
from yosafe.models.indicators import Because, Level, Raised
from yosafe.models.indicators.words import because_incident
from yosafe.models.landmarks import load_features
from yosafe.reviews.kinds import RISK_MODEL

from .using import InUse

# What only those may be told who may read welfare assessments.
ASSESSED = frozenset({"emotional_health", "relationships"})
# Features that are not known where nothing happened, which is no gap.
NO_EVENT = frozenset({"harm_days", "visit_days"})
MOST_TOLD = 3
COUNTED, HARMED = 90, frozenset({"harmed", "hurt_self"})  # days and roles, as in the features

_CAPACITIES = """
    SELECT DISTINCT ON (establishment) establishment, a_week, held FROM panel_capacity WHERE at < $1 ORDER BY establishment, at DESC, id DESC
"""
_KEEP = """
    INSERT INTO model_score (model_version, young_person, as_of, establishment, inputs, log_odds, threshold, recorded_at)
    SELECT $1, n.young_person, $2, n.establishment, string_to_array(n.inputs, ',')::float8[], n.log_odds, n.threshold, $3
    FROM unnest($4::bigint[], $5::text[], $6::text[], $7::float8[], $8::float8[])
        AS n (young_person, establishment, inputs, log_odds, threshold)
    ON CONFLICT (model_version, young_person, as_of) DO UPDATE
        SET establishment = excluded.establishment, inputs = excluded.inputs, log_odds = excluded.log_odds, threshold = excluded.threshold
"""
_GONE = "DELETE FROM model_score WHERE model_version = $1 AND as_of = $2 AND young_person <> ALL($3)"


class Score(Struct, frozen=True, kw_only=True):
    """What a version says of one young person."""

    young_person: int
    establishment: str
    inputs: list[float]
    log_odds: float
    threshold: float

    @property
    def flagged(self) -> bool:
        return self.log_odds >= self.threshold


class Scored(Struct, frozen=True, kw_only=True):
    """A day's scores and the flags of those that reach the threshold where they are held."""

    version: int
    day: dt.date
    scores: list[Score]
    flags: dict[tuple[int, str], Raised]

    def flags_between(self, after: int, to: int) -> dict[tuple[int, str], Raised]:
        """Of the young people whose numbers are above one number and up to another."""
        return {key: flag for key, flag in self.flags.items() if after < key[0] <= to}


async def scored(used: InUse, day: dt.date, young_people: Collection[int]) -> Scored:
    """Score these young people, and say why of those who are flagged."""
    async with from_replica(Reads.FACTS):
        found = await load_features(day)
    found = found[found["young_person"].isin(list(young_people))]
    values = found[list(NAMES)].to_numpy(dtype=np.float64)
    odds = used.model.decision_function(values) if len(values) else np.empty(0)
    levels = await thresholds(used.card, day)
    default = default_threshold(used.card)
    places = [str(place) for place in found["establishment"]]
    scores = [
        Score(young_person=int(who), establishment=place, inputs=row.tolist(), log_odds=float(one), threshold=levels.get(place, default))
        for who, place, row, one in zip(found["young_person"], places, values, odds, strict=True)
    ]
    flagged = [one for one in scores if one.flagged]
    async with from_replica(Reads.FACTS):
        facts = await load_facts(day, [one.young_person for one in flagged], look_back=YEAR)
    flags = {(one.young_person, RISK_MODEL): _raised(used, one, facts[one.young_person], day) for one in flagged}
    return Scored(version=used.version, day=day, scores=scores, flags=flags)


async def keep(done: Scored) -> None:
    """Keep a day's scores, inside the caller's transaction: those of the day as they are now, and no others."""
    rows = done.scores
    inputs = [",".join("NaN" if value != value else repr(value) for value in one.inputs) for one in rows]
    columns: list[list[Any]] = [
        [one.young_person for one in rows], [one.establishment for one in rows], inputs, [one.log_odds for one in rows],
        [one.threshold for one in rows],
    ]  # fmt: skip
    await DB.execute(_GONE, done.version, done.day, columns[0])
    await DB.execute(_KEEP, done.version, done.day, clock.now(), *columns)


async def thresholds(card: Card, day: dt.date) -> dict[str, float]:
    """The log-odds from which on a flag is raised, by establishment, where a capacity had been said by the end of a day."""
    rows = await DB.fetch(_CAPACITIES, midnight(day + dt.timedelta(days=1)))
    return {row["establishment"]: threshold(card.ladder, share_of(row["a_week"], row["held"])) for row in rows}


def default_threshold(card: Card) -> float:
    """Where no panel has said how many it can see: as many of a hundred as the version was judged by."""
    return threshold(card.ladder, card.evaluation.capacity.share)


def share_of(a_week: int, held: int) -> float:
    return min(1.0, a_week / held)


def explained(used: InUse, inputs: list[float] | Floats) -> Explanation:
    """A score in its parts."""
    return explain(used.model, np.asarray(inputs, dtype=np.float64), [one.title for one in FEATURES], [one.said for one in FEATURES])


def out_of_100(log_odds: float) -> str:
    """A probability as one says it."""
    share = 100 * probability(log_odds)
    return "fewer than 1 of 100" if share < 1 else "more than 99 of 100" if share > 99 else f"about {share:.0f} of 100"


def _raised(used: InUse, one: Score, facts: Facts, day: dt.date) -> Raised:
    open_titles = {feature.title for feature in FEATURES if feature.name not in ASSESSED}
    told = [part.said for part in explained(used, one.inputs).raised if part.feature in open_titles][:MOST_TOLD]
    why = f" What raised it most: {'; '.join(told)}." if told else ""
    missing = tuple(
        feature.title for feature, value in zip(FEATURES, one.inputs, strict=True) if value != value and feature.name not in NO_EVENT
    )  # fmt: skip
    return Raised(
        level=Level.RAISED,
        sentence=(
            f"Of young people with a score like this, {out_of_100(one.log_odds)} came to harm within {HORIZON} days. "
            f"It is among the highest here, as many as the panel can see.{why}"
        ),
        because=_counted(facts, day),
        missing=missing,
    )


def _counted(facts: Facts, day: dt.date) -> tuple[Because, ...]:
    """The incidents that a score counts: any of 90 days in which they were more than present, and any of a year in which they came to harm."""
    lately, year = day - dt.timedelta(days=COUNTED - 1), day - dt.timedelta(days=YEAR - 1)
    return tuple(
        because_incident(one)
        for one in facts.incidents
        if not one.restricted
        and ((one.happened_on >= lately and one.roles != {"present"}) or (one.happened_on >= year and one.roles & HARMED))
    )  # fmt: skip
