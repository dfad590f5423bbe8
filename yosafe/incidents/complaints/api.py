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
from yosafe.web.kit import versioned

from . import actions, queries
from .schemas import FiguresOut, ListedComplaintOut, RecordContent, StateAsked


class ComplaintsApi(Controller):
    tags = ("complaints",)

    @get("/complaints", opt={"permission": "incident:read"})
    async def found(
        self,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "waiting",
        theme: FromQuery[str] = "",
        site: FromQuery[str] = "",
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[ListedComplaintOut]:
        """Complaints that you can see: those that wait, by the day they are due; `answered` and `all` the newest first. Sealed ones are for
        safeguarding leads only."""
        return await queries.complaints(user, queries.ComplaintFilter(state=wanted, theme=theme, site=site), after=after, limit=limit)

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
