"""Who may load a request: data protection officers of the agency that was asked. There is no other loader."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql
from yosafe.errors import NotFound
from yosafe.refs import number

from .tables import SubjectRequest

RECORD = "subject-access:record"
SUBJECT, PREFIX = "subject_request", "SQ"
NOT_THERE = "There is no request with this reference that your agency was asked. The list shows those there are."


def sees(user: User) -> Sql:
    """The condition under which a request `s` exists for a user."""
    return Sql("s.agency = {}", user.agency) if user.may(RECORD) else Sql("false")


async def get_request_for(user: User, reference: str) -> SubjectRequest:
    """A request, or NotFound: to another agency it does not exist."""
    query = Sql("SELECT s.* FROM subject_request s WHERE s.id = {} AND {}", number(PREFIX, reference), sees(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(SubjectRequest, row)
