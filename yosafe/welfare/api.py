"""Assessments by API."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.people.access import get_young_person_for
from yosafe.people.queries import open_record
from yosafe.web.kit import AnyRequest, terminology
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, due_queries, queries
from .schemas import AssessmentLine, AssessmentOut, ComparisonOut, CompleteAssessment, DueFor, DueOut

SORT = sort_parameter("due", "title", "name", "place", default="due")


class AssessmentsApi(Controller):
    tags = ("assessments",)

    @post("/assessments", opt={"permission": "assessment:screen"})
    async def complete(self, data: JSONBody[CompleteAssessment], user: NamedDependency[User]) -> AssessmentOut:
        """Keeps a completed arrival screen or, for a youth offending team, a welfare assessment. It can't be changed afterwards."""
        young_person = await get_young_person_for(user, data.young_person)
        assessment = await actions.complete_assessment(by=user, young_person=young_person, new=data)
        return queries.assessment_out(await access.get_assessment_for(user, access.assessment_ref(assessment.id)))

    @get("/assessments/due", opt={"permission": "assessment:read-screen"})
    async def due(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        mine: FromQuery[bool] = False,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[DueFor]:
        """What is still to be done of the young people in custody whom you see, the most overdue first; `mine`: what your role completes."""
        wanted = due_queries.DueFilter(mine=mine)
        return await answered(request, user, due_queries.DUE, wanted, sort=sort, after=after, limit=limit)

    @get("/assessments/{ref:str}", opt={"permission": "assessment:read-screen"})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> AssessmentOut:
        return await queries.open_assessment(user, ref)

    @get("/assessments/{ref:str}/comparison", opt={"permission": "assessment:read-screen"})
    async def compare(
        self,
        request: AnyRequest,
        ref: FromPath[str],
        user: NamedDependency[User],
        earlier: Annotated[str | None, QueryParameter(name="with", description="An earlier one of the same young person; left out: the last")] = None,
    ) -> ComparisonOut:
        """What is not as in an earlier assessment of the same young person by the same instrument, in words. Nothing is added up."""
        found, _ = await queries.compared(user, ref, earlier, terminology(request))
        return found

    @get("/young-people/{ref:str}/assessments", opt={"permission": "assessment:read-screen"})
    async def of(
        self, ref: FromPath[str], user: NamedDependency[User], after: FromQuery[str | None] = None, limit: FromQuery[int] = 50
    ) -> Page[AssessmentLine]:
        young_person = await open_record(user, ref, "assessments")
        return await queries.assessments_of(user, young_person, after=after, limit=limit)

    @get("/young-people/{ref:str}/assessments/due", opt={"permission": "assessment:read-screen"})
    async def due_of(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[DueOut]:
        """What is and was due of one young person, with what met it: all of it at once."""
        return whole(await due_queries.due_of(user, await open_record(user, ref, "assessments due")))
