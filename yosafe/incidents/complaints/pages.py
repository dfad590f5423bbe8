"""The list of complaints, whether a young person is content with an answer, and the concern that a complaint tells of."""

from typing import cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.clock import day_of
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.forms.drafts import start_draft
from yosafe.forms.read import read, to_struct
from yosafe.incidents import access, flow
from yosafe.incidents import shown as incidents_shown
from yosafe.incidents.pages import record_page
from yosafe.incidents.record import record_of
from yosafe.lists.listed import EXPORT
from yosafe.people.queries import sites_of
from yosafe.reference.codes import code_list
from yosafe.reference.rule_sets import CONVENTION
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import actions, linking, queries, questions, shown
from .schemas import RecordContent, StateAsked


class ComplaintPages(Controller):
    include_in_schema = False

    @get("/complaints", opt={"permission": "incident:read"})
    async def listed(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        fields, values = await _filters(user), {"state": query.get("state") or "waiting"}
        view = await listing.shown(request, user, queries.COMPLAINTS, lambda: _wanted(query), address="/complaints", fields=fields, values=values)
        return page(
            "incidents/complaints/list.html", request, status=view.status, view=view, errors=view.errors, shown=shown,
            words_for=incidents_shown, figures=await queries.figures(user), convention=CONVENTION,
        )  # fmt: skip

    @get("/complaints/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.COMPLAINTS, _wanted(request.query_params))

    @post("/incidents/{ref:str}/content", opt={"permission": "incident:addendum"})
    async def content(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await access.get_incident_for(user, ref)
        form = questions.content(day_of(incident.recorded_at))
        reading = read(form, await posted(request), terminology=terminology(request))
        try:
            answers = {questions.FIELDS.get(name, name): value for name, value in reading.checked().items()}
            await actions.record_content(to_struct(RecordContent, answers), by=user, incident=incident)
        except Invalid as refusal:
            faults = [FieldError(questions.BOXES.get(error.key, error.key), error.message) for error in refusal.errors]
            return await record_page(request, user, incident, values=reading.typed, errors=faults)
        except Conflict as refusal:
            return await record_page(request, user, incident, values=reading.typed, status=409, problem=str(refusal))
        return see_other(f"/incidents/{ref}?done=content")

    @post("/incidents/{ref:str}/concern", opt={"permission": "incident:record"})
    async def concern(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        """Begin to record what a complaint tells of, with what is known already. The complaint stays as it is."""
        incident = await access.get_incident_for(user, ref)
        if incident.kind != "complaint":
            return await record_page(request, user, incident, status=409, problem="Only a complaint can tell of something else. Record it by itself.")
        answers = linking.begun_with(await record_of(user, incident))
        draft = await start_draft(by=user, kind=flow.DRAFT, title=flow.title_of(answers), answers=answers)
        return see_other(f"{flow.BASE}/{draft.id}")


def _wanted(query: Query) -> queries.ComplaintFilter:
    state = query.get("state") or "waiting"
    check(code_faults("state", [state], get_args(StateAsked)))
    return queries.ComplaintFilter(state=cast("StateAsked", state), theme=query.get("theme", ""), site=query.get("site", ""))


async def _filters(user: User) -> list[listing.Field | None]:
    """The questions of the filter panel."""
    sites = [] if user.role in access.AT_OWN_PLACE else [{"value": c, "label": incidents_shown.place_name(c)} for c in await sites_of(user)]
    themes = [{"value": code, "label": label} for code, label in code_list("complaint_theme").labels().items()]
    return [
        *listing.radios(state=("State", shown.STATES)),
        {"name": "theme", "kind": "select", "label": "About", "options": themes},
        {"name": "site", "kind": "select", "label": "Establishment", "options": sites} if len(sites) > 1 else None,
    ]
