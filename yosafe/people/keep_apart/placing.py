"""Who must be kept apart from someone who is being placed. Asked by every arrival and every move, and shown before them."""

from typing import Any

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid
from yosafe.people.access import visible, young_person_ref
from yosafe.people.hiding import ANOTHER
from yosafe.people.rules import full_name
from yosafe.reference.codes import code_list

from . import rules
from .access import keep_apart_ref, of

CONFIRMED = "keep_apart_confirmed"


class Apart(Struct, frozen=True, kw_only=True):
    """One who is held where someone is to be placed, and must be kept apart from them. `unit_there` is for the rule; readers are shown `unit`."""

    keep_apart: int
    restriction: str
    number: int
    young_person: str | None
    name: str
    unit: str | None
    unit_there: str | None

    @property
    def ref(self) -> str:
        return keep_apart_ref(self.keep_apart)

    def near(self, unit: str | None) -> rules.Near:
        return rules.nearness(unit, self.unit_there)


_APART = """
    SELECT k.id AS keep_apart, k.restriction, o.id, o.family_name, o.given_names, p.unit, {} AS seen
    FROM keep_apart k JOIN young_person o ON o.id = CASE WHEN k.first = {} THEN k.second ELSE k.first END
    JOIN placement p ON p.young_person = o.id AND p.left_at IS NULL AND p.establishment = {}
    WHERE k.ended_at IS NULL AND {} ORDER BY k.id
"""


async def apart_at(viewer: User, young_person: int, establishment: str) -> list[Apart]:
    """Everyone held at an establishment who must be kept apart from a young person. Whoever places is told that there is someone, also of a young
    person whom they may not know of: then without the name and the unit."""
    found = await _apart_at(viewer, young_person, establishment)
    named = [one.number for one in found if one.young_person is not None]
    if named:
        await record_list("keep-apart where they are placed", named, by=viewer)
    return found


async def _apart_at(viewer: User, young_person: int, establishment: str) -> list[Apart]:
    query = Sql(_APART, visible(viewer, "o.id", "o.home_area"), young_person, establishment, of(young_person))
    return [_apart(row) for row in await DB.fetch(*query.parts())]


def _apart(row: Any) -> Apart:
    seen = row["seen"]
    return Apart(
        keep_apart=row["keep_apart"], restriction=row["restriction"], number=row["id"],
        young_person=young_person_ref(row["id"]) if seen else None,
        name=full_name(row["family_name"], row["given_names"]) if seen else ANOTHER.capitalize(),
        unit=row["unit"] if seen else None, unit_there=row["unit"],
    )  # fmt: skip


async def check_confirmed(viewer: User, young_person: int, *, establishment: str, unit: str | None, reason: str | None, arrives: bool) -> list[int]:
    """The spells that a placement goes against, each with someone who is there; in the transaction of the placement.

    Raises Invalid, on `keep_apart_confirmed`, where there are some and no reason to go on. Holds the spells: two of a pair who are placed at once
    wait in line, and the second is warned of the first.
    """
    await DB.fetch(*Sql("SELECT k.id FROM keep_apart k WHERE k.ended_at IS NULL AND {} ORDER BY k.id FOR UPDATE", of(young_person)).parts())
    against = [one for one in await _apart_at(viewer, young_person, establishment) if arrives or rules.asks_before_move(one.near(unit))]
    if against and reason is None:
        raise Invalid([FieldError(CONFIRMED, _warning(one, unit)) for one in against])
    return [one.keep_apart for one in against]


_NEAR = {
    rules.Near.SAME_UNIT: "lives on the same unit",
    rules.Near.UNIT_NOT_KNOWN: "is held there, and it is not known that the units differ",
    rules.Near.SAME_ESTABLISHMENT: "is held there, on another unit",
}


def _warning(one: Apart, unit: str | None) -> str:
    """In references: what refuses is never personal."""
    who = one.young_person or ANOTHER
    how = code_list("keep_apart_restriction").label(one.restriction)
    sentence = f"{who} must be kept apart from them ({one.ref}: {how[:1].lower()}{how[1:]}) and {_NEAR[one.near(unit)]}."
    return f"{sentence[:1].upper()}{sentence[1:]} Place them elsewhere, or say why you go on."
