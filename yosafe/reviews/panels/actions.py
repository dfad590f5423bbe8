"""Every change to standing panels."""

from typing import Any

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, NotFound
from yosafe.people.changing import change_row
from yosafe.reference.establishments import establishment
from yosafe.reviews.tables import ReviewPanel, ReviewPanelAgency

from . import rules
from .access import check_can_keep
from .schemas import ChangePanel, KeepPanel


async def keep_panel(*, by: User, new: KeepPanel) -> ReviewPanel:
    """A panel of an establishment, or of a committee's area. Raises Refused, Invalid, Conflict where there is one."""
    place, area = _where(by, new.establishment)
    check_can_keep(by, establishment=place, area=area)
    async with write_transaction():
        agencies = await _agencies(new)
        await DB.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"review panel {area}")
        same = "SELECT 1 FROM review_panel WHERE area = $1 AND establishment IS NOT DISTINCT FROM $2"
        if await DB.fetchval(same, area, place):
            raise Conflict("There is a panel already. Change that one.")
        panel = ReviewPanel(
            establishment=place, area=area, recorded_at=clock.now(), recorded_by=by.id, changed_at=None, changed_by=None, version=1, **_facts(new)
        )
        await panel.save()
        await _seat(panel, agencies, new)
        await record(EventName.PANEL_KEPT, by=by, subject=("review_panel", panel.id), detail=_detail(panel, new))
    return panel


def _where(by: User, code: str | None) -> tuple[str | None, str]:
    """The establishment, None for a whole area, and the area. Raises Invalid."""
    code = code or by.establishment
    if code is None:
        if by.role is not Role.ACPC_MEMBER or by.area is None:
            raise Invalid([FieldError("establishment", "Select the establishment")])
        return None, by.area
    try:
        place = establishment(code)
    except NotFound as fault:
        raise Invalid([FieldError("establishment", str(fault))]) from fault
    return place.code, place.area


async def change_panel(*, by: User, panel: ReviewPanel, change: ChangePanel, version: int) -> ReviewPanel:
    """Raises Refused, Invalid, Stale for another version."""
    check_can_keep(by, establishment=panel.establishment, area=panel.area)
    async with write_transaction():
        agencies = await _agencies(change)
        changed = await change_row(panel, {**_facts(change), "changed_at": clock.now(), "changed_by": by.id}, version)
        await DB.execute("DELETE FROM review_panel_agency WHERE review_panel = $1", panel.id)
        await _seat(changed, agencies, change)
        await record(EventName.PANEL_CHANGED, by=by, subject=("review_panel", panel.id), detail=_detail(changed, change))
    return changed


def _facts(new: ChangePanel) -> dict[str, Any]:
    return {"chair": new.chair, "every_weeks": new.every_weeks, "least_agencies": new.least_agencies}


async def _agencies(new: ChangePanel) -> dict[str, int]:
    """The agencies that should come, by code. Raises Invalid with everything wrong about them."""
    faults = rules.panel_faults(new.agencies, new.must_come, new.least_agencies)
    query = "SELECT code, id FROM agency WHERE code = ANY($1) AND closed_at IS NULL AND kind <> ALL($2) ORDER BY id"
    never = [AgencyKind.OPERATOR.value, AgencyKind.INSPECTORATE.value]
    found = {row["code"]: row["id"] for row in await DB.fetch(query, list(new.agencies), never)}
    if set(new.agencies) - set(found):
        faults.append(FieldError("agencies", "Select agencies from the list: one of these is closed, or can't sit on a panel"))
    if faults:
        raise Invalid(faults)
    return found


async def _seat(panel: ReviewPanel, agencies: dict[str, int], new: ChangePanel) -> None:
    await ReviewPanelAgency.insert(
        *(ReviewPanelAgency(review_panel=panel.id, agency=number, must_come=code in new.must_come) for code, number in agencies.items())
    )


def _detail(panel: ReviewPanel, new: ChangePanel) -> dict[str, Any]:
    return {
        "establishment": panel.establishment, "area": panel.area, "every_weeks": new.every_weeks,
        "least_agencies": new.least_agencies, "agencies": sorted(new.agencies), "must_come": sorted(new.must_come),
    }  # fmt: skip
