"""The pages of investigations: those that run, one with all that belongs to it, and a form for each part."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, FieldError, Invalid, NotFound, Refused
from yosafe.forms.questions import Question
from yosafe.forms.read import Reading, asked, read, to_struct
from yosafe.incidents import access as incidents
from yosafe.incidents import shown as incidents_shown
from yosafe.incidents.record import record_of
from yosafe.incidents.tables import Incident
from yosafe.lists.listed import EXPORT
from yosafe.reference.rule_sets import CONVENTION
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import access, actions, queries, questions, shown
from .schemas import FinishStep, Part, PlanStep, RecordEvidence, RecordFeedback, RecordInterview, SettleEvidence, WithdrawEntry

READ, RECORD = "incident:read", "investigation:record"
OF = "/incidents/{ref:str}/investigation"
STATUS: dict[type[Exception], int] = {Invalid: 422, Conflict: 409, Refused: 403}
END, WITHDRAW = "end", "withdraw"
WHOSE = {"all": "Of everyone", "mine": "Those that I look after"}
LATE = {"no": "Any", "yes": "Something is late"}
FILTERS = listing.radios(whose=("Whose", WHOSE), late=("Late", LATE))


class InvestigationPages(Controller):
    include_in_schema = False

    @get("/investigations", opt={"permission": READ})
    async def running(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        values = {"whose": query.get("whose") or "all", "late": query.get("late") or "no"}
        view = await listing.shown(
            request, user, queries.RUNNING, lambda: _wanted(query), address="/investigations", fields=FILTERS, values=values
        )  # fmt: skip
        return page(
            "incidents/investigation/list.html", request, status=view.status, view=view, errors=view.errors, shown=incidents_shown,
            convention=CONVENTION,
        )  # fmt: skip

    @get("/investigations/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.RUNNING, _wanted(request.query_params))

    @get(OF, opt={"permission": READ})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        incident = await incidents.get_incident_for(user, ref)
        found = await queries.open_investigation(user, incident)
        return page(
            "incidents/investigation/record.html", request, found=found, incident=incident, record=await record_of(user, incident), shown=shown,
            words_for=incidents_shown, convention=CONVENTION, done=shown.DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @get(f"{OF}/{{part:str}}/new", opt={"permission": RECORD})
    async def new_form(self, request: AnyRequest, ref: FromPath[str], part: FromPath[str], user: NamedDependency[User]) -> Template:
        incident = await incidents.get_incident_for(user, ref)
        return await _form(request, user, incident, access.check_part(part), None)

    @post(f"{OF}/{{part:str}}/new", opt={"permission": RECORD})
    async def new(self, request: AnyRequest, ref: FromPath[str], part: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident, which = await incidents.get_incident_for(user, ref), access.check_part(part)
        reading = read(await _asked(user, incident, which), await posted(request), terminology=terminology(request))
        try:
            await _record(which, reading, by=user, incident=incident)
        except (Invalid, Conflict, Refused) as refusal:
            return await _form(request, user, incident, which, None, reading=reading, refusal=refusal)
        return see_other(f"/incidents/{ref}/investigation?done={which}")

    @get(f"{OF}/{{part:str}}/{{number:int}}/{{what:str}}", opt={"permission": RECORD})
    async def entry_form(
        self, request: AnyRequest, ref: FromPath[str], part: FromPath[str], number: FromPath[int], what: FromPath[str], user: NamedDependency[User]
    ) -> Template:
        incident = await incidents.get_incident_for(user, ref)
        return await _form(request, user, incident, access.check_part(part), (number, what))

    @post(f"{OF}/{{part:str}}/{{number:int}}/{{what:str}}", opt={"permission": RECORD})
    async def entry(
        self, request: AnyRequest, ref: FromPath[str], part: FromPath[str], number: FromPath[int], what: FromPath[str], user: NamedDependency[User]
    ) -> Template | Redirect:
        incident, which = await incidents.get_incident_for(user, ref), access.check_part(part)
        reading = read(_asked_of_entry(incident, which, what), await posted(request), terminology=terminology(request))
        try:
            await _change(which, number, what, reading, by=user, incident=incident)
        except (Invalid, Conflict, Refused) as refusal:
            return await _form(request, user, incident, which, (number, what), reading=reading, refusal=refusal)
        return see_other(f"/incidents/{ref}/investigation?done={'ended' if what == END else 'withdrawn'}")


def _wanted(query: Query) -> queries.RunningFilter:
    whose, late = query.get("whose") or "all", query.get("late") or "no"
    check([*code_faults("whose", [whose], WHOSE), *code_faults("late", [late], LATE)])
    return queries.RunningFilter(mine=whose == "mine", late=late == "yes")


async def _asked(user: User, incident: Incident, part: Part) -> tuple[Question, ...]:
    """The questions about a new entry."""
    since = clock.day_of(incident.happened_at)
    if part == "step":
        return questions.step()
    if part == "evidence":
        return questions.evidence(since)
    there = (await record_of(user, incident)).involvements
    people = [(person.young_person, person.name) for person in there if person.young_person]
    return questions.interview(since, people) if part == "interview" else questions.feedback(since, people)


def _asked_of_entry(incident: Incident, part: Part, what: str) -> tuple[Question, ...]:
    """The questions about an entry that is there. Raises NotFound for what is not done to one."""
    if what == WITHDRAW:
        return questions.WITHDRAW
    since = clock.day_of(incident.happened_at)
    if what == END and part == "step":
        return questions.finish(since)
    if what == END and part == "evidence":
        return questions.settle(since)
    raise NotFound(access.NO_ENTRY)


async def _record(part: Part, reading: Reading, *, by: User, incident: Incident) -> None:
    sent = questions.sent(reading.checked())
    match part:
        case "step":
            await actions.plan_step(to_struct(PlanStep, sent), by=by, incident=incident)
        case "interview":
            await actions.record_interview(to_struct(RecordInterview, sent), by=by, incident=incident)
        case "evidence":
            await actions.record_evidence(to_struct(RecordEvidence, sent), by=by, incident=incident)
        case "feedback":
            await actions.record_feedback(to_struct(RecordFeedback, sent), by=by, incident=incident)


async def _change(part: Part, number: int, what: str, reading: Reading, *, by: User, incident: Incident) -> None:
    sent = questions.sent(reading.checked())
    if what == WITHDRAW:
        await actions.withdraw_entry(to_struct(WithdrawEntry, sent), by=by, incident=incident, part=part, entry=number)
    elif part == "step":
        await actions.finish_step(to_struct(FinishStep, sent), by=by, incident=incident, step=number)
    else:
        await actions.settle_evidence(to_struct(SettleEvidence, sent), by=by, incident=incident, evidence=number)


async def _form(
    request: AnyRequest, user: User, incident: Incident, part: Part, entry: tuple[int, str] | None, *, reading: Reading | None = None,
    refusal: Invalid | Conflict | Refused | None = None,
) -> Template:  # fmt: skip
    """A form about a new entry, or about one that is there, which is shown above. Raises Refused for whoever may not record here."""
    if not access.is_investigator(user, incident):
        access.check_can_record(user, incident, part=part)
    asking = await _asked(user, incident, part) if entry is None else _asked_of_entry(incident, part, entry[1])
    title, submit = shown.TITLES[part], shown.SUBMITS[part]
    if entry is not None:
        title, submit = shown.WITHDRAW if entry[1] == WITHDRAW else shown.ENDINGS[part]
    return page(
        "incidents/investigation/form.html", request, status=STATUS[type(refusal)] if refusal else 200, ref=incidents.incident_ref(incident.id),
        title=title, submit_text=submit, asked=asked(asking, {}, on=clock.today(), terminology=terminology(request)),
        values=reading.typed if reading else {}, errors=_faults(refusal, reading),
        problem=None if refusal is None or isinstance(refusal, Invalid) else str(refusal), shown=shown,
        about=await _about(user, incident, part, entry),
    )  # fmt: skip


def _faults(refusal: Exception | None, reading: Reading | None) -> Sequence[FieldError]:
    if not isinstance(refusal, Invalid) or reading is None:
        return ()
    if reading.errors:
        return refusal.errors
    return [FieldError(questions.on_page(fault.key, reading.answers), fault.message) for fault in refusal.errors]


async def _about(user: User, incident: Incident, part: Part, entry: tuple[int, str] | None) -> Mapping[str, Any] | None:
    """The entry that a form is about, in short. Raises NotFound."""
    if entry is None:
        return None
    found = await queries.investigation_of(user, incident)
    entries: dict[Part, Sequence[Any]] = {
        "step": found.steps, "interview": found.interviews, "evidence": found.evidence, "feedback": found.feedback,
    }  # fmt: skip
    one = next((one for one in entries[part] if one.id == entry[0]), None)
    if one is None:
        raise NotFound(access.NO_ENTRY)
    return {"part": part, "one": one}
