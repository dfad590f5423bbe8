"""Patterns of an establishment, for a viewer. Restricted incidents are in none of them: a number would show that they exist."""

import asyncio
import datetime as dt
from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list, record_read
from yosafe.db.engine import DB
from yosafe.db.replica import Reads, from_replica
from yosafe.db.sql import Sql
from yosafe.disclosure import LEAST_BASE, LEAST_COUNT
from yosafe.people import access as people
from yosafe.people.rules import full_name
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from . import clusters, rules
from .access import get_establishment_for, sees_names
from .clusters import Event
from .schemas import AgainOut, PatternsOut
from .survival import Followed

YEAR = 365
HARM = ["assault", "bullying"]
MOST_NAMED = 50
_COUNTED = (
    "i.establishment = {} AND i.happened_at >= {} AND i.happened_at < {} AND NOT i.restricted "
    "AND i.status NOT IN ('draft', 'duplicate', 'not_reportable')"
)
_WHEN = f"SELECT i.place, i.happened_at, i.happened_precision = 'day' AS day_only FROM incident i WHERE i.kind = ANY({{}}) AND {_COUNTED}"
_HURT_SELF = f"SELECT coalesce(i.unit, '') AS unit, i.happened_at FROM incident i WHERE i.kind = 'self_harm' AND {_COUNTED}"
# Who was harmed first, when again, and when they left.
_FOLLOWED = f"""
    WITH harm AS (
        SELECT iv.young_person, i.happened_at FROM incident i JOIN involvement iv ON iv.incident = i.id AND iv.role = 'harmed'
        WHERE i.kind = ANY({{}}) AND {_COUNTED}
    ), first AS (SELECT young_person, min(happened_at) AS at FROM harm GROUP BY 1)
    SELECT f.at, (SELECT min(h.happened_at) FROM harm h WHERE h.young_person = f.young_person AND h.happened_at > f.at) AS again,
        (SELECT max(coalesce(p.left_at, {{}})) FROM placement p WHERE p.young_person = f.young_person AND p.establishment = {{}}
            AND p.arrived_at <= f.at AND (p.left_at IS NULL OR p.left_at > f.at)) AS until
    FROM first f
"""
_ALLEGED = f"""
    SELECT yp.id, yp.family_name, yp.given_names, count(DISTINCT i.id) AS incidents
    FROM incident i JOIN involvement iv ON iv.incident = i.id AND iv.role = 'alleged_to_have_harmed' JOIN young_person yp ON yp.id = iv.young_person
    WHERE i.kind = ANY({{}}) AND {_COUNTED} AND {{}}
    GROUP BY 1, 2, 3 HAVING count(DISTINCT i.id) > 1 ORDER BY 4 DESC, 2, 3, 1 LIMIT {{}}
"""


async def patterns(viewer: User, code: str, terminology: Terminology) -> PatternsOut:
    """The patterns of an establishment in the year until now. That they were read is recorded, and whom they name. Raises NotFound."""
    place = get_establishment_for(viewer, code)
    now = clock.now()
    since = clock.midnight(clock.day_of(now) - dt.timedelta(days=YEAR))
    which = (place.code, since, now)
    named = sees_names(viewer)
    async with from_replica(Reads.PATTERNS):
        when = await DB.fetch(*Sql(_WHEN, HARM, *which).parts())
        followed = [_followed(row, now) for row in await DB.fetch(*Sql(_FOLLOWED, HARM, *which, now, place.code).parts())]
        hurt = [_event(row) for row in await DB.fetch(*Sql(_HURT_SELF, *which).parts())]
    cluster = await asyncio.to_thread(clusters.greatest, hurt)
    labels = code_list("place").labels(terminology=terminology)
    counts = {one: dict.fromkeys(rules.BANDS, 0) for one in labels}
    for row in when:
        if not row["day_only"]:
            counts[row["place"]][rules.band_of(row["happened_at"])] += 1
    table = await asyncio.to_thread(lambda: rules.table(counts, labels, suppressed=not named))
    no_hour = sum(row["day_only"] for row in when)
    again = rules.points(followed, suppressed=not named)
    await record_read(EventName.PATTERNS_READ, by=viewer, detail={"establishment": place.code})
    return PatternsOut(
        establishment=place.code, establishment_name=place.name, since=clock.day_of(since), until=clock.day_of(now), suppressed=not named,
        places=table, no_hour=no_hour if named or no_hour >= LEAST_COUNT else None,
        harmed=len(followed) if len(followed) >= LEAST_BASE else None, again=again,
        cluster=rules.cluster_words(cluster, suppressed=not named), alleged_again=await _alleged_again(viewer, which) if named else None,
        method=_method(suppressed=not named),
    )  # fmt: skip


def _event(row: Any) -> Event:
    return Event(row["unit"] or "a unit that is not recorded", clock.day_of(row["happened_at"]).toordinal())


def _followed(row: Any, now: dt.datetime) -> Followed:
    """Until it came again, or they left, or now. Whoever is not recorded as held there is followed for no time."""
    end = row["again"] or min(row["until"] or row["at"], now)
    return Followed((end - row["at"]) / dt.timedelta(days=1), row["again"] is not None)


async def _alleged_again(viewer: User, which: tuple[str, dt.datetime, dt.datetime]) -> list[AgainOut]:
    rows = await DB.fetch(*Sql(_ALLEGED, HARM, *which, people.visible(viewer), MOST_NAMED).parts())
    if rows:
        await record_list("said to have harmed again", [row["id"] for row in rows], by=viewer)
    return [
        AgainOut(young_person=people.young_person_ref(row["id"]), name=full_name(row["family_name"], row["given_names"]), incidents=row["incidents"])
        for row in rows
    ]


_METHOD = (
    "Incidents recorded in this establishment in the last 365 days that are not drafts, duplicates or not reportable. Restricted ones, "
    "such as allegations against staff, are in no figure here: a number would show that they exist.",
    "Places and hours are of assaults and bullying, each counted once, by the hour in London; those of which only the day is recorded are counted "
    "apart.",
    "Harmed again: of young people harmed in an assault or in bullying, the share who were harmed another time within so many days of the first in "
    "this year. Those who left, or were first harmed only lately, count for as long as they were there (Kaplan and Meier; 95 % intervals on the "
    "scale log(-log)). Two incidents at the same moment are one.",
    f"Self-harm: Kulldorff's space-time permutation scan of units and windows of {', '.join(map(str, clusters.WINDOWS))} days, dealt out again "
    f"{clusters.TIMES} times from a fixed start, so that the same records give the same answer. More self-harm everywhere at one time, or on one "
    f"unit at all times, is no cluster by it. Fewer than {clusters.LEAST} in one place and window are not looked at.",
    "Records say what was noticed and written down. A place where nobody looks has none.",
)
_HIDDEN = (
    "Small numbers are hidden, none too, with others from which they could be worked out: counts under 5, shares of fewer than 10, and steps of the "
    "curve that would tell fewer than 5."
)


def _method(*, suppressed: bool) -> list[str]:
    return [*_METHOD, _HIDDEN] if suppressed else [*_METHOD]
