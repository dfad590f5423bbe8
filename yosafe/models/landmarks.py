"""Features of everyone in custody at the end of a day, and what came of them, from the database: six queries for any number of young people, whose
answers are columns (`yosafe.db.columns`): nothing here goes from child to child.

Every fact is cut twice, by when it happened and by when it was written down. What has no history of its own is taken as it stands: the date of
birth, and what is audited by. Both describe a person, not what befell them."""

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from yosafe.clock import midnight
from yosafe.db.columns import Column, fetch_columns
from yosafe.db.engine import DB
from yosafe.welfare.rules import ASSET

from .fairness import NOT_KNOWN
from .features import AUDITED_BY, HORIZON, NAMES, YEAR

if TYPE_CHECKING:
    import pandas as pd

SCREEN = "vulnerability-screen"

_HERE = "arrived_at < $1 AND recorded_at < $1 AND (left_at IS NULL OR left_at >= $1 OR left_recorded_at >= $1)"
# Every stay, of those who are here, that was known by the end of the day ($1).
STAYS = f"""
    SELECT young_person, id, arrived_at, ({_HERE}) AS here, coalesce(distance_miles::float8, 'NaN') AS distance, establishment FROM placement
    WHERE arrived_at < $1 AND recorded_at < $1 AND young_person IN (SELECT young_person FROM placement WHERE {_HERE})
"""


def _known(column: str) -> str:
    """A column of text; NOT_KNOWN where nobody has asked or nobody has said."""
    return f"CASE WHEN {column} IS NULL OR {column} IN ('not_asked', 'declined', 'not_known') THEN '{NOT_KNOWN}' ELSE {column} END AS {column}"


PEOPLE = f"""
    SELECT id AS young_person, coalesce(($2::date - date_of_birth) / 365.25::float8, 'NaN') AS age,
        {", ".join(_known(column) for column in ("sex", "ethnicity", "disability", "nationality"))}
    FROM young_person WHERE id IN (SELECT young_person FROM placement WHERE {_HERE})
"""
CONTACTS = """
    SELECT young_person, (count(*) FILTER (WHERE happened_on > $2::date - 28))::float8 AS contacts_28,
        coalesce(($2::date - max(happened_on) FILTER (WHERE kind IN ('visit', 'meeting', 'court')))::float8, 'NaN') AS visit_days
    FROM contact WHERE happened_on <= $2 AND happened_on > $2::date - 365 AND recorded_at < $1 AND kind NOT IN ('planned_missed', 'declined')
    GROUP BY young_person
"""


def _answered(name: str) -> str:
    return f"CASE answers ->> '{name}' WHEN 'yes' THEN 1::float8 WHEN 'no' THEN 0 ELSE 'NaN' END AS {name}"


def _rated(answer: str, name: str) -> str:
    return f"CASE WHEN answers ->> '{answer}' ~ '^[0-9]+$' THEN (answers ->> '{answer}')::float8 ELSE 'NaN' END AS {name}"


