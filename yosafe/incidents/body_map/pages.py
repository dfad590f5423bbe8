"""The body map of a young person in an incident: the figure, the same as a list, and the form."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.clock import day_of
from yosafe.errors import Conflict, FieldError, Invalid, NotFound, Refused
from yosafe.forms.read import read
from yosafe.incidents.access import get_incident_for, incident_ref
from yosafe.incidents.changing import Person
from yosafe.incidents.choosing import names_of
from yosafe.incidents.tables import Incident
from yosafe.incidents.trail import record_read_of
from yosafe.people.access import young_person_ref
from yosafe.web.kit import AnyRequest, page, posted, see_other

from . import access, actions, queries, rules, shown
from .questions import BOXES, given, mark_questions, strike_questions
from .schemas import StrikeMark

_DONE = {"marked": "The mark is kept. Add another, or go back to the incident.", "struck": "The mark is struck out. It stays in the list below."}


class BodyMapPages(Controller):
    path = "/incidents/{ref:str}/body-map/{child:str}"
    include_in_schema = False

    @get("/", opt={"permission": "incident:read"})
    async def show(self, request: AnyRequest, ref: FromPath[str], child: FromPath[str], user: NamedDependency[User]) -> Template:
        incident = await get_incident_for(user, ref)
        person = await access.get_person_for(user, incident, child)
        await record_read_of(incident.id, by=user, page="body map")
        return await _page(request, user, incident, person, {"seen_by": user.name}, ())

    @post("/", opt={"permission": "incident:addendum"})
    async def add(self, request: AnyRequest, ref: FromPath[str], child: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await get_incident_for(user, ref)
        person = await access.get_person_for(user, incident, child)
        reading = read(mark_questions(day_of(incident.happened_at)), await posted(request))
        try:
            data = given(young_person_ref(person.young_person), reading.checked())
            await actions.add_mark(data, by=user, incident=incident, person=person)
        except Invalid as refusal:
            faults = [FieldError(BOXES.get(error.key, error.key), error.message) for error in refusal.errors]
            return await _page(request, user, incident, person, reading.typed, faults)
        except Conflict as refusal:
            return await _page(request, user, incident, person, reading.typed, [FieldError("region", str(refusal))], status=409)
        return see_other(f"{_address(incident, person)}?done=marked")

    @post("/strike", opt={"permission": "incident:addendum"})
    async def strike(self, request: AnyRequest, ref: FromPath[str], child: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await get_incident_for(user, ref)
        person = await access.get_person_for(user, incident, child)
        reading = read(strike_questions(await _to_strike(user, incident, person)), await posted(request))
        if reading.errors:
            return await _page(request, user, incident, person, reading.typed, reading.errors)
        try:
            mark = await access.get_mark_for(user, incident, int(reading.answers["mark"]))
            await actions.strike_mark(StrikeMark(reason=reading.answers["reason"]), by=user, mark=mark)
        except (Conflict, NotFound, Refused) as refusal:
            return await _page(request, user, incident, person, reading.typed, [FieldError("mark", str(refusal))], status=409)
        return see_other(f"{_address(incident, person)}?done=struck")


def _address(incident: Incident, person: Person) -> str:
    return f"/incidents/{incident_ref(incident.id)}/body-map/{young_person_ref(person.young_person)}"


async def _to_strike(user: User, incident: Incident, person: Person) -> shown.Numbered:
    """The marks that this user may strike out, with their numbers on the figure."""
    standing = shown.of_person(await queries.marks_of(user, incident), young_person_ref(person.young_person))
    allowed = await queries.to_strike(user, incident)
    return [(number, mark) for number, mark in standing if mark.id in allowed]


async def _page(
    request: AnyRequest, user: User, incident: Incident, person: Person, values: Mapping[str, Any], errors: Sequence[FieldError], *,
    status: int | None = None,
) -> Template:  # fmt: skip
    child = young_person_ref(person.young_person)
    marks = await queries.marks_of(user, incident)
    standing, may_strike = shown.of_person(marks, child), await _to_strike(user, incident, person)
    return page(
        "incidents/body_map.html", request, status=status or (422 if errors else 200), incident=incident_ref(incident.id), child=child,
        name=(await names_of(user, [child]))[child], here=_address(incident, person), figures=shown.drawn(standing), marks=standing,
        struck=shown.struck(marks, child), shown=shown, values=values, errors=errors,
        asked=mark_questions(day_of(incident.happened_at)) if access.can_mark(user, incident, person) else (),
        strike_asked=strike_questions(may_strike) if may_strike else (),
        grave=rules.is_grave([mark.kind for _, mark in standing], incident.severity), done=_DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip
