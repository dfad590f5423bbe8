"""Who may load a flag, and what they may do with it: whoever may see the young person."""

from collections.abc import Mapping

from yosafe.accounts.access import check_may
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.errors import Conflict, NotFound
from yosafe.models.indicators import Indicator, catalogue
from yosafe.people.access import visible

from .tables import Flag

LARGEST = 2**63 - 1  # of a bigint
NO_FLAG = "There is no flag with this number that you can see. Look for it in the risk register."


def hidden_from(user: User, indicators: Mapping[str, Indicator] | None = None) -> list[str]:
    """Indicators whose flags a user does not see: restricted ones are for safeguarding leads only."""
    if user.role is Role.YOI_LEAD:
        return []
    return [name for name, indicator in (indicators or catalogue()).items() if indicator.restricted]


def flags_for(user: User) -> Sql:
    """The condition under which a flag `f` of a young person `yp` exists for a user."""
    return every([visible(user), Sql("f.indicator <> ALL({})", hidden_from(user))])


async def get_flag_for(user: User, flag_id: int) -> Flag:
    """The flag, or NotFound: to an outsider it does not exist."""
    if not 0 < flag_id <= LARGEST:
        raise NotFound(NO_FLAG)
    query = Sql("SELECT f.* FROM flag f JOIN young_person yp ON yp.id = f.young_person WHERE f.id = {} AND {}", flag_id, flags_for(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NO_FLAG)
    return Flag(**row, _exists_in_db=True)


def check_can_refresh(by: Actor) -> None:
    """Raise Refused for a user whose role does not include working out flags. The operator may."""
    if isinstance(by, User):
        check_may(by, "flag:refresh")


def can_answer(user: User, flag: Flag) -> bool:
    return user.may("flag:answer") and flag.closed_at is None


def check_can_answer(user: User, flag: Flag) -> None:
    """Raise Conflict for a flag that a joint review has closed."""
    if not can_answer(user, flag):
        raise Conflict("A joint review has closed this flag. If something new has come up, list the young person for the next review.")
