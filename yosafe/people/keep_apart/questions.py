"""What the forms about keeping apart ask."""

from collections.abc import Sequence

from msgspec.structs import replace

from yosafe.forms.questions import Kind, Option, Question

from .placing import CONFIRMED
from .queries import Choice

SHORTEST, LONGEST = 10, 2000
PEOPLE = ("person_1", "person_2", "person_3", "person_4")

RESTRICTION = Question(
    name="restriction", kind=Kind.RADIOS, label="How far apart?", called="how far apart", code_list="keep_apart_restriction", required=True
)
REVIEW_ON = Question(
    name="review_on", kind=Kind.DATE, label="When is it to be reviewed?", called="the day of the review", future=True, required=True,
    hint="Three months ahead at most",
)  # fmt: skip


def _why(label: str, called: str, hint: str | None = None) -> Question:
    return Question(
        name="reason", kind=Kind.TEXTAREA, label=label, called=called, hint=hint, min_length=SHORTEST, max_length=LONGEST, rows=4, required=True
    )


REVIEW = (RESTRICTION, REVIEW_ON, _why("What did the review find?", "what the review found"))
END = (
    _why("Why can they be together again?", "why they can be together again", "What changed, who asked the young people, and what each of them said"),
)


def start(choices: Sequence[Choice]) -> tuple[Question, ...]:
    """Two to four are asked for; more by API."""
    options = tuple(Option(value=one.ref, label=one.label) for one in choices)
    labels = ("Young person", "To be kept apart from", "And from", "And from")
    hints = (None, None, "For a small group, of whom each is to be kept apart from each", None)
    people = tuple(
        Question(name=name, kind=Kind.SELECT, label=label, called="a young person", hint=hint, options=options, required=number < 2)
        for number, (name, label, hint) in enumerate(zip(PEOPLE, labels, hints, strict=True))
    )
    why = Question(name="reason_code", kind=Kind.RADIOS, label="Why?", called="why they are kept apart", code_list="keep_apart_reason", required=True)
    return (*people, why, _why("What happened?", "what happened", "In words that another establishment would understand"), RESTRICTION, REVIEW_ON)


_ON_MOVE = "Needed where one of them lives on the unit that you choose, or where a unit is not recorded"
CONFIRM = Question(
    name=CONFIRMED, kind=Kind.TEXTAREA, label="Why do you go on, and how will they be kept apart?", called="why you go on",
    min_length=SHORTEST, max_length=LONGEST, rows=4,
)  # fmt: skip
CONFIRM_MOVE = replace(CONFIRM, hint=_ON_MOVE)
