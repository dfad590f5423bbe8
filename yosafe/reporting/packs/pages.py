"""The pages of packs for inspectors: which there are, building one, what it is like, its files."""

from collections.abc import Mapping as Map
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock, settings
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, Invalid
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import read
from yosafe.lists.listed import Nothing
from yosafe.reference.establishments import establishment
from yosafe.refs import ref as as_ref
from yosafe.reporting.pages import PERIOD, STATUS, faults
from yosafe.reporting.periods import Span, last_over
from yosafe.reporting.places import place_of
from yosafe.web import listing
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, page, posted, see_other

from . import access, actions, files, queries
from .access import PREFIX
from .api import taken
from .columns import COLUMNS, EACH_ROW, NOT_SAID, TITLES, USUAL, Of
from .schemas import FORM_TITLES, AskPack

HERE = "/reports/packs"
OUT = "out"  # a column that is left out


class InspectionPackPages(Controller):
    path = HERE
    include_in_schema = False

    @get("/", opt={"permission": access.READ})
    async def list_all(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        view = await listing.shown(request, user, queries.PACKS, Nothing, address=HERE)
        return page("reporting/packs.html", request, status=view.status, view=view, errors=view.errors, here=HERE, titles=TITLES)

    @get("/export", opt={"permission": access.READ})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file. It names nobody."""
        return await listing.file_of(request, user, queries.PACKS, Nothing())

    @get("/new", opt={"permission": access.BUILD})
    async def choose(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        extract = extract_of(request.query_params.get("of", ""))
        values = {"period": last_over(Span.QUARTER, clock.today()).key, **{name: USUAL[extract].get(name, OUT) for name in _names(extract)}}
        return await _form_page(request, user, extract, values, None)

    @post("/new", opt={"permission": access.BUILD})
    async def ask(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        form = await posted(request)
        extract = extract_of((form.get("extract") or [""])[0])
        reading = read(await questions_for(user, extract), form)
        try:
            answers = reading.checked()
            columns = {name: answers[name] for name in _names(extract) if answers[name] != OUT}
            if not columns:
                raise Conflict(f"{NOT_SAID} everywhere: choose something that each row says.")
            asked = AskPack(extract=extract, establishment=answers["establishment"], period=answers["period"], columns=columns)
            made = await actions.build_pack(by=user, asked=asked)
        except (Invalid, Conflict) as refusal:
            return await _form_page(request, user, extract, reading.typed, refusal)
        return see_other(f"{HERE}/{as_ref(PREFIX, made)}")

    @get("/{ref:str}", opt={"permission": access.READ})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        row = await access.get_pack_for(user, ref)
        content = queries.content_of(row)
        return page(
            "reporting/pack.html", request, one=queries.whole_pack(row), here=f"{HERE}/{ref}", titles=TITLES, forms=FORM_TITLES,
            about=files.about(content) if content else (),
        )  # fmt: skip

    @get("/{ref:str}/file", opt=takes_out(access.READ))
    async def file(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """A pack as a file; that it was taken out is recorded."""
        return await taken(user, ref, request.query_params.get("form", ""))


def extract_of(text: str) -> Of:
    """What is asked for; incidents where it says nothing that there is."""
    return next((extract for extract in COLUMNS if extract == text), "incidents")


def _names(extract: Of) -> list[str]:
    return [column.id for column in COLUMNS[extract]]


async def questions_for(user: User, extract: Of) -> tuple[Question, ...]:
    places = [(code, establishment(code).name) for code in (await place_of(user.agency)).establishments]
    where = Question(
        name="establishment", kind=Kind.SELECT, label="Which establishment?", called="which establishment", required=True,
        options=tuple(Option(value=code, label=name) for code, name in sorted(places, key=lambda one: one[1])),
    )  # fmt: skip
    columns = [
        Question(
            name=column.id, kind=Kind.SELECT, label=column.title, called=column.title.lower(), hint=column.meaning, required=True,
            options=(*(Option(value=step.id, label=step.title) for step in column.steps), Option(value=OUT, label=NOT_SAID)),
        ) for column in COLUMNS[extract]
    ]  # fmt: skip
    return (where, PERIOD, *columns)


async def _form_page(request: AnyRequest, user: User, extract: Of, values: Map[str, Any], refusal: Exception | None) -> Template:
    return page(
        "reporting/pack_form.html", request, status=STATUS[type(refusal)] if refusal else 200, asked=await questions_for(user, extract),
        values=values, errors=faults(refusal), here=HERE, extract=extract, titles=TITLES, each_row=EACH_ROW[extract], k=settings.in_force().pack_k,
    )  # fmt: skip
