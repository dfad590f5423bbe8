"""What the columns and cells of a file say under a questionnaire, and what is no answer, with the reason. Pure; taking.py does it for whole files."""

import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from msgspec import Struct

from yosafe.errors import FieldError, Invalid
from yosafe.importing.mapping import Mapping as FileMapping
from yosafe.importing.reading import Table

from .design import AnswerValue
from .questionnaire import Question, Questionnaire, cell_key, column_key, columns_of, missing_cells

LONGEST_CLUSTER = 40
RESPONDENT = "respondent"  # in a mapping: the column that holds who answered
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,9})?", re.ASCII)


class RefusedRow(Struct, frozen=True):
    """A row that can't be stored. `row` counts as a spreadsheet does; what the cell holds is described, never repeated."""

    row: int
    column: str
    reason: str


class NoQuestions(Invalid):
    """A file of which no column is known as a question: someone may say which are."""


class Unreadable(Exception):
    """A cell that is no answer; the message says what it is and what was expected."""


class QuestionColumn(NamedTuple):
    at: int
    name: str
    question: Question
    read: Callable[[str], AnswerValue | None]


def _label_key(table: Table, name: str) -> str:
    """What a file says in words of a column, which may be the question itself, as a survey program's export has it in its second row."""
    return column_key(table.labels.get(name, ""))


def automatic(table: Table, questionnaire: Questionnaire) -> dict[str, str]:
    """The columns that are called as a question is, or as what stands beside them, with what they are; of several the first."""
    beside = {"weight": questionnaire.weight, "stratum": questionnaire.stratum, "psu": questionnaire.psu}
    wanted = {column_key(column): name for name, column in beside.items() if column}
    wanted |= {key: question.id for question in questionnaire.questions() for key in (*columns_of(question), column_key(question.label))}
    found: dict[str, str] = {}
    for name in table.columns:
        field = wanted.get(column_key(name)) or wanted.get(_label_key(table, name))
        if field is not None and field not in found.values():
            found[name] = field
    return found


def columns_in(table: Table, questionnaire: Questionnaire, mapping: FileMapping | None = None) -> list[QuestionColumn]:
    """The columns that hold questions, by their names or as a mapping says, with what reads them. Raises Invalid where there is none, or where two
    hold one question."""
    if mapping is not None:
        return _mapped(table, questionnaire, mapping)
    _refuse_repeated(table, questionnaire)
    places: dict[str, list[int]] = {}
    labelled: dict[str, list[int]] = {}
    for at, name in enumerate(table.columns):
        places.setdefault(column_key(name), []).append(at)
        labelled.setdefault(_label_key(table, name), []).append(at)
    columns = []
    for question in questionnaire.questions():
        found = [at for key in columns_of(question) for at in places.get(key, ())] or labelled.get(column_key(question.label), [])
        if len(found) > 1:
            names = " and ".join(f"“{table.columns[at]}”" for at in found)
            raise Invalid(f"{table.name}: columns {names} both hold the question “{question.label}”. Leave one of them out.")
        if found:
            name = table.columns[found[0]]
            columns.append(QuestionColumn(found[0], name, question, _reader(questionnaire, question, table.value_labels.get(name, {}), {})))
    if not columns:
        raise NoQuestions(
            f"{table.name}: none of its {len(table.columns)} columns is a question of “{questionnaire.title}”. "
            "Check that this is the right questionnaire, and that the first row holds the columns' names."
        )
    return columns


def _mapped(table: Table, questionnaire: Questionnaire, mapping: FileMapping) -> list[QuestionColumn]:
    for name in table.repeated:
        if name in mapping.columns:
            raise Invalid(f"{table.name}: more than one column has the name “{name}”. Rename or leave out all but one of them, then try again.")
    column_of = {field: name for name, field in mapping.columns.items()}
    columns = []
    for question in questionnaire.questions():
        name = column_of.get(question.id, "")
        if name:
            read = _reader(questionnaire, question, table.value_labels.get(name, {}), mapping.values.get(question.id, {}))
            columns.append(QuestionColumn(table.columns.index(name), name, question, read))
    if not columns:
        raise NoQuestions(f"{table.name}: no column is a question of “{questionnaire.title}”. Say of one at least which question it holds.")
    return columns


def _refuse_repeated(table: Table, questionnaire: Questionnaire) -> None:
    """Raise Invalid where two columns of one name could both be a question, the weight, the stratum or the cluster: nothing says which is meant."""
    beside = (questionnaire.weight, questionnaire.stratum, questionnaire.psu, *(comment.column for comment in questionnaire.comments))
    known = {column_key(name) for name in beside if name}.union(*map(columns_of, questionnaire.questions()))
    for name in table.repeated:
        if column_key(name) in known:
            raise Invalid(f"{table.name}: more than one column has the name “{name}”. Rename or leave out all but one of them, then try again.")


