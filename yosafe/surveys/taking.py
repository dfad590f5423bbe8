"""A whole file as answers, many rows at a time: what each text in a column says is asked once for all the cells that hold it. Pure."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from yosafe.importing.blocks import ROW_END, Block, Cells
from yosafe.importing.mapping import Mapping
from yosafe.importing.reading import Table

from .coding import LONGEST_CLUSTER, RESPONDENT, QuestionColumn, RefusedRow, Unreadable, columns_in, kind, named_column, remarks, weight
from .questionnaire import Questionnaire, cell_key
from .responses import Column, Responses
from .telling_apart import TWICE, Digest, Marks, digests_for, each, of_number, of_rows, still_left

MOST_FAULTS = 10_000  # that are kept to be shown; all are counted
TELLING = 20  # questions: with fewer, many may answer alike
_REMEMBERED = 5_000  # texts of a column, with what they say
_WHOLE_ROW, _BESIDE = -2, -1  # before the columns of questions
NO_NUMBER = "holds nothing: it says who answered, so that nobody comes in twice. Fill it in, or leave the column out of the mapping"
NO_SURVEY = digests_for()

OnRefused = Callable[[list[str], list[RefusedRow]], None]
Progress = Callable[[int, int], None]  # rows that are done, of how many


@dataclass(slots=True)
class Coded:
    """What a file says under a questionnaire. `asked` are the questions that it has a column for; `refused` the first faults of `faults`. `content`
    tells the table from any other, in whatever form of file it comes. `marks` tell the respondents apart, `numbers` are the rows of those that are
    stored; `again` rows say what an earlier one of the same respondent says."""

    asked: tuple[str, ...]
    weighted: bool
    responses: Responses
    faults: int
    refused: list[RefusedRow]
    warnings: list[str]
    content: bytes
    read: int
    marks: Marks
    numbers: NDArray[np.int64]
    again: int

    @property
    def refused_rows(self) -> int:
        """How many rows of the file can't be stored."""
        return self.read - self.responses.count - self.again


def unheard(_done: int, _of: int) -> None:
    """Where nobody wants to know how far it is."""


class _Faults(NamedTuple):
    """The rows of a block that can't be stored for what they hold in one column, and why: the place among `reasons` for each."""

    rows: NDArray[np.int64]
    column: int
    name: str
    reasons: list[str]
    which: NDArray[np.int64]


def _faults(cells: Cells, wrong: dict[int, str], trusted: NDArray[np.bool_], column: int, name: str) -> list[_Faults]:
    """Those of the rows whose cell holds one of some texts, given by their place; each with its reason."""
    if not wrong:
        return []
    place = np.zeros(len(cells.texts), np.int64)
    place[list(wrong)] = np.arange(1, len(wrong) + 1)
    which = place[cells.codes] * trusted
    rows = np.flatnonzero(which)
    return [_Faults(rows, column, name, list(wrong.values()), which[rows] - 1)] if len(rows) else []


def code(
    table: Table, questionnaire: Questionnaire, mapping: Mapping | None = None, *,
    refused: OnRefused | None = None, progress: Progress = unheard, digest: Digest = NO_SURVEY,
) -> Coded:  # fmt: skip
    """Every row of a table as answers. Each row that is refused goes to `refused`, with its cells and its faults; `progress` hears how many are done;
    `digest` makes what tells respondents apart.

    Raises Invalid where the file can't be one of this questionnaire's.
    """

    taking = _Taking(table, questionnaire, mapping, refused, digest)
    content = hashlib.sha256("".join(name + ROW_END for name in table.columns).encode())
    rows = 0
    for block in table.blocks():
        content.update(block.content())
        taking.take(block)
        rows += len(block.numbers)
        progress(rows, table.row_count)
    return taking.done(content.digest())


