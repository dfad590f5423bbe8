"""What the forms about a text ask."""

from yosafe.forms.questions import Kind, Question

SHORTEST, LONGEST = 10, 2000

MARK = (
    Question(
        name="reason", kind=Kind.TEXTAREA, label="Why may it hold a disclosure?", called="why it may hold a disclosure",
        hint="The safeguarding lead reads this with the words. Do not guess who wrote it", min_length=SHORTEST, max_length=LONGEST, rows=4,
        required=True,
    ),
)  # fmt: skip
ANSWER = (
    Question(
        name="done", kind=Kind.TEXTAREA, label="What was done?", called="what was done",
        hint="For example that all on a unit were seen alone, or that a rule was changed", min_length=SHORTEST, max_length=LONGEST, rows=4,
        required=True,
    ),
    Question(name="done_on", kind=Kind.DATE, label="When?", called="the day it was done", past=True, required=True),
    Question(name="done_by", kind=Kind.TEXT, label="Who did it?", called="who did it", max_length=200, required=True),
)  # fmt: skip
