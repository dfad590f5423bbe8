"""Reading incidents: the list, the record, those of one young person, what comes next after recording."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, place_faults
from yosafe.errors import FieldError, Invalid
from yosafe.forms.questions import Question
from yosafe.forms.read import asked, filled
from yosafe.lists.listed import EXPORT
from yosafe.people.clock_queries import ClockOut, clocks_of
from yosafe.people.frame import frame
from yosafe.people.keep_apart.contributions import kept_apart
from yosafe.people.queries import open_record, sites_of
from yosafe.reference.codes import code_list
from yosafe.reference.rule_sets import CONVENTION
from yosafe.refs import number
from yosafe.settings import Terminology
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, day_asked, page, terminology

from . import access, acts, queries, shown
from .accumulation import concerns_in
from .actions import case_of
from .body_map import shown as body_shown
from .body_map.queries import marks_of
from .body_map.rules import is_asked, may_be_mapped
from .colleagues import colleagues
from .complaints import shown as complaint_shown
from .complaints.linking import linked
from .complaints.questions import content as content_form
from .files import shown as files_shown
from .files.queries import files_of
from .followed import led_to
from .forms import addendum_questions, allegation_questions, allegation_values, outcome_questions, staff_questions
from .investigation.queries import investigation_of
from .investigation.shown import in_short
from .kinds import RULES
from .queries import INCIDENTS, Filter
from .record import record_of
from .rules import decision_due
from .schemas import IncidentOut
from .status import STATUS_LABELS, Status
from .tables import Incident
from .told.questions import told_questions
from .trail import SUBJECT, record_read_of
from .transitions import LEAD, blocked_for, steps_for

READ = "incident:read"


class IncidentPages(Controller):
    include_in_schema = False

    @get("/incidents", opt={"permission": READ})
    async def list(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return await _list(request, user, request.query_params)

    @post("/incidents/find", opt={"permission": READ}, status_code=200)
    async def find(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect | Response[bytes]:
        """Names are posted: they must not stand in an address. What names nobody has an address of its own."""
        sent = await listing.search(request)
        if _is_nameless(sent):
            return listing.put_in_address("/incidents", sent)
        if sent.get("file"):
            return await listing.file_of(request, user, INCIDENTS, wanted(sent), sent)
        return await _list(request, user, sent, sent=sent)

    @get("/incidents/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The filtered list as a file. Noted before it is given."""
        return await listing.file_of(request, user, INCIDENTS, _from_address(request.query_params))

    @get("/incidents/{ref:str}", opt={"permission": READ})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        incident = await access.get_incident_for(user, ref)
        await record_read_of(incident.id, by=user)
        return await record_page(request, user, incident, done=_DONE.get(request.query_params.get("done", "")))

    @get("/incidents/{ref:str}/recorded", opt={"permission": "incident:record"})
    async def recorded(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """What happens next."""
        incident = await access.get_incident_for(user, ref)
        record, terms = await record_of(user, incident), terminology(request)
        limits = await _limits(user, record, incident.id, terms)
        return page(
            "incidents/recorded.html", request, record=record, limits=limits, convention=CONVENTION, shown=shown,
            decision_due=decision_due(record.kind, record.happened_at), concerns=await concerns_in(user, incident.id),
            to_mark=[one for one in record.involvements if one.young_person and is_asked(record.kind, one.injuries)],
        )  # fmt: skip

    @get("/children/{ref:str}/incidents", opt={"permission": READ})
    async def of_child(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        terms = terminology(request)
        child = await open_record(user, ref, "incidents")
        view = await listing.shown(request, user, queries.OF_ONE, lambda: queries.of_one(child.id), address=f"/children/{ref}/incidents")
        return page(
            "incidents/child.html", request, **await frame(user, child, "incidents", terminology=terms), status=view.status, view=view,
            errors=view.errors, words=shown, may_record=access.can_record_here(user),
        )  # fmt: skip


async def _limits(user: User, record: IncidentOut, incident: int, terms: Terminology) -> list[ClockOut]:
    """The clocks of an incident, of those in it whom the reader can see."""
    who = [number("YP", person.young_person) for person in record.involvements if person.young_person]
    return [one for person in who for one in await clocks_of(user, person, subject=(SUBJECT, incident), terminology=terms)]


_DONE = {
    "moved": "Done. It stands in the history below.",
    "addendum": "Your addendum is kept with the incident.",
    "outcome": "What was done is kept with the incident.",
    "told": "Who was told, or why not yet, is kept with the incident.",
    "involved": "The young person has been added.",
    "staff": "The member of staff has been named.",
    "allegation": "How the allegation stands is kept with it.",
    "content": "What the young person said of the answer is kept with the complaint.",
    "corrected": "The incident is corrected. What was there before stays readable below.",
}


async def _list(request: AnyRequest, user: User, query: Query, *, sent: Query | None = None) -> Template:
    fields, read = await _filters(user, terminology(request)), wanted if sent else _from_address
    view = await listing.shown(request, user, INCIDENTS, lambda: read(query), address="/incidents", fields=fields, sent=sent)
    may_record = access.can_record_here(user)
    return page("incidents/list.html", request, status=view.status, view=view, errors=view.errors, words=shown, may_record=may_record)


def _is_nameless(query: Query) -> bool:
    q = query.get("q", "").strip()
    return not q or queries.numbered("IN", q) is not None


def _from_address(query: Query) -> Filter:
    if not _is_nameless(query):
        raise Invalid([FieldError("q", "Look for names with the button: no name should stand in an address")])
    return wanted(query)


def wanted(query: Query) -> Filter:
    """The filter that an address asks for. Raises Invalid for a day or a place that is none."""
    check(place_faults("site", query.get("site")))
    return Filter(
        kinds=_all(query, "kind"), statuses=_all(query, "status"), severities=_all(query, "severity"),
        establishment=query.get("site", "") or query.get("establishment", ""), since=day_asked(query, "from"), until=day_asked(query, "to"),
        child=query.get("child", ""), q=query.get("q", "").strip(), mine=query.get("mine") == "yes",
    )  # fmt: skip


def _all(query: Query, key: str) -> tuple[str, ...]:
    return tuple(value for value in query.getall(key, []) if value)


async def _filters(user: User, terms: Terminology) -> Sequence[dict[str, Any] | None]:
    """The questions of the filter panel."""
    sites = [] if user.role in access.AT_OWN_PLACE else [{"value": code, "label": shown.place_name(code)} for code in await sites_of(user)]
    kinds, levels = code_list("incident_kind"), code_list("severity")
    mine = {"name": "mine", "kind": "checkboxes", "label": "Whose", "options": [{"value": "yes", "label": "I look after it"}]}
    return [
        {"name": "q", "kind": "text", "label": "Reference or name"},
        {
            "name": "status", "kind": "checkboxes", "label": "Status",
            "options": [{"value": s.value, "label": STATUS_LABELS[s]} for s in Status if s is not Status.DRAFT],
        },
        {"name": "kind", "kind": "checkboxes", "label": "Kind", "options": [{"value": k, "label": kinds.label(k, terms)} for k in RULES]},
        {
            "name": "severity", "kind": "checkboxes", "label": "Severity",
            "options": [{"value": k, "label": levels.label(k)} for k in levels.values()],
        },
        {"name": "from", "kind": "day", "label": "From"},
        {"name": "to", "kind": "day", "label": "To"},
        {"name": "site", "kind": "select", "label": "Establishment", "options": sites} if len(sites) > 1 else None,
        mine if user.may(LEAD) else None,
    ]  # fmt: skip


async def record_page(
    request: AnyRequest,
    user: User,
    incident: Incident,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    status: int | None = None,
    problem: str | None = None,
    done: str | None = None,
) -> Template:
    """The record with all that this person may do to it; also what a refused act comes back to, with what was typed."""
    terms = terminology(request)
    record, case = await record_of(user, incident), await case_of(incident)
    steps = steps_for(case, user)
    return page(
        "incidents/record.html", request, status=status or (422 if errors else 200), record=record, shown=shown, history=history(record, terms),
        act=acts.question(incident.kind, steps, await colleagues(user, incident=incident.id)) if steps else None, blocked=blocked_for(case, user),
        limits=await _limits(user, record, incident.id, terms), led_to=await led_to(user, incident.id, terms),
        linked=[*await linked(user, incident.id, terms), *await kept_apart(user, incident.id)], convention=CONVENTION,
        outcome_questions=outcome_questions(record) if (may_add := access.can_add_outcome(user, incident)) else (),
        told_questions=asked(told_questions(record), {}, on=clock.today(), terminology=terms) if may_add else (),
        **_about_staff(user, record, incident, terms), investigation=await investigation_of(user, incident), in_short=in_short,
        complaint_shown=complaint_shown, content_questions=_about_content(user, record, terms),
        files=await files_of(user, incident), files_shown=files_shown, **await _about_bodies(user, record, incident),
        addendum_questions=addendum_questions() if user.may("incident:addendum") else (),
        may_correct=access.can_correct(user), may_involve=access.can_involve(user, incident), values=values or {}, errors=errors,
        problem=problem, done=done, decision_due=decision_due(record.kind, record.happened_at),
    )  # fmt: skip


async def _about_bodies(user: User, record: IncidentOut, incident: Incident) -> dict[str, Any]:
    """For each young person whom the reader sees, what stands on their body map; those whose map may be marked."""
    marks = await marks_of(user, incident)
    seen = [one for one in record.involvements if one.young_person]
    may = user.may("incident:addendum")
    return {
        "body_maps": {one.young_person: body_shown.summary(body_shown.of_person(marks, one.young_person or "")) for one in seen},
        "to_mark": {one.young_person for one in seen if may and may_be_mapped(record.kind, one.injuries)},
    }


def _about_staff(user: User, record: IncidentOut, incident: Incident, terms: Terminology) -> dict[str, Any]:
    """Questions about staff: whoever may add a young person names them, the lead says how an allegation stands."""
    questions = allegation_questions(record) if RULES[record.kind].alleged and user.may(LEAD) else ()
    return {
        "staff_questions": staff_questions(record.kind) if access.can_involve(user, incident) else (),
        "allegation_questions": asked(questions, {}, on=clock.today(), terminology=terms),
        "allegation_values": filled(questions, allegation_values(record)),
    }


def _about_content(user: User, record: IncidentOut, terms: Terminology) -> Sequence[Question]:
    """Whether the young person is content, once the complaint is answered."""
    if record.complaint is None or not record.complaint.answers or not user.may("incident:addendum"):
        return ()
    since = clock.day_of(record.complaint.answers[-1].answered_at)
    return asked(content_form(since), {}, on=clock.today(), terminology=terms)


def history(record: IncidentOut, terms: Terminology) -> list[dict[str, Any]]:
    """Everything that was done to the record since it was submitted, newest first."""
    items: list[dict[str, Any]] = [
        {"title": shown.step_title(record.kind, e.action, e.code, terms), "at": e.at, "by": e.by, "text": shown.step_text(e)} for e in record.events
    ]
    items += [
        {"title": shown.done_title(o, terms), "at": o.recorded_at, "by": o.recorded_by, "text": "\n".join(filter(None, (o.whom, o.note)))}
        for o in record.outcomes
        if o.recorded_at > record.recorded_at
    ]
    items += [{"title": "Addendum", "at": a.at, "by": a.by} for a in record.addenda]
    for c in record.corrections:
        field, old, new = shown.corrected(c, record.question_set, terms)
        items.append({"title": f"Corrected: {field}", "at": c.at, "by": c.by, "text": f"Was: {old}\nNow: {new}\nWhy: {c.reason}"})
    return sorted(items, key=lambda item: item["at"])[::-1]
