"""What comes in and goes out about surveys."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.importing.mapping import Mapping
from yosafe.text import In

from .coding import RefusedRow

Month = Annotated[str, Meta(max_length=20, description="A month as YYYY-MM, for example 2026-09; 9/2026 and September 2026 are understood")]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]


class ImportSurvey(In):
    """`mapping` says which columns hold which questions and what their words mean; without it columns are found by
    their names. `leave_out` stores the rows that can be read and leaves out the others; without it one refused row refuses the file. `add_new`
    adds the respondents who are new to the survey of that month, where there is one; without it a second file is refused."""

    questionnaire: Annotated[str, Meta(min_length=1, max_length=40)]
    establishment: Annotated[str, Meta(min_length=1, max_length=8)]
    fielded: Month
    held: Count | None = None
    offered: Count | None = None
    leave_out: bool = False
    add_new: bool = False
    dry_run: bool = False
    mapping: Mapping | None = None


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
    """What an import did, or would do. `outcome` is `imported`, `already_imported`, `added` (to a survey that was there), `would_import`, `would_add`
    or `refused`. `refused` are the first 10,000 of all `faults` of the `refused_rows`. Of the `accepted` rows `known` are of respondents who are in
    the survey already. `figures` are of the whole survey."""

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
    known: int
    refused_rows: int
    faults: int
    refused: list[RefusedRow]
    warnings: list[str]
    figures: FiguresOut | None

    @property
    def new(self) -> int:
        """How many respondents come in."""
        return self.accepted - self.known


class SideOut(Struct, kw_only=True):
    """One side of a comparison: how many answered (null where that's not published), and the percentage with its 95 % interval."""

    base: int | None
    percent: float
    low: float | None
    high: float | None


class ComparedOut(Struct, kw_only=True):
    """One question on both sides. `points` is here less there in percentage points, `low` to `high` its 95 % interval. `verdict` is higher, lower, no
    clear difference or not tested; `hidden` says in words why there is no comparison, empty where there is one."""

    question: str
    label: str
    short: str
    here: SideOut | None
    there: SideOut | None
    points: float | None
    low: float | None
    high: float | None
    p: float | None
    test: str
    verdict: str
    hidden: str
    note: str
    source: str


class ComparedSectionOut(Struct, kw_only=True):
    id: str
    title: str
    questions: list[ComparedOut]


class ComparisonOut(Struct, kw_only=True):
    """A survey beside something else. `here` and `there` name the two sides; `level` is that below which a difference counts; `groups` are the
    questions by which respondents can be parted."""

    survey: SurveyOut
    against: str
    here: str
    there: str
    level: float
    holm: bool
    groups: list[str]
    headline: list[str]
    sections: list[ComparedSectionOut]
    method: list[str]
