"""Whether events cluster in place and time at once: Kulldorff's space-time permutation scan (PLoS Medicine 2, 2005). Pure, and the same every time.

Each place and each window of days is held against what the place has in all and the window has everywhere. How great the greatest such excess is by
chance is found by dealing the days out among the places again, 999 times, with a fixed seed. More events everywhere at one time are therefore no
cluster, nor is a place that has more at all times.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

TIMES = 999
SEED = 2002
WINDOWS = (3, 7, 14, 28)
LEAST = 3  # events in a cluster, and fewer than twice as many in all are not looked at


class Event(NamedTuple):
    place: str
    day: int


class Cluster(NamedTuple):
    """`events` in a place in a window of days, where `expected` were to be; `p` is how often chance alone makes so great an excess somewhere."""

    place: str
    first: int
    last: int
    events: int
    expected: float
    p: float


def greatest(events: Sequence[Event]) -> Cluster | None:
    """The greatest excess in one place and window; None where there are too few events, or only one place."""
    import numpy as np  # slow to load: not on the web's way up

    places = sorted({event.place for event in events})
    if len(events) < 2 * LEAST or len(places) < 2:
        return None
    first = min(event.day for event in events)
    span = max(event.day for event in events) - first + 1
    at = np.array([places.index(event.place) for event in events])
    days = np.array([event.day - first for event in events])
    best, where = _scan(np, at, days, len(places), span)
    if where is None:
        return None
    chance = np.random.default_rng(SEED)
    as_great = sum(_scan(np, at, chance.permutation(days), len(places), span)[0] >= best - 1e-9 for _ in range(TIMES))
    place, start, length, found, expected = where
    return Cluster(places[place], first + start, first + start + length - 1, found, round(expected, 1), (1 + as_great) / (1 + TIMES))


def _scan(np: Any, at: Any, days: Any, places: int, span: int) -> tuple[float, tuple[int, int, int, int, float] | None]:
    """The greatest likelihood ratio (its logarithm), and where: place, first day, length, events, expected."""
    counts = np.zeros((places, span + 1), int)
    np.add.at(counts, (at, days + 1), 1)
    running = counts.cumsum(axis=1)
    total = len(days)
    best, where = 0.0, None
    for length in (window for window in WINDOWS if window < span):
        found = running[:, length:] - running[:, :-length]
        expected = running[:, -1:] * found.sum(axis=0) / total
        excess = (found >= LEAST) & (found > expected)
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = found * np.log(found / expected)
            outside = np.where(found < total, (total - found) * np.log((total - found) / (total - expected)), 0.0)
        ratio = np.where(excess, inside + outside, 0.0)
        top = int(ratio.argmax())
        if ratio.flat[top] > best + 1e-9:
            place, start = divmod(top, ratio.shape[1])
            best, where = float(ratio.flat[top]), (place, start, length, int(found[place, start]), float(expected[place, start]))
    return best, where
