"""Filling in an assessment, page by page. What was typed is kept on the server, for whoever typed it only."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid
from yosafe.forms.drafts import Draft, discard, get_draft_for, save_step, start_draft
from yosafe.forms.flow import CHECK, Flow, Step, address, check_rows, guard, mark, read_step, step_named, tasks, to_ask, to_save
from yosafe.forms.questions import Kind, Option, Question, QuestionSet, walk
from yosafe.forms.read import Reading, filled, read
from yosafe.forms.typed import is_blank
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.frame import frame
from yosafe.people.tables import YoungPerson
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, actions, due_queries
from . import flow as flows
from .flow import DRAFT_KIND
from .instruments import INSTRUMENTS, Instrument

START = "assessment:screen"  # whoever completes any instrument; each page asks again for its own


class Filling(Struct, frozen=True):
    """A draft in hand: whose, what it asks, and where its pages are."""

    child: YoungPerson
    draft: Draft
    questions: QuestionSet
    flow: Flow

    @property
    def of(self) -> Instrument:
        return INSTRUMENTS[self.questions.id]

    @property
    def home(self) -> str:
        return f"{self.flow.base}/{self.draft.id}"


async def _filling(user: User, ref: str, draft_id: UUID) -> Filling:
    """Raises NotFound for a young person whom the user does not see any more, and for anyone else's draft."""
    child = await get_young_person_for(user, ref)
    draft = await get_draft_for(user, draft_id, DRAFT_KIND)
    flows.check_belongs(draft, child.id)
    questions = flows.questions_of(draft)
    access.check_can_record(user, INSTRUMENTS[questions.id])
    return Filling(child, draft, questions, flows.flow_for(_base(child), questions))


def _base(child: YoungPerson) -> str:
    return f"/children/{young_person_ref(child.id)}/assessments/new"


def _choice(user: User) -> Question:
    options = tuple(Option(value=one.id, label=one.title, hint=HINTS[one.id]) for one in access.recordable(user))
    return Question(
        name="instrument", kind=Kind.RADIOS, label="What do you want to complete?", called="what you want to complete", options=options, required=True
    )


HINTS = {
    "asset-2000": "Twelve parts of their life, what makes them vulnerable, what protects them, and what they think themselves.",
    "vulnerability-screen": "Two pages on the day of arrival: self-harm, harm, fears, health, papers, and the first night.",
}


