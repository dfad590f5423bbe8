"""A young person's assessments and what is due, one assessment as it is read, and what is due of everyone whom a user sees."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec.structs import replace

from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid
from yosafe.forms.drafts import get_draft_for, my_drafts
from yosafe.forms.questions import QuestionSet
from yosafe.forms.show import Row, rows_of
from yosafe.lists.listed import EXPORT
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.frame import frame
from yosafe.people.queries import open_record
from yosafe.reference.establishments import establishment
from yosafe.refs import number
from yosafe.settings import Terminology
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, page, see_other, terminology

from . import access, due_queries, queries
from .due_queries import DueFilter
from .flow import DRAFT_KIND
from .instruments import INSTRUMENTS, NEED, own_questions, topic
from .plan.queries import planned_of
from .rules import limits
from .schemas import AssessmentOut, ComparisonOut
from .sheet import sheet_of
from .shown import OPEN, RECORD, by_section, due_shown, line_shown, signing_shown

SAVED = {"countersigned": "You countersigned it", "sent_back": "You sent it back. Its author was told"}
WHOSE = {
    "name": "whose", "kind": "radios", "label": "Whose",
    "options": [{"value": "mine", "label": "Yours to complete"}, {"value": "all", "label": "Everyone's"}],
}  # fmt: skip


def _wanted(request: AnyRequest, user: User) -> DueFilter:
    return DueFilter(mine=request.query_params.get("whose", "mine") != "all" and bool(access.recordable(user)))


async def my_drafts_of(user: User, young_person: int) -> list[Any]:
    return [draft for draft in await my_drafts(user) if draft.kind == DRAFT_KIND and draft.answers.get("young_person") == young_person]


class AssessmentPages(Controller):
    include_in_schema = False

    @get("/children/{ref:str}/assessments", opt={"permission": "assessment:read-screen"})
    async def of_child(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        words = terminology(request)
        child = await open_record(user, ref, "assessments")
        found = await queries.assessments_of(user, child, after=request.query_params.get("after"))
        due = await due_queries.due_of(user, child)
        return page(
            "welfare/list.html", request, **await frame(user, child, "assessments", terminology=words),
            rows=[line_shown(line, words) for line in found.items], next=found.next,
            open=[due_shown(one) for one in due if one.state in OPEN],
            past=[due_shown(one) for one in reversed(due) if one.state not in OPEN],
            drafts=await my_drafts_of(user, child.id), source=limits().source, saved=request.query_params.get("saved"),
            record=[(RECORD[one.id], one.id) for one in access.recordable(user)],
        )  # fmt: skip

    @get("/assessments", opt={"permission": "assessment:read-screen"})
    async def due(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """What is due of everyone in custody whom the user sees."""
        wanted, fields = _wanted(request, user), [WHOSE if access.recordable(user) else None]
        values = {"whose": "mine" if wanted.mine else "all"}
        view = await listing.shown(request, user, due_queries.DUE, lambda: wanted, address="/assessments", fields=fields, values=values)
        rows = [
            {**due_shown(one), "child": one.young_person, "name": one.name, "where": establishment(one.establishment).name}
            for one in view.found.items
        ]
        return page("welfare/due.html", request, status=view.status, view=view, rows=rows, errors=view.errors, source=limits().source)

    @get("/assessments/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, due_queries.DUE, _wanted(request, user))

    @get("/assessments/drafts/{draft_id:uuid}", opt={"permission": "assessment:screen"})
    async def go_on(self, draft_id: FromPath[UUID], user: NamedDependency[User]) -> Redirect:
        """Where a draft of one's own goes on, from its number alone."""
        draft = await get_draft_for(user, draft_id, DRAFT_KIND)
        child = await get_young_person_for(user, draft.answers["young_person"])
        return see_other(f"/children/{young_person_ref(child.id)}/assessments/new/{draft.id}")

    @get("/assessments/{ref:str}", opt={"permission": "assessment:read-screen"})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _record(request, user, ref, "welfare/record.html")

    @get("/assessments/{ref:str}/compare", opt={"permission": "assessment:read-screen"})
    async def compare(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """Beside an earlier one of the same young person: the last before it, or the one chosen."""
        words = terminology(request)
        asked, errors = request.query_params.get("with") or None, list[FieldError]()
        found: ComparisonOut | None = None
        try:
            found, choices = await queries.compared(user, ref, asked, words)
        except Invalid as refusal:
            choices = await queries.earlier_than(user, await access.get_assessment_for(user, ref))
            errors = list(refusal.errors)
        shown = await queries.open_assessment(user, ref)
        child = await get_young_person_for(user, shown.young_person)
        return page(
            "welfare/compare.html", request, status=422 if errors and asked else 200, **await frame(user, child, "assessments", terminology=words),
            found=shown, line=line_shown(shown, words), before=line_shown(found.before, words) if found else None, compared=found, choices=choices,
            errors=errors if asked else [], changed=by_section(found.changes) if found else [],
        )  # fmt: skip

    @get("/assessments/{ref:str}/own-words", opt={"permission": "assessment:read-screen"})
    async def own_words(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """What the young person said themselves, in large type, to be read with them or printed for them."""
        return await _record(request, user, ref, "welfare/own_words.html")

    @get("/assessments/{ref:str}/done", opt={"permission": "assessment:read-screen"})
    async def done(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """The end of the flow: what was kept and what comes next."""
        return await _record(request, user, ref, "welfare/done.html")


async def _record(request: AnyRequest, user: User, ref: str, template: str) -> Template:
    words = terminology(request)
    found, row = await queries.open_assessment(user, ref), await access.get_assessment_for(user, ref)
    child = await get_young_person_for(user, found.young_person)
    question_set = INSTRUMENTS[found.instrument].version(found.instrument_version)
    open_now = [due_shown(one) for one in await due_queries.due_of(user, child) if one.state in OPEN]
    return page(
        template, request, **await frame(user, child, "assessments", terminology=words), found=found, line=line_shown(found, words),
        sheet=sheet_of(question_set, found, words), question_set=question_set, first_name=child.known_as or child.given_names, open=open_now,
        signing=signing_shown(user, found, recorded_by_them=row["recorded_by"] == user.id), earlier=bool(await queries.earlier_than(user, row)),
        own_rows=_as_asked(question_set, found, words),
        to_plan=await _to_plan(user, found, question_set), saved=SAVED.get(request.query_params.get("saved", "")),
    )  # fmt: skip


def _as_asked(question_set: QuestionSet, found: AssessmentOut, words: Terminology) -> list[Row]:
    """What the young person answered, under the questions as they were put to them."""
    asked = [replace(question, short=None) for question in own_questions(question_set)]
    return [row for row in rows_of(asked, found.own_words, terminology=words) if not row.is_blank]


async def _to_plan(user: User, found: AssessmentOut, question_set: QuestionSet) -> list[tuple[str, str]]:
    """The needs that an assessment tells of and that nobody has put into the plan: title of the section, and topic."""
    if not user.may("need:record") or found.standing in (None, "replaced"):
        return []
    planned = await planned_of(number(access.PREFIX, found.ref))
    topics = [(section.title, topic(section)) for section in question_set.sections if found.answers.get(f"{topic(section)}{NEED}") == "yes"]
    return [(title, name) for title, name in topics if name not in planned]
