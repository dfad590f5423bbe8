"""How a time limit reads on a page: how it was worked out, step by step, and what was done to it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from yosafe import words

from .rules import HELD_TITLES
from .schemas import ExplainedClock, FigureOut, HoldOut, SkippedOut

_COUNTED = ("Saturday", "Sunday", "Paused")


def not_counted(skipped: Sequence[SkippedOut]) -> list[str]:
    """The days that a limit passed over: how many weekend days and days on which it was paused, and each bank holiday."""
    many = Counter(day.why for day in skipped if day.why in _COUNTED)
    told = [words.plural(count, day) if day != "Paused" else f"{words.plural(count, 'day')} on which it was paused" for day, count in many.items()]
    return [*told, *(f"{words.day(day.day)}: {day.why}" for day in skipped if day.why not in many)]


def worked_out(clock: ExplainedClock) -> list[tuple[str, str]]:
    """How a time limit was worked out, step by step: what, and its value."""
    return [
        ("Limit", clock.limit),
        ("Runs from the day that", clock.starts),
        ("Day 0", words.day(clock.started_on)),
        ("Rules", f"{clock.rules_title} ({clock.rules})"),
        ("Days that do not count", "; ".join(not_counted(clock.skipped)) or "None"),
        ("Due", words.day(clock.due_on)),
        ("Met", words.day(clock.met_on) if clock.met_on else _not_met(clock)),
        ("Source", clock.source if clock.confirmed else f"{clock.source}. Source not confirmed: take it as a guide, not as law"),
        *((("Note", clock.note),) if clock.note else ()),
    ]


def _not_met(clock: ExplainedClock) -> str:
    if clock.stopped_reason is not None:
        return "Stopped before"
    return {"paused": "Not yet: paused", "voided": "Need not be met: voided"}.get(clock.state, "Not yet")


def history(holds: Sequence[HoldOut]) -> list[dict[str, Any]]:
    """For `timeline`, newest first."""
    items = []
    for hold in reversed(holds):
        if hold.until_on is not None:
            items.append({"title": "Runs again", "at": hold.until_on, "by": hold.ended_by, "text": hold.ended_reason, "more": None})
        title = f"{HELD_TITLES[hold.kind]}; it was due on {words.day(hold.due_before)}"
        items.append({"title": title, "at": hold.from_on, "by": f"{hold.by}, agreed with {hold.agreed_with}", "text": hold.reason, "more": None})
    return items


def share(one: FigureOut) -> str:
    """ "87 % (95 % interval 80 to 92 %)", or why there is none."""
    if one.base is None or (one.in_time is None and one.base):
        return "Hidden: small numbers"
    if one.share is None or one.low is None or one.high is None:
        return "Too few for a percentage"
    return f"{one.share:.0%} (95 % interval {one.low * 100:.0f} to {one.high * 100:.0f} %)".replace("%", " %", 1)


def counted(number: int | None) -> str:
    return "Hidden" if number is None else f"{number:,}"
