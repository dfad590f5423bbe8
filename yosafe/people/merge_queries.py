"""Reading what two records have and not the same, what would move, and which merges made a record."""

import datetime as dt
from typing import Any

from msgspec import Struct

from yosafe import words
from yosafe.accounts.viewer import User
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import Conflict
from yosafe.forms.show import rows_of
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from . import merge_clashes, merge_rules, queries, shown
from .access import young_person_ref
from .merge_actions import details_of
from .merge_rules import Which
from .merge_schemas import MergeOut, Number
from .merging import Holding, holdings
from .schemas import YoungPersonOut
from .tables import YoungPerson


class Line(Struct, frozen=True, kw_only=True):
    """One detail of both. `name` is its field where someone has to choose, None where nobody has."""

    name: str | None
    label: str
    this: str
    other: str

    @property
    def differs(self) -> bool:
        return self.this != self.other


class Comparison(Struct, frozen=True, kw_only=True):
    """Two records side by side. `lines` are those that differ, `same` how many don't; `moves` what goes, of what the viewer sees; `refusal` why they
    can't be merged as they are; `home_moves` whether another team's area may lose sight of the child."""

    lines: list[Line]
    same: int
    moves: list[Number]
    refusal: str | None
    areas: tuple[str, str] | None


async def comparison(viewer: User, kept: YoungPerson, other: YoungPerson, terms: Terminology) -> Comparison:
    """The two were loaded for the viewer."""
    lines = [*_details(kept, other, terms), *await _care(kept, other, terms), await _held(kept, other)]
    differing = [line for line in lines if line.differs or line.name]
    return Comparison(
        lines=differing,
        same=len(lines) - len(differing),
        moves=[number for one in holdings() if (number := await _number(one, viewer, other.id)).number],
        refusal=await _refusal(kept, other),
        areas=(area(kept.home_area).name, area(other.home_area).name) if kept.home_area != other.home_area else None,
    )


def _details(kept: YoungPerson, other: YoungPerson, terms: Terminology) -> list[Line]:
    choose = set(merge_rules.to_choose(details_of(kept), details_of(other)))
    pairs = zip(*(rows_of(shown.RECORD, shown.answers_of(one), terminology=terms) for one in (kept, other)), strict=True)
    return [Line(name=one.name if one.name in choose else None, label=one.label, this=one.value, other=two.value) for one, two in pairs]


async def _care(kept: YoungPerson, other: YoungPerson, terms: Terminology) -> list[Line]:
    clash = merge_rules.care_that_clashes(await merge_clashes.care_of_both(kept.id, other.id))[Which.THIS]
    this, that = [await _care_words(one, terms) for one in (kept, other)]
    return [Line(name=merge_rules.CARE if clash else None, label="Care history", this=this, other=that)]


async def _care_words(young_person: YoungPerson, terms: Terminology) -> str:
    found = await queries.care_of(young_person)
    told = [_period(period.status, period.started_on, period.ended_on, terms) for period in reversed(found)]
    return "; ".join(told) or "Not recorded"


def _period(status: str, started_on: dt.date, ended_on: dt.date | None, terms: Terminology) -> str:
    until = f" to {words.day(ended_on)}" if ended_on else ""
    return f"{code_list('care_status').label(status, terms)} from {words.day(started_on)}{until}"


async def _held(kept: YoungPerson, other: YoungPerson) -> Line:
    one, two = [await queries.overview(young_person) for young_person in (kept, other)]
    return Line(name=None, label="Held at", this=_where(one), other=_where(two))


def _where(record: YoungPersonOut) -> str:
    return record.placement.establishment_name if record.placement else "Not held"


async def _refusal(kept: YoungPerson, other: YoungPerson) -> str | None:
    try:
        merge_rules.stays_recorded_twice(await merge_clashes.stays_of(kept.id, other.id))
    except Conflict as refusal:
        return str(refusal)
    return None


async def _number(one: Holding, viewer: User, young_person: int, *, above: int = 0) -> Number:
    query = Sql("SELECT count(*) FROM ({}) held WHERE held.id > {}", one.rows(viewer, young_person), above)
    number = int(await DB.fetchval(*query.parts()))
    return Number(what=one.called, number=number, words=words.plural(number, one.called, one.several))


_MERGES = """
    SELECT m.*, u.name AS by, g.name AS agency, w.name AS undone_by_name
    FROM record_merge m JOIN user_account u ON u.id = m.recorded_by JOIN agency g ON g.id = u.agency LEFT JOIN user_account w ON w.id = m.undone_by
    WHERE m.kept = {} AND {} ORDER BY m.id DESC
"""


async def merges_of(viewer: User, young_person: YoungPerson, *, terminology: Terminology = "2002") -> list[MergeOut]:
    """The merges that made this record, undone ones too, the last first. The young person was loaded for the viewer."""
    rows = await DB.fetch(*Sql(_MERGES, young_person.id, Sql("true")).parts())
    return [await _out(viewer, row, terminology) for row in rows]


async def merge_of(viewer: User, young_person: int, merge: int, *, terminology: Terminology = "2002") -> MergeOut:
    row = await DB.fetchrow(*Sql(_MERGES, young_person, Sql("m.id = {}", merge)).parts())
    return await _out(viewer, row, terminology)


async def _out(viewer: User, row: Any, terms: Terminology) -> MergeOut:
    standing = row["undone_at"] is None
    return MergeOut(
        id=row["id"], kept=young_person_ref(row["kept"]), merged=young_person_ref(row["merged"]), reason=row["reason"], at=row["at"], by=row["by"],
        agency=row["agency"], undone_at=row["undone_at"], undone_by=row["undone_by_name"], undone_reason=row["undone_reason"],
        set_aside=await _set_aside(row["id"], terms), since=await _since(viewer, row["kept"], row["marks"]) if standing else [],
    )  # fmt: skip


_SET_ASIDE = """
    SELECT table_name, old ->> 'establishment' AS place, old ->> 'status' AS status,
        coalesce((old ->> 'arrived_at')::timestamptz, (old ->> 'started_on')::timestamp AT TIME ZONE 'Europe/London') AS began,
        coalesce((old ->> 'left_at')::timestamptz, (old ->> 'ended_on')::timestamp AT TIME ZONE 'Europe/London') AS ended
    FROM record_merge_row WHERE record_merge = $1 AND change = 'set_aside' AND table_name IN ('care_period', 'placement') ORDER BY id
"""


async def _set_aside(merge: int, terms: Terminology) -> list[str]:
    """Stays and care periods, which everyone who sees the child sees. Nothing else is told of."""
    told = []
    for row in await DB.fetch(_SET_ASIDE, merge):
        began, ended = day_of(row["began"]), day_of(row["ended"]) if row["ended"] else None
        if row["table_name"] == "care_period":
            told.append(_period(row["status"], began, ended, terms))
        else:
            told.append(f"{establishment(row['place']).name} from {words.day(began)}" + (f" to {words.day(ended)}" if ended else ""))
    return told


async def _since(viewer: User, kept: int, marks: dict[str, int]) -> list[Number]:
    """What was recorded since, but for what goes with the record that it belongs to."""
    own = [one for one in holdings() if not one.by_subject and one.belongs_to is None]
    numbers = [await _number(one, viewer, kept, above=marks.get(one.table, 0)) for one in own]
    return [number for number in numbers if number.number]
