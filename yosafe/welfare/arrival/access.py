"""Who may load a paper of an arrival: whoever sees the young person. There is no other loader."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql
from yosafe.errors import NotFound
from yosafe.people.access import visible
from yosafe.refs import number, ref
from yosafe.welfare.tables import ArrivalPaper

PREFIX = "AP"
NOT_THERE = f"There is no paper {PREFIX}- with this number that you can see. Check the reference, or look at the arrival of the young person."

_ONE = "SELECT a.* FROM arrival_paper a JOIN young_person yp ON yp.id = a.young_person WHERE a.id = {} AND {} AND {}"


def paper_ref(paper: int) -> str:
    return ref(PREFIX, paper)


def readable(user: User) -> Sql:
    """Whether papers of young people whom the user sees show to them."""
    return Sql("true" if user.may("paper:read") else "false")


async def get_paper_for(user: User, reference: str) -> ArrivalPaper:
    """The paper by its reference (`AP-000012`), or NotFound: to an outsider it does not exist."""
    row = await DB.fetchrow(*Sql(_ONE, number(PREFIX, reference), visible(user), readable(user)).parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(ArrivalPaper, row)
