"""Who sees a time limit, and who may pause or void it: the agency that is to meet it."""

from typing import Any

from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import NotFound, Refused
from yosafe.people.access import visible
from yosafe.people.subjects import showing

SUBJECT = "clock"
HOLD, FIGURES = "clock:hold", "clock:figures"
NOT_THERE = "There is no time limit with this number that you can see. Look in the list of time limits."
NOT_YOURS = "Only the agency that is to meet a time limit pauses it, voids it or lets it run again. Ask them."

_ONE = "SELECT c.*, yp.family_name, yp.given_names FROM clock c JOIN young_person yp ON yp.id = c.young_person WHERE c.id = {} AND {} AND {}"


async def get_clock_for(user: User, clock: int) -> Any:
    """The row of a time limit with the names of its young person, or NotFound: to an outsider it does not exist."""
    query = Sql(_ONE, clock, visible(user), showing(user, "c.subject_kind", "c.subject"))
    row = await DB.fetchrow(*query.parts()) if 0 < clock < 2**63 else None
    if row is None:
        raise NotFound(NOT_THERE)
    return row


def can_hold(user: User, row: Any) -> bool:
    """Whether it is for this user's agency to meet, and their role may pause it."""
    if not user.may(HOLD):
        return False
    if user.agency_kind is AgencyKind.YOI:
        return row["owner_establishment"] is not None and row["owner_establishment"] == user.establishment
    return (row["owner_kind"], row["owner_area"]) == (user.agency_kind.value, user.area)


def check_can_hold(user: User, row: Any) -> None:
    if not can_hold(user, row):
        raise Refused(NOT_YOURS)
