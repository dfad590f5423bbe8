"""The latest survey of an establishment beside published figures, as a section of a report. What surveys hide stays hidden."""

from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.disclosure import LEAST_BASE
from yosafe.surveys import compare_queries
from yosafe.surveys.compare_queries import NothingToCompare
from yosafe.surveys.schemas import ComparedOut, SideOut

from .definitions import Section
from .periods import Period
from .places import Place
from .schemas import CellOut, ColumnOut, RowOut, SectionOut, TableOut

_LATEST = """
    SELECT id FROM survey WHERE establishment = ANY($1) AND questionnaire = $2 AND fielded_on <= $3 ORDER BY fielded_on DESC, id DESC LIMIT 1
"""
_COLUMNS = (
    ColumnOut(code="here", title="Here", measure="share"),
    ColumnOut(code="answered", title="Answered here", measure="count"),
    ColumnOut(code="published", title="Published", measure="share"),
)


async def survey_section(section: Section, place: Place, period: Period, *, by: Actor) -> SectionOut:
    """What children said here in the latest survey by the end of the period, beside each published figure of the same question."""
    survey = await DB.fetchval(_LATEST, list(place.establishments), section.survey, period.until)
    if survey is None:
        return empty_section(section, "No survey with these questions was brought in by the end of the period")
    try:
        found = await compare_queries.comparison(by, await compare_queries.opened(by, survey), against="published")
    except NothingToCompare as why:
        return empty_section(section, str(why))
    rows = [one for inner in found.sections for one in inner.questions]
    clear = [one for one in rows if one.verdict in ("higher", "lower")]
    told = "; ".join(f"{one.short}: {one.verdict} than published" for one in clear)
    return SectionOut(
        id=section.id, title=section.title, subtitle=f"{found.here}, beside published figures",
        headline=f"{told}." if told else "No clear difference from any published figure.", chart="none",
        table=TableOut(rows_are="Question", columns=_COLUMNS, rows=tuple(_row(one, n) for n, one in enumerate(rows))),
        notes=(
            ("Base", "Those who answered each question, as the table says"), ("Period", found.here),
            ("Missing", "Those who left a question out are in no base"),
            ("Hidden", f"What the survey's own results hide: small counts with their company, and shares of fewer than {LEAST_BASE}"),
            ("How it is counted", " ".join(found.method)),
        ),
    )  # fmt: skip


def _row(one: ComparedOut, number: int) -> RowOut:
    cells = (_side(one.here, one), CellOut(measure="count", value=one.here.base) if one.here else _none("count", one), _side(one.there, one))
    verdict = one.hidden or {"higher": "Higher here", "lower": "Lower here"}.get(one.verdict, one.verdict.capitalize())
    return RowOut(code=f"{one.question}-{number}", title=one.short, cells=cells, note=". ".join(filter(None, [verdict, one.note, one.source])))


def _side(side: SideOut | None, one: ComparedOut) -> CellOut:
    if side is None:
        return _none("share", one)
    low, high = (None if value is None else round(value / 100, 4) for value in (side.low, side.high))
    return CellOut(measure="share", value=round(side.percent / 100, 4), low=low, high=high)


def _none(measure: str, one: ComparedOut) -> CellOut:
    return CellOut(measure="count" if measure == "count" else "share", state="hidden" if one.hidden else "none")


def empty_section(section: Section, why: str) -> SectionOut:
    """A section with nothing to show, and why."""
    return SectionOut(
        id=section.id, title=section.title, subtitle="", headline=f"{why.rstrip('.')}.", chart="none",
        table=TableOut(rows_are="Question", columns=_COLUMNS, rows=()), notes=(("Base", "Nobody"),),
    )  # fmt: skip
