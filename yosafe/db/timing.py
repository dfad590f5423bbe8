"""How long statements take: those that take too long go to the log, and whoever measures hears of each. The text of a statement, never its values:
those are bound, and stay here."""

from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

LONGEST_SHOWN = 1_000  # characters of a statement: enough to know it by
Watch = Callable[[str, float], None]
_watching: list[Watch] = []


def watch(heard: Watch) -> None:
    """From now on call this with the text of each statement and the seconds that it took. One that is there already is not called twice."""
    if heard not in _watching:
        _watching.append(heard)


def unwatch(heard: Watch) -> None:
    if heard in _watching:
        _watching.remove(heard)


def took(sql: str, seconds: float) -> None:
    """A statement has ended, well or not."""
    for heard in _watching:
        heard(sql, seconds)


class SlowStatements:
    """Says each statement that took `limit` seconds or longer, and how many there were."""

    def __init__(self, limit: float) -> None:
        self.limit, self.count = limit, 0

    def __call__(self, sql: str, seconds: float) -> None:
        if seconds >= self.limit:
            self.count += 1
            log.warning("slow-statement", ms=round(seconds * 1000), statement=shown(sql))


def shown(sql: str) -> str:
    """A statement on one line, cut where it is long."""
    line = " ".join(sql.split())
    return line if len(line) <= LONGEST_SHOWN else line[:LONGEST_SHOWN] + "…"


_slow: list[SlowStatements] = []


def say_slow(limit: float) -> SlowStatements:
    """Log what takes `limit` seconds or longer from now on, and nothing by an earlier limit; 0 logs none."""
    for earlier in _slow:
        unwatch(earlier)
    _slow[:] = [SlowStatements(limit or float("inf"))]
    watch(_slow[0])
    return _slow[0]