def named_column(table: Table, wanted: str, what: str, mapping: FileMapping | None, field: str) -> int | None:
    """Where a column is that a questionnaire needs beside its questions; None where it needs none."""
    if not wanted:
        return None
    if mapping is not None:
        return next(at for at, name in enumerate(table.columns) if mapping.columns.get(name) == field)
    found = [at for at, name in enumerate(table.columns) if column_key(name) == column_key(wanted)]
    if len(found) != 1:
        raise Invalid(f"{table.name}: needs one column “{wanted}”, which holds {what}.")
    return found[0]


def _reader(
    questionnaire: Questionnaire, question: Question, labels: Mapping[str, str], theirs: Mapping[str, str]
) -> Callable[[str], AnswerValue | None]:
    """What a cell says: an answer, or None for no answer. The reader raises Unreadable for anything else.

    Where the file itself says what its codes mean (`labels`), its words count and not our codes: its 1 may be our 2. What a mapping says of a word
    (`theirs`) goes before all that we know.
    """
    if question.kind == "number":
        return _number_reader(question, missing_cells(questionnaire, question))
    answers = questionnaire.answers_to(question)
    meaning: dict[str, AnswerValue | None] = {cell_key(s): a.code for a in answers for s in (a.code, a.label, *a.also)}
    meaning.update(dict.fromkeys(missing_cells(questionnaire, question)))  # most cells are spelt as here, and cell_key is slow
    mapped = {cell_key(word): code or None for word, code in theirs.items()}
    meaning.update(mapped)
    expected = " or ".join(f"“{a.code}”" for a in answers)

    def read(cell: str) -> AnswerValue | None:
        try:
            return meaning[cell] if cell in meaning else meaning[cell_key(cell)]
        except KeyError:
            raise Unreadable(f"holds {kind(cell)}, which is no answer to this question: write {expected}, or leave it empty") from None

    if not labels:
        return read
    missing = missing_cells(questionnaire, question)

    def read_by_label(cell: str) -> AnswerValue | None:
        label = labels.get(cell)
        if label is None or cell_key(cell) in mapped or cell_key(cell) in missing:
            return read(cell)
        try:
            return read(label)
        except Unreadable:
            raise Unreadable(f"holds a code that the file gives words for, and they are no answer to this question: write {expected}") from None

    return read_by_label


def _number_reader(question: Question, missing: frozenset[str]) -> Callable[[str], AnswerValue | None]:
    low, high = question.minimum or 0.0, question.maximum or 0.0
    expected = f"a number from {low:g} to {high:g}"

    def read(cell: str) -> AnswerValue | None:
        if cell in missing or cell_key(cell) in missing:
            return None
        if not _NUMBER.fullmatch(cell.strip()) or not low <= float(cell) <= high:
            raise Unreadable(f"holds {kind(cell)}: write {expected}, or leave it empty")
        return float(cell)

    return read


def kind(cell: str) -> str:
    """What a cell holds, without repeating what may be about somebody."""
    cell = cell.strip()
    if _NUMBER.fullmatch(cell):
        return f"the number {cell}" if len(cell) <= 4 else "a number"
    return f"text of {len(cell)} characters" if cell else "nothing"


def weight(cell: str) -> float:
    """A weight, which is above 0; not a number for anything else."""
    cell = cell.strip()
    return float(cell) if _NUMBER.fullmatch(cell) and float(cell) > 0 else math.nan


def remarks(
    table: Table, questionnaire: Questionnaire, mapping: FileMapping | None, asked: Collection[str], set_aside: Mapping[str, int], silent: int
) -> list[str]:
    """What to know of a file, a sentence each."""
    said = []
    left_out = {column_key(c.column): c.why for c in questionnaire.left_out}
    for name in table.columns:
        if column_key(name) in left_out:
            said.append(f"Column “{name}” is not stored: {left_out[column_key(name)]}.")
    written = {column_key(c.column) for c in questionnaire.comments}
    said += [f"Column “{name}” holds what was written: it is kept apart from the answers." for name in table.columns if column_key(name) in written]
    if unknown := _not_in(table, questionnaire, mapping, {*left_out, *written}):
        said.append(f"Not in the questionnaire, so not stored: {', '.join(unknown)}.")
    absent = [q.id for q in questionnaire.questions() if q.id not in asked]
    if absent:
        said.append(f"The file has no column for {len(absent)} of the questions: {', '.join(absent)}.")
    for question, count in sorted(set_aside.items()):
        said.append(f"{count:,} answers to “{question}” set aside: an earlier answer says that it was not asked.")
    if silent:
        said.append(f"{silent:,} rows answer no question. They count as returned.")
    return said


def _not_in(table: Table, questionnaire: Questionnaire, mapping: FileMapping | None, spoken_of: Collection[str]) -> list[str]:
    if mapping is not None:
        return [f"“{name}”" for name in table.columns if name not in mapping.columns and column_key(name) not in spoken_of]
    drawn = (questionnaire.weight, questionnaire.stratum, questionnaire.psu)
    known = {*map(column_key, drawn), *spoken_of, *map(column_key, automatic(table, questionnaire))}.union(
        *map(columns_of, questionnaire.questions())
    )
    return [f"“{name}”" for name in table.columns if column_key(name) not in known]


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
