"""Figures of surveys as CSV, for other programs."""

from collections.abc import Iterable, Sequence

from yosafe.lists.files import as_csv

from .schemas import ComparisonOut, FigureOut, MeanOut, QuestionOut, ResultsOut, SideOut

RESULT_HEADS = (
    "establishment", "month", "questionnaire", "version", "section", "question", "question_text", "figure", "answer", "base", "missing", "not_asked",
    "count", "percent", "mean", "low", "high", "hidden",
)  # fmt: skip
COMPARISON_HEADS = (
    "section", "question", "question_text", "figure", "here", "here_base", "here_percent", "here_low", "here_high", "there", "there_base",
    "there_percent", "there_low", "there_high", "points", "points_low", "points_high", "p", "holm", "level", "test", "verdict", "hidden", "source",
)  # fmt: skip

_Cell = str | int | float | None


def results_csv(found: ResultsOut) -> bytes:
    """A row for the headline share, or the mean, of each question and one for each answer; what is hidden is an empty cell, with why beside it."""
    place, month, figures = found.survey.establishment_name, f"{found.survey.fielded_on:%Y-%m}", found.figures
    start = (place, month, figures.questionnaire, figures.questionnaire_version)
    return as_csv(RESULT_HEADS, ((*start, section.id, *row) for section in figures.sections for q in section.questions for row in _of_question(q)))


def _of_question(q: QuestionOut) -> Iterable[Sequence[_Cell]]:
    about = (q.id, q.label)
    counts = (q.base, q.missing, q.not_asked)
    if q.kind == "number":
        yield (*about, q.short, None, *counts, None, None, *_mean(q.mean), q.hidden)
        return
    if any(answer.positive for answer in q.answers):
        yield (*about, q.short, None, *counts, None, *_share(q.headline), q.hidden if q.headline is None else "")
    for answer in q.answers:
        yield (*about, "", answer.label, *counts, answer.count, *_share(answer.share), q.hidden if answer.count is None else "")


def _share(figure: FigureOut | None) -> tuple[_Cell, ...]:
    return (figure.percent, None, figure.low, figure.high) if figure else (None, None, None, None)


def _mean(figure: MeanOut | None) -> tuple[_Cell, ...]:
    return (figure.mean, figure.low, figure.high) if figure else (None, None, None)


def comparison_csv(found: ComparisonOut) -> bytes:
    """A row for each question."""
    return as_csv(
        COMPARISON_HEADS,
        (
            (section.id, q.question, q.label, q.short, found.here, *_side(q.here), found.there, *_side(q.there), q.points, q.low, q.high,
             None if q.p is None else float(f"{q.p:.3g}"), found.holm, found.level, q.test, q.verdict, q.hidden, q.source)
            for section in found.sections for q in section.questions
        ),
    )  # fmt: skip


def _side(one: SideOut | None) -> tuple[_Cell, ...]:
    return (one.base, one.percent, one.low, one.high) if one else (None, None, None, None)
