"""What the forms about named workers ask."""

from yosafe.forms.questions import Kind, Question
from yosafe.people.questions import NAME

REACHED = (
    Question(name="agency_name", kind=Kind.TEXT, label="Team, department or firm", called="the team", max_length=120, width=30),
    Question(name="telephone", kind=Kind.TEXT, label="Telephone", called="the telephone number", max_length=40, width=20),
    Question(name="email", kind=Kind.EMAIL, label="Email", called="the email address", width=30),
)
NAMED = (
    Question(name="role", kind=Kind.RADIOS, label="In which part?", called="in which part", code_list="worker_role", required=True),
    Question(
        name="is_named", kind=Kind.YES_NO, label="Is someone named?", called="whether someone is named", required=True,
        hint="That nobody is named is worth recording: it shows on the young person's page",
        reveals={"yes": (
            Question(name="name", kind=Kind.TEXT, label="Name", called="the name", max_length=NAME, required=True, width=20),
            *REACHED,
        )},
    ),
    Question(
        name="since", kind=Kind.DATE, label="Since when?", called="the day it began", past=True, required=True,
        hint="Whoever was there before ends on that day",
    ),
)  # fmt: skip
ENDING = (
    Question(
        name="until", kind=Kind.DATE, label="When did it end?", called="the day it ended", past=True, required=True, hint="It stays on the record"
    ),
)