class _Taking:
    """The state of reading one file."""

    def __init__(self, table: Table, questionnaire: Questionnaire, mapping: Mapping | None, on_refused: OnRefused | None, digest: Digest) -> None:
        self.table, self.questionnaire, self.mapping, self.on_refused = table, questionnaire, mapping, on_refused
        self.columns = columns_in(table, questionnaire, mapping)
        self.weight_at = named_column(table, questionnaire.weight, "the weights of this survey", mapping, "weight")
        self.stratum_at = named_column(table, questionnaire.stratum, "the strata of this survey", mapping, "stratum")
        self.psu_at = named_column(table, questionnaire.psu, "the clusters of this survey", mapping, "psu")
        self.digest, self.number_at = digest, number_column(table, mapping)
        self.keys, self.left, self.contents = bytearray(), list[bytes](), bytearray()
        self.numbers: list[NDArray[np.int64]] = []
        self.come: dict[bytes, bytes] = {}  # respondents with a number, and what they said
        self.asked = {column.question.id for column in self.columns}
        self.answers = {column.question.id: Column() for column in self.columns}
        self.known: dict[str, dict[str, int]] = {column.question.id: {} for column in self.columns}
        self.clusters = Column()
        self.weights: list[NDArray[np.float64]] = []
        self.refused: list[RefusedRow] = []
        self.set_aside: Counter[str] = Counter()
        self.faults = self.count = self.silent = self.again = self.read = 0

    def take(self, block: Block) -> None:
        trusted = np.ones(len(block.numbers), np.bool_)
        trusted[list(block.faults)] = False
        untrusted = np.flatnonzero(~trusted)
        faults = [_Faults(untrusted, _WHOLE_ROW, "", [block.faults[at] for at in untrusted.tolist()], np.arange(len(untrusted)))]
        if self.number_at is not None:
            faults += self._without_number(block, self.number_at, trusted)
        weights = None if self.weight_at is None else self._weights(block, self.weight_at, trusted, faults)
        clusters = None if self.psu_at is None else self._clusters(block, self.psu_at, trusted, faults)
        codes = {column.question.id: self._answers(block, order, column, trusted, faults) for order, column in enumerate(self.columns)}
        kept = np.ones(len(block.numbers), np.bool_)
        for fault in faults:
            kept[fault.rows] = False
        if not kept.all():
            codes = {question: found[kept] for question, found in codes.items()}
        self._set_aside_not_asked(codes)
        codes = self._tell_apart(block, trusted, kept, codes, faults)
        self._note(block, faults, kept)
        answered = np.zeros(int(kept.sum()), np.bool_)
        for question, found in codes.items():
            self.answers[question].add(found)
            answered |= found > 0
        self.count += len(answered)
        self.silent += int((~answered).sum())
        if weights is not None:
            self.weights.append(weights[kept])
        if clusters is not None:
            self.clusters.add(clusters[kept])

    def _answers(self, block: Block, order: int, column: QuestionColumn, trusted: NDArray[np.bool_], faults: list[_Faults]) -> NDArray[np.uint32]:
        """The place of each row's answer among those to a question, 0 for none."""
        cells, answers, known = block.column(column.at), self.answers[column.question.id], self.known[column.question.id]
        places, wrong = np.zeros(len(cells.texts), np.uint32), dict[int, str]()
        for at, text in enumerate(cells.texts):
            place = known.get(text)
            if place is None:
                try:
                    answer = column.read(text)
                except Unreadable as fault:
                    wrong[at] = str(fault)
                    continue
                place = 0 if answer is None else answers.place(answer)
                if len(known) < _REMEMBERED:
                    known[text] = place
            places[at] = place
        faults += _faults(cells, wrong, trusted, order, column.name)
        return places[cells.codes]

    def _without_number(self, block: Block, at: int, trusted: NDArray[np.bool_]) -> list[_Faults]:
        cells = block.column(at)
        wrong = {n: NO_NUMBER for n, text in enumerate(cells.texts) if not text.strip()}
        return _faults(cells, wrong, trusted, _BESIDE, self.table.columns[at])

    def _weights(self, block: Block, at: int, trusted: NDArray[np.bool_], faults: list[_Faults]) -> NDArray[np.float64]:
        cells = block.column(at)
        found = np.array([weight(text) for text in cells.texts], np.float64)
        wrong = {place: f"holds {kind(cells.texts[place])}: a weight is a number above 0" for place in np.flatnonzero(np.isnan(found)).tolist()}
        faults += _faults(cells, wrong, trusted, _BESIDE, self.table.columns[at])
        return found[cells.codes]

    def _clusters(self, block: Block, psu_at: int, trusted: NDArray[np.bool_], faults: list[_Faults]) -> NDArray[np.uint32]:
        """The place of each row's stratum, empty where the survey has none, and cluster."""
        strata, stratum_codes = ([""], 0) if self.stratum_at is None else self._named(block, self.stratum_at, trusted, faults)
        names, codes = self._named(block, psu_at, trusted, faults)
        pairs, back = np.unique(np.int64(len(names)) * stratum_codes + codes, return_inverse=True)
        places = [self.clusters.place((strata[pair // len(names)], names[pair % len(names)])) for pair in pairs.tolist()]
        return np.array(places, np.uint32)[back]

    def _named(self, block: Block, at: int, trusted: NDArray[np.bool_], faults: list[_Faults]) -> tuple[list[str], NDArray[np.uint32]]:
        cells = block.column(at)
        names = [cell_key(text) for text in cells.texts]
        needs = f": it names a stratum or cluster in 1 to {LONGEST_CLUSTER} characters"
        wrong = {n: f"holds {kind(cells.texts[n])}{needs}" for n, name in enumerate(names) if not 0 < len(name) <= LONGEST_CLUSTER}
        faults += _faults(cells, wrong, trusted, _BESIDE, self.table.columns[at])
        return names, cells.codes

    def _tell_apart(
        self, block: Block, trusted: NDArray[np.bool_], kept: NDArray[np.bool_], codes: dict[str, NDArray[np.uint32]], faults: list[_Faults]
    ) -> dict[str, NDArray[np.uint32]]:
        """Keep what tells the respondents apart. Where they have numbers, only the first row of each is kept of those that say the same, and another
        that says something else is at fault; the answers that are left."""
        self.read += len(kept)
        numbers = np.asarray(block.numbers, np.int64)
        if self.number_at is None:
            keys = of_rows(block, self.digest)
            self.left += [keys[at] for at in np.flatnonzero(~kept).tolist()]
            self.keys += b"".join(keys if kept.all() else [keys[at] for at in np.flatnonzero(kept).tolist()])
            self.numbers.append(numbers[kept])
            return codes
        cells = block.column(self.number_at)
        by_text = [of_number(text, self.digest) for text in cells.texts]
        keys_of = [by_text[code] for code in cells.codes.tolist()]
        said = self._contents(codes)
        stay, again, twice = np.ones(len(said), np.bool_), np.zeros(len(kept), np.bool_), list[int]()
        for place, (at, content) in enumerate(zip(np.flatnonzero(kept).tolist(), said, strict=True)):
            key = keys_of[at] or b""  # one without is at fault, so not among these
            before = self.come.setdefault(key, content)
            if before is not content:
                stay[place] = False
                again[at] = before == content
                twice += [at] if before != content else []
            else:
                self.keys += key
                self.contents += content
        kept[np.flatnonzero(kept)[~stay]] = False
        if twice:
            faults.append(_Faults(np.array(twice), _BESIDE, self.table.columns[self.number_at], [TWICE], np.zeros(len(twice), np.int64)))
        self.again += int(again.sum())
        whole = of_rows(block, self.digest) if not kept.all() else []
        self.left += [(keys_of[at] if trusted[at] else None) or whole[at] for at in np.flatnonzero(~kept & ~again).tolist()]
        self.numbers.append(numbers[kept])
        return {question: found[stay] for question, found in codes.items()}

    def _contents(self, codes: dict[str, NDArray[np.uint32]]) -> list[bytes]:
        """For each row, what stands for all its answers, in whatever order the questions come."""
        total = np.zeros((len(next(iter(codes.values()))), 2), np.uint64)
        for question, found in codes.items():
            places = self.answers[question].places
            marks = b"".join(self.digest(f"{question}\0{answer!r}".encode()) for answer in (None, *places))
            total += np.frombuffer(marks, np.uint64).reshape(-1, 2)[found]
        return list(each(total.tobytes()))

    def _set_aside_not_asked(self, codes: dict[str, NDArray[np.uint32]]) -> None:
        """Take out the answers to questions that the earlier answer leads past, where the file has the earlier question."""
        for column in self.columns:
            gate, found = column.question.asked_if, codes[column.question.id]
            if gate is None or gate.question not in self.asked:
                continue
            places = self.answers[gate.question].places
            leads = np.isin(codes[gate.question], [places[answer] for answer in gate.answers if answer in places])
            if not_asked := int(((found > 0) & ~leads).sum()):
                self.set_aside[column.question.id] += not_asked
                found[~leads] = 0

    def _note(self, block: Block, faults: list[_Faults], kept: NDArray[np.bool_]) -> None:
        """Keep the first faults, by row and then by column; count all."""
        if kept.all():
            return
        rows = np.concatenate([fault.rows for fault in faults])
        of = np.repeat(np.arange(len(faults)), [len(fault.rows) for fault in faults])
        within = np.concatenate([fault.which for fault in faults])
        order = np.lexsort((of, np.array([fault.column for fault in faults])[of], rows))
        self.faults += len(rows)
        for at in order[: max(0, MOST_FAULTS - len(self.refused))].tolist():
            fault = faults[of[at]]
            self.refused.append(RefusedRow(block.numbers[int(rows[at])], fault.name, fault.reasons[within[at]]))
        if self.on_refused is None:
            return
        by_row: dict[int, list[RefusedRow]] = {}
        for at in order.tolist():
            fault, row = faults[of[at]], int(rows[at])
            by_row.setdefault(row, []).append(RefusedRow(block.numbers[row], fault.name, fault.reasons[within[at]]))
        for row, why in by_row.items():
            self.on_refused(block.row(row), why)

    def done(self, content: bytes) -> Coded:
        weights = None if self.weight_at is None else np.concatenate([np.zeros(0), *self.weights])
        questions = {question: column.done() for question, column in self.answers.items()}
        responses = Responses(self.count, questions, weights, None if self.psu_at is None else self.clusters.done())
        said = remarks(self.table, self.questionnaire, self.mapping, self.asked, self.set_aside, self.silent)
        if len(self.columns) >= TELLING and (again := responses.repeated()):
            said.append(f"{again:,} rows answer every question just as an earlier row does. Look whether someone's answers were typed in twice.")
        asked = tuple(column.question.id for column in self.columns)
        warnings = [*self.table.warnings, *said]
        keys = bytes(self.keys)
        left = still_left(self.left, keys, numbered=self.number_at is not None)
        marks = Marks(self.number_at is not None, keys, bytes(self.contents), left)
        numbers = np.concatenate([np.zeros(0, np.int64), *self.numbers])
        return Coded(
            asked, self.weight_at is not None, responses, self.faults, self.refused, warnings, content, self.read, marks, numbers, self.again
        )  # fmt: skip


def number_column(table: Table, mapping: Mapping | None) -> int | None:
    """Where the column is that a mapping says holds the numbers of respondents; None where it names none."""
    return None if mapping is None else next((at for at, name in enumerate(table.columns) if mapping.columns.get(name) == RESPONDENT), None)
