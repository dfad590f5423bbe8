"""Why a score is what it is: what raised it and what lowered it, in words, adding up to the log-odds."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from .arrays import Floats, expit

if TYPE_CHECKING:
    from .estimator import HarmModel

Words = Callable[[float], str]


class Part(Struct, frozen=True, kw_only=True):
    """What one fact did to a score. `log_odds` is by how much; `times` the odds are multiplied."""

    feature: str
    said: str
    log_odds: float
    times: float


class Explanation(Struct, frozen=True, kw_only=True):
    """A score taken apart. `start` is the log-odds of a young person who is average in everything; it and all parts add up to `log_odds`."""

    log_odds: float
    probability: float
    start: float
    raised: list[Part]
    lowered: list[Part]
    neither: list[Part]


LEAST_SHOWN = 1e-12  # below it a fact neither raised nor lowered anything


def explain(model: "HarmModel", row: Floats, names: Sequence[str], words: Sequence[Words]) -> Explanation:
    """A row's score in its parts, the strongest first. A column that was not known is one part: what stands for it and that it's not known."""
    values = np.asarray(row, dtype=np.float64).reshape(1, -1)
    each = model.contributions(values)[0]
    whole = dict(enumerate(each[: values.shape[1]].tolist()))
    for place, column in enumerate(model.missing_.tolist()):
        whole[column] += float(each[values.shape[1] + place])
    parts = [
        Part(feature=names[column], said=words[column](float(values[0, column])), log_odds=amount, times=math.exp(amount))
        for column, amount in sorted(whole.items(), key=lambda one: -abs(one[1]))
    ]
    total = float(model.decision_function(values)[0])
    return Explanation(
        log_odds=total, probability=float(expit(total)), start=float(model.intercept_),
        raised=[part for part in parts if part.log_odds > LEAST_SHOWN], lowered=[part for part in parts if part.log_odds < -LEAST_SHOWN],
        neither=[part for part in parts if abs(part.log_odds) <= LEAST_SHOWN],
    )  # fmt: skip


def plain_words(name: str) -> Words:
    """How a value of a column without words of its own is told."""
    return lambda value: f"{name}: not known" if math.isnan(value) else f"{name}: {value:g}"
