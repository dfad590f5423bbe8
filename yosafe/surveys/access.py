"""Who may see a survey, and who may bring one in. Results are of nobody in particular, and yet about one establishment."""

from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, Operator
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import NotFound, Refused
from yosafe.reference.establishments import establishments

from .tables import Survey

NOT_THERE = "There is no survey with this number that you can see. Look at the list of surveys."


def visible(viewer: Actor, establishment: str = "establishment") -> Sql:
    """The condition under which a survey exists for someone; the argument names the column of its establishment."""
    match viewer:
        case Operator() | User(role=Role.INSPECTOR):
            return Sql("true")
        case User(role=Role.YOI_LEAD):
            return Sql(f"{establishment} = {{}}", viewer.establishment)
        case User(role=Role.ACPC_MEMBER):
            return Sql(f"{establishment} = ANY({{}})", [e.code for e in establishments() if e.area == viewer.area])
    return Sql("false")


async def get_survey_for(viewer: Actor, survey_id: int) -> Survey:
    """The survey, or NotFound: elsewhere's does not exist."""
    seen = await DB.fetchval(*Sql("SELECT 1 FROM survey WHERE id = {} AND {}", survey_id, visible(viewer)).parts())
    survey = await Survey.objects().get(Survey.id == survey_id) if seen else None
    if survey is None:
        raise NotFound(NOT_THERE)
    return survey


def can_import(by: Actor, establishment: str) -> bool:
    """Inspectors for every establishment, a lead for their own; the operator at the command line."""
    if isinstance(by, User):
        return by.may("survey:import") and (by.role is Role.INSPECTOR or by.establishment == establishment)
    return isinstance(by, Operator)


def check_can_import(by: Actor, establishment: str) -> None:
    if not can_import(by, establishment):
        raise Refused("You can import surveys of your own establishment. Those of others are brought in by their safeguarding lead or an inspector.")
