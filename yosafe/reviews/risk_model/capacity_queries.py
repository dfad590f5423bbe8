"""How many each panel can see, and what would follow from another number, before it is set."""

from collections.abc import Sequence
from typing import Any

from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.disclosure import LEAST_COUNT
from yosafe.errors import Conflict
from yosafe.models.capacity import nearest, probability, threshold
from yosafe.reference.establishments import Establishment
from yosafe.reviews.kinds import RISK_MODEL
from yosafe.reviews.model_versions import newest

from . import access
from .schemas import CapacityAhead, CapacityOut, CapacityPreview, CapacityStep
from .scoring import share_of
from .using import InUse, opened, version_at

_HISTORY = """
    SELECT c.establishment, c.a_week, c.held, c.at, c.reason, u.name AS by FROM panel_capacity c JOIN user_account u ON u.id = c.recorded_by
    WHERE c.establishment = ANY($1) ORDER BY c.at DESC, c.id DESC
"""
_HELD = """
    SELECT p.establishment, count(*) AS held, count(f.id) AS flagged
    FROM placement p LEFT JOIN flag f ON f.young_person = p.young_person AND f.indicator = $2 AND f.cleared_on IS NULL
    WHERE p.left_at IS NULL AND p.establishment = ANY($1) GROUP BY p.establishment
"""
_SYSTEM = Operator("system")
FEW = "Fewer than five are held there now, so you are not shown what would follow. The safeguarding lead of the establishment is."
NO_MODEL = (
    "No version of the risk model reaches the bar, so nothing can be shown of what would follow for flags. It is set for agendas; once a version is "
    "used, its threshold follows from this number, and you see here whom it leaves out."
)
NOBODY = "Nobody is held there now, so it can't be said what share of them a panel could see."


async def capacities(viewer: User) -> list[CapacityOut]:
    """Of every establishment whose panel the viewer may see."""
    return await _capacities(viewer, access.establishments_for(viewer))


async def capacity(viewer: User, code: str, a_week: int | None) -> CapacityPreview:
    """Of one establishment, with what would follow from a number. Raises NotFound."""
    place = access.get_establishment_for(viewer, code)
    found, why_not, may_set = None, None, a_week is not None
    if a_week is not None:
        try:
            held = await held_at(place.code)
            found = await _ahead(a_week, held)
            why_not = None if found else NO_MODEL
            if found is not None and _shown(viewer, held) is None:
                found, why_not, may_set = None, FEW, False
        except Conflict as refusal:
            why_not, may_set = str(refusal), False
    return CapacityPreview(now=(await _capacities(viewer, [place]))[0], ahead=found, why_not=why_not, may_set=may_set)


async def held_at(establishment: str) -> int:
    """How many are held there now. Raises Conflict for nobody."""
    held: int = await DB.fetchval("SELECT count(*) FROM placement WHERE left_at IS NULL AND establishment = $1", establishment)
    if held == 0:
        raise Conflict(NOBODY)
    return held


async def _ahead(a_week: int, held: int) -> CapacityAhead | None:
    """What would follow: by the version that is used, or the newest where that reaches the bar; None where none does."""
    used, in_use = await _version()
    share = share_of(a_week, held)
    figures = nearest(used.card.capacities, share) if used else None
    if used is None or figures is None:
        return None
    return CapacityAhead(
        version=used.version, in_use=in_use, a_week=a_week, held=held, share=share, threshold=probability(threshold(used.card.ladder, share)),
        figures=figures,
    )  # fmt: skip


async def _capacities(viewer: User, places: Sequence[Establishment]) -> list[CapacityOut]:
    codes = [place.code for place in places]
    said: dict[str, list[Any]] = {}
    for row in await DB.fetch(_HISTORY, codes):
        said.setdefault(row["establishment"], []).append(row)
    held = {row["establishment"]: row for row in await DB.fetch(_HELD, codes, RISK_MODEL)}
    used, _ = await _version()
    return [_one(viewer, place, said.get(place.code, []), held.get(place.code), used) for place in places]


def _one(viewer: User, place: Establishment, said: list[Any], held: Any, used: InUse | None) -> CapacityOut:
    last = said[0] if said else None
    share = used.card.evaluation.capacity.share if used else None
    if last:  # a share of fewer than five would tell how many
        share = share_of(last["a_week"], last["held"]) if _shown(viewer, last["held"]) is not None else None
    return CapacityOut(
        establishment=place.code, name=place.name, a_week=last["a_week"] if last else None, share=share,
        threshold=probability(threshold(used.card.ladder, share)) if used and share and used.card.ladder else None,
        held_now=_shown(viewer, held["held"] if held else 0), flagged_now=_shown(viewer, held["flagged"] if held else 0), steps=len(said),
        history=[
            CapacityStep(a_week=row["a_week"], held=_shown(viewer, row["held"]), at=row["at"], by=row["by"], reason=row["reason"]) for row in said
        ],
    )  # fmt: skip


def _shown(viewer: User, number: int) -> int | None:
    """A number of young people, hidden under five from whoever does not know them anyway."""
    return number if viewer.role is Role.YOI_LEAD or number >= LEAST_COUNT else None


async def _version() -> tuple[InUse | None, bool]:
    number = await version_at(clock.today())
    if number is not None:
        found = await opened(number)
        return (found, True) if isinstance(found, InUse) else (None, False)
    last = await newest(_SYSTEM)
    if last is None or last.why_not() or last.card is None or not last.card.ladder:
        return None, False
    found = await opened(last.version)
    return (found, False) if isinstance(found, InUse) else (None, False)
