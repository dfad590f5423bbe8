"""What the forms about checks ask."""

from yosafe.accounts.viewer import User
from yosafe.forms.questions import Kind, Option, Question
from yosafe.reference.areas import areas

LONGEST_NAME = 120
ASKER = Question(
    name="asker", kind=Kind.SELECT, label="Who asked?", called="who asked", code_list="check_asker", required=True,
    hint="Your own agency, or another that asked you: a hospital, for example",
)  # fmt: skip
ASK = (
    Question(
        name="area", kind=Kind.SELECT, label="Which authority was asked?", called="the authority that was asked",
        hint="That of the young person's home, unless there is a reason to ask another",
        options=tuple(Option(value=area.code, label=area.name) for area in areas()), required=True,
    ),
    Question(name="register", kind=Kind.RADIOS, label="What was asked?", called="what was asked", code_list="check_register", required=True),
    Question(name="reason", kind=Kind.RADIOS, label="Why?", called="why it was asked", code_list="check_reason", required=True),
    ASKER,
    Question(
        name="asked_by", kind=Kind.TEXT, label="Name of who asked", called="the name of who asked", max_length=LONGEST_NAME, width=30, required=True
    ),
    Question(name="asked_on", kind=Kind.DATE, label="On which day?", called="the day it was asked", past=True, required=True),
    Question(name="note", kind=Kind.TEXTAREA, label="Anything that the authority was told", short="Note", called="the note", rows=3),
)  # fmt: skip
ANSWER = (
    Question(
        name="answer", kind=Kind.RADIOS, label="What was answered?", called="what was answered", code_list="check_answer", required=True,
        reveals={
            "on_register": (
                Question(
                    name="category", kind=Kind.RADIOS, label="Under which category?", called="the category", code_list="referral_category",
                    required=True,
                ),
            )
        },
    ),
    Question(
        name="answered_by", kind=Kind.TEXT, label="Who answered?", called="who answered", max_length=LONGEST_NAME, width=30, required=True,
        hint="Name and work, for example Jo Hart, duty social worker",
    ),
    Question(name="answered_on", kind=Kind.DATE, label="On which day?", called="the day of the answer", past=True, required=True),
    Question(
        name="note", kind=Kind.TEXTAREA, label="What else was said?", short="Note", called="the note", rows=3,
        hint="Who works with the young person, and what they should be told",
    ),
)  # fmt: skip


def usual(user: User, home_area: str) -> dict[str, str]:
    """What is most often meant, filled in before anything is typed."""
    return {"area": home_area, "asker": user.agency_kind.value, "asked_by": user.name}
