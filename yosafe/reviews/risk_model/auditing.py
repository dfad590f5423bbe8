"""Whom each indicator flagged and missed in the year before, by sub-group: worked out in the night, read on its page. Flags are taken as they stood
then, and what is looked for is the harm that the risk model looks for: many indicators are about something else, and their page says so."""

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.access import check_actor_may
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.db.replica import Reads, from_replica
from yosafe.models.evaluation import Estimate, share_of
from yosafe.models.fairness import Audit, audit_flags, tells_of_few
from yosafe.models.features import AUDITED_BY, HORIZON
from yosafe.models.landmarks import load_features, load_outcome
from yosafe.reviews.kinds import kinds

if TYPE_CHECKING:
    import pandas as pd

DAYS, APART = 13, 28  # so that hardly any harm is counted twice
FRESH = 7  # days before, in which flags were worked out

_WORKED_OUT = "SELECT EXISTS (SELECT FROM flag_refresh WHERE as_of > $1::date - $2::int AND as_of <= $1)"
_STOOD = "SELECT DISTINCT young_person, indicator FROM flag WHERE raised_on <= $1 AND (cleared_on IS NULL OR cleared_on > $1)"
_KEEP = """
    INSERT INTO indicator_audit (indicator, as_of, figures, recorded_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (indicator, as_of) DO UPDATE SET figures = excluded.figures, recorded_at = excluded.recorded_at
"""


class IndicatorFigures(Struct, frozen=True, kw_only=True):
    """How one kind of flag did over some days, four weeks apart: `right`, of those flagged, who came to harm; `found`, of those who came to harm, who
    was flagged; `false_flags`, of those who did not, who was. All three without value where they would tell of fewer than five."""

    days: list[dt.date]
    rows: int
    persons: int
    events: int
    right: Estimate
    found: Estimate
    false_flags: Estimate
    groups: list[Audit]


async def audit_indicators(*, by: Actor) -> int:
    """Work out the audit of every kind of flag as at today, and keep it; of how many days. None where flags were not worked out four weeks ago."""
    import pandas as pd

    check_actor_may(by, "flag:refresh")
    last = clock.today() - dt.timedelta(days=HORIZON + 1)
    days = [day for day in (last - dt.timedelta(days=APART * n) for n in range(DAYS)) if await DB.fetchval(_WORKED_OUT, day, FRESH)]
    found = [part for part in [await _day(day) for day in sorted(days)] if len(part)]
    if not found:
        return 0
    rows = pd.concat(found, ignore_index=True)
    figures = await asyncio.to_thread(_figures, rows)
    async with write_transaction():
        for indicator, one in figures.items():
            await DB.execute(_KEEP, indicator, clock.today(), msgspec.to_builtins(one), clock.now())
        await record(EventName.INDICATORS_AUDITED, by=by, detail={"days": len(found), "rows": len(rows)})
    return len(found)


async def _day(day: dt.date) -> "pd.DataFrame":
    """Everyone held at the end of a day: what they are audited by, whether they came to harm, and their flags."""
    async with from_replica(Reads.FACTS):
        held, came = await load_features(day), await load_outcome(day)
    flags: dict[str, set[int]] = {}
    for row in await DB.fetch(_STOOD, day):
        flags.setdefault(row["indicator"], set()).add(row["young_person"])
    columns: dict[str, Any] = {"day": day, "harmed": held["young_person"].isin(came)}
    columns |= {f"flag {name}": held["young_person"].isin(flags.get(name, set())) for name in kinds()}
    return held[["young_person", *AUDITED_BY]].assign(**columns)


def _figures(rows: "pd.DataFrame") -> dict[str, IndicatorFigures]:
    outcome = rows["harmed"].to_numpy(dtype=bool)
    persons = np.unique(rows["young_person"].to_numpy(dtype=np.int64), return_inverse=True)[1].astype(np.intp)
    groups = {name: [str(value) for value in rows[name]] for name in AUDITED_BY}
    days, nothing = sorted(set(rows["day"])), Estimate(value=None)
    found = {}
    for name in kinds():
        flags = rows[f"flag {name}"].to_numpy(dtype=bool)
        few = tells_of_few(flags, persons)
        found[name] = IndicatorFigures(
            days=days, rows=len(rows), persons=int(persons.max()) + 1, events=int(outcome.sum()),
            right=nothing if few else share_of(outcome[flags], persons[flags]),
            found=nothing if few else share_of(flags[outcome], persons[outcome]),
            false_flags=nothing if few else share_of(flags[~outcome], persons[~outcome]),
            groups=audit_flags(outcome, flags, persons, groups),
        )  # fmt: skip
    return found


async def newest_audit(indicator: str) -> IndicatorFigures | None:
    """The newest figures of a kind of flag, None where none were worked out."""
    row = await DB.fetchrow("SELECT figures FROM indicator_audit WHERE indicator = $1 ORDER BY as_of DESC LIMIT 1", indicator)
    return msgspec.convert(row["figures"], IndicatorFigures) if row is not None else None
