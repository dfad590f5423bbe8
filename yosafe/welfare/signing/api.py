"""Countersigning by API."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.web.kit import AnyRequest
from yosafe.web.listing import answered, sort_parameter
from yosafe.welfare import access
from yosafe.welfare.queries import assessment_out
from yosafe.welfare.schemas import AssessmentOut

from . import actions, queries
from .queries import StateAsked, WaitingFilter
from .schemas import SignAssessment, WaitingOut

SORT = sort_parameter("completed", "ref", default="completed")


class SigningApi(Controller):
    tags = ("assessments",)

    @get("/assessments/waiting", opt={"permission": "assessment:read"})
    async def waiting(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "waiting",
        everyone: FromQuery[bool] = False,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[WaitingOut]:
        """Assessments that wait for a second person, or that were sent back and are not put right, the longest first. `everyone`: of other agencies
        and your own too."""
        filters = WaitingFilter(state=wanted, everyone=everyone)
        return await answered(request, user, queries.WAITING, filters, sort=sort, after=after, limit=limit)

    @post("/assessments/{ref:str}/signing", opt={"permission": "assessment:countersign"})
    async def sign(self, ref: FromPath[str], data: JSONBody[SignAssessment], user: NamedDependency[User]) -> AssessmentOut:
        """Countersigns an assessment that someone else completed, or sends it back with the reason. Refused with 409 for your own, and once it is
        decided."""
        await actions.sign_assessment(by=user, assessment=await access.get_assessment_for(user, ref), signing=data)
        return assessment_out(await access.get_assessment_for(user, ref))
