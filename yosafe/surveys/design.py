"""How sure a weighted figure is where respondents were drawn in clusters within strata. Pure.

A share or a mean is one weighted sum over another. Taylor linearisation writes it as a sum of one value a respondent; added up by cluster, how much
the clusters of a stratum differ says how much the figure would, had others been drawn. As R's `survey` does it (Lumley, Complex Surveys, 2010,
chapter 2; Binder, International Statistical Review 51, 1983), the first stage taken as drawn with replacement. A stratum of one cluster is held
against all clusters (`survey.lonely.psu = "adjust"`), which errs on the side of too wide. Two libraries were looked at: samplics refuses strata of
one cluster unless they are merged or left out, and svy brings data frames of its own; both want rows of respondents where here sums by cluster are
enough.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

AnswerValue = str | float
Cluster = tuple[str, str]  # its stratum, and the cluster (primary sampling unit) in it


class Spread(NamedTuple):
    """The variance of a figure, and the degrees of freedom that it rests on: clusters less strata."""

    variance: float
    freedom: int


class Drawn(NamedTuple):
    """Weights by cluster of those who gave an answer and of all who gave any, and every cluster of the survey: some have nobody of either."""

    part: Mapping[Cluster, float]
    base: Mapping[Cluster, float]
    clusters: Collection[Cluster]

    def spread(self) -> Spread:
        """That of the share which `part` is of `base`."""
        whole = math.fsum(self.base.values())
        share = math.fsum(self.part.values()) / whole
        return spread_of({c: (self.part.get(c, 0.0) - share * weight) / whole for c, weight in self.base.items()}, self.clusters)


def mean_spread(values: Mapping[float, Mapping[Cluster, float]], clusters: Collection[Cluster]) -> Spread:
    """That of the weighted mean of numbers, whose weights are given by cluster."""
    whole = math.fsum(weight for by_cluster in values.values() for weight in by_cluster.values())
    mean = math.fsum(value * weight for value, by_cluster in values.items() for weight in by_cluster.values()) / whole
    found: dict[Cluster, float] = {}
    for value, by_cluster in values.items():
        for cluster, weight in by_cluster.items():
            found[cluster] = found.get(cluster, 0.0) + (value - mean) * weight / whole
    return spread_of(found, clusters)


def spread_of(values: Mapping[Cluster, float], clusters: Collection[Cluster]) -> Spread:
    """That of a sum of linearised values, given by cluster; a cluster without one has 0. No freedom, and no variance, where no stratum has two
    clusters."""
    strata: dict[str, list[float]] = {}
    for cluster in clusters:
        strata.setdefault(cluster[0], []).append(values.get(cluster, 0.0))
    freedom = len(clusters) - len(strata)
    if freedom < 1:
        return Spread(math.nan, 0)
    middle = math.fsum(values.values()) / len(clusters)
    return Spread(math.fsum(_of_stratum(drawn, middle) for drawn in strata.values()), freedom)


def _of_stratum(values: list[float], middle: float) -> float:
    n = len(values)
    if n == 1:
        return (values[0] - middle) ** 2
    mean = math.fsum(values) / n
    return n / (n - 1) * math.fsum((value - mean) ** 2 for value in values)


class DrawnSample(NamedTuple):
    """How the respondents of a survey were drawn: every cluster, and the weights of each answer in each, by question."""

    clusters: frozenset[Cluster]
    weights: Mapping[str, Mapping[AnswerValue, Mapping[Cluster, float]]]

    @property
    def freedom(self) -> int:
        """Clusters less strata: with none, nothing says how much figures would differ had others been drawn."""
        return len(self.clusters) - len({stratum for stratum, _ in self.clusters})

    def of(self, question: str, part: Iterable[AnswerValue]) -> Drawn:
        """Some answers to a question against all of them."""
        by_answer = self.weights.get(question, {})
        return Drawn(_added(by_answer.get(code, {}) for code in part), _added(by_answer.values()), self.clusters)


def _added(by_cluster: Iterable[Mapping[Cluster, float]]) -> dict[Cluster, float]:
    found: dict[Cluster, float] = {}
    for weights in by_cluster:
        for cluster, weight in weights.items():
            found[cluster] = found.get(cluster, 0.0) + weight
    return found
