"""The answers of a survey by question, as many are counted: for each respondent a small number that says which answer it was. Pure.

Nothing here or in the database holds the answers of one respondent together (docs/adr/0014).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .design import AnswerValue, Cluster, DrawnSample
from .rules import Tally

Tallies = Mapping[str, Mapping[AnswerValue, Tally]]
Codes = NDArray[Any]  # unsigned whole numbers, as narrow as will do
Among = NDArray[np.bool_]

_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd, and far from a power of two: different answers give different marks
_WIDTHS = ((0xFF, np.uint8), (0xFFFF, np.uint16), (0xFFFFFFFF, np.uint32))


class Answers(NamedTuple):
    """The answers to one question: those that there are, and for each respondent the place of theirs among them, counted from 1; 0 for none."""

    choices: Sequence[Any]
    codes: Codes


@dataclass(frozen=True, slots=True)
class Responses:
    """What respondents answered, all in one order. `weights` where they differ; `clusters` where they were drawn in some."""

    count: int
    questions: Mapping[str, Answers] = field(default_factory=dict)
    weights: NDArray[np.float64] | None = None
    clusters: Answers | None = None

    def gave(self, question: str, answers: Iterable[AnswerValue]) -> Among:
        """For each respondent, whether they gave one of these answers to a question."""
        of, wanted = self.questions[question], set(answers)
        return np.array([False, *(choice in wanted for choice in of.choices)])[of.codes]

    def only(self, among: Among) -> "Responses":
        """Some of the respondents."""
        return Responses(
            int(among.sum()), {question: Answers(of.choices, of.codes[among]) for question, of in self.questions.items()},
            None if self.weights is None else self.weights[among],
            None if self.clusters is None else Answers(self.clusters.choices, self.clusters.codes[among]),
        )  # fmt: skip

    def with_more(self, more: "Responses") -> "Responses":
        """These respondents and after them others, who were asked the same questions."""
        return Responses(
            self.count + more.count, {question: _joined(of, more.questions[question]) for question, of in self.questions.items()},
            None if self.weights is None or more.weights is None else np.concatenate((self.weights, more.weights)),
            None if self.clusters is None or more.clusters is None else _joined(self.clusters, more.clusters),
        )  # fmt: skip

    def repeated(self) -> int:
        """How many respondents answered all as an earlier one did; of those who answered nothing, none."""
        marks, answered = np.zeros(self.count, np.uint64), np.zeros(self.count, np.bool_)
        for answers in self.questions.values():
            marks = marks * _STEP + answers.codes.astype(np.uint64)
            answered |= answers.codes > 0
        return int(answered.sum()) - len(np.unique(marks[answered]))

    def tallies(self, among: Among | None = None) -> Tallies:
        """How many gave each answer to each question, with their weights: all, or some of the respondents."""
        weights = None if self.weights is None else _some(self.weights, among)
        squares = None if weights is None else weights * weights
        tallies: dict[str, dict[AnswerValue, Tally]] = {}
        for question, answers in self.questions.items():
            found = _counted(answers, _some(answers.codes, among), weights, squares)
            if found:
                tallies[question] = found
        return tallies

    def everyone(self, among: Among | None = None) -> Tally:
        """The tally of all respondents, or of some."""
        if self.weights is None:
            count = self.count if among is None else int(among.sum())
            return Tally(count, float(count), float(count))
        weights = _some(self.weights, among)
        return Tally(len(weights), float(weights.sum()), float((weights * weights).sum()))

    def drawn(self, among: Among | None = None) -> DrawnSample | None:
        """How respondents were drawn, with the weights of all or of some; None where that is not said. All clusters count, also those with none
        of the respondents that are asked for."""
        if self.clusters is None:
            return None
        names: list[Cluster] = [(stratum, psu) for stratum, psu in self.clusters.choices]
        places = _some(self.clusters.codes, among).astype(np.int64) - 1
        weights = None if self.weights is None else _some(self.weights, among)
        found = {
            question: _by_cluster(answers.choices, _some(answers.codes, among), places, names, weights)
            for question, answers in self.questions.items()
        }
        present = frozenset(names[at - 1] for at in np.unique(self.clusters.codes).tolist())
        return DrawnSample(present, {question: by_answer for question, by_answer in found.items() if by_answer})


def _joined(some: Answers, more: Answers) -> Answers:
    places = {_key(choice): at for at, choice in enumerate(some.choices, 1)}
    choices = [*some.choices, *(choice for choice in more.choices if _key(choice) not in places)]
    there = {_key(choice): at for at, choice in enumerate(choices, 1)}
    width = _width(len(choices))
    theirs = np.array([0, *(there[_key(choice)] for choice in more.choices)], width)
    return Answers(tuple(choices), np.concatenate((some.codes.astype(width), theirs[more.codes])))


def _key(choice: Any) -> Any:
    """A choice as it is compared: a cluster, which is stored as a list, is the pair that it was."""
    return tuple(choice) if isinstance(choice, list) else choice


def _some(values: NDArray[Any], among: Among | None) -> NDArray[Any]:
    return values if among is None else values[among]


def _counted(answers: Answers, codes: Codes, weights: NDArray[np.float64] | None, squares: NDArray[np.float64] | None) -> dict[AnswerValue, Tally]:
    size = len(answers.choices) + 1
    counts = np.bincount(codes, minlength=size)
    weighed = counts if weights is None else np.bincount(codes, weights, size)
    squared = counts if squares is None else np.bincount(codes, squares, size)
    return {choice: Tally(int(counts[at]), float(weighed[at]), float(squared[at])) for at, choice in enumerate(answers.choices, 1) if counts[at]}


def _by_cluster(
    choices: Sequence[AnswerValue], codes: Codes, places: NDArray[np.int64], names: list[Cluster], weights: NDArray[np.float64] | None
) -> dict[AnswerValue, dict[Cluster, float]]:
    cells = codes.astype(np.int64) * len(names) + places
    size = (len(choices) + 1) * len(names)
    counts = np.bincount(cells, minlength=size).reshape(-1, len(names))
    weighed = counts if weights is None else np.bincount(cells, weights, size).reshape(-1, len(names))
    found = {choice: {names[at]: float(weighed[row, at]) for at in np.flatnonzero(counts[row]).tolist()} for row, choice in enumerate(choices, 1)}
    return {choice: by_cluster for choice, by_cluster in found.items() if by_cluster}


class Column:
    """Answers to one question as they come in, some rows at a time."""

    def __init__(self) -> None:
        self.places: dict[Any, int] = {}
        self._parts: list[Codes] = []

    def place(self, choice: Any) -> int:
        """The number that stands for an answer."""
        return self.places.setdefault(choice, len(self.places) + 1)

    def add(self, codes: Codes) -> None:
        self._parts.append(codes.astype(_width(len(self.places))))

    def done(self) -> Answers:
        width = _width(len(self.places))
        return Answers(tuple(self.places), np.concatenate([np.zeros(0, width), *self._parts]).astype(width, copy=False))


def _width(most: int) -> Any:
    return next(width for limit, width in _WIDTHS if most <= limit)


def packed(values: NDArray[Any]) -> bytes:
    """Codes or weights as they are stored: codes of one, two or four bytes each, weights of eight, the high one first."""
    return values.astype(values.dtype.newbyteorder(">"), copy=False).tobytes()


def weights_in(data: bytes) -> NDArray[np.float64]:
    """The weights that were stored."""
    return np.frombuffer(data, ">f8").astype(np.float64)


def unpacked(data: bytes, count: int) -> Codes:
    """The codes of so many respondents."""
    width = len(data) // count if count else 1
    return np.frombuffer(data, f">u{width}").astype(f"u{width}", copy=False)
