"""For whom a report is: an agency, and what it covers."""

from typing import Any

from msgspec import Struct

from yosafe.accounts.permissions import AgencyKind
from yosafe.db.engine import DB
from yosafe.errors import NotFound
from yosafe.reference.establishments import establishments


class Place(Struct, frozen=True, kw_only=True):
    """An agency as reports see it. `establishments` are the codes of those that it covers: its own, those in its area, or all."""

    agency: int
    code: str
    kind: AgencyKind
    name: str
    area: str | None
    establishments: tuple[str, ...]


async def place_of(agency: int | None = None, *, code: str | None = None) -> Place:
    """The place of an agency, by number or code. Raises NotFound."""
    row = await DB.fetchrow("SELECT id, code, kind, name, area, establishment FROM agency WHERE id = $1 OR code = $2", agency, code)
    if row is None:
        raise NotFound(f"There is no agency {code or agency}. `yosafe agency list` shows them.")
    covered = await _covered(row)
    return Place(agency=row["id"], code=row["code"], kind=AgencyKind(row["kind"]), name=row["name"], area=row["area"], establishments=covered)


async def _covered(row: Any) -> tuple[str, ...]:
    """An area's and an inspectorate's are those that take part in yosafe."""
    match AgencyKind(row["kind"]):
        case AgencyKind.YOI:
            return (row["establishment"],)
        case AgencyKind.ACPC | AgencyKind.SOCIAL_SERVICES:
            return await _taking_part([place.code for place in establishments() if place.area == row["area"]])
        case AgencyKind.INSPECTORATE:
            return await _taking_part([place.code for place in establishments()])
    return ()


async def _taking_part(codes: list[str]) -> tuple[str, ...]:
    rows = await DB.fetch("SELECT DISTINCT establishment FROM agency WHERE establishment = ANY($1) ORDER BY 1", codes)
    return tuple(one["establishment"] for one in rows)
