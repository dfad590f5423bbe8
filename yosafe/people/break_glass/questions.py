"""What the forms about opening a record in an emergency ask."""

from yosafe.forms.questions import Kind, Option, Question

from .rules import OUTCOMES, SHORTEST_REASON

LONGEST = 2000
HINTS = {"not_proper": "If the record is open still, it is closed at once"}

OPEN = (
    Question(name="date_of_birth", kind=Kind.DATE, label="Date of birth", called="the date of birth", past=True, required=True),
    Question(
        name="young_person", kind=Kind.TEXT, label="Reference", called="the reference", width=10,
        hint="For example YP-000123. Without it, give both names below exactly as they are recorded", max_length=20,
    ),
    Question(name="family_name", kind=Kind.TEXT, label="Family name", called="the family name", width=20, max_length=100),
    Question(name="given_names", kind=Kind.TEXT, label="Given names", called="the given names", hint="All of them", width=20, max_length=100),
    Question(
        name="reason", kind=Kind.TEXTAREA, label="What is the emergency?", called="what the emergency is", min_length=SHORTEST_REASON,
        max_length=LONGEST, rows=4, required=True,
        hint=f"What happened, and what you need to know to keep the young person safe. {SHORTEST_REASON} characters or more",
    ),
)  # fmt: skip
REVIEW = (
    Question(
        name="outcome", kind=Kind.RADIOS, label="Was it proper to open this record?", called="whether it was proper",
        options=tuple(Option(value=value, label=label, hint=HINTS.get(value)) for value, label in OUTCOMES.items()), required=True,
    ),
    Question(
        name="note", kind=Kind.TEXTAREA, label="What did you find?", called="what you found", min_length=10, max_length=LONGEST, rows=4,
        required=True, hint="Whom you asked, and what follows from it. It stands on the young person's record",
    ),
)  # fmt: skip
