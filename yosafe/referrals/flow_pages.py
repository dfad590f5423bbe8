"""The pages of the two flows: refer a young person, and considered but not referred. Drafts are kept on the server between them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid
from yosafe.forms.drafts import Draft, discard, get_draft_for, save_step, start_draft
from yosafe.forms.flow import (
    CHECK,
    Flow,
    address,
    check_rows,
    counting,
    guard,
    onward,
    previous_step,
    progress,
    read_step,
    step_named,
    to_ask,
    to_save,
)
from yosafe.forms.read import filled, read
from yosafe.forms.structs import to_struct
from yosafe.incidents.access import get_incident_for
from yosafe.incidents.record import record_of
from yosafe.incidents.schemas import PersonOut
from yosafe.incidents.trail import record_read_of
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.frame import banner
from yosafe.people.queries import open_record
from yosafe.people.rules import full_name
from yosafe.people.tables import YoungPerson
from yosafe.reference import rule_sets
from yosafe.reference.rule_sets import CONVENTION
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology
from yosafe.welfare.instruments import INSTRUMENTS

from . import access, actions, flows, grounds
from .checking import not_known
from .events import Case, Event, Kind
from .flows import KIND_OF_DRAFT, Way, to_send
from .limits import limits_of
from .schemas import ConsiderReferral, SendReferral

TITLES = {id: instrument.title for id, instrument in INSTRUMENTS.items()}


class ReferralFlowPages(Controller):
    path = "/referrals"
    include_in_schema = False

    @get("/new", opt={"permission": access.SEND})
    async def start(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """What a referral is, and the two ways on. From an incident it asks whom it is about, where that is not plain."""
        query, terms = request.query_params, terminology(request)
        refs = query.getall("incident", [])
        involved = await _involved(user, refs[0]) if refs and not query.get("young_person") else []
        ref = query.get("young_person") or (involved[0].young_person if len(involved) == 1 else "")
        child = await open_record(user, ref, "referral form") if ref else None
        around: dict[str, Any] = {"banner": await banner(user, child, terminology=terms)} if child else {}
        return page("referrals/start.html", request, **around, incidents=refs, involved=involved)

    @post("/new", opt={"permission": access.SEND})
    async def begin(self, request: AnyRequest, user: NamedDependency[User]) -> Redirect:
        return await _begin(request, user, "new")

    @get("/new/{draft_id:uuid}/{step:str}", opt={"permission": access.SEND})
    async def ask(self, request: AnyRequest, draft_id: FromPath[UUID], step: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        return await _ask(request, user, "new", draft_id, step)

    @post("/new/{draft_id:uuid}/{step:str}", opt={"permission": access.SEND})
    async def answer(self, request: AnyRequest, draft_id: FromPath[UUID], step: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        return await _answer(request, user, "new", draft_id, step)

    @post("/new/{draft_id:uuid}/discard", opt={"permission": access.SEND})
    async def throw_away(self, draft_id: FromPath[UUID], user: NamedDependency[User]) -> Redirect:
        return await _throw_away(user, "new", draft_id)

    @post("/considered", opt={"permission": access.CONSIDER})
    async def begin_considered(self, request: AnyRequest, user: NamedDependency[User]) -> Redirect:
        return await _begin(request, user, "considered")

    @get("/considered/{draft_id:uuid}/{step:str}", opt={"permission": access.CONSIDER})
    async def ask_considered(
        self, request: AnyRequest, draft_id: FromPath[UUID], step: FromPath[str], user: NamedDependency[User]
    ) -> Template | Redirect:
        return await _ask(request, user, "considered", draft_id, step)

    @post("/considered/{draft_id:uuid}/{step:str}", opt={"permission": access.CONSIDER})
    async def answer_considered(
        self, request: AnyRequest, draft_id: FromPath[UUID], step: FromPath[str], user: NamedDependency[User]
    ) -> Template | Redirect:
        return await _answer(request, user, "considered", draft_id, step)

    @post("/considered/{draft_id:uuid}/discard", opt={"permission": access.CONSIDER})
    async def throw_away_considered(self, draft_id: FromPath[UUID], user: NamedDependency[User]) -> Redirect:
        return await _throw_away(user, "considered", draft_id)


class _Sheet:
    """A draft with its young person and the flow that it goes through. Whoever no longer sees the young person has no draft about them."""

    def __init__(self, way: Way, draft: Draft, child: YoungPerson, flow: Flow) -> None:
        self.way, self.draft, self.child, self.flow = way, draft, child, flow

    @property
    def ref(self) -> str:
        return young_person_ref(self.child.id)

    @property
    def home(self) -> str:
        return f"{self.flow.base}/{self.draft.id}"


async def _open(user: User, way: Way, draft_id: UUID) -> _Sheet:
    draft = await get_draft_for(user, draft_id, KIND_OF_DRAFT[way])
    child = await get_young_person_for(user, draft.answers["young_person"])
    chosen = draft.answers.get("incidents", [])
    there = flows.choices(await grounds.incidents_to_choose(user, child, chosen), await grounds.assessments_to_choose(user, child), TITLES)
    return _Sheet(way, draft, child, flows.flow(way, there))


async def _involved(user: User, incident: str) -> list[PersonOut]:
    """The young people of an incident whom the user sees."""
    found = await get_incident_for(user, incident)
    await record_read_of(found.id, by=user)
    record = await record_of(user, found)
    return [person for person in record.involvements if person.young_person]


async def _begin(request: AnyRequest, user: User, way: Way) -> Redirect:
    form = await posted(request)
    child = await get_young_person_for(user, next(iter(form.get("young_person", ())), ""))
    ref = young_person_ref(child.id)
    answers: dict[str, Any] = {"young_person": ref}
    if incidents := [one for one in form.get("incident", ()) if one]:
        answers["incidents"] = incidents
    name = full_name(child.family_name, child.given_names)
    title = f"Referral of {name}" if way == "new" else f"Decision not to refer {name}"
    draft = await start_draft(by=user, kind=KIND_OF_DRAFT[way], title=title, answers=answers)
    return see_other(f"/referrals/{way}/{draft.id}/grounds")


async def _ask(request: AnyRequest, user: User, way: Way, draft_id: UUID, step: str) -> Template | Redirect:
    sheet = await _open(user, way, draft_id)
    if first := guard(sheet.flow, sheet.draft.answers, step):
        return see_other(address(sheet.flow, sheet.draft.id, first))
    await open_record(user, sheet.ref, "referral form")
    if step == CHECK:
        return await _check(request, user, sheet)
    questions = to_ask(sheet.flow, sheet.draft.answers, step, terminology=terminology(request))
    return await _step(request, user, sheet, step, filled(questions, sheet.draft.answers), ())


async def _answer(request: AnyRequest, user: User, way: Way, draft_id: UUID, step: str) -> Template | Redirect:
    sheet = await _open(user, way, draft_id)
    if first := guard(sheet.flow, sheet.draft.answers, step):
        return see_other(address(sheet.flow, sheet.draft.id, first))
    if step == CHECK:
        return await _finish(request, user, sheet)
    form = await posted(request)
    reading = read_step(sheet.flow, sheet.draft.answers, step, form, terminology=terminology(request))
    errors = list(reading.errors)
    if step == "grounds" and not errors and not flows.rests_on_something(reading.answers):
        errors.append(FieldError(next(iter(reading.names), ""), flows.NOTHING_CHOSEN))
    if "later" in form:
        await save_step(by=user, draft=sheet.draft, answers=reading.with_blanks)
        return see_other("/")
    if errors:
        return await _step(request, user, sheet, step, reading.typed, errors, status=422)
    saved = await save_step(by=user, draft=sheet.draft, answers=to_save(step_named(sheet.flow, sheet.draft.answers, step), reading.with_blanks))
    return see_other(onward(sheet.flow, saved.id, saved.answers))


async def _throw_away(user: User, way: Way, draft_id: UUID) -> Redirect:
    """Also when the young person is out of sight by now: nobody is kept from clearing up."""
    await discard(by=user, draft=await get_draft_for(user, draft_id, KIND_OF_DRAFT[way]))
    return see_other("/")


async def _step(
    request: AnyRequest, user: User, sheet: _Sheet, step: str, values: Mapping[str, Any], errors: Sequence[FieldError], *, status: int = 200
) -> Template:
    terms, answers = terminology(request), sheet.draft.answers
    before = previous_step(sheet.flow, answers, step)
    back = address(sheet.flow, sheet.draft.id, before) if before else f"/referrals/new?young_person={sheet.ref}"
    here = await grounds.whereabouts(sheet.child.id)
    return page(
        "referrals/step.html", request, status=status, home=sheet.home, banner=await banner(user, sheet.child, terminology=terms),
        flow=sheet.flow, back=back,
        step=step_named(sheet.flow, answers, step), progress=progress(sheet.flow, answers, step), values=values, errors=errors,
        questions=to_ask(sheet.flow, answers, step, terminology=terms), way=sheet.way,
        recipients=await grounds.recipients(sheet.child.home_area, here.host_area),
    )  # fmt: skip


async def _check(
    request: AnyRequest, user: User, sheet: _Sheet, errors: Sequence[FieldError] = (), typed: Mapping[str, Any] | None = None, *, status: int = 200
) -> Template:
    terms, answers = terminology(request), sheet.draft.answers
    here = await grounds.whereabouts(sheet.child.id)
    last = previous_step(sheet.flow, answers, CHECK)
    return page(
        "referrals/check.html", request, status=status, home=sheet.home, banner=await banner(user, sheet.child, terminology=terms),
        flow=sheet.flow, way=sheet.way,
        sections=check_rows(sheet.flow, sheet.draft.id, answers, terminology=terms), back=address(sheet.flow, sheet.draft.id, last),
        recipients=await grounds.recipients(sheet.child.home_area, here.host_area), not_known=not_known(await grounds.known(sheet.child.id)),
        limits=_limits_from_today(sheet.child.home_area, here.host_area), errors=errors, convention=CONVENTION,
        gaps_question=flows.GAPS, typed=typed or {},
    )  # fmt: skip


async def _finish(request: AnyRequest, user: User, sheet: _Sheet) -> Template | Redirect:
    """Send it, or keep the decision; the draft goes in the same transaction."""
    fields = to_send(counting(sheet.flow, sheet.draft.answers), sheet.ref)
    reading = read((flows.GAPS,), await posted(request), terminology=terminology(request))
    try:
        if sheet.way == "new" and (reason := reading.answers.get("gaps_reason")):
            fields["gaps_reason"] = reason
        if sheet.way == "new":
            made = await actions.send_referral(to_struct(SendReferral, fields), by=user, draft=sheet.draft)
            return see_other(f"/referrals/{made.ref}/sent")
        referral = await actions.consider_not_refer(to_struct(ConsiderReferral, fields), by=user, draft=sheet.draft)
    except Invalid as refusal:
        errors = [FieldError(fault.key if fault.key == "gaps_reason" else "", fault.message) for fault in refusal.errors]
        return await _check(request, user, sheet, errors, reading.typed, status=422)
    return see_other(f"/referrals/{access.referral_ref(referral.id)}?done=considered")


def _limits_from_today(home_area: str, host_area: str | None) -> list[rule_sets.Due]:
    """The time limits that sending would start today."""
    sent = Event(kind=Kind.SENT, on=clock.today())
    return [running.due for running in limits_of(Case(home_area=home_area, host_area=host_area, events=(sent,)))]
