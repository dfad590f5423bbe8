"""A list of incidents as a CSV file that a spreadsheet opens and does not run."""

import csv
import io
from collections.abc import Iterable

from yosafe import clock

from .rules import Precision
from .schemas import ListedOut

HEADS = ("incident", "kind", "status", "severity", "establishment", "place", "happened", "time_known", "recorded", "young_people", "names")
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(incidents: Iterable[ListedOut]) -> bytes:
    """UTF-8 with a mark that spreadsheets look for. Times are London's."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for one in incidents:
        writer.writerow(safe_cell(cell) for cell in _row(one))
    return out.getvalue().encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """A cell that starts as a formula does, led by a quote so that it is read as text."""
    return f"'{text}" if text.startswith(_RUNS) else text


def _row(one: ListedOut) -> tuple[str, ...]:
    day_only = one.happened_precision is Precision.DAY
    happened = one.happened_at.astimezone(clock.LONDON)
    refs = [person.young_person or "" for person in one.young_people]
    return (
        one.ref, one.kind, one.status.value, one.severity, one.establishment, one.place,
        happened.date().isoformat() if day_only else happened.isoformat(timespec="minutes"), one.happened_precision.value,
        one.recorded_at.astimezone(clock.LONDON).isoformat(timespec="minutes"), "; ".join(refs),
        "; ".join(person.name for person in one.young_people),
    )  # fmt: skip
