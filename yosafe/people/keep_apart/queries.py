"""Reading who is kept apart. Every function takes the viewer, and leaves an audit entry where names are shown."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list, record_read
from yosafe.db.engine import DB
from yosafe.db.filters import check, code_faults, place_faults
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people.access import young_person_number, young_person_ref
from yosafe.people.hiding import ANOTHER, Hidden
from yosafe.people.rules import full_name
from yosafe.people.subjects import subject_shown
from yosafe.people.tables import KeepApart
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from . import rules
from .access import for_them_to_decide, get_keep_apart_for, keep_apart_ref, of, sees, shows, theirs
from .listed import columns
from .schemas import KeepApartOut, KeepApartWithHistoryOut, PartyOut, StepOut

StateAsked = Literal["open", "due", "ended", "all"]
SOMEONE = ANOTHER.capitalize()

_LIST = """
    SELECT k.*, u.name AS recorder, g.name AS agency_name,
        a.family_name AS a_family, a.given_names AS a_given, a.known_as AS a_known, a_at.establishment AS a_place, a_at.unit AS a_unit, {} AS a_seen,
        b.family_name AS b_family, b.given_names AS b_given, b.known_as AS b_known, b_at.establishment AS b_place, b_at.unit AS b_unit, {} AS b_seen
        {}
    FROM keep_apart k JOIN young_person a ON a.id = k.first JOIN young_person b ON b.id = k.second
        LEFT JOIN placement a_at ON a_at.young_person = a.id AND a_at.left_at IS NULL
        LEFT JOIN placement b_at ON b_at.young_person = b.id AND b_at.left_at IS NULL
        JOIN user_account u ON u.id = k.recorded_by JOIN agency g ON g.id = k.agency
    WHERE {} AND {} ORDER BY {} LIMIT {}
"""
_SOONEST = Sql("k.review_on, k.id")


class KeepApartFilter(Struct, frozen=True, kw_only=True):
    """What to look for; empty means any. `site` and `unit` are where one of the two is held now."""

    state: StateAsked = "open"
    site: str = ""
    unit: str = ""
    restriction: str = ""


class KeepAparts(Listed[KeepApartFilter, KeepApartOut]):
    """Pairs that a viewer may know of: open ones by the day of their review, the most overdue first; ended ones the latest first."""

    id = "keep-apart"
    noun = ("pair", "pairs")
    tie = "k.id"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns(terminology)

    def default(self, wanted: KeepApartFilter) -> str:
        return "review" if wanted.state in ("open", "due") else "-review"

    async def query(self, viewer: User, wanted: KeepApartFilter, place: Place, limit: int) -> Sql:
        check([*place_faults("site", wanted.site), *code_faults("restriction", [wanted.restriction], code_list("keep_apart_restriction").values())])
        condition = every([theirs(viewer), *_conditions(viewer, wanted), place.after()])
        return _query(viewer, condition, place.order(), limit, place.columns)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[KeepApartOut]:
        return [_out(row) for row in rows]

    def young_people(self, item: KeepApartOut) -> list[int]:
        return [young_person_number(party.young_person) for party in item.young_people if party.young_person is not None]

    async def note(self, viewer: User, wanted: KeepApartFilter, items: Sequence[KeepApartOut]) -> None:
        await record_list("keep-apart", [number for item in items for number in self.young_people(item)], by=viewer)


KEEP_APARTS = KeepAparts()
keep_aparts = KEEP_APARTS.page


def _conditions(viewer: User, wanted: KeepApartFilter) -> list[Sql]:
    conditions = []
    if wanted.state == "open":
        conditions.append(Sql("k.ended_at IS NULL"))
    if wanted.state == "due":
        conditions.append(_due(viewer))
    if wanted.state == "ended":
        conditions.append(Sql("k.ended_at IS NOT NULL"))
    if wanted.site:
        conditions.append(Sql("{} IN (a_at.establishment, b_at.establishment)", wanted.site))
    if wanted.unit:
        conditions.append(Sql("{} IN (a_at.unit, b_at.unit)", wanted.unit))
    if wanted.restriction:
        conditions.append(Sql("k.restriction = {}", wanted.restriction))
    return conditions


def _due(viewer: User) -> Sql:
    """The condition under which a pair is to be reviewed today or was before; for a lead, those that are theirs to decide."""
    mine = for_them_to_decide(viewer) if viewer.may("keep-apart:review") else Sql("true")
    return Sql("k.ended_at IS NULL AND k.review_on <= {} AND {}", clock.today(), mine)


async def keep_apart_of(viewer: User, young_person: int) -> list[KeepApartOut]:
    """All of one young person whom the viewer was allowed to load, open ones first."""
    rows = await _rows(viewer, of(young_person), Sql("k.ended_at IS NOT NULL, k.ended_at DESC, k.id DESC"), 200)
    if rows:
        await record_list("keep-apart of a young person", _named(rows), by=viewer)
    return [_out(row) for row in rows]


async def open_keep_apart(viewer: User, reference: str) -> KeepApartWithHistoryOut:
    """One pair with its history, noted as read. Raises NotFound: to an outsider it does not exist."""
    return await whole_keep_apart(viewer, await get_keep_apart_for(viewer, reference))


async def whole_keep_apart(viewer: User, pair: KeepApart) -> KeepApartWithHistoryOut:
    """The same of a pair that was loaded for this viewer."""
    (row,) = await _rows(viewer, Sql("k.id = {}", pair.id), _SOONEST, 1)
    for young_person in _named([row]):
        await record_read(EventName.KEEP_APART_READ, by=viewer, subject=("keep_apart", pair.id), young_person=young_person)
    incident = await subject_shown(viewer, pair.subject_kind, pair.subject)
    return KeepApartWithHistoryOut(**asdict(_out(row)), incident=incident, history=await _history(row))


async def with_pair(viewer: User, pair: KeepApartOut) -> list[KeepApartOut]:
    """The other pairs that were recorded together with one, of those that the viewer may know of."""
    rows = await _rows(viewer, Sql("k.group_number = {}", pair.group), _SOONEST, 20)
    return [out for out in map(_out, rows) if out.ref != pair.ref]


async def _rows(viewer: User, condition: Sql, order: Sql, limit: int) -> list[Any]:
    return [*await DB.fetch(*_query(viewer, condition, order, limit).parts())]


def _query(viewer: User, condition: Sql, order: Sql, limit: int, more: Sql | None = None) -> Sql:
    return Sql(_LIST, sees(viewer, "a"), sees(viewer, "b"), more or Sql(""), shows(viewer), condition, order, limit)


_STEPS = """
    SELECT s.kind, s.restriction, s.review_on, s.note, s.at, u.name AS by FROM keep_apart_step s JOIN user_account u ON u.id = s.recorded_by
    WHERE s.keep_apart = $1 ORDER BY s.at, s.id
