"""Question flows: steps as data, and pure functions over a flow and the answers so far. Nothing here reads or writes anything.

Addresses are `{base}/{draft}/{step}` and `{base}/{draft}/check`, for example `/incidents/new/7f3c.../where`. Answers carry one mark for each step
that was sent (`step:where`), so that a page of optional questions counts as done only once someone has been there.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from yosafe import clock
from yosafe.errors import NotFound
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

from .asked import asked, given
from .conditions import Answers, Condition, holds
from .questions import Question, QuestionSet
from .read import Reading, check, read
from .show import Row, rows_of
from .typed import Posted

CHECK = "check"

Test = Callable[[Answers], bool]


class Step(Struct, frozen=True, kw_only=True):
    """A page of a flow. `questions` may depend on earlier answers. A page that the feature draws itself has none, and says in `keys` which answers
    are its own, in `done` when there are enough of them, and in `rows` how they read on the check page."""

    name: str
    title: str
    caption: str | None = None
    questions: Sequence[Question] | Callable[[Answers], Sequence[Question]] = ()
    when: Condition | Test | None = None
    keys: tuple[str, ...] = ()
    done: Test | None = None
    rows: Callable[[Answers], Sequence[Row]] | None = None


class Flow(Struct, frozen=True, kw_only=True):
    """Steps in order; a function in their place gives the steps that earlier answers call for, such as the sections of a question set."""

    name: str
    title: str
    base: str
    steps: tuple[Step | Callable[[Answers], Sequence[Step]], ...]

    def __post_init__(self) -> None:
        names = [step.name for step in self.steps if isinstance(step, Step)]
        if CHECK in names or len(set(names)) < len(names):
            raise ValueError(f"the steps of {self.name} need names of their own, and none can be called {CHECK}")


class Progress(Struct, frozen=True):
    """Where a step stands: the `number`th `of` those that are asked."""

    number: int
    of: int


class CheckSection(Struct, frozen=True):
    """The answers of one step on the check page, and where to change them."""

    name: str
    title: str
    rows: tuple[Row, ...]
    change: str


class Task(Struct, frozen=True):
    """A step in a list of steps. `state` is done, next (the first that is not done) or later (behind it)."""

    name: str
    title: str
    address: str
    state: str


def steps_from(question_set: QuestionSet) -> tuple[Step, ...]:
    """A step for each section of a question set."""
    return tuple(Step(name=s.name, title=s.title, caption=s.caption, questions=s.questions, when=s.when) for s in question_set.sections)


def mark(step: Step) -> str:
    """The key under which answers say that a step was sent."""
    return f"step:{step.name}"


class _At(Struct, frozen=True):
    """A step as it is reached: with the answers that count by then."""

    step: Step
    before: dict[str, Any]
    questions: tuple[Question, ...]

    def counts(self, answers: Answers) -> dict[str, Any]:
        """The answers of this step that count."""
        return {key: answers[key] for key in self.step.keys if key in answers} | given(self.questions, answers, before=self.before)


def _walk(flow: Flow, answers: Answers) -> Iterator[_At]:
    counted: dict[str, Any] = {}
    for item in flow.steps:
        for step in (item,) if isinstance(item, Step) else item(dict(counted)):
            if step.when(counted) if callable(step.when) else holds(step.when, counted):
                at = _At(step, dict(counted), tuple(step.questions(dict(counted)) if callable(step.questions) else step.questions))
                yield at
                counted |= at.counts(answers)


def _at(flow: Flow, answers: Answers, name: str) -> _At:
    for at in _walk(flow, answers):
        if at.step.name == name:
            return at
    raise NotFound("This form has no such page, or your answers so far do not lead to it. Go back to the form.")


def step_named(flow: Flow, answers: Answers, name: str) -> Step:
    """The step at an address. Raises NotFound for one that is not asked."""
    return _at(flow, answers, name).step


def steps_asked(flow: Flow, answers: Answers) -> tuple[Step, ...]:
    """The steps that the answers so far lead to."""
    return tuple(at.step for at in _walk(flow, answers))


def counting(flow: Flow, answers: Answers) -> dict[str, Any]:
    """All answers that count, for the action at the end: without marks, and without answers that a later change made moot."""
    return {name: value for at in _walk(flow, answers) for name, value in at.counts(answers).items()}


def to_ask(flow: Flow, answers: Answers, name: str, *, on: dt.date | None = None, terminology: Terminology = "2002") -> tuple[Question, ...]:
    """The questions to put on a step's page."""
    at = _at(flow, answers, name)
    return asked(at.questions, {**at.before, **at.counts(answers)}, on=on or clock.today(), terminology=terminology)


