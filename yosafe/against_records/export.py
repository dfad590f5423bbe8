"""A survey beside the records as CSV, for other programs."""

from yosafe.lists.files import as_csv
from yosafe.surveys.schemas import SideOut

from .schemas import AgainstRecordsOut

HEADS = (
    "establishment", "month", "question", "question_text", "figure", "fact", "recorded_of_young_people_who", "said_base", "said_percent", "said_low",
    "said_high", "held", "recorded_percent", "recorded_low", "recorded_high", "points", "points_low", "points_high", "verdict", "hidden", "lacking",
)  # fmt: skip


def as_file(found: AgainstRecordsOut) -> bytes:
    """A row for each question; what is hidden is an empty cell, with why beside it."""
    start = (found.survey.establishment_name, f"{found.since:%Y-%m}")
    return as_csv(
        HEADS,
        (
            (*start, q.question, q.label, q.short, q.fact, q.recorded_title, *_side(q.said), *_side(q.recorded), q.points, q.low, q.high,
             q.verdict, q.hidden, q.lacking)
            for q in found.questions
        ),
    )  # fmt: skip


def _side(one: SideOut | None) -> tuple[int | float | None, ...]:
    return (one.base, one.percent, one.low, one.high) if one else (None, None, None, None)
