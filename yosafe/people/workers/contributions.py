"""What named workers give to the record of a young person: entries of the chronology, a section, a panel."""

import datetime as dt
from typing import Any

from yosafe import words
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.frame import Section
from yosafe.people.merging import Holding, Merging
from yosafe.people.panels import Panel
from yosafe.reference.codes import code_list
from yosafe.refs import ref
from yosafe.settings import Terminology

from . import shown
from .queries import workers_of
from .rules import ANSWERS_FOR

_ROWS = f"""
    SELECT 'named' AS part, w.id, {DAY_AS_INSTANT.format("w.since")} AS at, true AS day_only, w.recorded_at, w.recorded_by, to_jsonb(w) AS facts
    FROM named_worker w WHERE w.young_person = {{}} AND {{}}
    UNION ALL
    SELECT 'ended', w.id, {DAY_AS_INSTANT.format("w.until")}, true, w.ended_recorded_at, w.ended_recorded_by, to_jsonb(w)
    FROM named_worker w WHERE w.young_person = {{}} AND {{}} AND w.ended_recorded_by IS NOT NULL AND w.name IS NOT NULL
        AND NOT EXISTS (SELECT FROM named_worker n WHERE n.young_person = w.young_person AND n.role = w.role AND n.since = w.until AND n.id > w.id)
"""


def _rows(viewer: User, young_person: int) -> Sql:
    may = Sql("true" if viewer.may("worker:read") else "false")
    return Sql(_ROWS, young_person, may, young_person, may)


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    role, name = code_list("worker_role").label(facts["role"], terminology), facts["name"] or "none named"
    link = f"/children/{ref('YP', facts['young_person'])}/workers"
    if part == "ended":
        return Told(title=f"{role}: no longer {name}", text=f"Since {words.day(dt.date.fromisoformat(facts['since']))}.", link=link)
    return Told(title=f"{role}: {name}", text=f"{facts['agency_name']}." if facts["agency_name"] else None, link=link)


def _count(viewer: User, young_person: int) -> Sql:
    """Those who are named now."""
    return Sql("SELECT count(*) FROM named_worker w WHERE w.until IS NULL AND w.name IS NOT NULL AND w.young_person = {}", young_person)


async def _now(viewer: User, young_person: int, terminology: Terminology) -> dict[str, Any]:
    """Who works with them now, and who should and is not named: for a child in care, a social worker."""
    found = [one for one in await workers_of(young_person) if one.until is None]
    status = await DB.fetchval("SELECT status FROM care_period WHERE young_person = $1 AND ended_on IS NULL", young_person)
    answering = ANSWERS_FOR.get(status, ())
    lacking = bool(answering) and not any(one.role in answering and one.name for one in found)
    told = any(one.role in answering for one in found)
    missing = code_list("worker_role").label("social_worker", terminology) if lacking and not told else None
    return {"workers": [shown.worker(one, terminology) for one in found], "missing": missing, "base": f"/children/{ref('YP', young_person)}/workers"}


# Of two in one role now, whoever began last goes on; the other ended when that one began.
_BOTH = """
    SELECT a.id AS one, a.since AS one_since, b.id AS other, b.since AS other_since FROM named_worker a
    JOIN named_worker b ON b.role = a.role AND b.until IS NULL WHERE a.until IS NULL AND a.young_person = $1 AND b.young_person = $2 ORDER BY a.id
"""


async def _settle(merging: Merging) -> None:
    for row in await DB.fetch(_BOTH, merging.kept, merging.merged):
        ended, until = (row["one"], row["other_since"]) if row["other_since"] > row["one_since"] else (row["other"], row["one_since"])
        await merging.change("named_worker", "until", [ended], until.isoformat())


SOURCE = Source(
    id="worker", title="Named workers", permission="worker:read", rows=_rows, tell=_tell, tables=("named_worker",),
    owner="SELECT t.young_person FROM named_worker t WHERE t.id = m.entry",
)  # fmt: skip
SECTION = Section(id="workers", text="Workers", path="workers", permission="worker:read", count=_count)
PANEL = Panel(id="workers", permission="worker:read", template="people/workers/panel.html", load=_now, side="right")
HOLDING = Holding(
    table="named_worker", called="named worker", makes_room=_settle,
    rows=lambda viewer, young_person: Sql("SELECT t.id FROM named_worker t WHERE t.young_person = {}", young_person),
)  # fmt: skip
