"""What can be wrong with questions as data, each told with its remedy."""

import re
from collections.abc import Iterable, Iterator

from yosafe.reference.terms import TERM, catalogue

from .conditions import Condition, leaves
from .questions import REVEALING, WIDTHS, Kind, Question, QuestionSet, Section, walk

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def faults_in(question_set: QuestionSet) -> Iterator[tuple[str, str]]:
    """Pairs of where (the name of a question or section, or of a field of the set) and what to do."""
    if question_set.version < 1:
        yield "version", "versions count from 1"
    if question_set.valid_to and question_set.valid_to < question_set.valid_from:
        yield "valid_to", "comes before `valid_from`: swap them, or leave `valid_to` out while the set is in use"
    if not question_set.sections:
        yield "sections", "there are none: add one with at least one question"
    yield from _repeated("section", (section.name for section in question_set.sections))
    yield from _repeated("question", (question.name for section in question_set.sections for question in walk(section.questions)))
    earlier: dict[str, Question] = {}
    for section in question_set.sections:
        yield from _faults_in_section(section, earlier)
        earlier |= {question.name: question for question in walk(section.questions)}


def _faults_in_section(section: Section, earlier: dict[str, Question]) -> Iterator[tuple[str, str]]:
    if not _NAME.fullmatch(section.name.replace("-", "_")):
        yield section.name, "names of sections are small letters, digits and hyphens"
    if not section.questions:
        yield section.name, "has no questions: add one or take the section out"
    here = {question.name for question in walk(section.questions)}
    yield from ((section.name, fault) for fault in _faults_in_condition(section.when, earlier, here))
    dated = {name for name, known in earlier.items() if known.kind is Kind.DATE}
    for question in walk(section.questions):
        faults = [*faults_of(question), *_faults_in_condition(question.when, earlier, here), *_faults_in_first_day(question, dated)]
        yield from ((question.name, fault) for fault in faults)
        if question.kind is Kind.DATE:
            dated.add(question.name)


def faults_of(question: Question) -> Iterator[str]:
    """What is wrong with one question by itself."""
    if not _NAME.fullmatch(question.name):
        yield "names of questions are small letters, digits and underscores, and start with a letter"
    if question.width is not None and question.width not in WIDTHS:
        yield f"`width` must be one of {', '.join(map(str, WIDTHS))}"
    if question.past and question.future:
        yield "a date can't be both `past` and `future`: keep one"
    yield from _faults_in_options(question)
    yield from _faults_in_reveals(question)
    yield from _faults_in_terms(question)


def _faults_in_options(question: Question) -> Iterator[str]:
    if question.is_choice and not question.options:
        yield "needs `options`, or a `code_list`"
    if not question.is_choice and question.options:
        yield f"a question of kind “{question.kind}” has no options: take them out, or make it radios, checkboxes or a select"
    values = [option.value for option in question.options]
    yield from (f"{fault}" for _, fault in _repeated("option", values))
    yield from (f"the option “{value}” has a value that is not letters, digits and _ . -" for value in values if not _OPTION.fullmatch(value))
    if question.kind is Kind.YES_NO and not {"yes", "no"} <= set(values):
        yield "yes_no has the options “yes” and “no”: use radios for others"


def _faults_in_reveals(question: Question) -> Iterator[str]:
    if question.reveals and question.kind not in REVEALING:
        yield f"a question of kind “{question.kind}” can't reveal others: use `when` in a later section"
        return
    for value, revealed in question.reveals.items():
        if value not in {option.value for option in question.options}:
            yield f"reveals questions under “{value}”, which is not one of its options"
        for inner in revealed:
            if inner.reveals:
                yield f"“{inner.name}” is revealed and reveals others itself: move those to a later section with `when`"


def _faults_in_terms(question: Question) -> Iterator[str]:
    texts = [question.label, question.hint, question.called, question.short, question.required_message]
    texts += [text for option in question.options for text in (option.label, option.hint)]
    for term in {name for text in texts if text for name in TERM.findall(text)}:
        if term.lower() not in catalogue("2002"):
            yield f"the term {{{term}}} is not in the catalogue of terms: add it there, or write the words"


def _faults_in_condition(condition: Condition | None, earlier: dict[str, Question], here: set[str]) -> Iterator[str]:
    for test in leaves(condition):
        name = test.question or ""
        if name in here:
            yield f"depends on “{name}” of its own section: put it under `reveals` there, or into a later section"
        elif name not in earlier:
            yield f"depends on “{name}”, which no earlier section asks: move one of them, or mend the name"
        elif earlier[name].is_choice:
            values = {option.value for option in earlier[name].options}
            yield from (f"waits for “{value}”, which is not an option of “{name}”" for value in test.one_of if str(value) not in values)


def _faults_in_first_day(question: Question, dated: set[str]) -> Iterator[str]:
    if question.not_before_answer and question.not_before_answer not in dated:
        yield f"`not_before_answer` names “{question.not_before_answer}”, which is no earlier date: name one that is asked before"


def _repeated(what: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name, f"there are two {what}s of this name: give one another"
        seen.add(name)
