"""For whom a data protection officer answers: young people towards whom their agency has a duty, or had one. It shows them no record in yosafe."""

from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, either
from yosafe.errors import NotFound
from yosafe.people.tables import YoungPerson
from yosafe.refs import number

EXPORT = "subject-access:export"
NOT_THERE = "There is no young person with this reference for whom your agency answers. Check the reference."
_AREA = frozenset({AgencyKind.YOT, AgencyKind.SOCIAL_SERVICES})


def answers_for(user: User) -> Sql:
    """The condition under which a young person `yp` is one for whom the user's agency answers. Who only operates yosafe, or inspects, answers for
    nobody."""
    ways = []
    if user.establishment is not None:
        ways.append(Sql("EXISTS (SELECT FROM placement p WHERE p.young_person = yp.id AND p.establishment = {})", user.establishment))
    if user.area is not None:
        ways.append(Sql("EXISTS (SELECT FROM duty d WHERE d.young_person = yp.id AND d.area = {})", user.area))
    if user.area is not None and user.agency_kind in _AREA:
        ways.append(Sql("yp.home_area = {}", user.area))
        ways.append(Sql("EXISTS (SELECT FROM care_period c WHERE c.young_person = yp.id AND c.responsible_area = {})", user.area))
    return either(ways)


async def get_young_person_to_answer(user: User, reference: str) -> YoungPerson:
    """The young person, or NotFound: to an agency that never had a duty towards them they do not exist. A record that was merged gives the other."""
    query = Sql("SELECT yp.* FROM young_person yp WHERE yp.id = young_person_now({}) AND {}", number("YP", reference), answers_for(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(YoungPerson, row)
