"""From the cells of a file to the answers of a questionnaire. Pure: a table in; respondents, and each refused row with its column and reason, out."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct

from yosafe.errors import FieldError, Invalid
from yosafe.importing.reading import Table

from .design import Cluster
from .questionnaire import Question, Questionnaire, cell_key, column_key, columns_of, missing_cells
from .rules import Tally

AnswerValue = str | float
Tallies = Mapping[str, Mapping[AnswerValue, Tally]]
DrawnWeights = Mapping[str, Mapping[AnswerValue, Mapping[Cluster, float]]]

LONGEST_CLUSTER = 40
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,9})?", re.ASCII)


class RefusedRow(Struct, frozen=True):
    """A row that can't be stored. `row` counts as a spreadsheet does; what the cell holds is described, never repeated."""

    row: int
    column: str
    reason: str


class Respondent(NamedTuple):
    """One returned questionnaire: answers by question; a question without an answer is not in it. `cluster` is where they were drawn, if said."""

    row: int
    weight: float
    answers: dict[str, AnswerValue]
    cluster: Cluster | None = None


@dataclass(slots=True)
class Coded:
    """What a file says under a questionnaire. `asked` are the questions that it has a column for."""

    asked: tuple[str, ...]
    weighted: bool
    respondents: list[Respondent] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class _Unreadable(Exception):
    """A cell that is no answer; the message says what it is and what was expected."""


class _Column(NamedTuple):
    at: int
    name: str
    question: Question
    read: Callable[[str], AnswerValue | None]


def code(table: Table, questionnaire: Questionnaire) -> Coded:
    """Every row of a table as answers. Raises Invalid where the file can't be one of this questionnaire's."""
    columns = _columns(table, questionnaire)
    weight_at = _named_column(table, questionnaire.weight, "the weights of this survey")
    stratum_at = _named_column(table, questionnaire.stratum, "the strata of this survey")
    psu_at = _named_column(table, questionnaire.psu, "the clusters of this survey")
    coded = Coded(asked=tuple(c.question.id for c in columns), weighted=weight_at is not None, warnings=list(table.warnings))
    set_aside: Counter[str] = Counter()
    for number, cells, fault in table.rows():
        if fault:
            coded.refused.append(RefusedRow(number, "", fault))
            continue
        problems: list[RefusedRow] = []
        weight = 1.0 if weight_at is None else _weight(cells[weight_at], number, table.columns[weight_at], problems)
        cluster = None if psu_at is None else _cluster(cells, number, table, stratum_at, psu_at, problems)
        answers = _answers(cells, number, columns, problems)
        coded.refused += problems
        if not problems:
            set_aside.update(_drop_not_asked(answers, columns))
            coded.respondents.append(Respondent(number, weight, answers, cluster))
    coded.warnings += _remarks(table, questionnaire, coded, set_aside)
    return coded


def _columns(table: Table, questionnaire: Questionnaire) -> list[_Column]:
    _refuse_repeated(table, questionnaire)
    places: dict[str, list[int]] = {}
    for at, name in enumerate(table.columns):
        places.setdefault(column_key(name), []).append(at)
    columns = []
    for question in questionnaire.questions():
        found = [at for key in columns_of(question) for at in places.get(key, ())]
        if len(found) > 1:
            names = " and ".join(f"“{table.columns[at]}”" for at in found)
            raise Invalid(f"{table.name}: columns {names} both hold the question “{question.label}”. Leave one of them out.")
        if found:
            name = table.columns[found[0]]
            columns.append(_Column(found[0], name, question, _reader(questionnaire, question, table.value_labels.get(name, {}))))
    if not columns:
        raise Invalid(
            f"{table.name}: none of its {len(table.columns)} columns is a question of “{questionnaire.title}”. "
            "Check that this is the right questionnaire, and that the first row holds the columns' names."
        )
    return columns


def _refuse_repeated(table: Table, questionnaire: Questionnaire) -> None:
    """Raise Invalid where two columns of one name could both be a question, the weight, the stratum or the cluster: nothing says which is meant."""
    beside = (questionnaire.weight, questionnaire.stratum, questionnaire.psu, *(comment.column for comment in questionnaire.comments))
    known = {column_key(name) for name in beside if name}.union(*map(columns_of, questionnaire.questions()))
    for name in table.repeated:
        if column_key(name) in known:
            raise Invalid(f"{table.name}: more than one column has the name “{name}”. Rename or leave out all but one of them, then try again.")


