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
    """`answers` are the worker's, `own_words` the young person's. `concern`: what the worker fears most, and what should happen."""

    young_person: Reference
    instrument: Code
    instrument_version: Version | None = None
    occasion: Code
    completed_on: dt.date
    answers: Answers
    own_words: Answers
    concern: Account | None = None


class AssessmentLine(Struct, kw_only=True):
    """An assessment in a list."""

    ref: str
    instrument: str
    instrument_version: int
    occasion: str
    completed_on: dt.date
    establishment: str | None
    agency: str
    recorded_by: str
    recorded_at: dt.datetime


class AssessmentOut(AssessmentLine, kw_only=True):
    """`establishment` is where they were held on that day. What the young person did not answer is not there."""

    young_person: str
    answers: dict[str, Any]
    own_words: dict[str, Any]
    concern: str | None


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
