"""The question flow of an instrument: its pages in order, and what its answers become. Nothing here reads or writes anything.

A draft holds, beside the answers, whose it is (`young_person`, a number) and the version that it asks (`instrument`, "asset-2000/1").
"""

import datetime as dt
from typing import Any

from msgspec import Struct

from yosafe.errors import FieldError, NotFound
from yosafe.forms.drafts import GONE, Draft
from yosafe.forms.flow import Flow, Step, Task, counting, mark
from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question, QuestionSet, Section, walk
from yosafe.reference.codes import code_list

from . import instruments
from .access import assessment_ref
from .instruments import INSTRUMENTS, OWN_PAGE, Instrument, is_own, own_questions, workers_questions
from .rules import ASSET, SCREEN, DueAssessment, first_night_faults
from .schemas import CompleteAssessment

DRAFT_KIND = "assessment"

COMPLETED_ON = Question(
    name="completed_on",
    kind=Kind.DATE,
    label="On which day was it done?",
    called="the day on which it was done",
    short="Day",
    required=True,
    past=True,
)
CONCERN = Question(
    name="concern", kind=Kind.TEXTAREA, label="What worries you most for their safety, and what should happen next?",
    hint="This stands in their chronology.", called="what worries you most", short="What worries the worker most",
    rows=5,
)  # fmt: skip


class Group(Struct, frozen=True, kw_only=True):
    """Questions under one heading of a page. `own`: they are the young person's."""

    title: str | None
    caption: str | None
    own: bool
    names: tuple[str, ...]


def occasion_question(of: Instrument) -> Question:
    labels = code_list("assessment_occasion").labels()
    options = tuple(Option(value=code, label=labels[code]) for code in of.occasions)
    return Question(
        name="occasion", kind=Kind.RADIOS, label="Why is it done now?", called="why it is done now", short="Why", options=options, required=True
    )


def first_answers(of: Instrument, young_person: int, due: list[DueAssessment], today: dt.date) -> dict[str, Any]:
    """What a new draft knows already: today, and the occasion that is owed."""
    owed = [one.occasion for one in due if one.instrument == of.id and one.is_open]
    occasion = of.occasions[0] if len(of.occasions) == 1 else next(iter(owed), None)
    known = {"young_person": young_person, "instrument": of.questions(today).ref, "completed_on": today.isoformat()}
    return {**known, "occasion": occasion} if occasion else known


def answers_again(row: Any) -> dict[str, Any]:
    """What a draft holds that puts right an assessment which was sent back: its answers, each page marked as done, asked by the same version."""
    question_set = instruments.instruments().by_ref(f"{row['instrument']}/{row['instrument_version']}")
    known = {"young_person": row["young_person"], "instrument": question_set.ref, "replaces": row["id"], "concern": row["concern"]}
    day = {"completed_on": row["completed_on"].isoformat(), "occasion": row["occasion"]}
    marks = {mark(step): True for step in _STEPS[question_set.id](question_set)}
    return {**row["answers"], **row["own_words"], **known, **day, **marks}


def questions_of(draft: Draft) -> QuestionSet:
    """The version that a draft asks."""
    return instruments.instruments().by_ref(draft.answers["instrument"])


def flow_for(base: str, question_set: QuestionSet) -> Flow:
    """The pages of an instrument at an address."""
    return Flow(name=question_set.id, title=question_set.title, base=base, steps=_STEPS[question_set.id](question_set))


def _asset_steps(question_set: QuestionSet) -> tuple[Step, ...]:
    about = Step(name="about", title="About this assessment", questions=(COMPLETED_ON, occasion_question(INSTRUMENTS[question_set.id])))
    pages = tuple(Step(name=s.name, title=s.title, caption=s.caption, questions=s.questions) for s in question_set.sections)
    return (about, *pages, Step(name="conclusion", title="Conclusion", questions=(CONCERN,)))


def _screen_steps(question_set: QuestionSet) -> tuple[Step, ...]:
    talk, own, night = question_set.sections
    return (
        Step(name=talk.name, title=talk.title, caption=talk.caption, questions=(COMPLETED_ON, *talk.questions, *own.questions), keys=("occasion",)),
        Step(name=night.name, title=night.title, caption=night.caption, questions=(*night.questions, CONCERN), done=_agrees),
    )


def _agrees(answers: Any) -> bool:
    return not first_night_faults(answers)


_STEPS = {ASSET: _asset_steps, SCREEN: _screen_steps}


def groups(question_set: QuestionSet, step: Step) -> list[Group]:
    """How the questions of a page stand under headings: the young person's own apart from the worker's."""
    asked = [question.name for question in step.questions] if not callable(step.questions) else []
    own = next(section for section in question_set.sections if is_own(section))
    theirs = tuple(question.name for question in own.questions if question.name in asked)
    others = tuple(name for name in asked if name not in theirs)
    found = [Group(title=None, caption=None, own=False, names=others)] if others else []
    return [*found, _own_group(own, theirs, alone=not others)] if theirs else found


def _own_group(own: Section, names: tuple[str, ...], *, alone: bool) -> Group:
    return Group(title=None if alone else own.title, caption=None if alone else own.caption, own=True, names=names)


def is_own_page(step: Step) -> bool:
    return step.name == OWN_PAGE


def faults_across(step: Step, answers: dict[str, Any]) -> list[FieldError]:
    """Faults of a page that lie between its answers, or between them and those of earlier pages."""
    if step.done is None or callable(step.questions):
        return []
    here = {question.name for question in walk(step.questions)}
    return [fault for fault in first_night_faults(answers) if fault.key in here]


def onward(tasks: list[Task], name: str) -> Task | None:
    """The page after one that was sent: the next that is not done, else the first that is not; None when all are."""
    place = next(number for number, task in enumerate(tasks, 1) if task.name == name)
    return next((task for task in (*tasks[place:], *tasks[:place]) if task.state != "done"), None)


def check_belongs(draft: Draft, young_person: int) -> None:
    """Raise NotFound for a draft about someone else: its address names both."""
    if draft.answers.get("young_person") != young_person:
        raise NotFound(GONE)


def assessment_from(flow: Flow, draft: Draft, young_person: str) -> CompleteAssessment:
    """What a finished draft asks to be kept."""
    question_set = questions_of(draft)
    counted = counting(flow, draft.answers)
    return CompleteAssessment(
        young_person=young_person,
        instrument=question_set.id,
        instrument_version=question_set.version,
        occasion=counted.get("occasion", ""),
        completed_on=dt.date.fromisoformat(counted["completed_on"]),
        answers=_of(workers_questions(question_set), counted),
        own_words=_of(own_questions(question_set), counted),
        concern=counted.get("concern"),
        replaces=assessment_ref(draft.answers["replaces"]) if draft.answers.get("replaces") else None,
    )


def _of(questions: tuple[Question, ...], answers: dict[str, Any]) -> dict[str, Any]:
    return {question.name: answers[question.name] for question in walk(questions) if question.name in answers}
