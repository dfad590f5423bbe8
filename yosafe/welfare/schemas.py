"""What comes in and goes out about assessments, for the API, the forms and imports alike. Codes are those of `reference/data/codes/welfare.toml`.

Nothing here adds ratings up: they say how a part of life is tied to offending, and do not predict harm.
"""

import datetime as dt
from typing import Annotated, Any

from msgspec import Meta, Struct

from yosafe.text import Account, In

Reference = Annotated[str, Meta(min_length=4, max_length=20, description="For example YP-000123")]
Code = Annotated[str, Meta(min_length=1, max_length=40)]
Version = Annotated[int, Meta(ge=1, le=999, description="Left out: the version of the day of completion")]
Answers = Annotated[dict[str, Any], Meta(max_length=300, description="By the names of the instrument's questions")]


class CompleteAssessment(In, kw_only=True):
    """`answers` are the worker's, `own_words` the young person's. `concern`: what the worker fears most, and what should happen.
    `replaces`: the assessment that was sent back, in whose place this is written."""

    young_person: Reference
    instrument: Code
    instrument_version: Version | None = None
    occasion: Code
    completed_on: dt.date
    answers: Answers
    own_words: Answers
    concern: Account | None = None
    replaces: Reference | None = None


class AssessmentLine(Struct, kw_only=True):
    """An assessment in a list. `standing`: awaiting a second person, countersigned, sent_back, or replaced by a later one that puts it right; null
    for an instrument that nobody countersigns."""

    ref: str
    instrument: str
    instrument_version: int
    occasion: str
    completed_on: dt.date
    establishment: str | None
    agency: str
    recorded_by: str
    recorded_at: dt.datetime
    standing: str | None


class SigningOut(Struct, kw_only=True):
    """What a second person decided, when, and what they said of it."""

    decision: str
    remark: str | None
    by: str
    agency: str
    at: dt.datetime


class AssessmentOut(AssessmentLine, kw_only=True):
    """`establishment` is where they were held on that day. What the young person did not answer is not there."""

    young_person: str
    answers: dict[str, Any]
    own_words: dict[str, Any]
    concern: str | None
    signing: SigningOut | None
    replaces: str | None
    replaced_by: str | None


class ChangeOut(Struct, kw_only=True):
    """A question whose answer is not the same as before, in words. `own`: it is the young person's own answer."""

    section: str
    question: str
    label: str
    own: bool
    before: str
    now: str


class ComparisonOut(Struct, kw_only=True):
    """Two assessments of one young person beside each other. `same`: how many questions were answered alike, of `of`. Ratings are not added up."""

    before: AssessmentLine
    now: AssessmentLine
    changes: list[ChangeOut]
    same: int
    of: int


class DueOut(Struct, kw_only=True):
    """`state`: due, due_today, overdue, met, met_late, or not_done where they left first; `words` say it. Limits that are not `confirmed` are no law.
    `assessment` met it."""

    young_person: str
    instrument: str
    occasion: str
    title: str
    since: dt.date
    due_on: dt.date
    met_on: dt.date | None
    assessment: str | None
    state: str
    words: str
    confirmed: bool


class DueFor(DueOut, kw_only=True):
    """One line of what is due of the young people that a viewer sees."""

    name: str
    establishment: str
