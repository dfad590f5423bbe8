"""What the forms about planned contacts ask."""

from yosafe.forms.questions import Kind, Option, Question

from .rules import every_words

OFTEN = (7, 14, 21, 28, 42, 56, 91)

PLAN = (
    Question(name="from_whom", kind=Kind.RADIOS, label="Who is to be in touch?", called="who is to be in touch", code_list="planned_with",
             required=True),
    Question(name="way", kind=Kind.RADIOS, label="How?", called="how they are to be in touch", code_list="planned_way", required=True),
    Question(
        name="every_days", kind=Kind.SELECT, label="How often, at least?", called="how often", required=True,
        options=tuple(Option(value=str(days), label=every_words(days).capitalize()) for days in OFTEN),
    ),
    Question(
        name="agreed_by", kind=Kind.TEXT, label="Who agreed to this?", called="who agreed", required=True, width=30,
        hint="For example: Amina Yusuf of the team, the personal officer, and the young person",
    ),
    Question(name="since", kind=Kind.DATE, label="From when?", called="the day from which it is planned", past=True, required=True,
             hint="A plan with the same people in the same way ends on that day"),
    Question(name="note", kind=Kind.TEXTAREA, label="Anything that others should know", short="Note", called="the note", rows=3),
)  # fmt: skip
ENDING = (
    Question(name="until", kind=Kind.DATE, label="When did it end?", called="the day it ended", past=True, required=True),
    Question(name="reason", kind=Kind.TEXTAREA, label="Why?", called="why it ended", min_length=10, max_length=2000, rows=3, required=True),
)
