"""The pages of scheduled reports: which there are, setting one up, pausing and ending it."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import read
from yosafe.lists.listed import Nothing
from yosafe.refs import ref as as_ref
from yosafe.reporting.access import READ, SCHEDULE, reports_for
from yosafe.reporting.definitions import Definition
from yosafe.reporting.pages import COLOURS as BUILD_COLOURS
from yosafe.reporting.pages import STATUS, faults, version_in
from yosafe.reporting.schemas import STATUS_WORDS
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, actions, queries
from .access import PREFIX
from .api import scheduled
from .rules import FEWEST_DAYS, MOST_DAYS
from .schemas import EVERY_WORDS, STATE_WORDS, ScheduleReport

HERE = "/reports/schedules"
COLOURS = {"on": "green", "paused": "yellow", "stopped": "red", "ended": "grey"}
EVERY = Question(
    name="every", kind=Kind.RADIOS, label="How often?", called="how often", required=True,
    options=tuple(Option(value=value, label=label) for value, label in EVERY_WORDS.items()),
)  # fmt: skip
DAYS_AFTER = Question(
    name="days_after", kind=Kind.NUMBER, label="How many days after the period is over?", called="how many days after", required=True,
    min=FEWEST_DAYS, max=MOST_DAYS, width=2,
    hint=f"From {FEWEST_DAYS} to {MOST_DAYS}. What is recorded in these days about the period is counted too",
)  # fmt: skip


class SchedulePages(Controller):
    path = HERE
    include_in_schema = False

    @get("/", opt={"permission": READ})
    async def list_all(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        view = await listing.shown(request, user, queries.SCHEDULES, Nothing, address=HERE)
        return page("reporting/schedules.html", request, status=view.status, view=view, errors=view.errors, here=HERE, **_words())

    @get("/export", opt={"permission": READ})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file. It names no young person."""
        return await listing.file_of(request, user, queries.SCHEDULES, Nothing())

    @get("/new", opt={"permission": SCHEDULE})
    async def choose(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        definitions = reports_for(user)
        values = {"report": definitions[0].name, "every": definitions[0].spans[0], "days_after": "5"} if definitions else {}
        return _form_page(request, user, values, None)

    @post("/new", opt={"permission": SCHEDULE})
    async def set_up(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        reading = read(questions_for(reports_for(user)), await posted(request))
        try:
            made = await scheduled(user, msgspec.convert(reading.checked(), ScheduleReport))
        except (Invalid, Conflict) as refusal:
            return _form_page(request, user, reading.typed, refusal)
        return see_other(f"{HERE}/{as_ref(PREFIX, made)}")

    @get("/{ref:str}", opt={"permission": READ})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _record_page(request, user, ref)

    @post("/{ref:str}/pause", opt={"permission": SCHEDULE})
    async def pause(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        return await _changed(request, user, ref, actions.pause)

    @post("/{ref:str}/resume", opt={"permission": SCHEDULE})
    async def resume(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        return await _changed(request, user, ref, actions.resume)

    @post("/{ref:str}/end", opt={"permission": SCHEDULE})
    async def end(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        return await _changed(request, user, ref, actions.end)


def questions_for(definitions: Sequence[Definition]) -> tuple[Question, ...]:
    options = tuple(Option(value=one.name, label=one.title, hint=one.about) for one in definitions)
    return (
        Question(name="report", kind=Kind.RADIOS, label="Which report?", called="which report", required=True, options=options),
        EVERY,
        DAYS_AFTER,
    )


def _words() -> dict[str, Any]:
    return {"states": STATE_WORDS, "colours": COLOURS, "every": EVERY_WORDS, "build_states": STATUS_WORDS, "build_colours": BUILD_COLOURS}


def _form_page(request: AnyRequest, user: User, values: Map[str, Any], refusal: Exception | None) -> Template:
    definitions = reports_for(user)
    asked = questions_for(definitions) if definitions else ()
    status = STATUS[type(refusal)] if refusal else 200
    return page("reporting/schedule_form.html", request, status=status, asked=asked, values=values, errors=faults(refusal), here=HERE)


async def _changed(request: AnyRequest, user: User, ref: str, change: Any) -> Template | Redirect:
    row, form = await access.get_schedule_for(user, ref), await posted(request)
    try:
        await change(by=user, row=row, version=version_in(form))
    except (Conflict, Stale) as refusal:
        return await _record_page(request, user, ref, refusal)
    return see_other(f"{HERE}/{ref}")


async def _record_page(request: AnyRequest, user: User, ref: str, refusal: Exception | None = None) -> Template:
    found = queries.schedule_out(await access.get_schedule_for(user, ref), terminology(request))
    status = STATUS[type(refusal)] if refusal else 200
    errors: Sequence[FieldError] = faults(refusal)
    return page("reporting/schedule.html", request, status=status, errors=errors, one=found, here=f"{HERE}/{found.ref}", **_words())
