"""What the forms about requests ask."""

from yosafe.forms.questions import Kind, Option, Question
from yosafe.subject_access.held import REASONS

from .rules import ASKERS, BECAUSE, DECISIONS, IDENTITY, OUTCOMES

LONGEST = 2000


def _radios(name: str, label: str, called: str, options: dict[str, str], *, required: bool = True) -> Question:
    choices = tuple(Option(value=value, label=text) for value, text in options.items())
    return Question(name=name, kind=Kind.RADIOS, label=label, called=called, options=choices, required=required)


def _words(name: str, label: str, called: str, hint: str, *, required: bool = True) -> Question:
    return Question(
        name=name, kind=Kind.TEXTAREA, label=label, called=called, hint=hint, min_length=10, max_length=LONGEST, rows=3, required=required
    )


def _day(name: str, label: str, called: str, hint: str | None = None) -> Question:
    return Question(name=name, kind=Kind.DATE, label=label, called=called, hint=hint, past=True, required=True)


NEW = (
    Question(
        name="young_person", kind=Kind.TEXT, label="Reference of the young person", called="the reference", width=10, max_length=20, required=True,
        hint="For example YP-000123. Whoever works with them finds it",
    ),
    _radios("asker", "Who asked?", "who asked", dict(ASKERS)),
    Question(
        name="asker_name", kind=Kind.TEXT, label="Their name", called="the name of who asked", hint="Where it was not the young person", width=30,
        max_length=100,
    ),
    _day("received_on", "When did the request come?", "the day on which the request came", "However it came: it need not be in writing"),
)  # fmt: skip
IDENTIFY = (
    _radios("identity_how", "How do you know who asked?", "how you know who asked", dict(IDENTITY)),
    _day("identity_on", "Since when?", "the day since which you know who asked", "The month counts from this day, where it is later"),
    _words("identity_note", "Anything to add?", "what to add", "Not the number of a document", required=False),
)
EXTEND = (
    _radios("extended_because", "Why does it need more time?", "why it needs more time", dict(BECAUSE)),
    _words("extended_reason", "What makes it so?", "what makes it so", "As you told them"),
    _day("told_on", "When did you tell them?", "the day on which you told them", "It counts only within the first month"),
)
DECIDE = (
    Question(
        name="kind", kind=Kind.TEXT, label="Kind of record", called="the kind of record", width=20, max_length=40, required=True,
        hint="As the list above has it, for example contact",
    ),
    Question(name="number", kind=Kind.NUMBER, label="Number", called="the number of the record", min=1, max=2**53, width=10, required=True),
    Question(
        name="field", kind=Kind.TEXT, label="Field", called="the field", width=20, max_length=40,
        hint="For example note. Leave it blank for the whole record",
    ),
    _radios("decision", "What do you decide?", "what you decide", dict(DECISIONS)),
    _radios("reason", "Why is it held back?", "why it is held back", {key.value: text for key, text in REASONS.items()}, required=False),
    _words("note", "What is that based on?", "what it is based on", "Whom you asked. It is not given to the young person"),
)  # fmt: skip
ANSWER = (
    _radios("outcome", "What came of it?", "what came of it", dict(OUTCOMES)),
    _words(
        "outcome_note",
        "How?",
        "how it was answered",
        "How it was given and to whom, or why it was refused and that they may complain to the regulator",
    ),
)