def read_step(flow: Flow, answers: Answers, name: str, posted: Posted, *, today: dt.date | None = None, terminology: Terminology = "2002") -> Reading:
    """What was made of a step's posted form."""
    at = _at(flow, answers, name)
    return read(at.questions, posted, today=today, before=at.before, terminology=terminology)


def to_save(step: Step, answers: Answers) -> dict[str, Any]:
    """What a draft keeps once a step was sent: `reading.with_blanks` of its form, and its mark. For `save_step`."""
    return {**answers, mark(step): True}


def _is_done(at: _At, answers: Answers, today: dt.date | None) -> bool:
    """Whether a step was sent and holds no error; one with a `done` of its own is done when that says so."""
    if at.step.done is not None and not at.step.done({**at.before, **at.counts(answers)}):
        return False
    if not at.questions:
        return at.step.done is not None or mark(at.step) in answers
    return mark(at.step) in answers and not check(at.questions, given(at.questions, answers, before=at.before), today=today, before=at.before).errors


def first_undone(flow: Flow, answers: Answers, *, today: dt.date | None = None) -> Step | None:
    """Where to go on: the first step that is not done. None when all are."""
    return next((at.step for at in _walk(flow, answers) if not _is_done(at, answers, today)), None)


def is_complete(flow: Flow, answers: Answers, *, today: dt.date | None = None) -> bool:
    return first_undone(flow, answers, today=today) is None


def guard(flow: Flow, answers: Answers, name: str, *, today: dt.date | None = None) -> Step | None:
    """The step that must come before the page asked for (a step, or `CHECK`); None where the page may be opened. Raises NotFound."""
    if name != CHECK:
        _at(flow, answers, name)
    for at in _walk(flow, answers):
        if at.step.name == name:
            return None
        if not _is_done(at, answers, today):
            return at.step
    return None


def next_step(flow: Flow, answers: Answers, name: str) -> Step | None:
    """The step after this one; None where the check page comes next."""
    steps = steps_asked(flow, answers)
    number = _number(steps, name)
    return steps[number] if number < len(steps) else None


def previous_step(flow: Flow, answers: Answers, name: str) -> Step | None:
    """The step before this one (before the check page: the last one); None at the first."""
    steps = steps_asked(flow, answers)
    number = len(steps) + 1 if name == CHECK else _number(steps, name)
    return steps[number - 2] if number > 1 else None


def progress(flow: Flow, answers: Answers, name: str) -> Progress:
    """Where a step stands among those that the answers so far lead to."""
    steps = steps_asked(flow, answers)
    return Progress(_number(steps, name), len(steps))


def _number(steps: Sequence[Step], name: str) -> int:
    for number, step in enumerate(steps, 1):
        if step.name == name:
            return number
    raise NotFound("This form has no such page, or your answers so far do not lead to it. Go back to the form.")


def address(flow: Flow, draft: UUID, step: Step | None) -> str:
    """The address of a step's page; of the check page for None."""
    return f"{flow.base}/{draft}/{CHECK if step is None else step.name}"


def onward(flow: Flow, draft: UUID, answers: Answers, *, today: dt.date | None = None) -> str:
    """Where to go after a step was saved: to what is still to do, else to the check page. So a change made from there leads back there."""
    return address(flow, draft, first_undone(flow, answers, today=today))


def check_rows(flow: Flow, draft: UUID, answers: Answers, *, terminology: Terminology = "2002") -> list[CheckSection]:
    """The check page: for each step its answers in words and where to change them."""
    sections = []
    for at in _walk(flow, answers):
        counted = {**at.before, **at.counts(answers)}
        rows = (*rows_of(at.questions, counted, terminology=terminology), *(at.step.rows(counted) if at.step.rows else ()))
        if rows:
            sections.append(CheckSection(at.step.name, in_terms(at.step.title, terminology), rows, address(flow, draft, at.step)))
    return sections


def tasks(flow: Flow, draft: UUID, answers: Answers, *, today: dt.date | None = None, terminology: Terminology = "2002") -> list[Task]:
    """The steps as a list of tasks."""
    first = first_undone(flow, answers, today=today)
    found: list[Task] = []
    for at in _walk(flow, answers):
        state = "next" if first and at.step.name == first.name else "done" if _is_done(at, answers, today) else "later"
        found.append(Task(at.step.name, in_terms(at.step.title, terminology), address(flow, draft, at.step), state))
    return found
