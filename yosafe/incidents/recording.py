"""The pages on which an incident is recorded: a few questions a page, kept on the server until they are sent."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import write_transaction
from yosafe.errors import FieldError, Invalid
from yosafe.forms import flow as flows
from yosafe.forms.drafts import Draft, discard, get_draft_for, save_step, start_draft
from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.forms.read import Reading, filled, read
from yosafe.forms.typed import Typed
from yosafe.reference.codes import code_list
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, flow, severity
from .checking import floor_of
from .choosing import CHOSEN, Choice, choices, names_of, read_person
from .kinds import RULES
from .submitting import submit_incident

RECORD = "incident:record"
NEXT = "next"  # whom to look for once this one is added
LATER = "later"  # the button that keeps what was typed and goes to the worklist


class RecordingPages(Controller):
    path = flow.BASE
    include_in_schema = False

    @get("/", opt={"permission": RECORD})
    async def begin(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """The first page; nothing is kept before it is sent."""
        access.establishment_of(user)
        return _first_page(request, {**flow.USUAL, "happened_on": clock.today().isoformat(), "child": request.query_params.get("child", "")}, ())

    @post("/", opt={"permission": RECORD})
    async def start(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        access.establishment_of(user)
        form, what = await posted(request), flow.recording()
        reading = flows.read_step(what, {}, flow.WHAT, form, terminology=terminology(request))
        errors = reading.errors or tuple(flow.faults_in_time(reading.answers))
        child = next(iter(form.get("child", ())), "")
        if errors and LATER not in form:
            return _first_page(request, {**reading.typed, "child": child}, errors)
        answers = _kept(reading, flows.step_named(what, {}, flow.WHAT), errors)
        draft = await start_draft(by=user, kind=flow.DRAFT, title=flow.title_of(answers), answers={**answers, **({"first": child} if child else {})})
        return see_other("/" if LATER in form else flows.onward(what, draft.id, draft.answers))

    @get("/{draft_id:uuid}", opt={"permission": RECORD})
    async def go_on(self, draft_id: FromPath[UUID], user: NamedDependency[User]) -> Redirect:
        draft = await get_draft_for(user, draft_id, flow.DRAFT)
        return see_other(flows.onward(flow.recording(), draft.id, draft.answers))

    @get("/{draft_id:uuid}/{name:str}", opt={"permission": RECORD})
    async def step(self, request: AnyRequest, draft_id: FromPath[UUID], name: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        draft, what = await get_draft_for(user, draft_id, flow.DRAFT), flow.recording()
        if first := flows.guard(what, draft.answers, name):
            return see_other(flows.address(what, draft.id, first))
        if name == flow.PEOPLE:
            return await _people_page(request, user, draft, "", {}, ())
        return _step_page(request, draft, name, filled(flows.to_ask(what, draft.answers, name), draft.answers), ())

    @post("/{draft_id:uuid}/{name:str}", opt={"permission": RECORD})
    async def save(self, request: AnyRequest, draft_id: FromPath[UUID], name: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        draft, what, form = await get_draft_for(user, draft_id, flow.DRAFT), flow.recording(), await posted(request)
        if name == flow.PEOPLE:
            return await _change_people(request, user, draft, form)
        step = flows.step_named(what, draft.answers, name)
        reading = flows.read_step(what, draft.answers, name, form, terminology=terminology(request))
        errors = reading.errors or tuple(flow.faults_across(name, {**draft.answers, **reading.answers}))
        if errors and LATER not in form:
            return _step_page(request, draft, name, reading.typed, errors)
        answers = _kept(reading, step, errors)
        draft = await save_step(by=user, draft=draft, answers=answers, title=flow.title_of({**draft.answers, **answers}))
        return see_other("/" if LATER in form else flows.onward(what, draft.id, draft.answers))

    @get("/{draft_id:uuid}/check", opt={"permission": RECORD})
    async def check(self, request: AnyRequest, draft_id: FromPath[UUID], user: NamedDependency[User]) -> Template | Redirect:
        draft = await get_draft_for(user, draft_id, flow.DRAFT)
        if first := flows.guard(flow.recording(), draft.answers, flows.CHECK):
            return see_other(flows.address(flow.recording(), draft.id, first))
        return await _check_page(request, user, draft, ())

    @post("/{draft_id:uuid}/check", opt={"permission": RECORD})
    async def submit(self, request: AnyRequest, draft_id: FromPath[UUID], user: NamedDependency[User]) -> Template | Redirect:
        """The draft becomes an incident: both in one transaction, so that pressing twice records once."""
        draft = await get_draft_for(user, draft_id, flow.DRAFT)
        if first := flows.guard(flow.recording(), draft.answers, flows.CHECK):
            return see_other(flows.address(flow.recording(), draft.id, first))
        try:
            reading = read((_severity_question(draft),), await posted(request))
            data = flow.submission(draft.answers, severity=reading.checked().get("severity"))
            async with write_transaction():
                await discard(by=user, draft=draft)
                made = await submit_incident(data, by=user)
        except Invalid as refusal:
            return await _check_page(request, user, draft, refusal.errors)
        return see_other(f"/incidents/{made.ref}/recorded")

    @post("/{draft_id:uuid}/discard", opt={"permission": RECORD})
    async def throw_away(self, draft_id: FromPath[UUID], user: NamedDependency[User]) -> Redirect:
        await discard(by=user, draft=await get_draft_for(user, draft_id, flow.DRAFT))
        return see_other("/")


def _kept(reading: Reading, step: flows.Step, errors: Sequence[FieldError]) -> dict[str, Any]:
    """What the draft keeps of a page: with its mark once it is right, else what could be read."""
    return dict(reading.answers) if errors else flows.to_save(step, reading.with_blanks)


def _first_page(request: AnyRequest, values: Mapping[str, Typed], errors: Sequence[FieldError]) -> Template:
    what = flow.recording()
    return page(
        "incidents/step.html", request, status=422 if errors else 200, flow=what, draft=None, progress=None, back="/incidents", action=flow.BASE,
        step=flows.step_named(what, {}, flow.WHAT), questions=flows.to_ask(what, {}, flow.WHAT, terminology=terminology(request)),
        values=values, errors=errors, hidden={"child": values.get("child")},
    )  # fmt: skip


def _step_page(request: AnyRequest, draft: Draft, name: str, values: Mapping[str, Typed], errors: Sequence[FieldError]) -> Template:
    what = flow.recording()
    return page(
        "incidents/step.html", request, status=422 if errors else 200, **_around(draft, name),
        questions=flows.to_ask(what, draft.answers, name, terminology=terminology(request)), values=values, errors=errors, hidden={},
    )  # fmt: skip


def _around(draft: Draft, name: str) -> dict[str, Any]:
    """What stands on every page of the flow but the first."""
    what = flow.recording()
    before = flows.previous_step(what, draft.answers, name)
    return {
        "flow": what,
        "draft": draft,
        "step": flows.step_named(what, draft.answers, name),
        "progress": flows.progress(what, draft.answers, name),
        "action": f"{flow.BASE}/{draft.id}/{name}",
        "back": flows.address(what, draft.id, before) if before else "/incidents",
    }


async def _people_page(request: AnyRequest, user: User, draft: Draft, q: str, values: Mapping[str, Typed], errors: Sequence[FieldError]) -> Template:
    """Those who have been added, a search among the young people the user sees, and what is asked about whoever is chosen."""
    there = flow.people_of(draft.answers)
    wanted = q or ("" if there else draft.answers.get("first", ""))
    found: list[Choice] = []
    try:
        found = await choices(user, wanted, leaving_out=[person["young_person"] for person in there])
    except Invalid as refusal:
        errors = (*errors, *refusal.errors)
    missing = [] if errors else flow.faults_in_people(draft.answers)
    return page(
        "incidents/people.html", request, status=422 if errors else 200, **_around(draft, flow.PEOPLE), people=there,
        names=await names_of(user, [person["young_person"] for person in there]), q=wanted, found=found, missing=missing,
        questions=flow.hurt_questions(draft.answers["kind"]), values=values or _usual(draft, found), errors=errors, labels=code_list,
    )  # fmt: skip


def _usual(draft: Draft, found: Sequence[Choice]) -> dict[str, Typed]:
    """What is already chosen on the page: the only one found, and for the first person the part that somebody must have."""
    needed = RULES[draft.answers["kind"]].one_of
    values: dict[str, Typed] = {}
    if len(found) == 1:
        values["young_person"] = found[0].ref
    if not flow.people_of(draft.answers) and len(needed) == 1:
        values["roles"] = list(needed)
    return values


async def _change_people(request: AnyRequest, user: User, draft: Draft, form: Mapping[str, list[str]]) -> Template | Redirect:
    """Add the chosen one, take one away, or go on. Whoever is chosen when the user goes on is added first: nobody who was ticked is lost."""
    there, what = flow.people_of(draft.answers), flow.recording()
    here = flows.address(what, draft.id, flows.step_named(what, draft.answers, flow.PEOPLE))
    if gone := form.get("remove"):
        await save_step(by=user, draft=draft, answers={"people": [person for person in there if person["young_person"] != gone[0]]})
        return see_other(here)
    if "search" in form:
        return await _people_page(request, user, draft, next(iter(form.get("q", ())), ""), {}, ())
    if "add" in form or any(form.get(CHOSEN, ())) or any(form.get("roles", ())):
        kind, q, more = draft.answers["kind"], next(iter(form.get("q", ())), ""), next(iter(form.get(NEXT, ())), "")
        ref, reading = await read_person(user, form, flow.hurt_questions(kind), leaving_out=[person["young_person"] for person in there])
        if reading.errors or ref is None:
            if LATER in form:
                return see_other("/")
            return await _people_page(request, user, draft, q, {**reading.typed, CHOSEN: ref or "", NEXT: more}, reading.errors)
        draft = await save_step(by=user, draft=draft, answers={"people": [*there, flow.kept_person(ref, reading.answers)]})
        if "add" in form:
            return await _people_page(request, user, draft, more, {}, ()) if more.strip() else see_other(here)
    if LATER in form:
        return see_other("/")
    if faults := flow.faults_in_people(draft.answers):
        return await _people_page(request, user, draft, "", {}, faults)
    return see_other(flows.onward(what, draft.id, draft.answers))


def _severity_question(draft: Draft) -> Question:
    """Whether to record it as more than its facts make it."""
    least = _floor(draft)
    higher = severity.LEVELS[severity.LEVELS.index(least.severity) + 1 :]
    return Question(
        name="severity", kind=Kind.SELECT, label="Record it as more serious",
        hint="Only if you know something that the questions did not ask: write it in the account",
        options=tuple(Option(value=level, label=code_list("severity").label(level)) for level in higher),
    )  # fmt: skip


def _floor(draft: Draft) -> severity.Floor:
    data = flow.submission(draft.answers)
    return floor_of(data.kind, data.answers, data.involvements)


async def _check_page(request: AnyRequest, user: User, draft: Draft, errors: Sequence[FieldError]) -> Template:
    names = await names_of(user, [person["young_person"] for person in flow.people_of(draft.answers)])
    what = flow.recording(names)
    on_steps = tuple(FieldError(flow.STEP_OF.get(error.key.split(".")[0], error.key), error.message) for error in errors)
    last = flows.previous_step(what, draft.answers, flows.CHECK)
    return page(
        "incidents/check.html", request, status=422 if errors else 200, flow=what, draft=draft, errors=on_steps, floor=_floor(draft),
        sections=flows.check_rows(what, draft.id, draft.answers, terminology=terminology(request)), question=_severity_question(draft),
        back=flows.address(what, draft.id, last) if last else flow.BASE, action=f"{flow.BASE}/{draft.id}/{flows.CHECK}",
    )  # fmt: skip
