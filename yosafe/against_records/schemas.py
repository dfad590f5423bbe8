"""What goes out about a survey beside the records."""

import datetime as dt

from msgspec import Struct

from yosafe.surveys.schemas import SideOut, SurveyOut


class BesideOut(Struct, kw_only=True):
    """One question and the recorded fact that it is set beside. `points` is what is said less what is recorded, in percentage points, `low` to `high`
    its 95 % interval. `hidden` says in words why there is no gap, empty where there is one; `lacking` how many records miss what is needed."""

    question: str
    label: str
    short: str
    fact: str
    recorded_title: str
    counted: str
    said: SideOut | None
    recorded: SideOut | None
    points: float | None
    low: float | None
    high: float | None
    verdict: str
    hidden: str
    lacking: str


class AgainstRecordsOut(Struct, kw_only=True):
    """A survey beside what is recorded of everyone held there at some time from `since` until before `until`; `held` is how many, null under 10.
    `here_since` is when the first of them came."""

    survey: SurveyOut
    held: int | None
    since: dt.date
    until: dt.date
    here_since: dt.date | None
    questions: list[BesideOut]
    method: list[str]
