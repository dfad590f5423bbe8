"""What the forms about a welfare plan ask."""

from yosafe.forms.questions import Kind, Question

SHORTEST, LONGEST = 10, 2000

TOPIC = Question(
    name="topic", kind=Kind.SELECT, label="What is the need about?", called="what the need is about", code_list="need_topic", required=True
)
NEED = Question(
    name="need", kind=Kind.TEXTAREA, label="What does the young person need?", called="what the young person needs", rows=4, max_length=4000,
    required=True, hint="In words that they would agree with",
)  # fmt: skip
WILL_DO = Question(name="will_do", kind=Kind.TEXTAREA, label="What will be done?", called="what will be done", rows=4, max_length=4000, required=True)
OWNER = Question(name="owner", kind=Kind.RADIOS, label="Whose part is it?", called="whose part it is", code_list="need_owner", required=True)
OWNER_NAME = Question(
    name="owner_name", kind=Kind.TEXT, label="Who will do it?", called="who will do it", width=30, max_length=200, required=True,
    hint="For example: Ms Hill, nurse on B wing",
)  # fmt: skip
TARGET_ON = Question(name="target_on", kind=Kind.DATE, label="By when?", called="the day by which it is to be done", future=True, required=True)
ADD = (TOPIC, NEED, WILL_DO, OWNER, OWNER_NAME, TARGET_ON)
CHANGE = (
    WILL_DO, OWNER, OWNER_NAME, TARGET_ON,
    Question(
        name="reason", kind=Kind.TEXTAREA, label="Why does it change?", called="why it changes", min_length=SHORTEST, max_length=LONGEST, rows=3,
        required=True,
    ),
)  # fmt: skip
CLOSE = (
    Question(name="closed_on", kind=Kind.DATE, label="When was it closed?", called="the day on which it was closed", past=True, required=True),
    Question(name="came_of", kind=Kind.RADIOS, label="Is the need met?", called="whether the need is met", code_list="need_outcome", required=True),
    Question(
        name="note", kind=Kind.TEXTAREA, label="What came of it?", called="what came of it", min_length=SHORTEST, max_length=LONGEST, rows=4,
        required=True, hint="What was done, what changed for the young person, and what they say of it",
    ),
)  # fmt: skip
