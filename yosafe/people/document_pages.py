"""A young person's chronology as a document: choosing what is left in, and the file, by page and by API."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.errors import FieldError, Invalid
from yosafe.forms.questions import Kind, Option, Question
from yosafe.web.kit import AnyRequest, page, terminology

from . import queries
from .access import get_young_person_for
from .chronology import Wanted, source_options
from .chronology_document import EXPORT, LEVELS, Document, Level, chronology_document
from .frame import frame
from .pages import wanted_of

LEVEL = Question(
    name="level", kind=Kind.RADIOS, label="Who is it for?", called="who it is for", required=True,
    options=tuple(Option(value=level.id, label=level.title, hint=level.about) for level in LEVELS.values()),
)  # fmt: skip


class DocumentPages(Controller):
    path = "/children/{ref:str}/chronology/document"
    include_in_schema = False

    @get("/", opt={"permission": EXPORT})
    async def choose(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _choose(request, user, ref)

    @get("/file", opt={"permission": EXPORT})
    async def file(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes] | Template:
        """What was chosen as a file; the page again where it can't be."""
        query = request.query_params
        child = await get_young_person_for(user, ref)
        try:
            wanted = wanted_of(query)
            made = await chronology_document(user, child, wanted, level_of(query.get("level", "")), settings=request.app.state.settings)
        except Invalid as refusal:
            return await _choose(request, user, ref, refusal.errors or [FieldError("", str(refusal))])
        return as_file(made)


class DocumentApi(Controller):
    path = "/young-people/{ref:str}/chronology"
    tags = ("young people",)

    @get("/document", opt={"permission": EXPORT}, media_type="application/pdf")
    async def document(
        self,
        ref: FromPath[str],
        request: AnyRequest,
        user: NamedDependency[User],
        level: FromQuery[str] = "",
        source: FromQuery[str | None] = None,
        since: Annotated[dt.date | None, QueryParameter(name="from")] = None,
        until: Annotated[dt.date | None, QueryParameter(name="to")] = None,
        significant: FromQuery[bool] = False,
    ) -> Response[bytes]:
        """The chronology as a tagged PDF. `level`: full, conference (without the names of other young people), or young-person."""
        young_person = await get_young_person_for(user, ref)
        wanted = Wanted(source=source, since=since, until=until, significant=significant)
        return as_file(await chronology_document(user, young_person, wanted, level_of(level), settings=request.app.state.settings))


def level_of(asked: str) -> Level:
    """Raises Invalid, on `level`, for one that there is not."""
    check([FieldError("level", "Choose who it is for")] if not asked else code_faults("level", [asked], LEVELS))
    return LEVELS[asked]


def as_file(made: Document) -> Response[bytes]:
    return Response(made.pdf, media_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{made.name}"'})


async def _choose(request: AnyRequest, user: User, ref: str, errors: Sequence[FieldError] = ()) -> Template:
    child = await queries.open_record(user, ref, "chronology document")
    context: dict[str, Any] = await frame(user, child, "chronology", terminology=terminology(request))
    return page(
        "people/chronology_document.html", request, status=422 if errors else 200, **context, errors=errors, level=LEVEL,
        sources=source_options(user),
    )  # fmt: skip
