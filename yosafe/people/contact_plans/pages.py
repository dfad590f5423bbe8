"""The pages about planned contacts: what is due, and the forms. A young person's own plans stand on the page of their contacts."""

from collections.abc import Awaitable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.forms.read import to_struct
from yosafe.lists.listed import EXPORT
from yosafe.people.record_pages import Form, change, put, take
from yosafe.people.tables import ContactPlan, YoungPerson
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, terminology

from . import actions, queries, questions, shown
from .access import get_plan_for
from .schemas import EndPlan, PlanContacts

WHOSE = {"mine": "Ours to see to", "all": "Of everyone whom we see"}
LATE = {"no": "Any", "yes": "Overdue"}
FILTERS = listing.radios(whose=("Whose", WHOSE), late=("Next contact", LATE))
PLAN = Form(title="Plan contacts", section="contacts", questions=questions.PLAN, submit="Record the plan")


def _end(found: ContactPlan) -> Form:
    return Form(
        title="End the plan", section="contacts", questions=questions.ENDING, submit="End the plan", version=found.version,
        now="It is shown on the page of contacts as it is now.",
    )  # fmt: skip


class ContactPlanPages(Controller):
    include_in_schema = False

    @get("/contacts-due", opt={"permission": "contact-plan:read"})
    async def due(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query, terms = request.query_params, terminology(request)
        values = {"whose": query.get("whose") or "mine", "late": query.get("late") or "no"}
        view = await listing.shown(
            request, user, queries.CONTACTS_DUE, lambda: _wanted(query), address="/contacts-due", fields=FILTERS, values=values
        )
        rows = [shown.plan(one, terms) for one in view.found.items]
        return page("people/contact_plans/due.html", request, status=view.status, view=view, errors=view.errors, rows=rows)

    @get("/contacts-due/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.CONTACTS_DUE, _wanted(request.query_params))

    @get("/children/{ref:str}/contact-plans/new", opt={"permission": "contact-plan:record"})
    async def plan_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, PLAN, values={"since": clock.today().isoformat()})

    @post("/children/{ref:str}/contact-plans/new", opt={"permission": "contact-plan:record"})
    async def plan(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        def record(child: YoungPerson, answers: dict[str, Any]) -> Awaitable[ContactPlan]:
            return actions.plan_contacts(by=user, young_person=child, new=to_struct(PlanContacts, answers, questions.PLAN))

        return await take(request, user, ref, PLAN, record, "planned")

    @get("/children/{ref:str}/contact-plans/{plan:int}/end", opt={"permission": "contact-plan:record"})
    async def end_form(self, request: AnyRequest, ref: FromPath[str], plan: FromPath[int], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, _end(await get_plan_for(user, ref, plan)))

    @post("/children/{ref:str}/contact-plans/{plan:int}/end", opt={"permission": "contact-plan:record"})
    async def end(self, request: AnyRequest, ref: FromPath[str], plan: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await get_plan_for(user, ref, plan)

        def act(answers: dict[str, Any], version: int) -> Awaitable[ContactPlan]:
            return actions.end_contact_plan(by=user, plan=found, ending=to_struct(EndPlan, answers, questions.ENDING), version=version)

        return await change(request, user, ref, _end(found), act, "plan-ended")


def _wanted(query: Query) -> queries.DueFilter:
    whose, late = query.get("whose") or "mine", query.get("late") or "no"
    check([*code_faults("whose", [whose], WHOSE), *code_faults("late", [late], LATE)])
    return queries.DueFilter(mine=whose == "mine", overdue=late == "yes")
