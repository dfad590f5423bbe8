"""The pages about welfare plans: the section of a young person's record, one need, the forms, and the list of what is to be done."""

from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import asked, filled, read, to_struct
from yosafe.lists.listed import EXPORT
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.frame import frame
from yosafe.people.queries import open_record
from yosafe.people.record_pages import STATUS, version_of
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology
from yosafe.welfare.access import get_assessment_for
from yosafe.welfare.instruments import NEED

from . import access, actions, queries, questions, shown
from .queries import NeedFilter, StateAsked
from .schemas import AddNeed, ChangeNeed, CloseNeed

STATES = {"open": "Open", "overdue": "Past their day", "closed": "Closed", "all": "All"}
WHOSE = {"mine": "Ours to see to", "all": "Of everyone whom we see"}
DONE = {"added": "The need was put into the plan", "changed": "The need was changed", "closed": "What came of it was recorded"}
Which = Literal["change", "close"]
_FORMS: dict[Which, tuple[str, str, tuple[Question, ...]]] = {
    "change": ("Change what will be done", "Save the change", questions.CHANGE),
    "close": ("Say what came of it", "Close the need", questions.CLOSE),
}


class PlanPages(Controller):
    include_in_schema = False

    @get("/plan", opt={"permission": "need:read"})
    async def everyone(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query, terms = request.query_params, terminology(request)
        values = {"state": query.get("state") or "open", "whose": query.get("whose") or "mine"}
        fields = listing.radios(state=("State", STATES), whose=("Whose", WHOSE))
        view = await listing.shown(request, user, queries.NEEDS, lambda: _wanted(query), address="/plan", fields=fields, values=values)
        rows = [shown.need(one, terms) for one in view.found.items]
        return page("welfare/plan/list.html", request, status=view.status, view=view, errors=view.errors, rows=rows)

    @get("/plan/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.NEEDS, _wanted(request.query_params))

    @get("/children/{ref:str}/plan", opt={"permission": "need:read"})
    async def of_child(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child, terms = await open_record(user, ref, "plan"), terminology(request)
        rows = [shown.need(one, terms) for one in await queries.plan_of(user, child.id)]
        return page(
            "welfare/plan/section.html", request, **await frame(user, child, "plan", terminology=terms),
            open=[row for row in rows if row["closed_on"] is None], closed=[row for row in rows if row["closed_on"] is not None],
            done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @get("/children/{ref:str}/plan/new", opt={"permission": "need:record"})
    async def add_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """`assessment` and `topic` in the address: the need of an assessment that is to be planned for."""
        return await _add(request, user, ref, await _from_assessment(request, user))

    @post("/children/{ref:str}/plan/new", opt={"permission": "need:record"})
    async def add(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        child = await get_young_person_for(user, ref)
        reading = read(questions.ADD, await posted(request), terminology=terminology(request))
        try:
            facts = {**reading.checked(), "assessment": request.query_params.get("assessment") or None}
            made = await actions.add_need(by=user, young_person=child, new=to_struct(AddNeed, facts))
        except Invalid as refusal:
            return await _add(request, user, ref, reading.typed, refusal)
        return see_other(f"/children/{young_person_ref(made.young_person)}/plan?done=added")

    @get("/plan/{ref:str}", opt={"permission": "need:read"})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        terms = terminology(request)
        found = await queries.open_need(user, ref)
        child = await get_young_person_for(user, found.young_person)
        return page(
            "welfare/plan/record.html", request, **await frame(user, child, "plan", terminology=terms), one=shown.need(found, terms),
            steps=shown.history(found.history, terms), done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @get("/plan/{ref:str}/change", opt={"permission": "need:record"})
    async def change_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _step(request, user, ref, "change")

    @post("/plan/{ref:str}/change", opt={"permission": "need:record"})
    async def change(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        need, sent = await access.get_need_for(user, ref), await posted(request)
        reading = read(questions.CHANGE, sent, terminology=terminology(request))
        try:
            change = to_struct(ChangeNeed, reading.checked(), questions.CHANGE)
            await actions.change_need(by=user, need=need, change=change, version=version_of(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _step(request, user, ref, "change", reading.typed, refusal)
        return see_other(f"/plan/{access.need_ref(need.id)}?done=changed")

    @get("/plan/{ref:str}/close", opt={"permission": "need:record"})
    async def close_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _step(request, user, ref, "close")

    @post("/plan/{ref:str}/close", opt={"permission": "need:record"})
    async def close(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        need, sent = await access.get_need_for(user, ref), await posted(request)
        reading = read(questions.CLOSE, sent, terminology=terminology(request))
        try:
            closing = to_struct(CloseNeed, reading.checked(), questions.CLOSE)
            await actions.close_need(by=user, need=need, closing=closing, version=version_of(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _step(request, user, ref, "close", reading.typed, refusal)
        return see_other(f"/plan/{access.need_ref(need.id)}?done=closed")


def _wanted(query: Query) -> NeedFilter:
    state, whose = query.get("state") or "open", query.get("whose") or "mine"
    check([*code_faults("state", [state], get_args(StateAsked)), *code_faults("whose", [whose], WHOSE)])
    return NeedFilter(state=cast("StateAsked", state), mine=whose == "mine")


async def _from_assessment(request: AnyRequest, user: User) -> dict[str, Any]:
    """What an assessment that the address names says of the need. Raises NotFound for one that the user can't read."""
    reference, topic = request.query_params.get("assessment"), request.query_params.get("topic", "")
    if not reference:
        return {}
    row = await get_assessment_for(user, reference)
    return {"topic": topic, "need": row["answers"].get(f"{topic}{NEED}_detail", "")}


async def _add(request: AnyRequest, user: User, ref: str, values: Mapping[str, Any], refusal: Invalid | None = None) -> Template:
    terms = terminology(request)
    child = await open_record(user, ref, "plan")
    assessment = request.query_params.get("assessment") or ""
    return page(
        "welfare/plan/new.html", request, status=422 if refusal else 200, **await frame(user, child, "plan", terminology=terms),
        asked=asked(questions.ADD, {}, on=clock.today(), terminology=terms), values=values, errors=refusal.errors if refusal else [],
        action=f"{request.url.path}{query_of(assessment)}", assessment=assessment,
    )  # fmt: skip


def query_of(assessment: str) -> str:
    return f"?assessment={assessment}" if assessment else ""


async def _step(
    request: AnyRequest, user: User, ref: str, which: Which, values: Any = None, refusal: Invalid | Conflict | Stale | None = None
) -> Template:
    """A form about one need. For who was too late it is that of the need as it is now, which is shown above."""
    title, submit, form = _FORMS[which]
    terms = terminology(request)
    found = await queries.open_need(user, ref)
    child = await get_young_person_for(user, found.young_person)
    put = asked(form, {}, on=clock.today(), terminology=terms)
    now = {"will_do": found.will_do, "owner": found.owner, "owner_name": found.owner_name, "target_on": found.target_on.isoformat()}
    errors = refusal.errors if isinstance(refusal, Invalid) else [FieldError("", str(refusal))] if refusal else []
    return page(
        "welfare/plan/step.html", request, status=STATUS[type(refusal)] if refusal else 200, **await frame(user, child, "plan", terminology=terms),
        one=shown.need(found, terms), title=title, submit_text=submit, asked=put, values=filled(put, now) if values is None else values,
        errors=errors,
    )  # fmt: skip
