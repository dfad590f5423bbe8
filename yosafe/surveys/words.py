"""How figures of a survey read, on pages and at the command line. No more digits than the base bears."""

import datetime as dt
import re

from .schemas import FigureOut, MeanOut, QuestionOut

MANY = 500
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH = re.compile(r"([a-z]{3,9})\.? (\d{4})", re.ASCII)
_NUMBERED_MONTH = re.compile(r"(\d{1,2})[/ .-](\d{4})", re.ASCII)
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)


def month_words(day: dt.date) -> str:
    return f"{day:%B %Y}"


def month_typed(text: str) -> str | None:
    """A month as 2026-09, from `9/2026`, `September 2026`, `sep 2026` or `2026-9`; None where it is none of these."""
    text = " ".join(text.lower().split())
    if match := _NAMED_MONTH.fullmatch(text):
        month, year = _MONTHS.index(match[1][:3]) + 1 if match[1][:3] in _MONTHS else 0, int(match[2])
    elif match := _NUMBERED_MONTH.fullmatch(text):
        month, year = int(match[1]), int(match[2])
    elif match := _ISO_MONTH.fullmatch(text):
        month, year = int(match[2]), int(match[1])
    else:
        return None
    return f"{year:04}-{month:02}" if 1 <= month <= 12 and year else None


def percent(value: float, base: int) -> str:
    """One decimal where 500 or more answered, else none: 61.3%, 61%."""
    return f"{value:.1f}%" if base >= MANY else f"{value:.0f}%"


def share(figure: FigureOut, base: int) -> str:
    return percent(figure.percent, base)


def interval(figure: FigureOut, base: int) -> str:
    return f"{percent(figure.low, base)} to {percent(figure.high, base)}"


def mean(figure: MeanOut, base: int, unit: str = "") -> str:
    """Three decimals where 500 or more answered, else one."""
    return f"{_mean_digits(figure.mean, base)} {unit}".rstrip()


def mean_interval(figure: MeanOut, base: int) -> str:
    return f"{_mean_digits(figure.low, base)} to {_mean_digits(figure.high, base)}"


def _mean_digits(value: float, base: int) -> str:
    return f"{value:.3f}" if base >= MANY else f"{value:.1f}"


def main_figure(question: QuestionOut) -> tuple[str, str]:
    """The one figure that a question comes down to and its interval; empty where it has none or it is hidden."""
    if question.base and question.headline:
        return share(question.headline, question.base), interval(question.headline, question.base)
    if question.base and question.mean:
        return mean(question.mean, question.base, question.unit), mean_interval(question.mean, question.base)
    return "", ""
