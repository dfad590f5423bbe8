"""How figures of a survey read, on pages and at the command line. No more digits than the base bears."""

import datetime as dt
import re
from collections import Counter

from yosafe.words import plural

from .schemas import ComparedOut, ComparisonOut, FigureOut, MeanOut, QuestionOut, SideOut

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


def side(one: SideOut | None) -> tuple[str, str]:
    """One side of a comparison and its interval; empty where it is hidden. A published figure has no more digits than it was printed with."""
    if one is None:
        return "", ""
    if one.low is None or one.high is None:
        return f"{one.percent:g}%", ""
    base = one.base or 0
    return percent(one.percent, base), f"{percent(one.low, base)} to {percent(one.high, base)}"


def chance(p: float) -> str:
    """As probabilities are printed: two digits that say something, never 0."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def verdict(row: ComparedOut, *, holm: bool = False) -> str:
    """A difference in words: "Higher, p = 0.003, Fisher's exact test"."""
    if row.hidden or not row.verdict:
        return ""
    if row.p is None:
        return f"Not tested: {row.test}"
    return f"{capital(row.verdict)}, {chance(row.p)}{' by Holm' if holm else ''}, {row.test}"


def capital(text: str) -> str:
    """The text with a large first letter, for a heading."""
    return text[:1].upper() + text[1:]


def verdict_and_chance(row: ComparedOut) -> str:
    """The same without the test, where there is little room."""
    if row.p is None:
        return "Not tested"
    return f"{capital(row.verdict)}, {chance(row.p)}"


def summary(found: ComparisonOut) -> str:
    """A comparison in one sentence: how many questions differ, and which way."""
    rows = [row for section in found.sections for row in section.questions]
    said = Counter(row.verdict for row in rows)
    compared = len(rows) - said[""]
    parts = [f"{said[word]} {word}" for word in ("higher", "lower", "not tested") if said[word]]
    if not compared:
        return "Nothing could be compared."
    differ = said["higher"] + said["lower"]
    of = plural(compared, "figure" if found.against == "published" else "question")
    many = f"{differ} of {of} {'differs' if differ == 1 else 'differ'}" if differ else f"No clear difference in {of}"
    which = f" ({', '.join(parts)})" if parts else ""
    hidden = f"; {said['']} not shown" if said[""] else ""
    return f"{many}{which}{hidden}."


def points(row: ComparedOut) -> tuple[str, str]:
    """The difference in percentage points and its interval; empty where there is none."""
    if row.points is None or row.low is None or row.high is None:
        return "", ""
    return f"{signed(row.points)} points", f"{signed(row.low)} to {signed(row.high)}"


def signed(value: float) -> str:
    """Percentage points with their sign; 0 has none."""
    return "0" if round(value) == 0 else f"{value:+.0f}".replace("-", "−")


_COMPARED_WITH = {
    "previous": "Each side is one survey of this establishment. Some children may have answered both; the test takes them for different ones.",
    "similar": "The other side is the last survey of each similar establishment in the two years before, put together; large ones count for more. "
    "Those where fewer than 10 answered a question are left out of it. Where a count of one of them is hidden, the question is not compared.",
    "published": "A published figure stands beside the answers that say the same in substance; how they do is said with each. "
    "Its own uncertainty is not published, so it is taken as it stands. It was asked of others, at another time and in other words.",
}
_PARTED = (
    "Respondents are parted by one of their own answers. Everyone else has those who gave another answer and those who gave none. "
    "A question is compared only where 10 or more answered it on both sides and all four counts are 5 or more."
)


def compared_method(against: str, *, parted: bool, level: float, holm: bool, weighted: bool) -> list[str]:
    """How a comparison was made and what it does not say, a sentence or two each."""
    test = _TEST["weighted" if weighted else "published" if against == "published" else "counts"]
    by_chance = f"Many questions are tested: of 100 without a difference, about {100 * level:g} would be called different."
    return [
        _PARTED if parted else _COMPARED_WITH[against],
        f"A difference is called higher or lower where chance alone would make one so great with a probability under {level:g}. {test}.",
        "Probabilities are adjusted for the number of questions (Holm)." if holm else f"{by_chance} Holm's adjustment allows for it.",
        "Intervals of differences are 95 % (Newcombe). Tests take those who answered for a sample of those who might have.",
        "A difference says nothing of its cause, and no clear difference does not say that there is none: few answers show only great differences.",
        "Questions are never added up: one young person may be in several.",
    ]


_TEST = {
    "weighted": "Chi-square on the effective bases (Rao and Scott), because answers are weighted",
    "published": "The exact binomial test against the published share",
    "counts": "Chi-square where every expected count is 5 or more, Fisher's exact test where one is less",
}
