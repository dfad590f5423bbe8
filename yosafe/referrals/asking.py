"""The form for an event of a referral: which, of those that may come next, what is asked of it, when, and how it is known."""

from collections.abc import Mapping, Sequence
from typing import Any

from yosafe.forms.options import Option
from yosafe.forms.questions import Kind as Asked
from yosafe.forms.questions import Question
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from .events import AGREED, CONFERENCES, MEETINGS, OUTCOMES, Kind
from .steps import NOTE_NEEDED

UNDER = ("outcome", "note", "present", "present_names", "quorate", "child_there", "advocate", "registered_as", "agreed_with", "review_on")


def event_questions(kinds: Sequence[Kind], levels: Sequence[str], terminology: Terminology) -> tuple[Question, ...]:
    """`levels`: to whom it can be taken next."""
    events = code_list("referral_event")
    options = tuple(
        Option(value=kind.value, label=events.code(kind.value).label(terminology), hint=events.code(kind.value).hint or None) for kind in kinds
    )
    which = Question(
        name="kind", kind=Asked.RADIOS, label="What happened?", called="what happened", required=True, options=options,
        reveals={kind.value: under for kind in kinds if (under := _under(kind, levels, terminology))},
    )  # fmt: skip
    when = Question(name="on", kind=Asked.DATE, label="On which day?", called="the day", required=True, past=True)
    source = Question(name="source", kind=Asked.SELECT, label="How is it known?", called="how it is known", code_list="event_source", required=True)
    note = Question(name="note", kind=Asked.TEXTAREA, label="Anything to add?", max_length=2000, rows=3)
    return (which, when, source, note)


def _under(kind: Kind, levels: Sequence[str], terminology: Terminology) -> tuple[Question, ...]:
    """What is asked under one event."""
    asked = []
    if kind in OUTCOMES:
        codes = code_list(OUTCOMES[kind])
        options = tuple(Option(value=level, label=codes.label(level, terminology)) for level in levels) if kind is Kind.ESCALATED else ()
        asked.append(
            Question(
                name=f"outcome_{kind.value}", kind=Asked.RADIOS, label=codes.title, called="what came of it", options=options,
                code_list=None if options else OUTCOMES[kind], required=True,
            )
        )  # fmt: skip
    if kind is Kind.INITIAL_CONFERENCE:
        asked.append(_choice(kind, "registered_as", "Under which category?", "referral_category", hint="Where they are registered", required=False))
    if kind in MEETINGS:
        asked.append(
            Question(
                name=f"present_{kind.value}", kind=Asked.CHECKBOXES, label="Who was there?", called="who was there", code_list="event_present",
                required=True,
            )
        )  # fmt: skip
        asked.append(Question(name=f"present_names_{kind.value}", kind=Asked.TEXTAREA, label="Their names", max_length=2000, rows=2))
    if kind in CONFERENCES:
        asked.append(
            Question(
                name=f"quorate_{kind.value}", kind=Asked.RADIOS, label="Was it quorate?", called="whether it was quorate",
                hint="Whether as many agencies were there as the committee's procedures ask for", required=True,
                options=(Option(value="yes", label="Yes"), Option(value="no", label="No")),
            )
        )  # fmt: skip
        asked.append(_choice(kind, "child_there", "Was the young person there?", "child_there"))
        asked.append(_choice(kind, "advocate", "Did they have an advocate?", "advocate_there"))
    if kind in AGREED:
        asked.append(
            Question(
                name=f"agreed_with_{kind.value}", kind=Asked.TEXT, label="With whom was it agreed?", called="with whom it was agreed",
                hint="Someone other than you, by full name", required=True, max_length=100,
            )
        )  # fmt: skip
    if kind is Kind.LOOKED_AGAIN:
        asked.append(
            Question(
                name=f"review_on_{kind.value}", kind=Asked.DATE, label="When is it looked at once more?", called="the day of the next look",
                hint="Where it is still not referred", future=True,
            )
        )  # fmt: skip
    if kind in NOTE_NEEDED:
        asked.append(
            Question(
                name=f"note_{kind.value}", kind=Asked.TEXTAREA, label=NOTE_NEEDED[kind], required=True, required_message=NOTE_NEEDED[kind],
                max_length=2000, rows=3,
            )
        )  # fmt: skip
    return tuple(asked)


def _choice(kind: Kind, name: str, label: str, codes: str, *, hint: str | None = None, required: bool = True) -> Question:
    called = label[:1].lower() + label[1:].rstrip("?")
    return Question(name=f"{name}_{kind.value}", kind=Asked.RADIOS, label=label, called=called, hint=hint, code_list=codes, required=required)


def to_record(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What was answered as the fields of a struct that comes in."""
    kind = answers["kind"]
    fields = {name: answers.get(f"{name}_{kind}") for name in UNDER}
    fields["note"] = fields["note"] or answers.get("note")
    given = {name: value for name, value in fields.items() if value}
    return {"kind": kind, "on": answers["on"], "source": answers.get("source"), **given}


def box_of(key: str, kind: str) -> str:
    """The box of the form in which a field of an event was typed."""
    if key == "on":
        return "on-day"
    if key == "review_on":
        return f"review_on_{kind}-day"
    return f"{key}_{kind}" if key in UNDER else key
