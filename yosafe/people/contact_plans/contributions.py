"""What planned contacts give to the record of a young person: entries of the chronology, a panel, a column of the list."""

import datetime as dt
from typing import Any

from yosafe import words
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.columns import Column
from yosafe.people.merging import Holding, Merging
from yosafe.people.panels import Panel
from yosafe.reference.codes import code_list
from yosafe.refs import ref
from yosafe.settings import Terminology

from . import shown
from .queries import overdue_with, plans_of
from .rules import every_words

_ROWS = f"""
    SELECT 'planned' AS part, c.id, {DAY_AS_INSTANT.format("c.since")} AS at, true AS day_only, c.recorded_at, c.recorded_by, to_jsonb(c) AS facts
    FROM contact_plan c WHERE c.young_person = {{}} AND {{}}
    UNION ALL
    SELECT 'ended', c.id, {DAY_AS_INSTANT.format("c.until")}, true, c.ended_recorded_at, c.ended_recorded_by, to_jsonb(c)
    FROM contact_plan c WHERE c.young_person = {{}} AND {{}} AND c.ended_reason IS NOT NULL
"""


def _rows(viewer: User, young_person: int) -> Sql:
    may = Sql("true" if viewer.may("contact-plan:read") else "false")
    return Sql(_ROWS, young_person, may, young_person, may)


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    whom = code_list("planned_with").label(facts["from_whom"], terminology)
    things = f"{shown.THINGS[facts['way']][1]} {every_words(facts['every_days'])}"
    link = f"/children/{ref('YP', facts['young_person'])}/contacts"
    if part == "ended":
        since = words.day(dt.date.fromisoformat(facts["since"]))
        return Told(title=f"No longer planned: {things} ({whom})", text=f"Planned since {since}. {facts['ended_reason']}", link=link)
    return Told(title=f"Planned: {things} ({whom})", text=f"Agreed by {facts['agreed_by']}. {facts['note'] or ''}".strip(), link=link)


async def _now(viewer: User, young_person: int, terminology: Terminology) -> dict[str, Any] | None:
    running = [shown.plan(one, terminology) for one in await plans_of(young_person, terminology) if one.until is None]
    return {"plans": running, "base": f"/children/{ref('YP', young_person)}/contacts"} if running else None


# Of two plans with the same people in the same way, that which began last goes on; the other ended when that one began.
_BOTH = """
    SELECT a.id AS one, a.since AS one_since, b.id AS other, b.since AS other_since FROM contact_plan a
    JOIN contact_plan b ON b.from_whom = a.from_whom AND b.way = a.way AND b.until IS NULL
    WHERE a.until IS NULL AND a.young_person = $1 AND b.young_person = $2 ORDER BY a.id
"""


async def _settle(merging: Merging) -> None:
    for row in await DB.fetch(_BOTH, merging.kept, merging.merged):
        ended, until = (row["one"], row["other_since"]) if row["other_since"] > row["one_since"] else (row["other"], row["one_since"])
        await merging.change("contact_plan", "until", [ended], until.isoformat())


SOURCE = Source(
    id="contact-plan", title="Planned contacts", permission="contact-plan:read", rows=_rows, tell=_tell, tables=("contact_plan",),
    owner="SELECT t.young_person FROM contact_plan t WHERE t.id = m.entry",
)  # fmt: skip
PANEL = Panel(id="contact-plans", permission="contact-plan:read", template="people/contact_plans/panel.html", load=_now, side="right")
COLUMN = Column(id="contact-overdue", title="Contact overdue", permission="contact-plan:read", load=overdue_with)
HOLDING = Holding(
    table="contact_plan", called="plan of contacts", several="plans of contacts", makes_room=_settle,
    rows=lambda viewer, young_person: Sql("SELECT t.id FROM contact_plan t WHERE t.young_person = {}", young_person),
)  # fmt: skip
