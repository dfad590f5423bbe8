"""Who may see a young person: whoever has a duty towards them now (domain words, section 6). There is no other loader."""

import datetime as dt

from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, either
from yosafe.errors import NotFound
from yosafe.refs import number, ref

from .tables import YoungPerson

LEAD_SEES_LEAVERS_FOR = dt.timedelta(days=90)
NOT_THERE = "There is no young person with this reference that you can see. Check the reference, or search by name."


def visible(user: User, young_person: str = "yp.id", home_area: str = "yp.home_area") -> Sql:
    """The condition under which a young person exists for a user; the arguments name the columns of their id and home area in the query at hand."""
    match user.role:
        case Role.YOT_WORKER:
            return Sql(f"{home_area} = {{}}", user.area)
        case Role.YOI_OFFICER:
            return _held(user, young_person)
        case Role.YOI_LEAD:
            return either([_held(user, young_person), _left_lately(user, young_person)])
        case Role.SOCIAL_WORKER:
            return either([Sql(f"{home_area} = {{}}", user.area), _responsible(user, young_person), _duty(user, young_person, "host")])
        case Role.ACPC_MEMBER:
            return _duty(user, young_person, "committee")
    return Sql("false")


def _held(user: User, young_person: str) -> Sql:
    return Sql(
        f"EXISTS (SELECT FROM placement p WHERE p.young_person = {young_person} AND p.establishment = {{}} AND p.left_at IS NULL)", user.establishment
    )


def _left_lately(user: User, young_person: str) -> Sql:
    return Sql(
        f"EXISTS (SELECT FROM placement p WHERE p.young_person = {young_person} AND p.establishment = {{}} AND p.left_at > {{}})",
        user.establishment,
        clock.now() - LEAD_SEES_LEAVERS_FOR,
    )


def _responsible(user: User, young_person: str) -> Sql:
    return Sql(
        f"EXISTS (SELECT FROM care_period c WHERE c.young_person = {young_person} AND c.responsible_area = {{}} AND c.ended_on IS NULL)", user.area
    )


def _duty(user: User, young_person: str, kind: str) -> Sql:
    return Sql(
        f"EXISTS (SELECT FROM duty d WHERE d.young_person = {young_person} AND d.area = {{}} AND d.kind = {{}} AND d.ended_at IS NULL)",
        user.area,
        kind,
    )


async def may_see(user: User, young_person: int) -> bool:
    query = Sql("SELECT EXISTS (SELECT FROM young_person yp WHERE yp.id = {} AND {})", young_person, visible(user))
    return bool(await DB.fetchval(*query.parts()))


async def check_may_see(user: User, young_person: int) -> None:
    """Raise NotFound for a young person who does not exist for this user."""
    if not await may_see(user, young_person):
        raise NotFound(NOT_THERE)


async def get_young_person_for(user: User, young_person: int | str) -> YoungPerson:
    """The young person, by number or by reference (`YP-000123`), or NotFound: to an outsider they do not exist."""
    wanted = number("YP", young_person) if isinstance(young_person, str) else young_person
    query = Sql("SELECT * FROM young_person yp WHERE yp.id = {} AND {}", wanted, visible(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return YoungPerson(**row, _exists_in_db=True)


def young_person_ref(young_person: int) -> str:
    return ref("YP", young_person)