# The newest of one instrument ($3).
_NEWEST = """
    SELECT DISTINCT ON (young_person) young_person, answers FROM assessment
    WHERE instrument = $3 AND completed_on <= $2 AND recorded_at < $1 ORDER BY young_person, completed_on DESC, id DESC
"""
SCREENED = ("self_harm_now", "self_harm_past", "harmed_before", "fears")
RATED = {"emotional_health_rating": "emotional_health", "family_relationships_rating": "relationships"}
SCREENS = f"SELECT young_person, {', '.join(_answered(name) for name in SCREENED)} FROM ({_NEWEST}) newest"
RATINGS = f"SELECT young_person, {', '.join(_rated(answer, name) for answer, name in RATED.items())} FROM ({_NEWEST}) newest"
# What a care period said then: as it is now, or as it was before the first correction after the moment.
CARE = f"""
    WITH was AS (
        SELECT DISTINCT ON (care_period) care_period, id, status, started_on, ended_on FROM care_correction
        WHERE at >= $1 ORDER BY care_period, at, id
    ), then_ AS (
        SELECT p.young_person, p.id, CASE WHEN was.id IS NULL THEN p.status ELSE was.status END AS status,
            CASE WHEN was.id IS NULL THEN p.started_on ELSE was.started_on END AS started_on,
            CASE WHEN was.id IS NULL THEN p.ended_on ELSE coalesce(was.ended_on, p.ended_on) END AS ended_on, p.ended_recorded_at, p.recorded_at
        FROM care_period p LEFT JOIN was ON was.care_period = p.id WHERE p.recorded_at < $1
    ), last AS (
        SELECT DISTINCT ON (young_person) young_person, status FROM then_
        WHERE started_on <= $2 AND (ended_on IS NULL OR ended_on > $2 OR coalesce(ended_recorded_at, recorded_at) >= $1)
        ORDER BY young_person, started_on DESC, id DESC
    )
    SELECT young_person, {_known("status")},
        CASE WHEN status IN ('looked_after', 'care_leaver') THEN 1::float8 WHEN status IN ('formerly_in_care', 'never') THEN 0 ELSE 'NaN'
        END AS in_care
    FROM last
"""
# Whom what happened, by role: all of the last 90 days ($3), of the year before ($2) only whether they came to harm. By the index of when it happened.
HARMED, HURT_SELF, ALLEGED, COMPLAINED, ELSE, PRESENT = range(6)
HAPPENED = f"""
    SELECT young_person, incident, happened_at, CASE role WHEN 'harmed' THEN {HARMED} WHEN 'hurt_self' THEN {HURT_SELF}
        WHEN 'alleged_to_have_harmed' THEN {ALLEGED} WHEN 'took_part' THEN {ALLEGED} WHEN 'complainant' THEN {COMPLAINED}
        WHEN 'present' THEN {PRESENT} ELSE {ELSE} END AS role
    FROM involvement WHERE happened_at < $1 AND happened_at >= $2 AND recorded_at < $1 AND (happened_at >= $3 OR role IN ('harmed', 'hurt_self'))
"""
# What was set aside by then, or is restricted: few.
ASIDE = """
    SELECT incident FROM (
        SELECT DISTINCT ON (e.incident) e.incident, e.to_status FROM incident_event e
        WHERE e.at < $1 AND e.incident IN (SELECT s.incident FROM incident_event s WHERE s.to_status IN ('duplicate', 'not_reportable'))
        ORDER BY e.incident, e.at DESC, e.id DESC) latest
    WHERE to_status IN ('duplicate', 'not_reportable')
    UNION ALL SELECT id FROM incident WHERE restricted
"""
# Bullying and what was serious, of the last 90 days ($2). A severity that was corrected since is taken as it was.
KINDS = """
    WITH was AS (
        SELECT DISTINCT ON (incident) incident, old_value FROM incident_correction WHERE field = 'severity' AND at >= $1 ORDER BY incident, at, id
    )
    SELECT id AS incident, kind = 'bullying' AS bullying, coalesce(was.old_value, severity) = 'serious' AS serious
    FROM incident LEFT JOIN was ON was.incident = id
    WHERE happened_at < $1 AND happened_at >= $2 AND (kind = 'bullying' OR coalesce(was.old_value, severity) = 'serious')
"""
# Whom harm came to, of what stands now: this is what is learnt, not what is learnt from.
CAME_TO_HARM = """
    SELECT DISTINCT v.young_person FROM involvement v JOIN incident i ON i.id = v.incident
    WHERE v.role IN ('harmed', 'hurt_self') AND v.happened_at >= $1 AND v.happened_at < $2 AND i.status NOT IN ('duplicate', 'not_reportable')
"""
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # what PostgreSQL counts its microseconds from
_DAY = 86_400_000_000


async def load_features(as_of: dt.date) -> "pd.DataFrame":
    """A row for each young person in custody at the end of a day: `young_person`, each of NAMES as numbers, and what is audited by."""
    import pandas as pd

    ends = midnight(as_of + dt.timedelta(days=1))
    known, happened = await asyncio.gather(_load_people(ends, as_of), _load_happened(ends, as_of))
    if not len(known["young_person"]):
        return pd.DataFrame(columns=["young_person", *NAMES, *AUDITED_BY])
    known |= _history(known["young_person"], happened, _micros(ends))
    return pd.DataFrame({name: known[name] for name in ("young_person", *NAMES, *AUDITED_BY)})


async def _load_people(ends: dt.datetime, as_of: dt.date) -> dict[str, Column]:
    """What is known of everyone who is here, in the order of their numbers, but what happened to them."""
    numbers = ("young_person", "id", "arrived_at", "here", "distance")
    known = _stays(await fetch_columns(STAYS, ends, numbers=numbers, words=("establishment",)), ends, as_of)
    people = await fetch_columns(PEOPLE, ends, as_of, numbers=("young_person", "age"), words=("sex", "ethnicity", "disability", "nationality"))
    contacts = await fetch_columns(CONTACTS, ends, as_of, numbers=("young_person", "contacts_28", "visit_days"))
    screens = await fetch_columns(SCREENS, ends, as_of, SCREEN, numbers=("young_person", *SCREENED))
    ratings = await fetch_columns(RATINGS, ends, as_of, ASSET, numbers=("young_person", *RATED.values()))
    care = await fetch_columns(CARE, ends, as_of, numbers=("young_person", "in_care"), words=("status",))
    care["care"] = care.pop("status")
    for found in (people, contacts, screens, ratings, care):
        known |= _in_order(known["young_person"], found)
    known["contacts_28"] = np.nan_to_num(known["contacts_28"])
    age = known["age"]
    known["age_band"] = np.select([age < 16, age < 18, age >= 18], ["under 16", "16 and 17", "18 and over"], NOT_KNOWN).astype(object)
    return known


