"""The pages of reports: which there are, building one, reading it, its files, issuing and correcting it."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from markupsafe import Markup

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import read
from yosafe.lists.listed import Nothing
from yosafe.reference.terms import in_terms
from yosafe.refs import ref as as_ref
from yosafe.settings import Terminology
from yosafe.web import listing
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, charts, queries, shown
from .access import PREFIX
from .actions import cancel, issue
from .api import asked_for, taken
from .definitions import Definition
from .periods import HOW, last_over
from .schemas import FORM_TITLES, STATUS_WORDS, AskBuild, ContentOut

STATUS: dict[type[Exception], int] = {Invalid: 422, Conflict: 409, Stale: 412}
COLOURS = {"queued": "grey", "running": "blue", "built": "yellow", "issued": "green", "cancelled": "grey", "failed": "red"}
PERIOD = Question(
    name="period", kind=Kind.TEXT, label="Which period?", called="the period", required=True, max_length=20, width=10,
    hint=f"{HOW}. It has to be over.",
)  # fmt: skip
REASON = Question(
    name="reason", kind=Kind.TEXTAREA, label="What is put right?", called="what is put right", required=True, min_length=10, max_length=2000, rows=3,
    hint="Those who have the earlier report read this. Name no young person",
)  # fmt: skip


class ReportPages(Controller):
    path = "/reports"
    include_in_schema = False

    @get("/", opt={"permission": access.READ})
    async def list_all(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        view = await listing.shown(request, user, queries.BUILDS, Nothing, address="/reports")
        return page(
            "reporting/list.html", request, status=view.status, view=view, errors=view.errors, states=STATUS_WORDS, colours=COLOURS,
            found=queries.reports(user, terminology(request)),
        )  # fmt: skip

    @get("/export", opt={"permission": access.READ})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file. It names nobody."""
        return await listing.file_of(request, user, queries.BUILDS, Nothing())

    @get("/build", opt={"permission": access.BUILD})
    async def choose(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        definitions = access.reports_for(user)
        first = next((one for one in definitions if one.name == request.query_params.get("report")), definitions[0] if definitions else None)
        values = {"report": first.name, "period": last_over(first.spans[0], clock.today()).key} if first else {}
        return _choose_page(request, user, values, ())

    @post("/build", opt={"permission": access.BUILD})
    async def ask(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        reading = read(questions_for(access.reports_for(user), terminology(request)), await posted(request))
        try:
            answers = reading.checked()
            build = await asked_for(user, answers["report"], AskBuild(period=answers["period"]))
        except (Invalid, Conflict) as refusal:
            return _choose_page(request, user, reading.typed, faults(refusal), status=STATUS[type(refusal)])
        return see_other(f"/reports/{as_ref(PREFIX, build)}")

    @get("/{ref:str}", opt={"permission": access.READ})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _record_page(request, user, ref)

    @get("/{ref:str}/file", opt=takes_out(access.READ))
    async def file(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """A report as a file; that it was taken out is recorded."""
        return await taken(user, ref, request.query_params.get("form", ""))

    @post("/{ref:str}/cancel", opt={"permission": access.BUILD})
    async def stop(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        return await _changed(request, user, ref, cancel)

    @post("/{ref:str}/issue", opt={"permission": access.ISSUE})
    async def send_out(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        return await _changed(request, user, ref, issue)

    @get("/{ref:str}/correct", opt={"permission": access.BUILD})
    async def correcting(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _correct_page(request, user, ref, {}, None)

    @post("/{ref:str}/correct", opt={"permission": access.BUILD})
    async def correct(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        """Build the same report anew, as one that puts this one right."""
        row = await access.get_build_for(user, ref)
        reading = read((REASON,), await posted(request))
        try:
            data = AskBuild(period=row["period"], corrects=ref, reason=reading.checked()["reason"])
            build = await asked_for(user, row["report"], data)
        except (Invalid, Conflict) as refusal:
            return await _correct_page(request, user, ref, reading.typed, refusal)
        return see_other(f"/reports/{as_ref(PREFIX, build)}")


def questions_for(definitions: Sequence[Definition], terms: Terminology) -> tuple[Question, ...]:
    options = tuple(Option(value=one.name, label=in_terms(one.title, terms), hint=in_terms(one.about, terms)) for one in definitions)
    return (Question(name="report", kind=Kind.RADIOS, label="Which report?", called="which report", required=True, options=options), PERIOD)


def faults(refusal: Exception | None) -> Sequence[FieldError]:
    if refusal is None:
        return ()
    return refusal.errors if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]


def _choose_page(
    request: AnyRequest, user: User, values: Map[str, Any], errors: Sequence[FieldError], *, status: int = 200
) -> Template:  # fmt: skip
    definitions = access.reports_for(user)
    asked = questions_for(definitions, terminology(request)) if definitions else ()
    return page("reporting/build.html", request, status=status, asked=asked, values=values, errors=errors)


async def _changed(request: AnyRequest, user: User, ref: str, change: Any) -> Template | Redirect:
    row, form = await access.get_build_for(user, ref), await posted(request)
    try:
        await change(by=user, row=row, version=version_in(form))
    except (Conflict, Stale) as refusal:
        return await _record_page(request, user, ref, refusal)
    return see_other(f"/reports/{ref}")


def version_in(form: Map[str, list[str]]) -> int:
    """The version that stood on the page; 0, which none has, for what is no number."""
    text = (form.get("version") or [""])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _record_page(request: AnyRequest, user: User, ref: str, refusal: Exception | None = None) -> Template:
    found = await queries.open_build(user, ref)
    return page(
        "reporting/record.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=faults(refusal), build=found,
        content=found.content, sections={one.id: one for one in found.content.sections} if found.content else {},
        drawings=_drawings(found.content), states=STATUS_WORDS, colours=COLOURS, forms=FORM_TITLES, number=shown.number, interval=shown.interval,
        about=shown.about(found.content) if found.content else [],
    )  # fmt: skip


def _drawings(content: ContentOut | None) -> dict[str, tuple[Markup, Markup]]:
    """Each section's drawing, for wide screens and for telephones."""
    drawn = {one.id: [charts.chart(one, narrow=narrow) for narrow in (False, True)] for one in (content.sections if content else ())}
    return {name: (Markup(wide), Markup(narrow)) for name, (wide, narrow) in drawn.items() if wide}  # noqa: S704  # drawn by us, texts escaped


async def _correct_page(request: AnyRequest, user: User, ref: str, values: Map[str, Any], refusal: Exception | None) -> Template:
    build = queries.build_out(await access.get_build_for(user, ref))
    status = STATUS[type(refusal)] if refusal else 200
    return page("reporting/correct.html", request, status=status, errors=faults(refusal), build=build, values=values, asked=(REASON,))