def _named_column(table: Table, wanted: str, what: str) -> int | None:
    """Where a column is that a questionnaire needs beside its questions; None where it needs none."""
    if not wanted:
        return None
    found = [at for at, name in enumerate(table.columns) if column_key(name) == column_key(wanted)]
    if len(found) != 1:
        raise Invalid(f"{table.name}: needs one column “{wanted}”, which holds {what}.")
    return found[0]


def _reader(questionnaire: Questionnaire, question: Question, labels: Mapping[str, str]) -> Callable[[str], AnswerValue | None]:
    """What a cell says: an answer, or None for no answer. The reader raises _Unreadable for anything else.

    Where the file itself says what its codes mean (`labels`), its words count and not our codes: its 1 may be our 2.
    """
    if question.kind == "number":
        return _number_reader(question, missing_cells(questionnaire, question))
    answers = questionnaire.answers_to(question)
    meaning: dict[str, AnswerValue | None] = {cell_key(s): a.code for a in answers for s in (a.code, a.label, *a.also)}
    meaning.update(dict.fromkeys(missing_cells(questionnaire, question)))  # most cells are spelt as here, and cell_key is slow
    expected = " or ".join(f"“{a.code}”" for a in answers)

    def read(cell: str) -> AnswerValue | None:
        try:
            return meaning[cell] if cell in meaning else meaning[cell_key(cell)]
        except KeyError:
            raise _Unreadable(f"holds {_kind(cell)}, which is no answer to this question: write {expected}, or leave it empty") from None

    if not labels:
        return read
    missing = missing_cells(questionnaire, question)

    def read_by_label(cell: str) -> AnswerValue | None:
        label = labels.get(cell)
        if label is None or cell_key(cell) in missing:
            return read(cell)
        try:
            return read(label)
        except _Unreadable:
            raise _Unreadable(f"holds a code that the file gives words for, and they are no answer to this question: write {expected}") from None

    return read_by_label


def _number_reader(question: Question, missing: frozenset[str]) -> Callable[[str], AnswerValue | None]:
    low, high = question.minimum or 0.0, question.maximum or 0.0
    expected = f"a number from {low:g} to {high:g}"

    def read(cell: str) -> AnswerValue | None:
        if cell in missing or cell_key(cell) in missing:
            return None
        if not _NUMBER.fullmatch(cell.strip()) or not low <= float(cell) <= high:
            raise _Unreadable(f"holds {_kind(cell)}: write {expected}, or leave it empty")
        return float(cell)

    return read


def _kind(cell: str) -> str:
    """What a cell holds, without repeating what may be about somebody."""
    cell = cell.strip()
    if _NUMBER.fullmatch(cell):
        return f"the number {cell}" if len(cell) <= 4 else "a number"
    return f"text of {len(cell)} characters" if cell else "nothing"


def _weight(cell: str, number: int, column: str, problems: list[RefusedRow]) -> float:
    if _NUMBER.fullmatch(cell.strip()) and float(cell) > 0:
        return float(cell)
    problems.append(RefusedRow(number, column, f"holds {_kind(cell)}: a weight is a number above 0"))
    return 0.0


def _cluster(cells: list[str], number: int, table: Table, stratum_at: int | None, psu_at: int, problems: list[RefusedRow]) -> Cluster:
    """The stratum, empty where the survey has none, and the cluster."""
    named = []
    for at in (stratum_at, psu_at):
        name = "" if at is None else cell_key(cells[at])
        if at is not None and not 0 < len(name) <= LONGEST_CLUSTER:
            problems.append(
                RefusedRow(number, table.columns[at], f"holds {_kind(cells[at])}: it names a stratum or cluster in 1 to {LONGEST_CLUSTER} characters")
            )
        named.append(name)
    return named[0], named[1]


def _answers(cells: list[str], number: int, columns: Iterable[_Column], problems: list[RefusedRow]) -> dict[str, AnswerValue]:
    answers: dict[str, AnswerValue] = {}
    for column in columns:
        try:
            answer = column.read(cells[column.at])
        except _Unreadable as fault:
            problems.append(RefusedRow(number, column.name, str(fault)))
            continue
        if answer is not None:
            answers[column.question.id] = answer
    return answers