def _stays(found: dict[str, Column], ends: dt.datetime, as_of: dt.date) -> dict[str, Column]:
    """Of each who is here the stay that goes on, with how many there were before and how many began in a year."""
    order = np.lexsort((found["id"], found["arrived_at"], found["young_person"]))
    who, arrived, here = found["young_person"][order], found["arrived_at"][order], found["here"][order].astype(bool)
    last = order[here][np.append(np.diff(who[here]) != 0, True)] if here.any() else order[:0]
    held, begins = found["young_person"][last], _micros(midnight(as_of - dt.timedelta(days=YEAR - 1)))
    place = np.searchsorted(held, who)
    return {
        "young_person": held,
        "establishment": found["establishment"][last],
        "distance": found["distance"][last],
        "arrived_days": ((_micros(ends) - found["arrived_at"][last]) // _DAY).astype(float),
        "stays_before": np.bincount(place, minlength=len(held)) - 1.0,
        "moves_365": np.bincount(place[arrived >= begins], minlength=len(held)).astype(float),
    }


def _in_order(held: Column, found: dict[str, Column]) -> dict[str, Column]:
    """Columns by young person, put in the order of those who are here; nothing of them is NaN, or NOT_KNOWN in words."""
    place, here = _places(held, found["young_person"])
    put = {}
    for name, values in found.items():
        if name != "young_person":
            words = values.dtype == object
            put[name] = np.full(len(held), NOT_KNOWN if words else np.nan, dtype=object if words else float)
            put[name][place[here]] = values[here]
    return put


def _places(held: Column, who: Column) -> tuple[Column, Column]:
    """Where each stands among those who are here, and whether they do at all."""
    place = np.minimum(np.searchsorted(held, who), max(len(held) - 1, 0))
    return place, (held[place] == who) if len(held) else np.zeros(len(who), dtype=bool)


async def _load_happened(ends: dt.datetime, as_of: dt.date) -> dict[str, Column]:
    """What happened to anybody in a year, but what had been set aside or is restricted."""
    begins, lately = midnight(as_of - dt.timedelta(days=YEAR - 1)), ends - dt.timedelta(days=90)
    found = await fetch_columns(HAPPENED, ends, begins, lately, numbers=("young_person", "incident", "happened_at", "role"))
    aside = await fetch_columns(ASIDE, ends, numbers=("incident",))
    kinds = await fetch_columns(KINDS, ends, lately, numbers=("incident", "bullying", "serious"))
    found["bullying"] = np.isin(found["incident"], kinds["incident"][kinds["bullying"] == 1])
    found["serious"] = np.isin(found["incident"], kinds["incident"][kinds["serious"] == 1])
    counts = ~np.isin(found["incident"], aside["incident"])
    return {name: column[counts] for name, column in found.items()}


def _history(held: Column, found: dict[str, Column], ends: int) -> dict[str, Column]:
    """Counts of incidents, and the days since harm last came to them, of each who is here."""
    place, here = _places(held, found["young_person"])
    found = {name: column[here] for name, column in found.items()}
    who, ago = place[here], ends - found["happened_at"]
    came_to_harm = (found["role"] == HARMED) | (found["role"] == HURT_SELF)
    last = np.full(len(held), np.inf)
    np.minimum.at(last, who[came_to_harm], (ago // _DAY)[came_to_harm])
    recent = np.flatnonzero(ago <= 90 * _DAY)
    recent = recent[np.lexsort((found["incident"][recent], who[recent]))]
    who, ago, incident, role = who[recent], ago[recent], found["incident"][recent], found["role"][recent]

    def counted(days: int, which: Column) -> Column:
        """Incidents of so many days; whoever has two roles in one has been in one."""
        which = which & (ago <= days * _DAY)
        people, of = who[which], incident[which]  # in this order, so that those of one are side by side
        again = np.append(False, (np.diff(people) == 0) & (np.diff(of) == 0))[: len(of)]
        return np.bincount(people[~again], minlength=len(held)).astype(float)

    return {
        **{f"harmed_{days}": counted(days, role == HARMED) for days in (7, 28, 90)},
        **{f"hurt_self_{days}": counted(days, role == HURT_SELF) for days in (7, 28, 90)},
        **{f"incidents_{days}": counted(days, role != PRESENT) for days in (28, 90)},
        "bullied_90": counted(90, (role == HARMED) & found["bullying"][recent]),
        "serious_90": counted(90, came_to_harm[recent] & found["serious"][recent]),
        "alleged_90": counted(90, role == ALLEGED),
        "complaints_90": counted(90, role == COMPLAINED),
        "harm_days": np.where(np.isinf(last), np.nan, last),
    }


def _micros(moment: dt.datetime) -> int:
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


async def load_outcome(as_of: dt.date) -> frozenset[int]:
    """Who came to harm in the days after a day."""
    start = midnight(as_of + dt.timedelta(days=1))
    return frozenset(row["young_person"] for row in await DB.fetch(CAME_TO_HARM, start, midnight(as_of + dt.timedelta(days=1 + HORIZON))))


async def load_landmarks(days: list[dt.date]) -> "pd.DataFrame":
    """Rows of several days with `day` and `harmed`: what a model learns from."""
    import pandas as pd

    parts = []
    for day in days:
        found, came = await load_features(day), await load_outcome(day)
        parts.append(found.assign(day=day.toordinal(), harmed=found["young_person"].isin(came)))
    known = [part for part in parts if len(part)]
    return pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=["young_person", *NAMES, *AUDITED_BY, "day", "harmed"])
