"""What young people say in the latest survey of each establishment beside what is recorded of those held there: the gap that 8.6 found. What surveys
and records hide stays hidden."""

from collections.abc import Sequence

from yosafe.against_records.queries import against_records
from yosafe.against_records.rules import FEWER, MORE
from yosafe.against_records.schemas import AgainstRecordsOut, BesideOut
from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology
from yosafe.surveys.schemas import SideOut
from yosafe.surveys.words import capital

from .definitions import Section
from .periods import Period
from .places import Place
from .schemas import CellOut, ColumnOut, Measure, RowOut, SectionOut, TableOut
from .surveyed import empty_section

_LATEST = """
    SELECT DISTINCT ON (establishment) id, establishment FROM survey
    WHERE establishment = ANY($1) AND questionnaire = $2 AND fielded_on <= $3 ORDER BY establishment, fielded_on DESC, id DESC
"""
_COLUMNS = (
    ColumnOut(code="said", title="Say so", measure="share"), ColumnOut(code="answered", title="Answered", measure="count"),
    ColumnOut(code="recorded", title="Recorded", measure="share"), ColumnOut(code="held", title="Held that month", measure="count"),
    ColumnOut(code="gap", title="Gap in points", measure="points"),
)  # fmt: skip


async def beside_records(section: Section, place: Place, period: Period, *, by: Actor, terminology: Terminology) -> SectionOut:
    """A row for each establishment and question, establishments in order of name. That each was read is recorded."""
    rows = await DB.fetch(_LATEST, list(place.establishments), section.against, period.until)
    if not rows:
        return empty_section(section, "No survey with these questions was brought in by the end of the period")
    surveys = sorted(((establishment(row["establishment"]).name, row["id"]) for row in rows), key=lambda one: one[0])
    found = [(name, await against_records(by, survey, terminology)) for name, survey in surveys]
    lines = [_row(name, one, beside) for name, one in found for beside in one.questions]
    return SectionOut(
        id=section.id, title=section.title, subtitle=f"Latest survey of each establishment by {period.until:%-d %B %Y}, beside its records",
        headline=_headline([one for _, single in found for one in single.questions]), chart="none",
        table=TableOut(rows_are="Establishment and question", columns=_COLUMNS, rows=tuple(lines)),
        notes=(
            ("Base", "Those who answered each question, and those held in the month of the survey, as the table says"),
            ("Period", "; ".join(f"{name}: {one.since:%B %Y}" for name, one in found)),
            ("Missing", "Those who left a question out are in no base; how many records miss what is needed stands at each line"),
            ("Hidden", "What surveys and their comparison with records hide: small counts with their company, and shares of few"),
            ("How it is counted", " ".join(found[0][1].method)),
            ("How to read it", "Establishments stand in order of name. A wide gap can mean that much goes unsaid, or that little is written down"),
        ),
    )  # fmt: skip


def _headline(found: Sequence[BesideOut]) -> str:
    """How many gaps there are by their intervals, of those that can be shown."""
    shown = [one for one in found if not one.hidden]
    if not shown:
        return "No gap between what is said and what is recorded may be shown."
    more, fewer = (sum(one.verdict == verdict for one in shown) for verdict in (MORE, FEWER))
    return (
        f"Of {len(shown)} answers that can be set beside records, clearly more say so than is recorded in {more}, clearly fewer in {fewer}, "
        f"no clear difference in {len(shown) - more - fewer}."
    )


def _row(name: str, of: AgainstRecordsOut, one: BesideOut) -> RowOut:
    held = CellOut(measure="count", value=of.held) if of.held is not None else CellOut(measure="count", state="hidden")
    gap = _none("points", one) if one.points is None else CellOut(measure="points", value=one.points, low=one.low, high=one.high)
    answered = CellOut(measure="count", value=one.said.base) if one.said else _none("count", one)
    note = ". ".join(part.rstrip(".") for part in (one.hidden or capital(one.verdict), f"Recorded: {one.recorded_title}", one.lacking) if part)
    return RowOut(
        code=f"{of.survey.establishment}-{one.question}", title=f"{name}: {one.short}", note=note,
        cells=(_side(one.said, one), answered, _side(one.recorded, one), held, gap),
    )  # fmt: skip


def _side(side: SideOut | None, one: BesideOut) -> CellOut:
    if side is None:
        return _none("share", one)
    low, high = (None if value is None else round(value / 100, 4) for value in (side.low, side.high))
    return CellOut(measure="share", value=round(side.percent / 100, 4), low=low, high=high)


def _none(measure: Measure, one: BesideOut) -> CellOut:
    return CellOut(measure=measure, state="hidden" if one.hidden else "none")
