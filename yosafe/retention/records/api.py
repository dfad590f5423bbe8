"""How long records of young people are kept, and holds on them, by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.subject_access.access import get_young_person_to_answer
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, holding, queries
from .queries import DueFilter, HoldFilter
from .schemas import DueOut, DueState, HoldOut, HoldState, LiftHold, PlaceHold, StandingOut


class RetentionApi(Controller):
    tags = ("retention",)

    @get("/retention", opt={"permission": access.READ})
    async def due(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[DueState, QueryParameter(name="state")] = "due",
        sort: Annotated[str | None, sort_parameter("ref", "due", "rule", default="due")] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[DueOut]:
        """Records for which your agency answers: `due` are kept longer than the schedule asks, `soon` will be within a year, `held` are under a legal
        hold. By reference only."""
        return await answered(request, user, queries.DUE, DueFilter(state=wanted), sort=sort, after=after, limit=limit)

    @get("/retention/{ref:str}", opt={"permission": access.READ})
    async def standing(self, ref: FromPath[str], user: NamedDependency[User]) -> StandingOut:
        """How long one record is kept, by which rules, with their sources, and its holds."""
        return await queries.standing_of(user, await get_young_person_to_answer(user, ref))

    @post("/retention/{ref:str}/holds", opt={"permission": access.HOLD})
    async def place(self, ref: FromPath[str], data: JSONBody[PlaceHold], user: NamedDependency[User]) -> Response[HoldOut]:
        """Hold a record, so that it is not destroyed. Refused with 409 where your agency holds it already."""
        made = await holding.place_hold(by=user, young_person=await get_young_person_to_answer(user, ref), reason=data.reason)
        return versioned(await queries.one_hold(made.id), made.version, status=201)

    @get("/legal-holds", opt={"permission": access.READ})
    async def holds(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[HoldState, QueryParameter(name="state")] = "standing",
        sort: Annotated[str | None, sort_parameter("placed", default="-placed")] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[HoldOut]:
        """Holds on records for which your agency answers, whoever placed them."""
        return await answered(request, user, queries.HOLDS, HoldFilter(state=wanted), sort=sort, after=after, limit=limit)

    @get("/legal-holds/{id:int}", opt={"permission": access.READ})
    async def hold(self, id: FromPath[int], user: NamedDependency[User]) -> Response[HoldOut]:
        return await _shown(user, id)

    @post("/legal-holds/{id:int}/lift", opt={"permission": access.HOLD}, status_code=200)
    async def lift(
        self, id: FromPath[int], data: JSONBody[LiftHold], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[HoldOut]:
        """Lift a hold that your agency placed, with the reason. The schedule counts again."""
        found = await access.get_hold_for(user, id)
        async with shown_if_stale(lambda: _shown(user, id)):
            await holding.lift_hold(by=user, hold=found, reason=data.reason, version=version)
        return await _shown(user, id)


async def _shown(user: User, number: int) -> Response[HoldOut]:
    found = await access.get_hold_for(user, number)
    return versioned(await queries.one_hold(found.id), found.version)
