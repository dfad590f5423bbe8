"""What the forms about keeping records ask."""

from yosafe.forms.questions import Kind, Question

from .rules import SHORTEST_REASON

LONGEST = 2000


def reason(label: str, hint: str, called: str = "the reason") -> tuple[Question, ...]:
    return (
        Question(
            name="reason", kind=Kind.TEXTAREA, label=label, called=called, hint=hint, min_length=SHORTEST_REASON, max_length=LONGEST, rows=4,
            required=True,
        ),
    )  # fmt: skip


PLACE = reason("Why must this record be held?", f"For example a claim, an inquest or an inquiry. {SHORTEST_REASON} characters or more")
LIFT = reason("Why is the hold no longer needed?", f"Who decided it, and what ended. {SHORTEST_REASON} characters or more")
PROPOSE = reason(
    "Why should this record be destroyed?",
    "Beside the rule: who looked at it, and that nobody needs it. This stays when the record is gone, so name nobody. "
    f"{SHORTEST_REASON} characters or more",
)
BREAK_OFF = reason("Why is it broken off?", f"This stays as well: name nobody. {SHORTEST_REASON} characters or more")
