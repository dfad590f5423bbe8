"""What comes in and goes out about surveys."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.text import In

from .coding import RefusedRow

Month = Annotated[str, Meta(max_length=20, description="A month as YYYY-MM, for example 2026-09; 9/2026 and September 2026 are understood")]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]


class ImportSurvey(In):
    """`leave_out` stores the rows that can be read and leaves out the others; without it one refused row refuses the file."""

    questionnaire: Annotated[str, Meta(min_length=1, max_length=40)]
    establishment: Annotated[str, Meta(min_length=1, max_length=8)]
    fielded: Month
    held: Count | None = None
    offered: Count | None = None
    leave_out: bool = False
    dry_run: bool = False


class FigureOut(Struct, kw_only=True):
    """A weighted percentage with its 95 % interval."""

    percent: float
    low: float
    high: float


class MeanOut(Struct, kw_only=True):
    mean: float
    low: float
    high: float


class AnswerOut(Struct, kw_only=True):
    """One answer. `count` is of people, not weighted; it and `share` are null where hidden."""

    code: str
    label: str
    positive: bool
    count: int | None
    share: FigureOut | None


class QuestionOut(Struct, kw_only=True):
    """The figures of one question. `base` is how many answered it; `hidden` says in words why something is not shown, empty where all is."""

    id: str
    label: str
    short: str
    kind: str
    unit: str
    base: int | None
    missing: int | None
    not_asked: int | None
    sum_of_weights: float | None
    effective_base: float | None
    headline: FigureOut | None
    mean: MeanOut | None
    answers: list[AnswerOut]
    hidden: str
    note: str


class SectionOut(Struct, kw_only=True):
    id: str
    title: str
    questions: list[QuestionOut]


class ResponseOut(Struct, kw_only=True):
    """Who was held, was offered the survey, and returned it; `left_out` of these can't be read. `rate` is a percentage of offered, else of held."""

    held: int | None
    offered: int | None
    returned: int
    left_out: int
    rate: float | None


class FiguresOut(Struct, kw_only=True):
    """All the figures of one survey, small numbers hidden."""

    questionnaire: str
    questionnaire_version: int
    title: str
    source: str
    response: ResponseOut
    weighted: bool
    sum_of_weights: float
    headline: list[QuestionOut]
    sections: list[SectionOut]
    method: list[str]


class SurveyOut(Struct, kw_only=True):
    """One survey in a list. `fielded_on` is the first of the month."""

    id: int
    questionnaire: str
    title: str
    establishment: str
    establishment_name: str
    fielded_on: dt.date
    held: int | None
    offered: int | None
    returned: int
    refused_rows: int
    recorded_at: dt.datetime


class ResultsOut(Struct, kw_only=True):
    survey: SurveyOut
    figures: FiguresOut


class ImportOut(Struct, kw_only=True):
    """What an import did, or would do. `outcome` is `imported`, `already_imported`, `would_import` or `refused`."""

    outcome: str
    survey: int | None
    file: str
    questionnaire: str
    establishment: str
    fielded: str
    sha256: str
    kind: str
    sheet: str
    encoding: str
    delimiter: str
    rows: int
    accepted: int
    refused_rows: int
    refused: list[RefusedRow]
    warnings: list[str]
    figures: FiguresOut | None
