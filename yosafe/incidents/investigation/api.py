"""Investigations by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.incidents import access as incidents
from yosafe.web.kit import AnyRequest
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .schemas import (
    FinishStep,
    InvestigationOut,
    PlanStep,
    RecordEvidence,
    RecordFeedback,
    RecordInterview,
    RunningOut,
    SettleEvidence,
    WithdrawEntry,
)

READ, RECORD = "incident:read", "investigation:record"
OF = "/incidents/{ref:str}/investigation"

SORT = sort_parameter("due", "owner", "plan", "evidence", "ref", default="due")


class InvestigationsApi(Controller):
    tags = ("investigations",)

    @get("/investigations", opt={"permission": READ})
    async def running(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        mine: FromQuery[bool] = False,
        late: FromQuery[bool] = False,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[RunningOut]:
        """Incidents that are being investigated, or have evidence still to be secured, by the day they are due. `late`: of which anything is."""
        filters = queries.RunningFilter(mine=mine, late=late)
        return await answered(request, user, queries.RUNNING, filters, sort=sort, after=after, limit=limit)

    @get(OF, opt={"permission": READ})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> InvestigationOut:
        """The plan, talks, evidence, and who was told what came of it. Looking is recorded."""
        return await queries.open_investigation(user, await incidents.get_incident_for(user, ref))

    @post(f"{OF}/steps", opt={"permission": RECORD})
    async def plan(self, ref: FromPath[str], data: JSONBody[PlanStep], user: NamedDependency[User]) -> Response[InvestigationOut]:
        """Put a step into the plan."""
        incident = await incidents.get_incident_for(user, ref)
        await actions.plan_step(data, by=user, incident=incident)
        return await _now(user, ref, status=201)

    @post(f"{OF}/steps/{{number:int}}/end", opt={"permission": RECORD}, status_code=200)
    async def finish(
        self, ref: FromPath[str], number: FromPath[int], data: JSONBody[FinishStep], user: NamedDependency[User]
    ) -> Response[InvestigationOut]:
        """Say how a step ended, once."""
        incident = await incidents.get_incident_for(user, ref)
        await actions.finish_step(data, by=user, incident=incident, step=number)
        return await _now(user, ref)

    @post(f"{OF}/interviews", opt={"permission": RECORD})
    async def interview(self, ref: FromPath[str], data: JSONBody[RecordInterview], user: NamedDependency[User]) -> Response[InvestigationOut]:
        """Keep what someone said, or that they were asked and did not want to."""
        incident = await incidents.get_incident_for(user, ref)
        await actions.record_interview(data, by=user, incident=incident)
        return await _now(user, ref, status=201)

    @post(f"{OF}/evidence", opt={"permission": RECORD})
    async def evidence(self, ref: FromPath[str], data: JSONBody[RecordEvidence], user: NamedDependency[User]) -> Response[InvestigationOut]:
        """Keep where evidence is, or by when it is to be secured."""
        incident = await incidents.get_incident_for(user, ref)
        await actions.record_evidence(data, by=user, incident=incident)
        return await _now(user, ref, status=201)

    @post(f"{OF}/evidence/{{number:int}}/end", opt={"permission": RECORD}, status_code=200)
    async def settle(
        self, ref: FromPath[str], number: FromPath[int], data: JSONBody[SettleEvidence], user: NamedDependency[User]
    ) -> Response[InvestigationOut]:
        """Say where evidence that was to be secured is kept, or why it is lost; once."""
        incident = await incidents.get_incident_for(user, ref)
        await actions.settle_evidence(data, by=user, incident=incident, evidence=number)
        return await _now(user, ref)

    @post(f"{OF}/feedback", opt={"permission": RECORD})
    async def feedback(self, ref: FromPath[str], data: JSONBody[RecordFeedback], user: NamedDependency[User]) -> Response[InvestigationOut]:
        """Keep what the young person, or whoever raised it, was told of what came of it; or why they were not."""
        incident = await incidents.get_incident_for(user, ref)
        await actions.record_feedback(data, by=user, incident=incident)
        return await _now(user, ref, status=201)

    @post(f"{OF}/{{part:str}}/{{number:int}}/withdraw", opt={"permission": RECORD}, status_code=200)
    async def withdraw(
        self, ref: FromPath[str], part: FromPath[str], number: FromPath[int], data: JSONBody[WithdrawEntry], user: NamedDependency[User]
    ) -> Response[InvestigationOut]:
        """Say that an entry was recorded in error; `part` is step, interview, evidence or feedback. It stays readable."""
        incident = await incidents.get_incident_for(user, ref)
        await actions.withdraw_entry(data, by=user, incident=incident, part=access.check_part(part), entry=number)
        return await _now(user, ref)


async def _now(user: User, ref: str, *, status: int = 200) -> Response[InvestigationOut]:
    found = await queries.investigation_of(user, await incidents.get_incident_for(user, ref))
    return Response(found, status_code=status)
