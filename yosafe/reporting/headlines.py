"""The sentence above a figure, written from its numbers and never stronger than they allow: what overlaps differs by nothing clear. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import numbers
from .frames import Combine
from .schemas import TableOut
from .shown import number, percent

if TYPE_CHECKING:
    from .figures import Asked

NO_CLEAR = "no clear difference"


def headline(asked: Asked, table: TableOut) -> str:
    if asked.section.share:
        return _of_shares(asked, table)
    parts = [_most(asked, table)] if not asked.section.trend else []
    return " ".join([*filter(None, parts), _change(asked)])


def _whole(n: int | None, noun: tuple[str, str]) -> str:
    return f"How many {noun[1]} is hidden" if n is None else f"{n:,} {noun[0] if n == 1 else noun[1]}"


def _most(asked: Asked, table: TableOut) -> str:
    """The largest count of those that may be shown, where one is."""
    counted = sorted(((row.cells[0].value, row.title) for row in table.rows if not row.total and row.cells[0].value is not None), reverse=True)
    if not counted or (len(counted) > 1 and counted[0][0] == counted[1][0]):
        return ""
    hidden = any(row.cells[0].state == "hidden" for row in table.rows if not row.total)
    return f"{'Of what may be shown, the' if hidden else 'The'} largest number is {counted[0][0]:,.0f}, for “{counted[0][1]}”."


def _inside(title: str) -> str:
    """A title within a sentence: proper words of several capitals stay."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _change(asked: Asked) -> str:
    """The whole, and the period before where both are shown."""
    dataset, period, before = asked.frame.dataset, asked.period, asked.period.before()
    now, then = asked.frame.shown(period), asked.frame.shown(before)
    said = f"{_whole(now, dataset.noun)} in {period.words}"
    if dataset.combine is Combine.LAST:
        return f"{_whole(now, dataset.noun)} on {period.until:%-d %B %Y}."
    if now is None or then is None:
        return f"{said}."
    exposed = (asked.days.get(period.key, 0.0), asked.days.get(before.key, 0.0)) if dataset.rated else (float(period.days), float(before.days))
    way = numbers.counts_differ(now, then, exposed=exposed[0], exposed_before=exposed[1])
    for_days = " for the days on which young people were held" if dataset.rated else ""
    words = {1: f"clearly more{for_days}", -1: f"clearly fewer{for_days}", 0: NO_CLEAR}[way]
    return f"{said}, {then:,} in {before.words}: {words}."


def _of_shares(asked: Asked, table: TableOut) -> str:
    from .figures import share_of

    title = asked.section.share_title
    view = asked.view
    if view.stacked:
        told = [f"{_inside(row.title)} {percent(row.cells[-1])}" for row in table.rows if row.cells[-1].value is not None]
        return f"{title}: {', '.join(told)}." if told else f"{title}: nothing may be shown."
    axis = asked.frame.dataset.axis(view.columns or view.rows)
    now, before = share_of(asked, asked.period, axis), share_of(asked, asked.period.before(), axis)
    if now.value is None:
        return f"{title}: {number(now).lower()}."
    said = f"{title}: {percent(now)} (95% interval {percent(now, now.low)} to {percent(now, now.high)})"
    if before.value is None:
        return f"{said}."
    way = numbers.shares_differ(now, before)
    words = {1: "clearly higher than", -1: "clearly lower than", 0: f"{NO_CLEAR} from"}[way]
    return f"{said}, {words} {percent(before)} in {asked.period.before().words}."