class AssessmentFlow(Controller):
    path = "/children/{ref:str}/assessments/new"
    include_in_schema = False

    @get("/", opt={"permission": START})
    async def choose(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _choose_page(request, user, ref, {"instrument": request.query_params.get("instrument", "")}, ())

    @post("/", opt={"permission": START})
    async def start(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        child = await get_young_person_for(user, ref)
        reading = read((_choice(user),), await posted(request))
        if reading.errors:
            return await _choose_page(request, user, ref, reading.typed, reading.errors)
        of = INSTRUMENTS[reading.answers["instrument"]]
        due = (await due_queries.due_as_at(clock.today(), [child.id]))[child.id]
        known = flows.first_answers(of, child.id, list(due), clock.today())
        title = f"{of.title}: {child.given_names} {child.family_name}"[:200]
        draft = await start_draft(by=user, kind=DRAFT_KIND, title=title, answers=known)
        return see_other(f"{_base(child)}/{draft.id}")

    @get("/{draft_id:uuid}", opt={"permission": START})
    async def list_of_tasks(
        self, request: AnyRequest, ref: FromPath[str], draft_id: FromPath[UUID], user: NamedDependency[User]
    ) -> Template | Redirect:
        filling = await _filling(user, ref, draft_id)
        found = tasks(filling.flow, filling.draft.id, filling.draft.answers, terminology=terminology(request))
        if len(found) < LONG:
            return see_other(next((task.address for task in found if task.state != "done"), f"{filling.home}/{CHECK}"))
        return await _page(request, user, filling, "welfare/tasks.html", tasks=found, done=sum(task.state == "done" for task in found))

    @post("/{draft_id:uuid}/discard", opt={"permission": START})
    async def throw_away(self, ref: FromPath[str], draft_id: FromPath[UUID], user: NamedDependency[User]) -> Redirect:
        filling = await _filling(user, ref, draft_id)
        await discard(by=user, draft=filling.draft)
        return see_other(f"/children/{young_person_ref(filling.child.id)}/assessments?saved=gone")

    @get("/{draft_id:uuid}/check", opt={"permission": START})
    async def check(self, request: AnyRequest, ref: FromPath[str], draft_id: FromPath[UUID], user: NamedDependency[User]) -> Template | Redirect:
        filling = await _filling(user, ref, draft_id)
        if first := guard(filling.flow, filling.draft.answers, CHECK):
            return see_other(address(filling.flow, filling.draft.id, first))
        return await _check_page(request, user, filling, ())

    @post("/{draft_id:uuid}/check", opt={"permission": START})
    async def complete(self, request: AnyRequest, ref: FromPath[str], draft_id: FromPath[UUID], user: NamedDependency[User]) -> Template | Redirect:
        filling = await _filling(user, ref, draft_id)
        if first := guard(filling.flow, filling.draft.answers, CHECK):
            return see_other(address(filling.flow, filling.draft.id, first))
        new = flows.assessment_from(filling.flow, filling.draft, young_person_ref(filling.child.id))
        try:
            made = await actions.complete_assessment(by=user, young_person=filling.child, new=new, draft=filling.draft)
        except Invalid as refusal:
            return await _check_page(request, user, filling, refusal.errors)
        return see_other(f"/assessments/{access.assessment_ref(made.id)}/done")

    @get("/{draft_id:uuid}/{name:str}", opt={"permission": START})
    async def ask(
        self, request: AnyRequest, ref: FromPath[str], draft_id: FromPath[UUID], name: FromPath[str], user: NamedDependency[User]
    ) -> Template:
        filling = await _filling(user, ref, draft_id)
        step = step_named(filling.flow, filling.draft.answers, name)
        errors = flows.faults_across(step, filling.draft.answers) if mark(step) in filling.draft.answers else ()
        return await _step_page(request, user, filling, step, None, errors)

    @post("/{draft_id:uuid}/{name:str}", opt={"permission": START})
    async def answer(
        self, request: AnyRequest, ref: FromPath[str], draft_id: FromPath[UUID], name: FromPath[str], user: NamedDependency[User]
    ) -> Template | Redirect:
        filling = await _filling(user, ref, draft_id)
        step = step_named(filling.flow, filling.draft.answers, name)
        form = await posted(request)
        later = form.pop("later", []) == ["yes"]
        reading = read_step(filling.flow, filling.draft.answers, name, form, terminology=terminology(request))
        errors = [*reading.errors, *flows.faults_across(step, {**filling.draft.answers, **reading.with_blanks})]
        if errors and not (later and _only_gaps(reading)):
            return await _step_page(request, user, filling, step, reading, errors)
        answers = reading.with_blanks if errors else to_save(step, reading.with_blanks)
        draft = await save_step(by=user, draft=filling.draft, answers=answers)
        if later:
            return see_other(f"/children/{young_person_ref(filling.child.id)}/assessments?saved=draft")
        following = flows.onward(tasks(filling.flow, draft.id, draft.answers), name)
        return see_other(following.address if following else f"{filling.home}/{CHECK}")


LONG = 5  # a flow of fewer pages needs no list of them


def _only_gaps(reading: Reading) -> bool:
    """Whether everything that was typed could be read: what is left are questions still to be answered."""
    return all(is_blank(reading.typed.get(error.key.partition("-")[0], "")) for error in reading.errors)


async def _choose_page(request: AnyRequest, user: User, ref: str, values: Mapping[str, Any], errors: Sequence[FieldError]) -> Template:
    child = await get_young_person_for(user, ref)
    around = await frame(user, child, "assessments", terminology=terminology(request))
    return page("welfare/choose.html", request, status=422 if errors else 200, **around, asked=[_choice(user)], values=values, errors=errors)


async def _page(request: AnyRequest, user: User, filling: Filling, template: str, *, status: int = 200, **context: Any) -> Template:
    around = await frame(user, filling.child, "assessments", terminology=terminology(request))
    first_name = filling.child.known_as or filling.child.given_names
    return page(template, request, status=status, **around, of=filling.of, home=filling.home, draft=filling.draft, first_name=first_name, **context)


async def _step_page(
    request: AnyRequest, user: User, filling: Filling, step: Step, reading: Reading | None, errors: Sequence[FieldError]
) -> Template:
    """A page of questions: with what was typed where it was refused, else with the answers so far."""
    words = terminology(request)
    asked = {q.name: q for q in to_ask(filling.flow, filling.draft.answers, step.name, terminology=words)}
    found = tasks(filling.flow, filling.draft.id, filling.draft.answers, terminology=words)
    number = next(number for number, task in enumerate(found, 1) if task.name == step.name)
    grouped = [(group, [asked[name] for name in group.names]) for group in flows.groups(filling.questions, step)]
    return await _page(
        request, user, filling, "welfare/own.html" if flows.is_own_page(step) else "welfare/step.html", status=422 if reading and errors else 200,
        step=step, groups=grouped, questions=list(asked.values()), values=reading.typed if reading else filled(asked.values(), filling.draft.answers),
        errors=errors, number=number, of_pages=len(found), back=found[number - 2].address if number > 1 else None, listed=len(found) >= LONG,
    )  # fmt: skip


async def _check_page(request: AnyRequest, user: User, filling: Filling, errors: Sequence[FieldError]) -> Template:
    sections = check_rows(filling.flow, filling.draft.id, filling.draft.answers, terminology=terminology(request))
    status = 422 if errors else 200
    return await _page(request, user, filling, "welfare/check.html", status=status, answered=sections, errors=_on_pages(filling, errors))


def _on_pages(filling: Filling, errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """Faults with the address of the box that mends them."""
    places = {
        question.name: address(filling.flow, filling.draft.id, step)
        for step in filling.flow.steps
        if isinstance(step, Step) and not callable(step.questions)
        for question in walk(step.questions)
    }
    found = []
    for error in errors:
        name = error.key.rpartition(".")[2]
        box = f"{name}-day" if name == "completed_on" else name
        found.append({"text": error.message, "href": f"{places[name]}#{box}" if name in places else ""})
    return found
