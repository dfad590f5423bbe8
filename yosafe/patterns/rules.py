"""What of the patterns may be shown, and how it reads. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence

from yosafe import clock
from yosafe.disclosure import LEAST_BASE, LEAST_COUNT, TOTAL, hide_table

from .clusters import Cluster
from .schemas import CellOut, PlaceOut, PointOut
from .survival import Followed, curve

BANDS = ("00:00 to 03:59", "04:00 to 07:59", "08:00 to 11:59", "12:00 to 15:59", "16:00 to 19:59", "20:00 to 23:59")
DAYS = (7, 28, 90, 180)
SHADES = ("░", "▒", "▓", "█")
CLEAR, UNLIKELY = 0.01, 0.05


def band_of(at: dt.datetime) -> str:
    """The four hours in London in which an instant lies."""
    return BANDS[at.astimezone(clock.LONDON).hour // 4]


def table(counts: Mapping[str, Mapping[str, int]], labels: Mapping[str, str], *, suppressed: bool) -> list[PlaceOut]:
    """A row for each place and one of totals. For those who see no names, small numbers are hidden with what they could be worked out from; for
    others, places where nothing happened are left out."""
    hidden = hide_table(counts) if suppressed else frozenset()
    rows = {place: row for place, row in counts.items() if suppressed or any(row.values())}
    most = max((n for row in rows.values() for n in row.values()), default=0)
    out = []
    for place, row in rows.items():
        cells = [CellOut(band=band, count=None if (place, band) in hidden else row[band], shade=_shade(row[band], most)) for band in BANDS]
        cells = [CellOut(band=cell.band, count=None, shade="") if cell.count is None else cell for cell in cells]
        out.append(PlaceOut(place=place, label=labels[place], cells=cells, total=None if (place, TOTAL) in hidden else sum(row.values())))
    totals = {band: sum(row[band] for row in counts.values()) for band in BANDS}
    everywhere = [CellOut(band=band, count=None if (TOTAL, band) in hidden else n, shade="") for band, n in totals.items()]
    whole = None if (TOTAL, TOTAL) in hidden else sum(totals.values())
    return [*out, PlaceOut(place="", label="Everywhere", cells=everywhere, total=whole)]


def _shade(count: int, most: int) -> str:
    """A quarter of the most in a cell, two, three, or all of it; nothing for none."""
    return SHADES[min(3, (4 * count - 1) // most)] if count and most else ""


def points(followed: Sequence[Followed], *, suppressed: bool) -> list[PointOut]:
    """The curve at some days. Nothing of fewer than 10; for those who see no names, a day is left out where fewer than 5 were harmed again by then,
    or since the day that is shown before it, or fewer than 5 were not."""
    if len(followed) < LEAST_BASE:
        return []
    out, before = [], 0
    for point in curve(followed, DAYS):
        more, rest = point.again - before, len(followed) - point.again
        if suppressed and (point.again < LEAST_COUNT or rest < LEAST_COUNT or 0 < more < LEAST_COUNT):
            continue
        before = point.again
        still = None if suppressed else point.still
        share, low, high = (round(100 * value, 1) for value in (point.share, point.low, point.high))
        out.append(PointOut(day=point.day, again=point.again, still=still, percent=share, low=low, high=high))
    return out


def cluster_words(found: Cluster | None, *, suppressed: bool) -> str:
    """What a scan found, and what it means."""
    if found is None:
        return "Too few self-harm incidents, or on one unit only: nothing is tested."
    if found.p > UNLIKELY:
        return f"No cluster: the greatest excess is one that chance alone makes often (p = {found.p:.2f})."
    sure = "Clear" if found.p <= CLEAR else "Possible"
    first, last = (f"{dt.date.fromordinal(day):%-d %B %Y}" for day in (found.first, found.last))
    chance = f"Chance alone makes so great an excess in {100 * found.p:.1f} of 100 such years."
    if suppressed:
        return f"{sure} cluster on one unit within 28 days. {chance}"
    return (
        f"{sure} cluster on {found.place}: {found.events} from {first} to {last}, where {found.expected:g} were to be expected. {chance} "
        "It says that they came together, not why."
    )
