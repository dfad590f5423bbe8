"""Reading who is out. Every function takes the viewer or a young person who was loaded for them; lists of names leave an audit entry."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.filters import check, place_faults
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people.access import all_visible, young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.settings import Terminology

from . import rules
from .listed import columns
from .schemas import TimeOutOut

StateAsked = Literal["out", "overdue", "ended", "all"]

_FROM = "time_out t JOIN young_person yp ON yp.id = t.young_person JOIN placement p ON p.id = t.placement"
_LIST = f"""
    SELECT t.*, yp.family_name, yp.given_names, p.establishment, p.unit, u.name AS recorder, e.name AS ender {{}}
    FROM {_FROM} JOIN user_account u ON u.id = t.recorded_by LEFT JOIN user_account e ON e.id = t.ended_recorded_by
    WHERE {{}} ORDER BY {{}} LIMIT {{}}
"""
_LATEST = Sql("t.left_at DESC, t.id DESC")
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


class TimeOutFilter(Struct, frozen=True, kw_only=True):
    """What to look for; empty means any. `site`: from where they went."""

    state: StateAsked = "out"
    site: str = ""


class TimesOut(Listed[TimeOutFilter, TimeOutOut]):
    """Those whom a viewer sees and who are out, are overdue back, or were out; whoever went last comes first."""

    id = "time-out"
    noun = ("time out", "times out")
    tie = "t.id"
    source = _FROM

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns(terminology)

    def default(self, wanted: TimeOutFilter) -> str:
        return "-went"

    def seen(self, viewer: User) -> Sql:
        return _theirs(viewer)

    async def query(self, viewer: User, wanted: TimeOutFilter, place: Place, limit: int) -> Sql:
        check(place_faults("site", wanted.site))
        here = Sql("p.establishment = {}", wanted.site) if wanted.site else Sql("true")
        condition = every([_theirs(viewer), _in_state(wanted.state), here, place.after()])
        return _query(condition, place.order(), limit, place.columns)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[TimeOutOut]:
        return [time_out_out(row) for row in rows]

    def young_people(self, item: TimeOutOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: TimeOutFilter, items: Sequence[TimeOutOut]) -> None:
        await record_list("time out", [young_person_number(one.young_person) for one in items], by=viewer)


TIMES_OUT = TimesOut()
times_out = TIMES_OUT.page


def _query(condition: Sql, order: Sql, limit: int, more: Sql | None = None) -> Sql:
    return Sql(_LIST, more or Sql(""), condition, order, limit)


async def _rows(condition: Sql, limit: int) -> list[Any]:
    return [*await DB.fetch(*_query(condition, _LATEST, limit).parts())]


async def times_out_of(young_person: int) -> list[TimeOutOut]:
    """Of a young person who was loaded for the viewer, the latest first."""
    return [time_out_out(row) for row in await _rows(Sql("t.young_person = {}", young_person), _MOST)]


async def time_out_now(young_person: int) -> TimeOutOut | None:
    """The time out that goes on."""
    rows = await _rows(Sql("t.young_person = {} AND t.ended_at IS NULL", young_person), 1)
    return time_out_out(rows[0]) if rows else None


async def time_out(number: int) -> TimeOutOut:
    """One, as it is now, which was loaded for the viewer."""
    (row,) = await _rows(Sql("t.id = {}", number), 1)
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
