"""Incidents by API."""

import datetime as dt
from typing import Annotated

from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, correcting, queries, staffing
from .record import record_of
from .schemas import (
    AddAddendum,
    CorrectIncident,
    IncidentOut,
    Involve,
    ListedOut,
    MoveIncident,
    NameStaff,
    RecordAllegation,
    RecordNotTold,
    RecordOutcome,
    SubmitIncident,
    SubmittedOut,
)
from .submitting import submit_incident
from .tables import Incident
from .told import actions as told
from .trail import record_read_of
from .transitions import LEAD

SORT = sort_parameter("happened", "ref", "kind", "severity", "status", default="-happened")
READ, RECORD, ADDENDUM = "incident:read", "incident:record", "incident:addendum"


class IncidentsApi(Controller):
    path = "/incidents"
    tags = ("incidents",)

    @post("/", opt={"permission": RECORD})
    async def submit(self, data: JSONBody[SubmitIncident], user: NamedDependency[User]) -> Response[SubmittedOut]:
        """Record an incident at your establishment. Everyone in it must be a young person you can see."""
        made = await submit_incident(data, by=user)
        return Response(made, status_code=201, headers={"ETag": f'"{made.version}"', "Location": f"/api/v1/incidents/{made.ref}"})

    @get("/", opt={"permission": READ})
    async def list(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        kind: FromQuery[list[str] | None] = None,
        status: FromQuery[list[str] | None] = None,
        severity: FromQuery[list[str] | None] = None,
        establishment: FromQuery[str | None] = None,
        since: Annotated[dt.date | None, QueryParameter(name="from")] = None,
        until: Annotated[dt.date | None, QueryParameter(name="to")] = None,
        child: FromQuery[str | None] = None,
        q: FromQuery[str | None] = None,
        mine: FromQuery[bool] = False,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[ListedOut]:
        """Incidents that you can see. A filter given twice means either; `q` is a reference or the beginning of a name."""
        wanted = queries.Filter(
            kinds=tuple(kind or ()), statuses=tuple(status or ()), severities=tuple(severity or ()), establishment=establishment or "",
            since=since, until=until, child=child or "", q=q or "", mine=mine,
        )  # fmt: skip
        return await answered(request, user, queries.INCIDENTS, wanted, sort=sort, after=after, limit=limit)

    @get("/{ref:str}", opt={"permission": READ})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[IncidentOut]:
        """The whole record. Young people whom you have no duty towards are not named. Looking is recorded."""
        return await _read(user, ref)

    @patch("/{ref:str}", opt={"permission": "incident:correct"})
    async def correct(
        self, ref: FromPath[str], data: JSONBody[CorrectIncident], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[IncidentOut]:
        """Put values right, with the reason. What was there before stays readable."""
        incident = await access.get_incident_for(user, ref)
        async with shown_if_stale(lambda: _read(user, ref)):
            await correcting.correct(data, by=user, incident=incident, version=version)
        return await _shown(user, await access.get_incident_for(user, ref))

    @post("/{ref:str}/transitions", opt={"permission": LEAD}, status_code=200)
    async def move(
        self, ref: FromPath[str], data: JSONBody[MoveIncident], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[IncidentOut]:
        """Take a step; `may` in the record says which you may take, the reference of incident statuses what each needs."""
        incident = await access.get_incident_for(user, ref)
        async with shown_if_stale(lambda: _read(user, ref)):
            await actions.move(data, by=user, incident=incident, version=version)
        return await _shown(user, await access.get_incident_for(user, ref))

    @post("/{ref:str}/addenda", opt={"permission": ADDENDUM})
    async def add_addendum(self, ref: FromPath[str], data: JSONBody[AddAddendum], user: NamedDependency[User]) -> Response[IncidentOut]:
        """Add to what was written. What is there stays."""
        incident = await access.get_incident_for(user, ref)
        await actions.add_addendum(data, by=user, incident=incident)
        return await _shown(user, incident, status=201)

    @post("/{ref:str}/involvements", opt={"permission": RECORD})
    async def add_involvement(self, ref: FromPath[str], data: JSONBody[Involve], user: NamedDependency[User]) -> Response[IncidentOut]:
        """Add a young person, or another part that one of them had."""
        incident = await access.get_incident_for(user, ref)
        await actions.add_involvement(data, by=user, incident=incident)
        return await _shown(user, await access.get_incident_for(user, ref), status=201)

    @post("/{ref:str}/staff", opt={"permission": RECORD})
    async def add_staff(self, ref: FromPath[str], data: JSONBody[NameStaff], user: NamedDependency[User]) -> Response[IncidentOut]:
        """Name a member of staff and the part they had. Names are shown to those who work in the establishment."""
        incident = await access.get_incident_for(user, ref)
        await staffing.add_staff(data, by=user, incident=incident)
        return await _shown(user, await access.get_incident_for(user, ref), status=201)

    @post("/{ref:str}/allegation", opt={"permission": LEAD}, status_code=200)
    async def record_allegation(
        self, ref: FromPath[str], data: JSONBody[RecordAllegation], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[IncidentOut]:
        """Of an allegation against staff: when the designated officer was told, who investigates, suspensions, and the outcome in words fit for a
        child. What is left out stays; what changes leaves its old value."""
        incident = await access.get_incident_for(user, ref)
        async with shown_if_stale(lambda: _read(user, ref)):
            await staffing.record_allegation(data, by=user, incident=incident, version=version)
        return await _shown(user, await access.get_incident_for(user, ref))

    @post("/{ref:str}/outcomes", opt={"permission": ADDENDUM})
    async def add_outcome(self, ref: FromPath[str], data: JSONBody[RecordOutcome], user: NamedDependency[User]) -> Response[IncidentOut]:
        """Record something that was done to protect the young people, or about what happened."""
        incident = await access.get_incident_for(user, ref)
        await actions.add_outcome(data, by=user, incident=incident)
        return await _shown(user, incident, status=201)

    @post("/{ref:str}/not-told", opt={"permission": ADDENDUM})
    async def record_not_told(self, ref: FromPath[str], data: JSONBody[RecordNotTold], user: NamedDependency[User]) -> Response[IncidentOut]:
        """Record why someone has not been told yet, or will not be. That someone was told is an outcome of the group `told`."""
        incident = await access.get_incident_for(user, ref)
        await told.record_not_told(data, by=user, incident=incident)
        return await _shown(user, incident, status=201)


async def _read(user: User, ref: str) -> Response[IncidentOut]:
    incident = await access.get_incident_for(user, ref)
    await record_read_of(incident.id, by=user)
    return await _shown(user, incident)


async def _shown(user: User, incident: Incident, *, status: int = 200) -> Response[IncidentOut]:
    return versioned(await record_of(user, incident), incident.version, status=status)
