"""A questionnaire as something that a file can be mapped to: its questions are the fields, its answers their codes. Pure but for what is kept."""

from collections.abc import Iterable
from typing import NamedTuple

from yosafe.errors import Invalid
from yosafe.importing.converting import printable
from yosafe.importing.fields import Field, Kind, Target
from yosafe.importing.mapping import Mapping, check_mapping
from yosafe.importing.reading import Table
from yosafe.importing.suggesting import Suggestion, suggest_columns, suggest_value

from .coding import RESPONDENT, QuestionColumn, Unreadable, automatic, columns_in
from .questionnaire import Questionnaire

WEIGHT, STRATUM, PSU = "weight", "stratum", "psu"
MOST_WORDS = 100  # that are shown to be mapped
UNNAMED = "This file"


class Word(NamedTuple):
    """A word of a column that is none of a question's answers: how many rows hold it, and the answer that it may be."""

    question: str
    column: str
    word: str
    rows: int
    suggested: str


def target_of(questionnaire: Questionnaire) -> Target:
    """What a file of a questionnaire is mapped to."""
    beside = [(WEIGHT, "Weight", questionnaire.weight), (STRATUM, "Stratum", questionnaire.stratum), (PSU, "Cluster", questionnaire.psu)]
    fields = [
        Field(name=question.id, label=question.label, kind=Kind.NUMBER, aliases=question.columns)
        if question.kind == "number"
        else Field(
            name=question.id, label=question.label, kind=Kind.CODE, aliases=question.columns,
            codes={answer.code: answer.label for answer in questionnaire.answers_to(question)},
            code_aliases={also: answer.code for answer in questionnaire.answers_to(question) for also in answer.also},
        )
        for question in questionnaire.questions()
    ]  # fmt: skip
    fields.append(
        Field(name=RESPONDENT, label="Number of the respondent, to know them again", hint="It is not stored: a digest of it is", longest=500)
    )
    fields += [Field(name=name, label=label, required=True, aliases=(column,)) for name, label, column in beside if column]
    return Target(name=target_name(questionnaire.id), title=questionnaire.title, fields=tuple(fields))


def target_name(questionnaire_id: str) -> str:
    return f"survey.{questionnaire_id}"[:40]


def found_by_name(table: Table, questionnaire: Questionnaire, source: str = UNNAMED) -> Mapping:
    """The mapping that a file needs no help for: the columns that are called as questions are."""
    return Mapping(target=target_name(questionnaire.id), source=source, columns=automatic(table, questionnaire))


def check_survey_mapping(mapping: Mapping, questionnaire: Questionnaire, table: Table) -> None:
    """Raise Invalid, with every fault, for a mapping that can't be used for a file of a questionnaire."""
    check_mapping(mapping, target_of(questionnaire), columns=table.columns)
    if mapping.defaults:
        raise Invalid("The mapping has defaults, and a survey has none: a question that was not answered stays so. Take [defaults] out.")


def fits(mapping: Mapping, table: Table, questionnaire: Questionnaire) -> bool:
    """Whether a mapping can be used for a file: all its columns are there."""
    try:
        check_survey_mapping(mapping, questionnaire, table)
    except Invalid:
        return False
    return True


def suggestions(table: Table, questionnaire: Questionnaire) -> list[Suggestion]:
    """For each column some of its values and what it may be: what is found by name, and what looks like it."""
    by_name = automatic(table, questionnaire)
    return [
        Suggestion(column=one.column, samples=one.samples, field=by_name[one.column], sure=1.0, why="same name") if one.column in by_name
        else one if one.field not in by_name.values()
        else Suggestion(column=one.column, samples=one.samples, field=None, sure=0.0, why="")
        for one in suggest_columns(target_of(questionnaire), table)
    ]  # fmt: skip


def unknown_words(table: Table, questionnaire: Questionnaire, mapping: Mapping | None) -> list[Word]:
    """The words that are none of ours, once each, those of most rows first; of very many the first 100."""
    columns = [one for one in columns_in(table, questionnaire, mapping) if one.question.kind == "single"]
    counts: dict[tuple[int, str], int] = {}
    for block in table.blocks():
        for place, column in enumerate(columns):
            cells = block.column(column.at)
            for at, text in _unreadable(column, cells.texts):
                counts[place, text] = counts.get((place, text), 0) + int((cells.codes == at).sum())
    target = target_of(questionnaire)
    found = []
    for (place, text), rows in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST_WORDS]:
        column = columns[place]
        suggested = suggest_value(target.field(column.question.id), text)
        found.append(Word(column.question.id, column.name, printable(text), rows, suggested.code if suggested else ""))
    return found


def _unreadable(column: QuestionColumn, texts: Iterable[str]) -> Iterable[tuple[int, str]]:
    for at, text in enumerate(texts):
        try:
            column.read(text)
        except Unreadable:
            if len(text) <= 200:
                yield at, text
