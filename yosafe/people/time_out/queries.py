"""Reading who is out. Every function takes the viewer or a young person who was loaded for them; lists of names leave an audit entry."""

import datetime as dt
from typing import Any, Literal

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.filters import check, place_faults
from yosafe.db.paging import Id, Instant, Page, check_limit, cut, key_of, older
from yosafe.db.sql import Sql, every
from yosafe.people.access import all_visible, young_person_ref
from yosafe.people.rules import full_name

from . import rules
from .schemas import TimeOutOut

StateAsked = Literal["out", "overdue", "ended", "all"]
Key = tuple[Instant, Id]
KEY: Any = Key

_LIST = """
    SELECT t.*, yp.family_name, yp.given_names, p.establishment, p.unit, u.name AS recorder, e.name AS ender
    FROM time_out t JOIN young_person yp ON yp.id = t.young_person JOIN placement p ON p.id = t.placement
        JOIN user_account u ON u.id = t.recorded_by LEFT JOIN user_account e ON e.id = t.ended_recorded_by
    WHERE {} ORDER BY t.left_at DESC, t.id DESC LIMIT {}
"""
_MOST = 200  # of one young person


def _in_state(state: StateAsked) -> Sql:
    match state:
        case "out":
            return Sql("t.ended_at IS NULL")
        case "overdue":
            return Sql("t.ended_at IS NULL AND t.expected_at < {}", clock.now())
        case "ended":
            return Sql("t.ended_at IS NOT NULL")
    return Sql("true")


def _theirs(viewer: User) -> Sql:
    return Sql("t.young_person IN ({})", all_visible(viewer))


async def times_out(viewer: User, *, state: StateAsked = "out", site: str = "", after: str | None = None, limit: int = 50) -> Page[TimeOutOut]:
    """Those whom the viewer sees and who are out, are overdue back, or were out; whoever went last comes first."""
    check(place_faults("site", site))
    here = Sql("p.establishment = {}", site) if site else Sql("true")
    conditions = [_theirs(viewer), _in_state(state), here, older(key_of(after, KEY), ("t.left_at", "t.id"))]
    rows = await DB.fetch(*Sql(_LIST, every(conditions), check_limit(limit) + 1).parts())
    await record_list("time out", [row["young_person"] for row in rows[:limit]], by=viewer)
    return cut([*rows], limit, key=lambda row: (row["left_at"], row["id"]), item=time_out_out)


async def times_out_of(young_person: int) -> list[TimeOutOut]:
    """Of a young person who was loaded for the viewer, the latest first."""
    return [time_out_out(row) for row in await DB.fetch(*Sql(_LIST, Sql("t.young_person = {}", young_person), _MOST).parts())]


async def time_out_now(young_person: int) -> TimeOutOut | None:
    """The time out that goes on."""
    rows = await DB.fetch(*Sql(_LIST, Sql("t.young_person = {} AND t.ended_at IS NULL", young_person), 1).parts())
    return time_out_out(rows[0]) if rows else None


async def time_out(number: int) -> TimeOutOut:
    """One, as it is now, which was loaded for the viewer."""
    (row,) = await DB.fetch(*Sql(_LIST, Sql("t.id = {}", number), 1).parts())
    return time_out_out(row)


class Counts(Struct, frozen=True):
    out: int
    overdue: int


async def counts(viewer: User) -> Counts:
    """How many whom the viewer sees are out now, and how many of them should be back."""
    query = Sql(
        "SELECT count(*) AS out, count(*) FILTER (WHERE t.expected_at < {}) AS overdue FROM time_out t WHERE t.ended_at IS NULL AND {}",
        clock.now(),
        _theirs(viewer),
    )
    [row] = await DB.fetch(*query.parts())
    return Counts(row["out"], row["overdue"])


def time_out_out(row: Any) -> TimeOutOut:
    now: dt.datetime = clock.now()
    return TimeOutOut(
        id=row["id"], young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        establishment=row["establishment"], unit=row["unit"], reason=row["reason"], place=row["place"], escort=row["escort"], note=row["note"],
        left_at=row["left_at"], expected_at=row["expected_at"],
        overdue=row["ended_at"] is None and rules.is_overdue(row["expected_at"], now=now),
        ended_at=row["ended_at"], outcome=row["outcome"], concern=row["concern"], return_note=row["return_note"], recorded_by=row["recorder"],
        ended_by=row["ender"], version=row["version"],
    )  # fmt: skip
