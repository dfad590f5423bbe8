"""The risk model: an L2 logistic regression over standardised inputs, calibrated, with "not known" as a fact of its own.

Every step is linear in the log-odds, the calibration too, so each input's part of a score can be told and the parts add up to it.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from .arrays import Floats

LEAST_SLOPE, MOST_SLOPE = 0.02, 3.0  # of the calibration: chance alone gives slopes below 0, which would turn the model round
FURTHEST = 8.0  # standard deviations: one strange number must not decide a score
_TINY = 1e-12


class HarmModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Probability of an outcome that is there or not, from numbers of which some may be missing (NaN).

    Parameters
    ----------
    strength : float
        How weakly the coefficients are drawn to 0 (scikit-learn's `C`).
    folds : int
        How many parts the calibration is made with; below 2, or with fewer than two of either outcome, there is none.
    seed : int
        Which rows go to which of those parts.

    Attributes
    ----------
    coef_ : (n_inputs,) change of the log-odds for one standard deviation, calibrated. Inputs are the columns, and then "not known" for each of
        `missing_`, the columns that had gaps. `intercept_` is the log-odds at the mean of everything. `mean_`, `scale_` are of the inputs, `fill_`
        what stands for a gap.
    """

    def __init__(self, *, strength: float = 0.02, folds: int = 5, seed: int = 2002) -> None:
        self.strength, self.folds, self.seed = strength, folds, seed

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: ArrayLike, y: ArrayLike, groups: ArrayLike | None = None) -> Self:
        """Learn from rows. `groups` says which rows are about one person: those are never parted by the calibration. Raises ValueError for fewer or
        more than two outcomes."""
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=2)
        check_classification_targets(y)
        self.classes_, outcome = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(f"Only binary classification is supported. The type of the target is multiclass: {len(self.classes_)} classes.")
        if len(self.classes_) < 2:
            raise ValueError("This classifier needs two classes, and the data has only one class.")
        values = np.asarray(X, dtype=np.float64)
        self.missing_ = np.flatnonzero(np.isnan(values).any(axis=0))
        known = ~np.isnan(values)
        counts = known.sum(axis=0)
        totals = np.where(known, values, 0.0).sum(axis=0)
        self.fill_ = np.divide(totals, counts, out=np.zeros(values.shape[1]), where=counts > 0)
        inputs = self._filled(values)
        self.mean_ = inputs.mean(axis=0)
        spread = inputs.std(axis=0)
        self.scale_ = np.where(spread > _TINY * np.maximum(1.0, np.abs(self.mean_)), spread, 1.0)
        parts = self._standard(inputs)
        coef, intercept = self._fitted(parts, outcome)
        self.calibration_ = self._calibration(parts, outcome, None if groups is None else np.asarray(groups))
        slope, shift = self.calibration_
        self.coef_, self.intercept_ = coef * slope, intercept * slope + shift
        return self

    def decision_function(self, X: ArrayLike) -> Floats:
        """The log-odds of each row."""
        parts = self.contributions(X)
        return np.asarray(parts.sum(axis=1) + self.intercept_)

    def contributions(self, X: ArrayLike) -> Floats:
        """How much each input of each row adds to the log-odds, a column for each of `coef_`; with `intercept_` they add up to them."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return np.asarray(self._standard(self._filled(np.asarray(values, dtype=np.float64))) * self.coef_)

    def predict_proba(self, X: ArrayLike) -> Floats:
        """The probability of each of `classes_`, in that order."""
        there = expit(self.decision_function(X))
        return np.column_stack([1 - there, there])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The likelier of `classes_`. For who asks as scikit-learn does: nothing in yosafe is decided by it."""
        likelier = (self.decision_function(X) > 0).astype(int)
        return np.asarray(self.classes_[likelier])

    def _filled(self, values: Floats) -> Floats:
        gaps = np.isnan(values)
        return np.hstack([np.where(gaps, self.fill_, values), gaps[:, self.missing_].astype(np.float64)])

    def _standard(self, inputs: Floats) -> Floats:
        return np.asarray(np.clip((inputs - self.mean_) / self.scale_, -FURTHEST, FURTHEST))

    def _fitted(self, parts: Floats, outcome: NDArray[np.intp]) -> tuple[Floats, float]:
        plain = LogisticRegression(C=self.strength, solver="newton-cholesky", tol=1e-9, max_iter=200)
        plain.fit(parts, outcome)
        return plain.coef_[0], float(plain.intercept_[0])

    def _calibration(self, parts: Floats, outcome: NDArray[np.intp], groups: NDArray[Any] | None) -> tuple[float, float]:
        """Slope and shift that make log-odds of rows that were not learnt from fit their outcomes (Platt's method)."""
        folds = parts_of(outcome, groups, self.folds, self.seed)
        if not folds:
            return 1.0, 0.0
        apart = np.full(len(outcome), np.nan)
        for learn, judge in folds:
            if len(np.unique(outcome[learn])) == 2:
                coef, intercept = self._fitted(parts[learn], outcome[learn])
                apart[judge] = parts[judge] @ coef + intercept
        judged = ~np.isnan(apart)
        slope, shift = recalibration(apart[judged], outcome[judged])
        held = float(np.clip(slope, LEAST_SLOPE, MOST_SLOPE))
        return held, shift if held == slope else calibration_shift(held * apart[judged], outcome[judged])


def parts_of(outcome: NDArray[Any], groups: NDArray[Any] | None, folds: int, seed: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows to learn from and rows to judge, for each part; persons whole where `groups` names them. None where there is too little to part."""
    least = int(np.bincount(outcome.astype(int)).min()) if groups is None else len(np.unique(groups))
    folds = min(folds, least)
    if folds < 2:
        return []
    if groups is not None:
        return list(GroupKFold(folds, shuffle=True, random_state=seed).split(outcome, outcome, groups))
    return list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(outcome, outcome))


def recalibration(scores: Floats, outcome: NDArray[Any]) -> tuple[float, float]:
    """Slope and intercept of the outcome's log-odds on the scores: 1 and 0 where scores mean what they say. (0, the base's log-odds) where all
    scores are the same. A trace of a penalty keeps it finite where scores part the outcomes wholly."""
    if np.ptp(scores) < _TINY:
        share = (outcome.sum() + 0.5) / (len(outcome) + 1)
        return 0.0, float(logit(share))
    spread = float(scores.std())
    plain = LogisticRegression(C=100.0, solver="newton-cholesky", tol=1e-9, max_iter=200)
    plain.fit((scores / spread)[:, None], outcome)
    return float(plain.coef_[0, 0]) / spread, float(plain.intercept_[0])


def calibration_shift(scores: Floats, outcome: NDArray[Any]) -> float:
    """What must be added to all scores so that as many outcomes are expected as there were: 0 where the level is right (Newton's method)."""
    wanted = float(np.clip(outcome.mean(), 0.5 / len(outcome), 1 - 0.5 / len(outcome)))
    low, high = -40.0 - float(scores.max()), 40.0 - float(scores.min())
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if float(expit(scores + middle).mean()) < wanted else (low, middle)
    return (low + high) / 2
