"""Reading what was shared. Lists of names leave an audit entry."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, Sort
from yosafe.people.access import young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.settings import Terminology

from . import rules
from .access import readable, theirs
from .listed import SORTS, columns
from .schemas import ShareOut

StateAsked = Literal["asked", "overdue", "shared", "withheld", "all"]
_FROM = "information_share s JOIN young_person yp ON yp.id = s.young_person"
_LIST = f"""
    SELECT s.*, yp.family_name, yp.given_names, g.name AS agency_name, u.name AS recorder, p.title AS protocol_title {{}}
    FROM {_FROM} JOIN agency g ON g.id = s.agency JOIN user_account u ON u.id = s.recorded_by
        LEFT JOIN sharing_protocol p ON p.id = s.sharing_protocol
    WHERE {{}} ORDER BY {{}} LIMIT {{}}
"""
_MOST = 200  # of one young person
_LATEST = Sql("coalesce(s.outcome_on, s.asked_on) DESC, s.id DESC")


class ShareFilter(Struct, frozen=True, kw_only=True):
    state: StateAsked = "asked"


class Shares(Listed[ShareFilter, ShareOut]):
    """What the viewer's agency shared, withheld or was asked for; what is to be answered first comes first."""

    id = "shares"
    noun = ("record of sharing", "records of sharing")
    tie = "s.id"
    source = _FROM

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns(terminology)

    def other_sorts(self, viewer: User) -> dict[str, Sort]:
        return SORTS

    def default(self, wanted: ShareFilter) -> str:
        return "due" if wanted.state in ("asked", "overdue") else "-recorded"

    def seen(self, viewer: User) -> Sql:
        return theirs(viewer)

    async def query(self, viewer: User, wanted: ShareFilter, place: Place, limit: int) -> Sql:
        return Sql(_LIST, place.columns, every([theirs(viewer), _in_state(wanted.state), place.after()]), place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[ShareOut]:
        return [_out(row, viewer) for row in rows]

    def young_people(self, item: ShareOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: ShareFilter, items: Sequence[ShareOut]) -> None:
        await record_list("sharing", [young_person_number(one.young_person) for one in items], by=viewer)


SHARES = Shares()
shares = SHARES.page


def _in_state(state: StateAsked) -> Sql:
    match state:
        case "asked":
            return Sql("s.outcome IS NULL")
        case "overdue":
            return Sql("(s.outcome IS NULL AND s.due_on < {})", clock.today())
        case "all":
            return Sql("true")
    return Sql("s.outcome = {}", state)


async def shares_of(viewer: User, young_person: int) -> list[ShareOut]:
    """Of a young person who was loaded for the viewer, what they may read, the latest first."""
    where = every([Sql("s.young_person = {}", young_person), readable(viewer)])
    return [_out(row, viewer) for row in await DB.fetch(*Sql(_LIST, Sql(""), where, _LATEST, _MOST).parts())]


async def share_out(viewer: User, number: int) -> ShareOut:
    """One, as it is now, which was loaded for the viewer."""
    (row,) = await DB.fetch(*Sql(_LIST, Sql(""), Sql("s.id = {}", number), _LATEST, 1).parts())
    return _out(row, viewer)


# In force now, of the areas of a young person's home and of where they are held; or of the viewer's own.
_PROTOCOLS = """
    SELECT p.id, p.title, p.area FROM sharing_protocol p WHERE p.area = ANY($1) AND p.starts_on <= $2 AND (p.ended_on IS NULL OR p.ended_on >= $2)
    ORDER BY p.title, p.id
"""


async def protocols_for(areas: Sequence[str]) -> list[tuple[str, str, str]]:
    """Number, title and area of the protocols in force in some areas."""
    rows = await DB.fetch(_PROTOCOLS, list(areas), clock.today())
    return [(str(row["id"]), row["title"], row["area"]) for row in rows]


def _out(row: Any, viewer: User) -> ShareOut:
    own = row["agency"] == viewer.agency
    return ShareOut(
        id=row["id"], young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        agency=row["agency_name"], own=own, party=row["party"], party_name=row["party_name"] if own else None, categories=list(row["categories"]),
        what=row["what"] if own else None, state=row["outcome"] or rules.ASKED, asked_on=row["asked_on"], due_on=row["due_on"],
        overdue=rules.is_overdue(row["outcome"], row["due_on"], today=clock.today()), outcome_on=row["outcome_on"], basis=row["basis"],
        protocol=row["protocol_title"], consent=row["consent"], not_asked_because=row["not_asked_because"],
        withheld_because=row["withheld_because"], note=row["note"] if own else None, recorded_by=row["recorder"], version=row["version"],
    )  # fmt: skip
