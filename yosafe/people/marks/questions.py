"""What the forms about significant events ask."""

from yosafe.forms.questions import Kind, Question

MARK = (
    Question(
        name="why", kind=Kind.TEXTAREA, label="Why is this significant?", called="why it is significant", min_length=10, max_length=300, rows=3,
        hint="One sentence that another agency would understand. Whoever sees the entry reads it", required=True,
    ),
)  # fmt: skip
TAKE_OFF = (
    Question(
        name="why", kind=Kind.TEXTAREA, label="Why is it not significant after all?", called="why it is not significant", min_length=10,
        max_length=300, rows=3, hint="The mark stays in the history of the entry", required=True,
    ),
)  # fmt: skip
