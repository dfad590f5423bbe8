"""Whom time limits tell, and how notices about them and about a young person show."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.notices.about import About, Place
from yosafe.notices.events import Event
from yosafe.notices.telling import rows, tell
from yosafe.reference import rule_sets
from yosafe.reference.working_days import add_working_days
from yosafe.settings import Terminology
from yosafe.words import day

from .access import visible, young_person_ref
from .clock_queries import SOON
from .subjects import showing, subject_path, subject_ref

CLOCK, YOUNG_PERSON = "clock", "young_person"
LATELY = dt.timedelta(days=7)  # what passed before is on the worklist: nobody is told of a year's limits on the first night
_OWNER = {"subject": "c.id", "establishment": "c.owner_establishment", "areas": "ARRAY[c.owner_area]", "agency_kind": "c.owner_kind"}
_RUNS = "FROM clock c WHERE c.met_at IS NULL AND c.stopped_at IS NULL AND c.held IS NULL AND"


async def tell_of_clocks(*, by: Actor) -> int:
    """Those who must meet a time limit hear once that it is nearly up; when it has passed they and who supervises do. How many notices were added.
    Part of the open transaction."""
    today = clock.today()
    soon = rows(f"{_RUNS} c.due_on BETWEEN {{}} AND {{}}", today, add_working_days(today, SOON).due, **_OWNER)
    late = rows(f"{_RUNS} c.due_on < {{}} AND c.due_on >= {{}}", today, today - LATELY, **_OWNER)
    return await tell(Event.CLOCK_DUE_SOON, CLOCK, soon, by=by) + await tell(Event.CLOCK_OVERDUE, CLOCK, late, by=by)


def _clock_shows(user: User, column: str) -> Sql:
    """As long as it runs, to whoever sees the young person and the record that it is about."""
    return Sql(
        f"EXISTS (SELECT FROM clock c JOIN young_person yp ON yp.id = c.young_person WHERE c.id = {column} AND c.met_at IS NULL "
        "AND c.stopped_at IS NULL AND c.held IS NULL AND {} AND {})",
        visible(user),
        showing(user, "c.subject_kind", "c.subject"),
    )


async def _clock_places(numbers: Sequence[int], terminology: Terminology) -> dict[int, Place]:
    found = await DB.fetch("SELECT id, clock, rules, young_person, subject_kind, subject, due_on FROM clock WHERE id = ANY($1)", list(numbers))
    return {row["id"]: _clock_place(row) for row in found}


def _clock_place(row: Any) -> Place:
    title = next(one.title for one in rule_sets.rule_set(row["rules"]).clocks if one.id == row["clock"])
    of = subject_ref(row["subject_kind"], row["subject"])
    return Place(
        text=f"{title}, due {day(row['due_on'])}" + (f" ({of})" if of else ""),
        href=subject_path(row["subject_kind"], row["subject"], young_person_ref(row["young_person"])),
        young_person=None if of else row["young_person"],
    )


def _young_person_shows(user: User, column: str) -> Sql:
    return Sql(f"EXISTS (SELECT FROM young_person yp WHERE yp.id = young_person_now({column}) AND {{}})", visible(user))


async def _young_person_places(numbers: Sequence[int], terminology: Terminology) -> dict[int, Place]:
    """Under the number that the record has now."""
    found = await DB.fetch("SELECT n AS was, young_person_now(n) AS now FROM unnest($1::bigint[]) AS n", list(numbers))
    return {
        row["was"]: Place(text=(ref := young_person_ref(row["now"])), href=f"/children/{ref}/chronology", young_person=row["now"]) for row in found
    }


ABOUTS = (
    About(kind=CLOCK, shows=_clock_shows, places=_clock_places),
    About(kind=YOUNG_PERSON, shows=_young_person_shows, places=_young_person_places),
)
