"""Whether the version that is used still meets what it learnt: read from the scores that were kept, what came after them, and what people made of its
flags."""

import datetime as dt
from typing import Any

import numpy as np
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.access import check_actor_may
from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.disclosure import LEAST_COUNT, all_large
from yosafe.models.arrays import expit
from yosafe.models.drift import BAND_WORDS, VERDICT_WORDS, Month, Moved, Verdict, Yield, month_of, moved, verdict
from yosafe.models.evaluation import LEAST_BASE, Estimate
from yosafe.models.features import FEATURES, HORIZON
from yosafe.reviews.kinds import RISK_MODEL
from yosafe.reviews.rules import BORNE_OUT, Outcome

from .using import InUse, in_use_at

LOOKED_BACK = 365

_NEWEST = """
    SELECT inputs, as_of FROM model_score WHERE model_version = $1 AND as_of = (SELECT max(as_of) FROM model_score WHERE model_version = $1)
"""
# One day of each week, old enough that what came after it is known.
_AFTER = """
    WITH days AS (
        SELECT min(as_of) AS as_of FROM model_score WHERE model_version = $1 AND as_of <= $2 AND as_of > $3
        GROUP BY date_trunc('week', as_of::timestamp)
    )
    SELECT s.young_person, s.as_of, s.log_odds, EXISTS (
        SELECT FROM involvement v JOIN incident i ON i.id = v.incident
        WHERE v.young_person = s.young_person AND v.role IN ('harmed', 'hurt_self') AND i.status NOT IN ('duplicate', 'not_reportable')
            AND v.happened_at >= (s.as_of + 1)::timestamp AT TIME ZONE 'Europe/London'
            AND v.happened_at < (s.as_of + 1 + $4::int)::timestamp AT TIME ZONE 'Europe/London') AS came
    FROM model_score s JOIN days ON days.as_of = s.as_of WHERE s.model_version = $1 ORDER BY s.as_of
"""
_FLAGS = """
    SELECT date_trunc('month', f.raised_on::timestamp)::date AS month, count(*) AS raised, count(last.outcome) AS decided,
        count(*) FILTER (WHERE last.outcome = ANY($3)) AS borne_out
    FROM flag f LEFT JOIN LATERAL (
        SELECT o.outcome FROM flag_outcome o WHERE o.flag = f.id AND o.outcome <> 'more_information' ORDER BY o.at DESC, o.id DESC LIMIT 1
    ) last ON true
    WHERE f.indicator = $1 AND f.settings ->> 'version' = $2::text AND f.raised_on > $4 GROUP BY 1 ORDER BY 1
"""


class MonthOut(Struct, kw_only=True):
    """Scores of a month, one day a week. A number under five is null."""

    month: str
    people: int | None
    expected: float
    came: int | None
    ratio: Estimate


class YieldOut(Struct, kw_only=True):
    """Flags of a month; a number under five, or one that would tell of one, is null."""

    month: str
    raised: int | None
    decided: int | None
    borne_out: int | None


class DriftOut(Struct, kw_only=True):
    """What is said of the version that is used; null where none is, and `words` says so. `inputs`: the population stability index of each, the
    furthest moved first."""

    version: int | None
    as_of: dt.date | None
    people: int
    verdict: Verdict
    words: str
    why: list[str]
    inputs: list[Moved]
    months: list[MonthOut]
    yields: list[YieldOut]


async def drift(by: Actor) -> DriftOut:
    """As things stand today."""
    check_actor_may(by, "model:read")
    today = clock.today()
    used = await in_use_at(today)
    if not isinstance(used, InUse):
        return DriftOut(
            version=None, as_of=None, people=0, verdict=Verdict.NOT_USED, words=VERDICT_WORDS[Verdict.NOT_USED], why=[used.why] if used else [],
            inputs=[], months=[], yields=[],
        )  # fmt: skip
    rows = await DB.fetch(_NEWEST, used.version)
    since = today - dt.timedelta(days=LOOKED_BACK)
    inputs, months, yields = _inputs(used, rows), await _months(used.version, today, since), await _yields(used.version, since)
    what, why = verdict(inputs, months, yields)
    return DriftOut(
        version=used.version, as_of=rows[0]["as_of"] if rows else None, people=len(rows), verdict=what, words=VERDICT_WORDS[what], why=why,
        inputs=inputs, months=[_month(one) for one in months], yields=[_yield(one) for one in yields],
    )  # fmt: skip


def band_words(one: Moved) -> str:
    return BAND_WORDS[one.band]


def _inputs(used: InUse, rows: list[Any]) -> list[Moved]:
    """How far each input lies from where it lay, on the newest day of scores."""
    if not rows:
        return []
    values = np.array([row["inputs"] for row in rows], dtype=np.float64)
    at = {feature.name: (column, feature.title) for column, feature in enumerate(FEATURES)}
    found = [
        moved(was, at[was.feature][1], values[:, at[was.feature][0]], len(rows), used.card.persons) for was in used.card.spread if was.feature in at
    ]
    return sorted(found, key=lambda one: one.by_chance - one.index)


async def _months(version: int, today: dt.date, since: dt.date) -> list[Month]:
    rows = await DB.fetch(_AFTER, version, today - dt.timedelta(days=HORIZON + 1), since, HORIZON)
    by_month: dict[str, list[Any]] = {}
    for row in rows:
        by_month.setdefault(f"{row['as_of']:%B %Y}", []).append(row)
    return [
        month_of(month, expit(np.array([one["log_odds"] for one in found])), [one["came"] for one in found], [one["young_person"] for one in found])
        for month, found in by_month.items()
    ]


async def _yields(version: int, since: dt.date) -> list[Yield]:
    decisive = [outcome.value for outcome in Outcome if outcome in BORNE_OUT]
    rows = await DB.fetch(_FLAGS, RISK_MODEL, str(version), decisive, since)
    return [
        Yield(month=f"{row['month']:%B %Y}", raised=row["raised"], decided=row["decided"], borne_out=row["borne_out"]) for row in rows
    ]  # fmt: skip


def _month(one: Month) -> MonthOut:
    few = one.came < LEAST_COUNT
    people = one.people if one.people >= LEAST_BASE else None
    return MonthOut(month=one.month, people=people, expected=one.expected, came=None if few else one.came, ratio=one.ratio)


def _yield(one: Yield) -> YieldOut:
    told = all_large(one.borne_out, one.decided - one.borne_out)
    raised = one.raised if one.raised >= LEAST_COUNT else None
    return YieldOut(month=one.month, raised=raised, decided=one.decided if told else None, borne_out=one.borne_out if told else None)