"""


async def _history(row: Any) -> list[StepOut]:
    hidden = hidden_in(row)
    return [StepOut(**{**step, "note": hidden.text(step["note"])}) for step in await DB.fetch(_STEPS, row["id"])]


def hidden_in(row: Any) -> Hidden:
    """The names to take out of what was written: those of the one whom the reader may not know of."""
    hidden, known = ([row[f"{who}_{part}"] for who in "ab" if row[f"{who}_seen"] is seen for part in _NAMES] for seen in (False, True))
    return Hidden(hidden, known)


_NAMES = ("family", "given", "known")


def _named(rows: list[Any]) -> list[int]:
    """Whom the viewer is shown by name."""
    return [row[column] for row in rows for column, who in (("first", "a"), ("second", "b")) if row[f"{who}_seen"]]


def _party(row: Any, who: str, young_person: int) -> PartyOut:
    if not row[f"{who}_seen"]:
        return PartyOut(young_person=None, name=SOMEONE, establishment=None, unit=None)
    name = full_name(row[f"{who}_family"], row[f"{who}_given"])
    return PartyOut(young_person=young_person_ref(young_person), name=name, establishment=row[f"{who}_place"], unit=row[f"{who}_unit"])


def _out(row: Any) -> KeepApartOut:
    is_open = row["ended_at"] is None
    together = row["a_place"] is not None and row["a_place"] == row["b_place"]
    return KeepApartOut(
        ref=keep_apart_ref(row["id"]), group=row["group_number"], state="open" if is_open else "ended",
        young_people=[_party(row, "a", row["first"]), _party(row, "b", row["second"])],
        reason_code=row["reason_code"], reason=hidden_in(row).text(row["reason"]), restriction=row["restriction"], review_on=row["review_on"],
        review_due=is_open and rules.is_due(row["review_on"], today=clock.today()),
        near=rules.nearness(row["a_unit"], row["b_unit"]).value if together else None,
        started_at=row["started_at"], ended_at=row["ended_at"], recorded_by=row["recorder"], agency=row["agency_name"], version=row["version"],
    )  # fmt: skip


async def due_count(viewer: User) -> int:
    """How many pairs are for the viewer to review today or were before: as many as the list of them holds."""
    query = Sql("SELECT count(*) FROM keep_apart k WHERE {} AND {}", _due(viewer), theirs(viewer))
    return int(await DB.fetchval(*query.parts()))


class Choice(Struct, frozen=True, kw_only=True):
    """Someone who may be chosen; `label` tells namesakes apart."""

    ref: str
    label: str


_HELD = """
    SELECT yp.id, yp.family_name, yp.given_names, p.unit FROM placement p JOIN young_person yp ON yp.id = p.young_person
    WHERE p.establishment = $1 AND p.left_at IS NULL ORDER BY lower(yp.family_name), lower(yp.given_names), yp.id
"""


async def held_here(viewer: User) -> list[Choice]:
    """Everyone who is held where the viewer works, by name; that the names were shown is noted."""
    rows = await DB.fetch(_HELD, viewer.establishment)
    await record_list("keep-apart choices", [row["id"] for row in rows], by=viewer)
    return [Choice(ref=young_person_ref(row["id"]), label=_label(row)) for row in rows]


def _label(row: Any) -> str:
    unit = f", {row['unit']}" if row["unit"] else ""
    return f"{full_name(row['family_name'], row['given_names'])} ({young_person_ref(row['id'])}){unit}"
