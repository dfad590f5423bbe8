"""The reference page of recorded facts, made from their table."""

from collections.abc import Callable

from yosafe.reference.terms import in_terms

from .facts import FACTS, Period

ABOUT = """# Recorded facts that a survey is set beside

{made}A question of a questionnaire names one of these (`recorded` in its file); the page of a survey then sets what is said beside what is recorded.
Questions are matched to facts by hand, because no question asks for exactly what a record is made of.

"""
PERIODS = {
    Period.HERE: "since they came here, until the end of the month of the survey",
    Period.MONTH: "the month of the survey",
    Period.STANDS: "as the record stands today",
}


def describe(made: str, table: Callable[[list[str], list[list[str]]], str]) -> str:
    """The page; `table` draws a table from heads and rows."""
    heads = ["fact", "young people who", "how it is counted", "over what time", "some of"]
    rows = [
        [f"`{one.id}`", in_terms(one.recorded, "2002"), in_terms(one.counted, "2002"), PERIODS[one.period], f"`{one.within}`" if one.within else ""]
        for one in FACTS.values()
    ]
    return ABOUT.format(made=made) + table(heads, rows)
