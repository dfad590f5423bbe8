"""Who may load a time out: whoever may see the young person. Recorded by the establishment that holds them."""

from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, NotFound, Refused
from yosafe.people.access import get_young_person_for, may_place_at
from yosafe.people.tables import Placement, TimeOut, YoungPerson

ELSEWHERE = "The young person is held elsewhere. Ask that establishment to record when they go out and come back."
NOT_HELD = "The young person is not held anywhere now, so they can't go out from there. Record their arrival first."


async def get_time_out_for(user: User, young_person: int | str, time_out: int) -> TimeOut:
    """A time out of a young person, or NotFound: to an outsider neither exists."""
    child = await get_young_person_for(user, young_person)
    found = await TimeOut.objects().get((TimeOut.id == time_out) & (TimeOut.young_person == child.id)) if 0 < time_out < 2**63 else None
    if found is None:
        raise NotFound(f"There is no time out {time_out} of this young person. Their placements page shows those there are.")
    return found


def can_record(user: User, establishment: str | None) -> bool:
    """Whether a user may record time out from an establishment."""
    return establishment is not None and user.may("time-out:record") and may_place_at(user, establishment)


async def placement_to_leave(user: User, young_person: YoungPerson) -> Placement:
    """The placement that goes on. Raises Conflict where there is none, Refused where it is for another establishment to record."""
    check_may(user, "time-out:record")
    placement = await Placement.objects().get((Placement.young_person == young_person.id) & Placement.left_at.is_null())
    if placement is None:
        raise Conflict(NOT_HELD)
    if not may_place_at(user, placement.establishment):
        raise Refused(ELSEWHERE)
    return placement


async def check_can_change(user: User, time_out: TimeOut) -> None:
    """Raise Refused where it is for another establishment to record."""
    check_may(user, "time-out:record")
    placement = await Placement.objects().get(Placement.id == time_out.placement)
    if placement is None or not may_place_at(user, placement.establishment):
        raise Refused(ELSEWHERE)
