"""What the form on the page of a complaint asks. Pure."""

import datetime as dt

from yosafe.forms.questions import Kind, Question


def content(since: dt.date) -> tuple[Question, ...]:
    """Asked once it is answered."""
    return (
        Question(
            name="content", kind=Kind.RADIOS, label="Is the young person content with the answer?", called="whether they are content",
            code_list="satisfaction", required=True,
        ),
        Question(name="content_words", kind=Kind.TEXTAREA, label="What did they say of it?", hint="In their own words", max_length=500, rows=2),
        Question(
            name="content_asked_on", kind=Kind.DATE, label="When were they asked?", called="the day they were asked", hint="Leave it for today",
            past=True, not_before=since,
        ),
    )  # fmt: skip


BOXES = {"words": "content_words", "asked_on": "content_asked_on-day"}
FIELDS = {"content_words": "words", "content_asked_on": "asked_on"}
