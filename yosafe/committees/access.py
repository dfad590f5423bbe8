"""Who may read about a committee: everyone in casework, and inspectors; nobody there is a young person. Its own members write."""

from typing import TypeVar

from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.errors import NotFound, Refused
from yosafe.reference.areas import area

from .tables import CommitteeMeeting, CommitteeMember, SharingProtocol

READ, RECORD = "committee:read", "committee:record"
OTHERS = "The members of that area's own committee record this. Ask one of them."
Row = TypeVar("Row", CommitteeMember, CommitteeMeeting, SharingProtocol)


def get_area(code: str) -> str:
    """The code of an area as it is kept. Raises NotFound."""
    return area(code).code


def can_record(user: User, code: str) -> bool:
    return user.may(RECORD) and user.area == code


def check_can_record(user: User, code: str) -> None:
    """Raise Refused for anyone but a member of the area's committee."""
    check_may(user, RECORD)
    if user.area != code:
        raise Refused(OTHERS)


async def get_row(table: type[Row], code: str, number: int) -> Row:
    """A member, meeting or protocol of an area's committee. Raises NotFound."""
    asked = number if 0 < number < 2**63 else 0
    found: Row | None = await table.objects().get((table.id == asked) & (table.area == code))
    if found is None:
        raise NotFound("There is no such entry of this committee. Its page shows those there are.")
    return found
