"""Concerns that come close together, none of which needs to be serious: said when one more is recorded, and on the worklist of the lead."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, one_of
from yosafe.models.indicators.catalogue import catalogue
from yosafe.models.indicators.harm import CONCERNED
from yosafe.people import access as people
from yosafe.people.rules import full_name

from . import access
from .schemas import ConcernsOut

LATELY = dt.timedelta(days=7)


class Limits(Struct, frozen=True):
    """As the flag of the same name has them where nobody has changed its thresholds: what is said at once goes by these."""

    days: int
    count: int


def limits() -> Limits:
    values = catalogue()["accumulation"].defaults()
    return Limits(values["days"], values["count"])


# Restricted ones are not counted: the number would show that they exist. Those set aside are no concerns.
_COUNTS = "iv.role {} AND iv.happened_at >= {} AND NOT i.restricted AND i.status NOT IN ('duplicate', 'not_reportable') AND {}"
_COUNTED = """
    SELECT iv.young_person, yp.family_name, yp.given_names, count(DISTINCT i.id) AS concerns, max(i.recorded_at) AS newest
    FROM involvement iv JOIN incident i ON i.id = iv.incident JOIN young_person yp ON yp.id = iv.young_person
    WHERE {} AND {} GROUP BY iv.young_person, yp.family_name, yp.given_names HAVING count(DISTINCT i.id) >= {}
"""


def _since() -> dt.datetime:
    return clock.midnight(clock.today() - dt.timedelta(days=limits().days - 1))


def _counts(viewer: User) -> Sql:
    return Sql(_COUNTS, one_of(sorted(CONCERNED)), _since(), access.at_own_place(viewer))


def _query(viewer: User, whom: Sql) -> Sql:
    return Sql(_COUNTED, whom, _counts(viewer), limits().count)


def so_far(viewer: User) -> Sql:
    """How many concerns about `yp` there are by now: an expression."""
    return Sql(
        "(SELECT count(DISTINCT i.id) FROM involvement iv JOIN incident i ON i.id = iv.incident WHERE iv.young_person = yp.id AND {})",
        _counts(viewer),
    )


def with_one_more(rows: Iterable[Any], *, concerned: Collection[int], happened_at: dt.datetime) -> list[ConcernsOut]:
    """Who of those concerned in an incident that is about to be recorded has as many concerns with it. A row has `young_person`, the names, and
    `concerns` so far."""
    enough = limits().count
    found = [row for row in rows if row["young_person"] in concerned and row["concerns"] + 1 >= enough]
    return [_out(row, one_more=True) for row in found] if found and happened_at >= _since() else []


async def concerns_in(viewer: User, incident: int) -> list[ConcernsOut]:
    """Who among those concerned in an incident has as many concerns by now, of those whom the viewer sees."""
    rows = await DB.fetch(
        "SELECT DISTINCT v.young_person FROM involvement v JOIN incident o ON o.id = v.incident "
        "WHERE v.incident = $1 AND v.role = ANY($2) AND NOT o.restricted ORDER BY 1",
        *(incident, sorted(CONCERNED)),
    )
    if not rows:
        return []
    whom = Sql("iv.young_person {} AND {}", one_of([row["young_person"] for row in rows]), people.visible(viewer))
    return [_out(row) for row in await DB.fetch(*_query(viewer, whom).parts())]


def concerned_in(young_people: Sequence[int], roles: Sequence[Iterable[str]], *, restricted: bool) -> list[int]:
    """Those of an incident to whom it is a concern; nobody of a restricted one."""
    found = (who for who, parts in zip(young_people, roles, strict=True) if not restricted and CONCERNED.intersection(parts))
    return list(dict.fromkeys(found))


async def accumulated(viewer: User, *, limit: int) -> list[ConcernsOut]:
    """Young people whom the viewer sees with as many concerns, the newest within a week; the newest first. Recorded as a list that names them."""
    query = Sql("SELECT c.* FROM ({}) c WHERE c.newest >= {} ORDER BY c.newest DESC, c.young_person LIMIT {}", *(
        _query(viewer, Sql("iv.young_person IN ({})", people.all_visible(viewer))), clock.now() - LATELY, limit,
    ))  # fmt: skip
    rows = await DB.fetch(*query.parts())
    if rows:
        await record_list("concerns", [row["young_person"] for row in rows], by=viewer)
    return [_out(row) for row in rows]


def _out(row: Any, *, one_more: bool = False) -> ConcernsOut:
    name = full_name(row["family_name"], row["given_names"])
    return ConcernsOut(young_person=people.young_person_ref(row["young_person"]), name=name, concerns=row["concerns"] + one_more, days=limits().days)


class Undecided(Struct, frozen=True):
    """A death of which it is not decided who investigates it: who sees to that, and by when."""

    ref: str
    owner: str
    by: dt.date
    overdue: bool


async def undecided_deaths(viewer: User) -> list[Undecided]:
    """Those that exist for the viewer and are open, the most overdue first."""
    query = Sql(
        "SELECT i.id, i.answers ->> 'investigator_owner' AS owner, i.answers ->> 'investigator_by' AS by FROM incident i "
        "WHERE i.kind = 'death' AND i.status IN ('submitted', 'in_investigation', 'reopened') AND i.answers ->> 'investigator' = 'not_settled' "
        "AND {} ORDER BY 3, 1",
        access.visible(viewer),
    )
    rows = [(row, dt.date.fromisoformat(row["by"])) for row in await DB.fetch(*query.parts())]
    return [Undecided(access.incident_ref(row["id"]), row["owner"], by, by < clock.today()) for row, by in rows]
