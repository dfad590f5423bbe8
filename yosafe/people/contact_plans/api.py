"""Planned contacts by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.people.access import get_young_person_for
from yosafe.people.queries import open_record
from yosafe.people.tables import YoungPerson
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned
from yosafe.web.listing import answered, sort_parameter

from . import actions, queries
from .access import get_plan_for
from .schemas import EndPlan, PlanContacts, PlanOut

SORT = sort_parameter("due", "name", "whom", "owner", default="due")


class ContactPlansApi(Controller):
    tags = ("planned contacts",)

    @get("/contacts-due", opt={"permission": "contact-plan:read"})
    async def due(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        mine: FromQuery[bool] = True,
        overdue: FromQuery[bool] = False,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[PlanOut]:
        """Plans of young people who are held and whom you see, the most overdue first. `mine`: those that your agency sees to."""
        filters = queries.DueFilter(mine=mine, overdue=overdue)
        return await answered(request, user, queries.CONTACTS_DUE, filters, sort=sort, after=after, limit=limit)

    @get("/young-people/{ref:str}/contact-plans", opt={"permission": "contact-plan:read"})
    async def of(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Page[PlanOut]:
        """Those that run first, all at once."""
        return whole(await queries.plans_of((await open_record(user, ref, "contacts")).id, terminology(request)))

    @post("/young-people/{ref:str}/contact-plans", opt={"permission": "contact-plan:record"})
    async def plan(self, ref: FromPath[str], data: JSONBody[PlanContacts], user: NamedDependency[User]) -> Response[PlanOut]:
        """How often someone is to be in touch. A plan with the same people in the same way ends on the day on which this one begins."""
        child = await get_young_person_for(user, ref)
        made = await actions.plan_contacts(by=user, young_person=child, new=data)
        return await _shown(child, made.id, status=201)

    @post("/young-people/{ref:str}/contact-plans/{plan:int}/end", opt={"permission": "contact-plan:record"}, status_code=200)
    async def end(
        self, ref: FromPath[str], plan: FromPath[int], data: JSONBody[EndPlan], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[PlanOut]:
        child, found = await get_young_person_for(user, ref), await get_plan_for(user, ref, plan)
        async with shown_if_stale(lambda: _shown(child, plan)):
            await actions.end_contact_plan(by=user, plan=found, ending=data, version=version)
        return await _shown(child, plan)


async def _shown(child: YoungPerson, number: int, *, status: int = 200) -> Response[PlanOut]:
    """A plan as it is now."""
    [now] = await queries.plans_of(child.id, only=number)
    return versioned(now, now.version, status=status)