def _drop_not_asked(answers: dict[str, AnswerValue], columns: list[_Column]) -> list[str]:
    """Take out the answers to questions that the earlier answer leads past, where the file has the earlier question; which they were."""
    asked = {column.question.id for column in columns}
    dropped = []
    for column in columns:
        gate = column.question.asked_if
        if gate and gate.question in asked and answers.get(gate.question) not in gate.answers and answers.pop(column.question.id, None) is not None:
            dropped.append(column.question.id)
    return dropped


def _remarks(table: Table, questionnaire: Questionnaire, coded: Coded, set_aside: Counter[str]) -> list[str]:
    remarks = []
    left_out = {column_key(c.column): c.why for c in questionnaire.left_out}
    for name in table.columns:
        if column_key(name) in left_out:
            remarks.append(f"Column “{name}” is not stored: {left_out[column_key(name)]}.")
    written = {column_key(c.column) for c in questionnaire.comments}
    remarks += [
        f"Column “{name}” holds what was written: it is kept apart from the answers." for name in table.columns if column_key(name) in written
    ]
    if unknown := _not_in(table, questionnaire, left_out):
        remarks.append(f"Not in the questionnaire, so not stored: {', '.join(unknown)}.")
    absent = [q.id for q in questionnaire.questions() if q.id not in coded.asked]
    if absent:
        remarks.append(f"The file has no column for {len(absent)} of the questions: {', '.join(absent)}.")
    for question, count in sorted(set_aside.items()):
        remarks.append(f"{count:,} answers to “{question}” set aside: an earlier answer says that it was not asked.")
    if silent := sum(not r.answers for r in coded.respondents):
        remarks.append(f"{silent:,} rows answer no question. They count as returned.")
    return remarks


def _not_in(table: Table, questionnaire: Questionnaire, left_out: Mapping[str, str]) -> list[str]:
    drawn = (questionnaire.weight, questionnaire.stratum, questionnaire.psu)
    known = {*map(column_key, drawn), *left_out, *(column_key(c.column) for c in questionnaire.comments)}.union(
        *map(columns_of, questionnaire.questions())
    )
    return [f"“{name}”" for name in table.columns if column_key(name) not in known]


def tallied(respondents: Iterable[Respondent]) -> Tallies:
    """How many gave each answer to each question, with their weights."""
    weights: dict[tuple[str, AnswerValue], list[float]] = {}
    for respondent in respondents:
        for given in respondent.answers.items():
            weights.setdefault(given, []).append(respondent.weight)
    tallies: dict[str, dict[AnswerValue, Tally]] = {}
    for (question, answer), of_answer in weights.items():
        tallies.setdefault(question, {})[answer] = Tally(len(of_answer), math.fsum(of_answer), math.fsum(w * w for w in of_answer))
    return tallies


def drawn_weights(respondents: Iterable[Respondent]) -> DrawnWeights:
    """The weights of those who gave each answer to each question, by the cluster in which they were drawn."""
    found: dict[str, dict[AnswerValue, dict[Cluster, float]]] = {}
    for respondent in respondents:
        if (cluster := respondent.cluster) is None:
            continue
        for question, answer in respondent.answers.items():
            by_cluster = found.setdefault(question, {}).setdefault(answer, {})
            by_cluster[cluster] = by_cluster.get(cluster, 0.0) + respondent.weight
    return found


def check_response(*, held: int | None, offered: int | None, returned: int) -> None:
    """Raise Invalid where more came back than were offered, or more were offered than were held."""
    errors = []
    if held is not None and offered is not None and offered > held:
        errors.append(FieldError("offered", f"{offered:,} were offered the survey and {held:,} were held: check both numbers"))
    if offered is not None and returned > offered:
        errors.append(FieldError("offered", f"The file has {returned:,} rows and {offered:,} were offered the survey: check the number, or the file"))
    elif held is not None and returned > held:
        errors.append(FieldError("held", f"The file has {returned:,} rows and {held:,} were held: check the number, or the file"))
    if errors:
        raise Invalid(errors)
