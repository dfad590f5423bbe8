"""How flags and risk models do, as sections of a report: whom each kind of flag found and missed, between which groups that differs, and each version
of the model. All as the audits that are kept say it; what they withhold stays withheld."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from yosafe import clock
from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.models.evaluation import Estimate
from yosafe.models.fairness import Audit
from yosafe.reference.terms import in_terms
from yosafe.reviews.kinds import kinds
from yosafe.reviews.model_versions import VersionOut, versions
from yosafe.reviews.risk_model.auditing import IndicatorFigures
from yosafe.settings import Terminology

from .datasets.reviewing import RESTRICTED_INDICATORS
from .definitions import Section
from .periods import Period
from .schemas import CellOut, ColumnOut, Measure, RowOut, SectionOut, TableOut
from .surveyed import empty_section

LATER = dt.timedelta(days=31)  # an audit looks back: one of the month after still speaks of the period
NONE_YET = "No audit of flags was worked out for this period: flags have to be worked out for four weeks before"
_AUDITS = """
    SELECT DISTINCT ON (indicator) indicator, as_of, figures FROM indicator_audit
    WHERE as_of BETWEEN $1 AND $2 AND indicator <> ALL($3) ORDER BY indicator, as_of DESC
"""
_USED = "SELECT DISTINCT model_version FROM model_use WHERE started_at < $2 AND (ended_at IS NULL OR ended_at >= $1)"
FIGURES = {"right": "Right, of those flagged", "found": "Found, of those harmed", "false_flags": "Flagged, of those not harmed"}
GROUP_FIGURES = {"missed": "Missed, of those harmed", "false_flags": "Flagged, of those not harmed"}
VERDICT = "A flag is a reason to talk, never a verdict. Many kinds of flags are about something other than the harm that is looked for here"
HARMED = "Harmed: harmed by someone, or by themselves, in an incident of the 30 days after that is recorded"
AUC = (
    "AUC: how often, of two young people of whom one was harmed, that one had the higher score; 0.50 is no better than chance. Right and found: "
    "where as many are flagged as a panel can see"
)
WITHHELD = "What would tell of fewer than five young people is withheld by the audit itself, with what it could be worked out from"


async def audit_section(section: Section, period: Period, *, by: Actor, terminology: Terminology) -> SectionOut:
    """One of the three, as the definition names it."""
    if section.audit == "models":
        return await _models(section, period, by=by)
    rows = await DB.fetch(_AUDITS, period.since, period.until + LATER, RESTRICTED_INDICATORS)
    found = {row["indicator"]: msgspec.convert(row["figures"], IndicatorFigures) for row in rows}
    if not found:
        return empty_section(section, NONE_YET)
    titles = {name: in_terms(one.title, terminology) for name, one in kinds().items() if name in found}
    return _flags(section, found, titles) if section.audit == "flags" else _groups(section, found, titles)


def _flags(section: Section, found: dict[str, IndicatorFigures], titles: dict[str, str]) -> SectionOut:
    rows = [
        RowOut(code=name, title=title, cells=tuple(_share(getattr(found[name], figure)) for figure in FIGURES))
        for name, title in titles.items()
    ]  # fmt: skip
    shown = sum(row.cells[1].value is not None for row in rows)
    columns = tuple(ColumnOut(code=figure, title=title, measure="share") for figure, title in FIGURES.items())
    return SectionOut(
        id=section.id, title=section.title, subtitle="Kinds of flags, by whom they found and missed", chart="none", notes=_notes(found),
        table=TableOut(rows_are="Kind of flag", columns=columns, rows=tuple(rows)),
        headline=f"{len(rows)} kinds of flags were audited; of {shown} it may be shown whom they found. {VERDICT}.",
    )  # fmt: skip


def _groups(section: Section, found: dict[str, IndicatorFigures], titles: dict[str, str]) -> SectionOut:
    rows = [row for name, title in titles.items() for audit in found[name].groups for row in _apart(name, title, audit)]
    pairs = sum(len(found[name].groups) for name in titles) * len(GROUP_FIGURES)
    said = (
        f"In {len(rows)} of {pairs} comparisons of groups two lie clearly apart"
        if rows
        else f"In none of {pairs} comparisons do groups lie clearly apart"
    )
    columns = (ColumnOut(code="higher", title="The higher group", measure="share"), ColumnOut(code="lower", title="The lower group", measure="share"))
    withheld = sum(audit.withheld for name in titles for audit in found[name].groups)
    return SectionOut(
        id=section.id, title=section.title, subtitle="Kinds of flags, by sub-groups whose figures lie apart", chart="none",
        headline=f"{said}. Of so many some would by chance alone; each is a reason to look, and no proof.",
        table=TableOut(rows_are="Kind of flag, and what is apart", columns=columns, rows=tuple(rows)),
        notes=(*_notes(found), ("Groups withheld", f"{withheld}: too few rows, or they would have told of one that had")),
    )  # fmt: skip


def _apart(name: str, title: str, audit: Audit) -> list[RowOut]:
    """Each figure by which two groups of one way to part them lie apart."""
    groups = {one.group: one for one in audit.groups}
    found = []
    for one in audit.apart:
        if one.figure in GROUP_FIGURES:
            cells = tuple(_share(getattr(groups[group], one.figure)) for group in (one.higher, one.lower))
            words = f"{title}: {GROUP_FIGURES[one.figure][:1].lower()}{GROUP_FIGURES[one.figure][1:]}, by {audit.attribute.replace('_', ' ')}"
            note = f"Higher: {one.higher}. Lower: {one.lower}"
            found.append(RowOut(code=f"{name}-{audit.attribute}-{one.figure}", title=words, cells=cells, note=note))
    return found


def _notes(found: dict[str, IndicatorFigures]) -> tuple[tuple[str, str], ...]:
    one = max(found.values(), key=lambda one: one.rows)
    return (
        ("Base", f"{one.rows:,} rows, of everyone held at the end of each of {len(one.days)} days, four weeks apart; {one.persons:,} young people"),
        ("Period", f"{one.days[0]:%-d %B %Y} to {one.days[-1]:%-d %B %Y}, and the 30 days after each"),
        ("Missing", "Days for which flags were not worked out are left out"), ("Hidden", WITHHELD),
        ("How it is counted", f"{HARMED}. {VERDICT}. Intervals are 95%, with the rows of one young person counted for as much as they differ"),
    )  # fmt: skip


async def _models(section: Section, period: Period, *, by: Actor) -> SectionOut:
    """Versions that were trained or used in the period, newest first."""
    since, until = clock.midnight(period.since), clock.midnight(period.before_next)
    used = {row["model_version"] for row in await DB.fetch(_USED, since, until)}
    found = [one for one in await versions(by) if since <= one.trained_at < until or one.version in used]
    if not found:
        return empty_section(section, "No risk model was trained or used in this period: flags were raised by indicators alone")
    columns = (
        _column("auc", "AUC", "auc"), _column("right", FIGURES["right"], "share"), _column("found", FIGURES["found"], "share"),
    )  # fmt: skip
    words = "was used" if len(used) == 1 else "were used"
    return SectionOut(
        id=section.id, title=section.title, subtitle="Versions of the risk model, by how they ordered young people", chart="none",
        headline=f"{len(found)} {'version' if len(found) == 1 else 'versions'} trained or in use; {len(used) or 'none'} {words} to raise flags.",
        table=TableOut(rows_are="Version", columns=columns, rows=tuple(_version(one, used) for one in found)),
        notes=(
            ("Base", "The rows on which each was judged, which it had not learnt from"), ("Period", period.words), ("Missing", "None can be"),
            ("Hidden", WITHHELD),
            ("How it is counted", f"{AUC}. {HARMED}. A score is a reason to talk, never a verdict"),
        ),
    )  # fmt: skip


def _column(code: str, title: str, measure: Measure) -> ColumnOut:
    return ColumnOut(code=code, title=title, measure=measure)


def _version(one: VersionOut, used: set[int]) -> RowOut:
    note = "Used to raise flags" if one.version in used else "; ".join(one.why_not()) or "Not used"
    title = f"Version {one.version}, {clock.day_of(one.trained_at):%-d %B %Y}"
    none: Sequence[CellOut] = (CellOut(measure="auc", state="none"), *(CellOut(measure="share", state="none") for _ in range(2)))
    cells = none
    if one.card is not None:
        judged = one.card.evaluation
        cells = (_auc(judged.auc), _share(judged.capacity.precision), _share(judged.capacity.recall))
    return RowOut(code=str(one.version), title=title, cells=tuple(cells), note=note)


def _share(of: Estimate) -> CellOut:
    if of.value is None:
        return CellOut(measure="share", state="hidden")
    low, high = (None if value is None else round(value, 4) for value in (of.low, of.high))
    return CellOut(measure="share", value=round(of.value, 4), low=low, high=high)


def _auc(of: Estimate) -> CellOut:
    if of.value is None:
        return CellOut(measure="auc", state="hidden")
    low, high = (None if value is None else round(value, 2) for value in (of.low, of.high))
    return CellOut(measure="auc", value=round(of.value, 2), low=low, high=high)
