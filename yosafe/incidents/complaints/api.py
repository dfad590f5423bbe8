"""Complaints by API. A complaint is an incident: it is recorded, acknowledged, answered and appealed as one."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.incidents import access
from yosafe.incidents.record import record_of
from yosafe.incidents.schemas import IncidentOut
from yosafe.web.kit import AnyRequest, versioned
from yosafe.web.listing import answered, sort_parameter

from . import actions, queries
from .schemas import FiguresOut, ListedComplaintOut, RecordContent, StateAsked

SORT = sort_parameter("due", "received", "ref", "answer", default="due of those that wait, or -received")


class ComplaintsApi(Controller):
    tags = ("complaints",)

    @get("/complaints", opt={"permission": "incident:read"})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "waiting",
        theme: FromQuery[str] = "",
        site: FromQuery[str] = "",
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[ListedComplaintOut]:
        """Complaints that you can see: those that wait, by the day they are due; `answered` and `all` the newest first. Sealed ones are for
        safeguarding leads only."""
        filters = queries.ComplaintFilter(state=wanted, theme=theme, site=site)
        return await answered(request, user, queries.COMPLAINTS, filters, sort=sort, after=after, limit=limit)

    @get("/complaints/figures", opt={"permission": "incident:read"})
    async def figures(self, user: NamedDependency[User]) -> FiguresOut:
        """How complaints of the last year were dealt with, of those that you can see."""
        return await queries.figures(user)

    @post("/incidents/{ref:str}/content", opt={"permission": "incident:addendum"})
    async def content(self, ref: FromPath[str], data: JSONBody[RecordContent], user: NamedDependency[User]) -> Response[IncidentOut]:
        """Of a complaint that is answered: whether the young person is content with the answer."""
        incident = await access.get_incident_for(user, ref)
        await actions.record_content(data, by=user, incident=incident)
        return versioned(await record_of(user, incident), incident.version, status=201)
