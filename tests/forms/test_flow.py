"""A flow: which page, in which order, and when it is done. Pure functions over the answers so far."""

import datetime as dt
from uuid import UUID

import pytest

from yosafe.errors import NotFound
from yosafe.forms import flow as flows
from yosafe.forms.conditions import answered_with
from yosafe.forms.flow import CHECK, Flow, Step
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.show import Row

DRAFT = UUID("7f3c0000-0000-4000-8000-000000000001")
TODAY = dt.date(2009, 6, 1)

KIND = Question(
    name="kind", kind=Kind.RADIOS, label="Kind", required=True, options=(Option(value="wound", label="Wound"), Option(value="word", label="Word"))
)
WORDS = Question(name="words", kind=Kind.TEXT, label="Words", required=True)
NOTE = Question(name="note", kind=Kind.TEXTAREA, label="Anything else")


@pytest.fixture(scope="session")
def record(wound):
    """People are drawn by the feature; the middle depends on the kind."""
    return Flow(
        name="record",
        title="Record it",
        base="/incidents/new",
        steps=(
            Step(
                name="people",
                title="Who was involved",
                keys=("people",),
                done=lambda answers: bool(answers.get("people")),
                rows=lambda answers: [Row("people", "People", ", ".join(answers.get("people", [])), is_blank=not answers.get("people"))],
            ),
            Step(name="kind", title="What happened", questions=(KIND,)),
            lambda answers: flows.steps_from(wound) if answers.get("kind") == "wound" else (),
            Step(name="words", title="What was said to the {yot}", questions=(WORDS,), when=answered_with("kind", "word")),
            Step(name="note", title="Anything else", questions=lambda answers: (NOTE,) if answers.get("kind") else ()),
            Step(name="read", title="Read this", when=lambda answers: len(answers.get("people", [])) > 2),
        ),
    )


PEOPLE = {"people": ["YP-000001"]}
WORD = {**PEOPLE, "kind": "word", "step:kind": True}
SAID = {**WORD, "words": "Get out", "step:words": True}
DONE = {**SAID, "step:note": True}


def names(steps):
    return [step.name for step in steps]


@pytest.mark.parametrize(
    ("answers", "steps"),
    [
        ({}, ["people", "kind", "note"]),
        ({"kind": "word"}, ["people", "kind", "words", "note"]),
        ({"kind": "wound"}, ["people", "kind", "what-happened", "treatment", "note"]),
        ({"kind": "wound", "hospital": "yes"}, ["people", "kind", "what-happened", "treatment", "hospital-stay", "note"]),
        ({"kind": "word", "hospital": "yes"}, ["people", "kind", "words", "note"]),
        ({"people": ["a", "b", "c"]}, ["people", "kind", "note", "read"]),
    ],
)
def test_the_answers_lead_the_way(record, answers, steps):
    assert names(flows.steps_asked(record, answers)) == steps


@pytest.mark.parametrize(
    ("answers", "step"),
    [
        ({}, "people"),
        (PEOPLE, "kind"),
        ({**PEOPLE, "kind": "word"}, "kind"),  # known already, not yet sent
        (WORD, "words"),
        ({**WORD, "step:words": True}, "words"),  # sent, then its answer taken away
        ({**SAID, "words": "x" * 300}, "words"),  # no longer an answer
        (SAID, "note"),  # optional, not yet seen
        (DONE, None),
        ({**DONE, "people": []}, "people"),
        ({**DONE, "kind": "wound"}, "what-happened"),
        ({**DONE, "people": ["a", "b", "c"]}, "read"),
        ({**DONE, "people": ["a", "b", "c"], "step:read": True}, None),
    ],
)
def test_where_to_go_on(record, answers, step):
    first = flows.first_undone(record, answers, today=TODAY)
    assert (first and first.name) == step
    assert flows.is_complete(record, answers, today=TODAY) is (step is None)
    assert flows.onward(record, DRAFT, answers, today=TODAY) == f"/incidents/new/{DRAFT}/{step or CHECK}"


@pytest.mark.parametrize(
    ("answers", "page", "sent_to"),
    [
        ({}, "people", None),
        ({}, "kind", "people"),
        (PEOPLE, "kind", None),
        (SAID, "people", None),
        (WORD, "note", "words"),
        (WORD, CHECK, "words"),
        (DONE, CHECK, None),
    ],
)
def test_the_guard(record, answers, page, sent_to):
    step = flows.guard(record, answers, page, today=TODAY)
    assert (step and step.name) == sent_to


@pytest.mark.parametrize("page", ["words", "nowhere", "what-happened"])
def test_pages_that_are_not_asked_are_not_found(record, page):
    for call in (flows.guard, flows.step_named, flows.progress, flows.next_step, flows.previous_step, flows.to_ask):
        with pytest.raises(NotFound):
            call(record, PEOPLE, page)


def test_onward_and_back(record):
    order = [*names(flows.steps_asked(record, WORD)), None]
    assert [(step := flows.next_step(record, WORD, name)) and step.name for name in order[:-1]] == order[1:]
    assert flows.previous_step(record, WORD, "people") is None
    assert flows.previous_step(record, WORD, "words").name == "kind"
    assert flows.previous_step(record, WORD, CHECK).name == "note"
    assert flows.progress(record, WORD, "words") == flows.Progress(3, 4)


def test_a_page_is_put_read_and_kept(record):
    assert [question.name for question in flows.to_ask(record, WORD, "words", on=TODAY)] == ["words"]
    assert flows.read_step(record, WORD, "words", {}, today=TODAY).errors[0].key == "words"
    reading = flows.read_step(record, WORD, "words", {"words": ["Get out"]}, today=TODAY)
    step = flows.step_named(record, WORD, "words")
    assert {**WORD, **flows.to_save(step, reading.with_blanks)} == SAID


def test_the_check_page(record):
    sections = flows.check_rows(record, DRAFT, SAID, terminology="today")
    assert [(s.title, [(r.label, r.value) for r in s.rows], s.change) for s in sections] == [
        ("Who was involved", [("People", "YP-000001")], f"/incidents/new/{DRAFT}/people"),
        ("What happened", [("Kind", "Word")], f"/incidents/new/{DRAFT}/kind"),
        ("What was said to the youth justice service", [("Words", "Get out")], f"/incidents/new/{DRAFT}/words"),
        ("Anything else", [("Anything else", "Not recorded")], f"/incidents/new/{DRAFT}/note"),
    ]


def test_only_answers_that_count_go_on(record):
    assert flows.counting(record, {**DONE, "hospital": "yes", "nights": 2, "unknown": 1}) == {**PEOPLE, "kind": "word", "words": "Get out"}
    changed = {**DONE, "kind": "wound"}
    assert flows.counting(record, changed) == {**PEOPLE, "kind": "wound"}


def test_the_list_of_tasks(record):
    assert [(task.name, task.state) for task in flows.tasks(record, DRAFT, WORD, today=TODAY)] == [
        ("people", "done"),
        ("kind", "done"),
        ("words", "next"),
        ("note", "later"),
    ]


@pytest.mark.parametrize("names", [["check"], ["a", "a"]])
def test_names_of_steps_are_their_own(names):
    with pytest.raises(ValueError, match="need names of their own"):
        Flow(name="f", title="F", base="/f", steps=tuple(Step(name=name, title=name) for name in names))
