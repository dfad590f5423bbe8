"""Boosted trees, as a challenger only: whether there is more in the data than straight lines find. Never used for a score."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats, Outcome


def fit_boosted(seed: int, rounds: int) -> Callable[[Floats, Outcome, NDArray[Any] | None], Callable[[Floats], Floats]]:
    """How to learn trees from rows; what is learnt gives scores. Columns that nobody knows anything in are left out."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    def fit(values: Floats, outcome: Outcome, persons: NDArray[Any] | None) -> Callable[[Floats], Floats]:
        said = ~np.isnan(values).all(axis=0)
        trees = HistGradientBoostingClassifier(max_iter=rounds, max_leaf_nodes=6, min_samples_leaf=15, learning_rate=0.1, random_state=seed)
        trees.fit(values[:, said], outcome)
        return lambda rows: np.asarray(trees.decision_function(rows[:, said]))

    return fit
