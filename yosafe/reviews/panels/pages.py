"""The pages about standing panels: all of them, and the form."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import read, to_struct
from yosafe.people.record_pages import version_of
from yosafe.reference.establishments import establishment
from yosafe.reviews.tables import ReviewPanel
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import actions, queries
from .access import KEEP, READ, check_can_keep, get_panel
from .questions import WHOLE_AREA, panel_questions
from .schemas import ChangePanel, KeepPanel

STATUS: dict[type[DomainError], int] = {Invalid: 422, Conflict: 409, Stale: 412}
DONE = {"kept": "The panel is recorded.", "changed": "The panel is changed."}


class PanelPages(Controller):
    path = "/reviews/panels"
    include_in_schema = False

    @get("/", opt={"permission": READ})
    async def everywhere(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        found = await queries.panels(user)
        return page(
            "reviews/panels.html", request, panels=found, lacking=await _lacking(user), done=DONE.get(request.query_params.get("done", "")),
            can_say=user.may("capacity:read"),
        )  # fmt: skip

    @get("/new", opt={"permission": KEEP})
    async def ask(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return _form(request, None, await _new_questions(user))

    @post("/new", opt={"permission": KEEP})
    async def keep(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        questions = await _new_questions(user)
        reading = read(questions, await posted(request), terminology=terminology(request))
        try:
            answers = dict(reading.checked())
            if answers.get("establishment") == WHOLE_AREA:
                del answers["establishment"]
            await actions.keep_panel(by=user, new=to_struct(KeepPanel, answers, questions))
        except (Invalid, Conflict) as refusal:
            return _form(request, None, questions, values=reading.typed, errors=_errors(refusal), status=STATUS[type(refusal)])
        return see_other("/reviews/panels?done=kept")

    @get("/{panel:int}", opt={"permission": KEEP})
    async def change_form(self, request: AnyRequest, panel: FromPath[int], user: NamedDependency[User]) -> Template:
        found, questions = await _kept(user, panel)
        shown = await queries.panel(user, found.id)
        values = {
            "chair": shown.chair, "every_weeks": str(shown.every_weeks), "least_agencies": str(shown.least_agencies),
            "agencies": [seat.agency for seat in shown.seats], "must_come": [seat.agency for seat in shown.seats if seat.must],
        }  # fmt: skip
        return _form(request, found, questions, values=values)

    @post("/{panel:int}", opt={"permission": KEEP})
    async def change(self, request: AnyRequest, panel: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found, questions = await _kept(user, panel)
        form = await posted(request)
        reading = read(questions, form, terminology=terminology(request))
        try:
            change = to_struct(ChangePanel, reading.checked(), questions)
            await actions.change_panel(by=user, panel=found, change=change, version=version_of(form))
        except (Invalid, Stale) as refusal:
            return _form(request, found, questions, values=reading.typed, errors=_errors(refusal), status=STATUS[type(refusal)])
        return see_other("/reviews/panels?done=changed")


async def _lacking(user: User) -> bool:
    """Whether there is a place for which the user may record a panel."""
    if not user.may(KEEP):
        return False
    if user.establishment is None:
        return bool(user.area and await queries.without_panel(user.area))
    area = establishment(user.establishment).area
    return user.establishment in {code for code, _ in await queries.without_panel(area)}


async def _new_questions(user: User) -> tuple[Question, ...]:
    """A committee chooses among the places of its area; a lead's own is not asked."""
    area = establishment(user.establishment).area if user.establishment else user.area or ""
    check_can_keep(user, establishment=user.establishment, area=area)
    places = [] if user.establishment else await queries.without_panel(area)
    return panel_questions(await queries.agencies_there(user.establishment, area), places)


async def _kept(user: User, number: int) -> tuple[ReviewPanel, tuple[Question, ...]]:
    """A panel that the user keeps, and what is asked about it. An agency of it that has moved or closed since is not asked for again."""
    found = await get_panel(number)
    check_can_keep(user, establishment=found.establishment, area=found.area)
    return found, panel_questions(await queries.agencies_there(found.establishment, found.area))


def _form(
    request: AnyRequest,
    panel: ReviewPanel | None,
    questions: Sequence[Question],
    *,
    values: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Template:
    return page("reviews/panel_form.html", request, status=status, panel=panel, questions=questions, values=values or {}, errors=errors)


def _errors(refusal: DomainError) -> list[FieldError]:
    return list(refusal.errors) if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]
