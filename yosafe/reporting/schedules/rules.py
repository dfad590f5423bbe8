"""When a scheduled report is asked for. Pure."""

import datetime as dt

from yosafe.reporting.periods import Period, Span, last_over

FEWEST_DAYS, MOST_DAYS = 1, 28  # 28: so that each period has had its day before the next is over, whichever month it is


def due_on(one: Period, days_after: int) -> dt.date:
    """The day on which a period is asked for: `days_after` its last."""
    return one.until + dt.timedelta(days=days_after)


def upcoming(span: Span, days_after: int, today: dt.date) -> Period:
    """The first period whose day has not passed yet. Today's counts: it is asked for the coming night."""
    latest = last_over(span, today)
    return latest if due_on(latest, days_after) >= today else latest.after()


def goes_on_with(was_next: Period, days_after: int, today: dt.date) -> Period:
    """The period that one which was paused goes on with: what passed meanwhile is left out, and none is asked for twice."""
    coming = upcoming(was_next.span, days_after, today)
    return max(was_next, coming, key=lambda one: one.since)
