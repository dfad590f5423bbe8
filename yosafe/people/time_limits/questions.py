"""What the forms about one time limit ask."""

from yosafe.forms.questions import Kind, Option, Question

from .rules import Held


def _why(label: str, called: str, hint: str | None = None) -> Question:
    return Question(name="reason", kind=Kind.TEXTAREA, label=label, called=called, hint=hint, min_length=10, max_length=2000, rows=4, required=True)


HOLD = (
    Question(
        name="kind", kind=Kind.RADIOS, label="What do you want to do?", called="what you want to do", required=True,
        options=(
            Option(
                value=Held.PAUSED.value, label="Pause it",
                hint="Something outside your hands holds the work up. The days do not count until you let it run again",
            ),
            Option(
                value=Held.VOIDED.value,
                label="Void it",
                hint="It should never have run, for example because of a mistake in what was recorded",
            ),
        ),
    ),
    _why("Why?", "why", "In words that an inspector would understand. It stays on the record"),
    Question(
        name="agreed_with", kind=Kind.TEXT, label="Who agreed to it?", called="who agreed", hint="Someone other than you, by full name",
        required=True, max_length=100,
    ),
)  # fmt: skip
RESUME = (_why("Why does it run again?", "why it runs again"),)
