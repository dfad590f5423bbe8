"""Young people who were, or are, out for a time in the last weeks: at court, in hospital. Made once the incidents are: nobody is in one meanwhile."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from yosafe.accounts.permissions import Role
from yosafe.audit.record import COLUMNS as AUDIT_COLUMNS
from yosafe.audit.record import EventName
from yosafe.clock import day_of
from yosafe.db.engine import DB, write_transaction

from .book import Values, days, hour, minutes
from .estate import Agencies, Place, Worker
from .stays import is_sentence
from .words import words
from .young_people import weighted

BACK = days(42)
COURT_EVERY = {False: 21.0, True: 160.0}  # days, by whether they serve a sentence
EVERY = {"hospital": 260.0, "appointment": 75.0, "family": 900.0}
LATE, WORRYING = 0.15, {"court": 0.04, "hospital": 0.3, "appointment": 0.03, "family": 0.25}
AT_ONCE = 200  # in one transaction: with more audit entries, chaining them takes longer for each
COLUMNS = (
    "id", "young_person", "placement", "reason", "place", "escort", "left_at", "expected_at", "ended_at", "outcome", "concern", "return_note",
    "recorded_at", "recorded_by", "ended_recorded_at", "ended_recorded_by", "version",
)  # fmt: skip

_STAYS = """
    SELECT id, young_person, establishment, legal_status, arrived_at, left_at FROM placement
    WHERE establishment = ANY($1) AND (left_at IS NULL OR left_at > $2) ORDER BY id
"""
_HAPPENED = "SELECT v.young_person, i.happened_at FROM involvement v JOIN incident i ON i.id = v.incident WHERE i.happened_at > $1"


class Out(Struct, frozen=True, kw_only=True):
    """A time out of a stay; `back_at` may be still to come."""

    stay: Any
    reason: str
    left_at: dt.datetime
    back_at: dt.datetime


async def go_out(places: Sequence[Place], agencies: Agencies, rng: random.Random, now: dt.datetime) -> int:
    """Write who was and who is out; how many times."""
    happened: dict[int, list[dt.datetime]] = defaultdict(list)
    for row in await DB.fetch(_HAPPENED, now - BACK):
        happened[row["young_person"]].append(row["happened_at"])
    stays = await DB.fetch(_STAYS, [place.code for place in places], now - BACK)
    planned = [out for stay in stays for out in _planned(stay, rng, now) if not _clashes(out, happened[stay["young_person"]])]
    planned.sort(key=lambda out: (out.left_at, out.stay["id"]))
    for first in range(0, len(planned), AT_ONCE):
        some = enumerate(planned[first : first + AT_ONCE], first + 1)
        written = [_written(number, out, agencies, rng, now) for number, out in some]
        async with write_transaction():
            await DB.copy_records("time_out", COLUMNS, [row for row, _ in written])
            await DB.copy_records("audit_entry", AUDIT_COLUMNS, sorted((entry for _, entries in written for entry in entries), key=lambda e: e[0]))
    if planned:
        await DB.fetchval("SELECT setval(pg_get_serial_sequence('time_out', 'id'), $1)", len(planned))
    return len(planned)


def _planned(stay: Any, rng: random.Random, now: dt.datetime) -> Iterator[Out]:
    """One after another, each over before the next; none on the first day or the last."""
    often = {"court": COURT_EVERY[is_sentence(stay["legal_status"])], **EVERY}
    last = (stay["left_at"] - days(1)) if stay["left_at"] else now + days(30)
    at = max(stay["arrived_at"] + days(1), now - BACK)
    while True:
        at += days(rng.expovariate(sum(1 / every for every in often.values())))
        reason = weighted(rng, {kind: 1 / every for kind, every in often.items()})
        day = day_of(at)
        if reason in ("court", "appointment") and day.weekday() > 4:
            day += days(7 - day.weekday())
        left_at = hour(day, rng.uniform(7.5, 9.5) if reason != "hospital" else rng.uniform(9, 22))
        back_at = left_at + (days(rng.uniform(0.3, 5)) if reason == "hospital" else dt.timedelta(minutes=rng.randrange(300, 570)))
        if left_at > now or back_at > last:
            return
        if left_at > max(stay["arrived_at"], at - days(1)):
            yield Out(stay=stay, reason=reason, left_at=left_at, back_at=back_at)
        at = back_at + days(1)


def _clashes(out: Out, happened: list[dt.datetime]) -> bool:
    return any(out.left_at <= at <= out.back_at for at in happened)


def _written(number: int, out: Out, agencies: Agencies, rng: random.Random, now: dt.datetime) -> tuple[Values, list[Values]]:
    """The row, and the entries of the trail."""
    texts, stay = words("time_out"), out.stay
    officers = agencies.at(stay["establishment"], Role.YOI_OFFICER)
    sends, receives = rng.choice(officers), rng.choice(officers)
    late = rng.random() < LATE
    expected = None if out.reason == "hospital" and rng.random() < 0.4 else out.back_at + minutes(-60 if late else 45)
    concern = rng.random() < WORRYING[out.reason]
    ended: Values = (None, None, None, None)
    if out.back_at <= now:
        ended = (out.back_at, "returned", concern, rng.choice(texts["back"]["worrying" if concern else "well"]))
    by = (out.back_at, receives.id, 2) if out.back_at <= now else (None, None, 1)
    row = (
        number, stay["young_person"], stay["id"], out.reason, rng.choice(texts["place"][out.reason]), rng.choice(texts["escort"][out.reason]),
        out.left_at, max(expected, out.left_at + minutes(30)) if expected else None, *ended, out.left_at, sends.id, *by,
    )  # fmt: skip
    entries = [_entry(EventName.TIME_OUT_STARTED, out.left_at, sends, number, stay["young_person"], reason=out.reason)]
    if out.back_at <= now:
        facts = {"outcome": "returned", "concern": concern}
        entries.append(_entry(EventName.TIME_OUT_ENDED, out.back_at, receives, number, stay["young_person"], **facts))
    return row, entries


def _entry(event: EventName, at: dt.datetime, by: Worker, number: int, young_person: int, **detail: Any) -> Values:
    text = msgspec.json.encode(detail, order="sorted").decode()
    return (at, event.value, by.id, "user", by.agency.id, "time_out", number, young_person, None, text)
