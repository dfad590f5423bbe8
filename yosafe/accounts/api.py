"""Agencies and users by API: for the administrator."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter

from yosafe.db.paging import Page
from yosafe.lists.listed import Nothing
from yosafe.web.kit import AnyRequest
from yosafe.web.listing import answered, sort_parameter

from . import actions, queries
from .schemas import AddAgency, AddUser, AgencyOut, UserOut
from .viewer import User

AGENCY_SORT = sort_parameter("home", "name", "code", "kind", default="home, by kind and name")
USER_SORT = sort_parameter("home", "name", "email", "role", "agency", "state", default="home, by agency and name")


class AccountsApi(Controller):
    tags = ("accounts",)

    @get("/agencies", opt={"permission": "agency:read"})
    async def agencies(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        sort: Annotated[str | None, AGENCY_SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[AgencyOut]:
        """By kind and name."""
        return await answered(request, user, queries.AGENCIES, Nothing(), sort=sort, after=after, limit=limit)

    @post("/agencies", opt={"permission": "agency:manage"})
    async def add_agency(self, data: JSONBody[AddAgency], user: NamedDependency[User]) -> AgencyOut:
        agency = await actions.add_agency(data, by=user)
        return AgencyOut(code=agency.code, kind=data.kind, name=agency.name, area=agency.area, establishment=agency.establishment, closed=False)

    @get("/users", opt={"permission": "user:read"})
    async def users(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        sort: Annotated[str | None, USER_SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[UserOut]:
        """By agency and name."""
        return await answered(request, user, queries.USERS, Nothing(), sort=sort, after=after, limit=limit)

    @post("/users", opt={"permission": "user:manage"})
    async def add_user(self, data: JSONBody[AddUser], user: NamedDependency[User]) -> UserOut:
        """Adds a user. The one-time link is made with `yosafe user reset`, where it reaches a person and no log."""
        account, _ = await actions.add_user(data, by=user)
        return next(found for found in await queries.users() if found.id == account.id)
