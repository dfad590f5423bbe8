"""The pages on which something is done to an incident that is recorded: a step, an addendum, what was done, someone added, a correction."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, Refused, Stale
from yosafe.forms.read import read, to_struct
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, actions, acts, flow, shown, staffing
from .choosing import Choice, choices, read_person
from .colleagues import colleagues
from .forms import addendum_questions, allegation_given, allegation_questions, outcome_questions, staff_questions
from .pages import record_page
from .record import record_of
from .schemas import AddAddendum, Involve, NameStaff, RecordNotTold, RecordOutcome
from .tables import Incident
from .told.actions import record_not_told
from .told.questions import given as told_given
from .told.questions import on_page as told_on_page
from .told.questions import told_questions
from .transitions import LEAD, steps_for


class ActingPages(Controller):
    path = "/incidents/{ref:str}"
    include_in_schema = False

    @post("/transitions", opt={"permission": LEAD})
    async def move(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await access.get_incident_for(user, ref)
        form = await posted(request)
        question = acts.question(incident.kind, steps_for(await actions.case_of(incident), user), await colleagues(user, incident=incident.id))
        reading = read((question,), form, terminology=terminology(request))
        try:
            data = acts.given(reading.checked())
            await actions.move(data, by=user, incident=incident, version=version_in(form))
        except Invalid as refusal:
            faults = [FieldError(acts.on_page(error.key, str(reading.answers.get(acts.ACTION))), error.message) for error in refusal.errors]
            return await record_page(request, user, incident, values=reading.typed, errors=faults)
        except (Conflict, Refused, Stale) as refusal:
            return await _refused(request, user, ref, reading.typed, refusal)
        return see_other(f"/incidents/{ref}?done=moved")

    @post("/addenda", opt={"permission": "incident:addendum"})
    async def add_addendum(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await access.get_incident_for(user, ref)
        reading = read(addendum_questions(), await posted(request))
        if reading.errors:
            return await record_page(request, user, incident, values=reading.typed, errors=reading.errors)
        await actions.add_addendum(AddAddendum(text=reading.answers["addendum"]), by=user, incident=incident)
        return see_other(f"/incidents/{ref}?done=addendum")

    @post("/outcomes", opt={"permission": "incident:addendum"})
    async def add_outcome(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await access.get_incident_for(user, ref)
        questions = outcome_questions(await record_of(user, incident))
        reading = read(questions, await posted(request), terminology=terminology(request))
        try:
            data = to_struct(RecordOutcome, reading.checked(), questions)
            await actions.add_outcome(data, by=user, incident=incident)
        except Invalid as refusal:
            return await record_page(request, user, incident, values=reading.typed, errors=refusal.errors)
        except (Conflict, Refused) as refusal:
            return await _refused(request, user, ref, reading.typed, refusal)
        return see_other(f"/incidents/{ref}?done=outcome")

    @post("/told", opt={"permission": "incident:addendum"})
    async def record_told(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        """Who was told, or why they have not been."""
        incident = await access.get_incident_for(user, ref)
        reading = read(told_questions(await record_of(user, incident)), await posted(request), terminology=terminology(request))
        try:
            data = told_given(reading.checked())
            if isinstance(data, RecordNotTold):
                await record_not_told(data, by=user, incident=incident)
            else:
                await actions.add_outcome(data, by=user, incident=incident)
        except Invalid as refusal:
            faults = [FieldError(told_on_page(error.key, reading.answers), error.message) for error in refusal.errors]
            return await record_page(request, user, incident, values=reading.typed, errors=faults)
        except (Conflict, Refused) as refusal:
            return await _refused(request, user, ref, reading.typed, refusal)
        return see_other(f"/incidents/{ref}?done=told#told")

    @post("/staff", opt={"permission": "incident:record"})
    async def add_staff(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await access.get_incident_for(user, ref)
        reading = read(staff_questions(incident.kind), await posted(request))
        try:
            answers = reading.checked()
            role, name = answers["staff_role"], answers["staff_name"]
            data = NameStaff(role=role, name=name, agency=answers.get("staff_agency"), email=answers.get("staff_email"))
            await staffing.add_staff(data, by=user, incident=incident)
        except Invalid as refusal:
            faults = [FieldError(error.key if error.key.startswith("staff_") else f"staff_{error.key}", error.message) for error in refusal.errors]
            return await record_page(request, user, incident, values=reading.typed, errors=faults)
        except (Conflict, Refused) as refusal:
            return await _refused(request, user, ref, reading.typed, refusal)
        return see_other(f"/incidents/{ref}?done=staff")

    @post("/allegation", opt={"permission": LEAD})
    async def record_allegation(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await access.get_incident_for(user, ref)
        form, record = await posted(request), await record_of(user, incident)
        reading = read(allegation_questions(record), form, terminology=terminology(request))
        try:
            data = allegation_given(record, reading.checked())
            await staffing.record_allegation(data, by=user, incident=incident, version=version_in(form))
        except Invalid as refusal:
            return await record_page(request, user, incident, values=reading.typed, errors=refusal.errors)
        except (Conflict, Refused, Stale) as refusal:
            return await _refused(request, user, ref, reading.typed, refusal)
        return see_other(f"/incidents/{ref}?done=allegation")

    @get("/involvements", opt={"permission": "incident:record"})
    async def choose(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        incident = await access.get_incident_for(user, ref)
        return await _involve_page(request, user, incident, "", {}, ())

    @post("/involvements", opt={"permission": "incident:record"})
    async def add_involvement(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await access.get_incident_for(user, ref)
        form = await posted(request)
        q = next(iter(form.get("q", ())), "")
        if "search" in form:
            return await _involve_page(request, user, incident, q, {}, ())
        who, reading = await read_person(user, form, flow.hurt_questions(incident.kind), leaving_out=())
        typed = {**reading.typed, "young_person": who or ""}
        if reading.errors or who is None:
            return await _involve_page(request, user, incident, q, typed, reading.errors)
        try:
            data = to_struct(Involve, flow.kept_person(who, reading.answers))
            await actions.add_involvement(data, by=user, incident=incident)
        except Invalid as refusal:
            return await _involve_page(request, user, incident, q, typed, refusal.errors)
        except (Conflict, Refused) as refusal:
            return await _involve_page(request, user, incident, q, typed, [FieldError("roles", str(refusal))], status=409)
        return see_other(f"/incidents/{ref}?done=involved")


def version_in(form: Mapping[str, list[str]]) -> int:
    """The version that a page was made from, which its form carries. Raises Stale for one that is none."""
    typed = next(iter(form.get("version", ())), "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise Stale("This form has lost which version it was made from. Look at the record again.")
    return int(typed)


async def _refused(request: AnyRequest, user: User, ref: str, values: Mapping[str, Any], refusal: Conflict | Refused | Stale) -> Template:
    """The record as it is now, with the refusal and what was typed."""
    status = {Conflict: 409, Refused: 403, Stale: 412}[type(refusal)]
    return await record_page(request, user, await access.get_incident_for(user, ref), values=values, status=status, problem=str(refusal))


async def _involve_page(
    request: AnyRequest, user: User, incident: Incident, q: str, values: Mapping[str, Any], errors: Sequence[FieldError], *, status: int | None = None
) -> Template:
    found: list[Choice] = []
    try:
        found = await choices(user, q, leaving_out=())
    except Invalid as refusal:
        errors = (*errors, *refusal.errors)
    first = {"young_person": found[0].ref} if len(found) == 1 else {}
    return page(
        "incidents/involve.html", request, status=status or (422 if errors else 200), incident=incident, ref=access.incident_ref(incident.id),
        q=q, found=found,
        questions=flow.hurt_questions(incident.kind), values=values or first, errors=errors, shown=shown,
        may_involve=access.can_involve(user, incident),
    )  # fmt: skip
