"""Questionnaires are data files: what was asked, which answers there are, and how a file says so. Once used, a version is never edited."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import chain, pairwise
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from yosafe.errors import NotFound

FOLDER = files(__package__) / "questionnaires"

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Line = Annotated[str, Meta(min_length=1, max_length=300)]


class Answer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One answer that can be given. `also` is what files may hold in place of the code or the label."""

    code: Code
    label: Line
    also: tuple[str, ...] = ()


class AskedIf(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question that is put only to those who gave one of these answers to an earlier one."""

    question: Id
    answers: tuple[Code, ...]


class Question(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`positive` are the answers counted together in the headline share, which `short` puts in words; not a judgement that they are good.
    `recorded` names the recorded fact that the headline share may be set beside."""

    id: Id
    label: Line
    short: Line
    kind: Literal["single", "number"] = "single"
    columns: tuple[str, ...] = ()
    answers: str | tuple[Answer, ...] = ()
    positive: tuple[Code, ...] = ()
    missing: tuple[str, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    asked_if: AskedIf | None = None
    recorded: Id = ""
    note: str = ""


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: Id
    title: Line
    questions: tuple[Question, ...]


class LeftOut(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A column that files of this questionnaire have and that is not stored, with the reason."""

    column: str
    why: Line


class Comment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that is answered in words of one's own, which are kept apart from the answers. `label` is what was asked."""

    id: Id
    column: str
    label: Line


class Questionnaire(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`missing` are the cells, beside empty ones, that mean no answer. `weight` names the column of weights, where there is one; `stratum` and `psu`
    those that say how respondents were drawn. `groups` are questions by which respondents are parted for a comparison: those in its headline share,
    and the rest.
    """

    id: Id
    version: Annotated[int, Meta(ge=1)]
    title: Line
    about: str
    source: str
    sections: tuple[Section, ...]
    weight: str = ""
    stratum: str = ""
    psu: str = ""
    groups: tuple[Id, ...] = ()
    missing: tuple[str, ...] = ()
    headline: tuple[Id, ...] = ()
    answer_sets: dict[Id, tuple[Answer, ...]] = {}
    comments: tuple[Comment, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    caution: str = ""

    def questions(self) -> Iterator[Question]:
        return chain.from_iterable(section.questions for section in self.sections)

    @property
    def clustered(self) -> bool:
        """Whether respondents were drawn in clusters, which each of them then names."""
        return bool(self.psu)

    def question(self, question_id: str) -> Question:
        return next(q for q in self.questions() if q.id == question_id)

    def answers_to(self, question: Question) -> tuple[Answer, ...]:
        return self.answer_sets.get(question.answers, ()) if isinstance(question.answers, str) else question.answers


def column_key(name: str) -> str:
    """A column's name as it is compared: `Q unsafe-ever ` and `q_unsafe_ever` are one."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def cell_key(text: str) -> str:
    """A cell as it is compared with codes and labels. `1.0`, which programs make of a 1, is a 1."""
    folded = " ".join(text.casefold().replace("’", "'").split())
    return re.sub(r"^(-?\d+)\.0+$", r"\1", folded)


def matched(questionnaire: Questionnaire) -> list[Question]:
    """The questions that may be set beside a recorded fact."""
    return [question for question in questionnaire.questions() if question.recorded]


def columns_of(question: Question) -> tuple[str, ...]:
    """The columns that may hold a question, as they are compared; its id where none is given."""
    return tuple(column_key(column) for column in question.columns or (question.id,))


def available() -> list[tuple[str, int]]:
    """Id and version of every questionnaire that there is, in order."""
    found = []
    for file in FOLDER.iterdir():
        if match := re.fullmatch(r"([a-z0-9-]+)\.v(\d+)\.toml", file.name):
            found.append((match[1], int(match[2])))
    return sorted(found)


@cache
def load(questionnaire_id: str, version: int | None = None) -> Questionnaire:
    """A questionnaire, its newest version unless told. Raises NotFound."""
    versions = [v for i, v in available() if i == questionnaire_id]
    if not versions or (version is not None and version not in versions):
        known = ", ".join(dict.fromkeys(i for i, _ in available()))
        raise NotFound(f"No questionnaire of this name and version. There are: {known}.")
    file = FOLDER / f"{questionnaire_id}.v{version or max(versions)}.toml"
    return parse(file.read_bytes())


def parse(data: bytes) -> Questionnaire:
    """A questionnaire from its TOML. Raises ValueError, naming the question, where it does not hold together."""
    questionnaire = msgspec.toml.decode(data, type=Questionnaire)
    if faults := list(_faults(questionnaire)):
        raise ValueError(f"questionnaire {questionnaire.id}: " + "; ".join(faults))
    return questionnaire


def _faults(questionnaire: Questionnaire) -> Iterator[str]:
    questions = list(questionnaire.questions())
    yield from _repeated("question", [q.id for q in questions])
    yield from _repeated("comment", [c.id for c in questionnaire.comments])
    yield from _repeated("section", [s.id for s in questionnaire.sections])
    left_out = [column_key(c.column) for c in questionnaire.left_out]
    drawn = [column_key(name) for name in (questionnaire.weight, questionnaire.stratum, questionnaire.psu) if name]
    yield from _repeated(
        "column", [*chain.from_iterable(columns_of(q) for q in questions), *(column_key(c.column) for c in questionnaire.comments), *left_out, *drawn]
    )
    if questionnaire.stratum and not questionnaire.psu:
        yield "stratum: needs psu, which names the clusters in a stratum"
    by_id = {q.id: q for q in questions}
    for group in questionnaire.groups:
        if group not in by_id or not by_id[group].positive or by_id[group].asked_if:
            yield f"groups: {group} must be a question with positive answers that everybody is asked"
    for unknown in sorted(set(questionnaire.headline) - {q.id for q in questions}):
        yield f"headline: there is no question {unknown}"
    before: dict[str, Question] = {}
    for question in questions:
        yield from _question_faults(questionnaire, question)
        yield from _routing_faults(questionnaire, question, before)
        before[question.id] = question


def _repeated(what: str, names: list[str]) -> Iterator[str]:
    for one, other in pairwise(sorted(names)):
        if one == other:
            yield f"{what} {one} appears twice"


def _question_faults(questionnaire: Questionnaire, question: Question) -> Iterator[str]:
    if question.recorded and (not question.positive or question.asked_if):
        yield f"{question.id}: what is set beside a recorded fact needs positive answers, and everybody to be asked"
    if question.kind == "number":
        if question.answers or question.positive:
            yield f"{question.id}: a number has no list of answers"
        if question.minimum is None or question.maximum is None or question.minimum >= question.maximum:
            yield f"{question.id}: a number needs a minimum below a maximum"
        return
    if isinstance(question.answers, str) and question.answers not in questionnaire.answer_sets:
        yield f"{question.id}: there is no answer set {question.answers}"
        return
    answers = questionnaire.answers_to(question)
    if len(answers) < 2:
        yield f"{question.id}: needs two answers or more"
    for unknown in sorted(set(question.positive) - {a.code for a in answers}):
        yield f"{question.id}: positive names {unknown}, which is no answer"
    if answers and len(set(question.positive)) == len(answers):
        yield f"{question.id}: every answer is positive"
    yield from (f"{question.id}: {fault}" for fault in _repeated("cell", _all_cells(questionnaire, question)))


def _all_cells(questionnaire: Questionnaire, question: Question) -> list[str]:
    """Everything that a cell may say, each answer's spellings once."""
    spellings = [{cell_key(s) for s in (a.code, a.label, *a.also)} for a in questionnaire.answers_to(question)]
    return [*chain.from_iterable(spellings), *missing_cells(questionnaire, question)]


def missing_cells(questionnaire: Questionnaire, question: Question) -> frozenset[str]:
    """The cells that mean no answer to a question."""
    return frozenset(map(cell_key, ("", *questionnaire.missing, *question.missing)))


def _routing_faults(questionnaire: Questionnaire, question: Question, before: dict[str, Question]) -> Iterator[str]:
    if question.asked_if is None:
        return
    gate = before.get(question.asked_if.question)
    if gate is None or gate.kind != "single" or gate.asked_if is not None:
        yield f"{question.id}: asked_if must name an earlier question with a list of answers that everybody is asked"
    elif unknown := set(question.asked_if.answers) - {a.code for a in questionnaire.answers_to(gate)}:
        yield f"{question.id}: asked_if names {', '.join(sorted(unknown))}, which is no answer to {gate.id}"
