"""Who may load a need: whoever sees the young person and may read welfare plans. There is no other loader."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql
from yosafe.errors import NotFound
from yosafe.people.access import visible
from yosafe.refs import number, ref
from yosafe.welfare.tables import WelfareNeed

PREFIX = "WN"
NOT_THERE = f"There is no need {PREFIX}- with this number that you can see. Check the reference, or look in the plan of the young person."

_ONE = "SELECT n.* FROM welfare_need n JOIN young_person yp ON yp.id = n.young_person WHERE n.id = {} AND {} AND {}"


def need_ref(need: int) -> str:
    return ref(PREFIX, need)


def readable(user: User) -> Sql:
    """Whether needs of young people whom the user sees show to them."""
    return Sql("true" if user.may("need:read") else "false")


async def get_need_for(user: User, reference: str) -> WelfareNeed:
    """The need by its reference (`WN-000012`), or NotFound: to an outsider it does not exist."""
    row = await DB.fetchrow(*Sql(_ONE, number(PREFIX, reference), visible(user), readable(user)).parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(WelfareNeed, row)


def theirs(user: User, need: str = "n") -> Sql:
    """The condition under which a need is for a user's agency to see to: its own part, or, where the owner has no agency here, what it recorded."""
    return Sql(
        f"({need}.owner = {{}} OR ({need}.owner NOT IN ('yot', 'yoi', 'social_services') AND {need}.agency = {{}}))",
        user.agency_kind.value, user.agency,
    )  # fmt: skip
