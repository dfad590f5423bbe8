"""Agencies and users by API: for the administrator."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from yosafe.db.paging import Page, whole

from . import actions, queries
from .schemas import AddAgency, AddUser, AgencyOut, UserOut
from .viewer import User


class AccountsApi(Controller):
    tags = ("accounts",)

    @get("/agencies", opt={"permission": "agency:read"})
    async def agencies(self) -> Page[AgencyOut]:
        """All at once."""
        return whole(await queries.agencies())

    @post("/agencies", opt={"permission": "agency:manage"})
    async def add_agency(self, data: JSONBody[AddAgency], user: NamedDependency[User]) -> AgencyOut:
        agency = await actions.add_agency(data, by=user)
        return AgencyOut(code=agency.code, kind=data.kind, name=agency.name, area=agency.area, establishment=agency.establishment, closed=False)

    @get("/users", opt={"permission": "user:read"})
    async def users(self) -> Page[UserOut]:
        """All at once."""
        return whole(await queries.users())

    @post("/users", opt={"permission": "user:manage"})
    async def add_user(self, data: JSONBody[AddUser], user: NamedDependency[User]) -> UserOut:
        """Adds a user. The one-time link is made with `yosafe user reset`, where it reaches a person and no log."""
        account, _ = await actions.add_user(data, by=user)
        return next(found for found in await queries.users() if found.id == account.id)
