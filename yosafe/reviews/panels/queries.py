"""Reading standing panels."""

from collections.abc import Collection, Sequence
from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment, establishments
from yosafe.reviews.tables import Review

from .access import can_keep
from .rules import CAME, Quorum, Seat, capacity, quorum
from .schemas import PanelOut

_SEATS = """
    SELECT s.review_panel, g.code AS agency, g.name, s.must_come AS must FROM review_panel_agency s JOIN agency g ON g.id = s.agency
    WHERE s.review_panel = ANY($1) ORDER BY s.must_come DESC, g.name
"""
_OF_PLACE = "SELECT * FROM review_panel WHERE area = $2 AND coalesce(establishment, $1) = $1 ORDER BY establishment NULLS LAST LIMIT 1"


_SAID = "SELECT DISTINCT ON (establishment) establishment, a_week FROM panel_capacity ORDER BY establishment, at DESC, id DESC"


async def panels(viewer: User) -> list[PanelOut]:
    """All of them, by name. None names a young person."""
    return sorted(await _shown(viewer, await DB.fetch("SELECT * FROM review_panel")), key=lambda one: one.name)


async def panel(viewer: User, number: int) -> PanelOut:
    """One that was loaded by `access.get_panel`."""
    [found] = await _shown(viewer, await DB.fetch("SELECT * FROM review_panel WHERE id = $1", number))
    return found


async def panel_of(viewer: User, place: str) -> PanelOut | None:
    """The panel that reviews the cases of an establishment: its own, else that of its area; None where there is neither. It sees as many cases as
    were said of that establishment."""
    found = await _shown(viewer, await DB.fetch(_OF_PLACE, place, establishment(place).area), of=place)
    return found[0] if found else None


async def quorum_of(review: Review) -> Quorum | None:
    """Who came of those who must, as attendance stands now; None where no panel says what is quorate."""
    found = await DB.fetchrow(_OF_PLACE, review.establishment, review.area)
    if found is None:
        return None
    seats = [Seat(agency=row["agency"], name=row["name"], must=row["must"]) for row in await DB.fetch(_SEATS, [found["id"]])]
    came = "SELECT DISTINCT g.code FROM review_attendance t JOIN agency g ON g.id = t.agency WHERE t.review = $1 AND t.attended = ANY($2)"
    there = {row["code"] for row in await DB.fetch(came, review.id, list(CAME))}
    return quorum(seats, there, least=found["least_agencies"])


async def _shown(viewer: User, rows: Sequence[Any], *, of: str | None = None) -> list[PanelOut]:
    a_week = {row["establishment"]: row["a_week"] for row in await DB.fetch(_SAID)}
    own = {row["establishment"] for row in await DB.fetch("SELECT establishment FROM review_panel WHERE establishment IS NOT NULL")}
    seats: dict[int, list[Seat]] = {row["id"]: [] for row in rows}
    for seat in await DB.fetch(_SEATS, list(seats)):
        seats[seat["review_panel"]].append(Seat(agency=seat["agency"], name=seat["name"], must=seat["must"]))
    return [
        PanelOut(
            id=row["id"],
            establishment=row["establishment"],
            area=row["area"],
            name=establishment(row["establishment"]).name if row["establishment"] else area(row["area"]).name,
            chair=row["chair"],
            every_weeks=row["every_weeks"],
            capacity=capacity(row["every_weeks"], [a_week.get(code) for code in ([of] if of else _served(row, own))]),
            seats=seats[row["id"]],
            least_agencies=row["least_agencies"],
            can_keep=can_keep(viewer, establishment=row["establishment"], area=row["area"]),
            version=row["version"],
        )
        for row in rows
    ]


def _served(row: Any, own: Collection[str]) -> list[str]:
    """The establishments whose cases a panel sees; `own`: those that have one of their own."""
    return (
        [row["establishment"]] if row["establishment"] else [one.code for one in establishments() if one.area == row["area"] and one.code not in own]
    )


async def agencies_there(place: str | None, code: str) -> list[tuple[str, str]]:
    """Code and name of the agencies of an area and of an establishment there, or of all of its establishments: for choosing who should come."""
    there = [place] if place else [one.code for one in establishments() if one.area == code]
    rows = await DB.fetch(
        "SELECT code, name FROM agency WHERE closed_at IS NULL AND (establishment = ANY($1) OR "
        "(area = $2 AND kind IN ('yot', 'social_services', 'acpc'))) ORDER BY name",
        *(there, code),
    )
    return [(row["code"], row["name"]) for row in rows]


async def without_panel(code: str) -> list[tuple[str, str]]:
    """Code and name of the establishments of an area that have no panel of their own; with an empty code, the whole area where it has none."""
    have = {row["establishment"] for row in await DB.fetch("SELECT establishment FROM review_panel WHERE area = $1", code)}
    whole = [] if None in have else [("area", "The whole area: those that have no panel of their own")]
    return whole + [(one.code, one.name) for one in establishments() if one.area == code and one.code not in have]
