"""Pages that set a survey beside an earlier one, others, published figures, or one part of its respondents beside the rest; and figures as files."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from markupsafe import Markup

from yosafe.accounts.viewer import User
from yosafe.drawing import Dot, Row, dot_plot
from yosafe.errors import FieldError, Invalid
from yosafe.forms.questions import Kind, Option, Question
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, page

from . import compare_queries, queries, words
from .compare_queries import Against, NothingToCompare, Opened
from .export import comparison_csv, results_csv
from .schemas import ComparedOut, ComparisonOut, SideOut, SurveyOut
from .significance import LEVELS

MOST_DRAWN = 12


class Asked(NamedTuple):
    """What the address asks for."""

    against: str
    level: float
    holm: bool


class Drawn(NamedTuple):
    """A dot plot at both widths."""

    wide: Markup
    narrow: Markup


class Drawing(NamedTuple):
    """A dot plot at both widths, with the rows that it shows."""

    wide: Markup
    narrow: Markup
    rows: list[ComparedOut]
    note: str


class ComparisonPages(Controller):
    path = "/surveys/{survey_id:int}"
    include_in_schema = False

    @get("/comparison", opt={"permission": "survey:read"})
    async def compare(self, request: AnyRequest, survey_id: FromPath[int], user: NamedDependency[User]) -> Template:
        survey = await compare_queries.opened(user, survey_id)
        found: ComparisonOut | None = None
        nothing = ""
        errors: Sequence[FieldError] = ()
        try:
            found = await _comparison(request, user, survey)
        except NothingToCompare as refusal:
            nothing = str(refusal)
        except Invalid as refusal:
            errors = refusal.errors
        drawing = await asyncio.to_thread(draw, found) if found else None
        values = {"against": "previous", "level": str(_default_level(request)), **dict(request.query_params.items())}
        return page(
            "surveys/comparison.html", request, status=422 if errors else 200, survey=survey.survey, found=found, nothing=nothing, errors=errors,
            asked=await asyncio.to_thread(questions_for, survey), values=values, drawing=drawing, words=words,
        )  # fmt: skip

    @get("/comparison/download", opt=takes_out("survey:read"))
    async def download_comparison(self, request: AnyRequest, survey_id: FromPath[int], user: NamedDependency[User]) -> Response[bytes]:
        """The figures of a comparison as a file. That it was taken is recorded."""
        found = await _comparison(request, user, await compare_queries.opened(user, survey_id))
        await queries.record_export(user, survey_id, against=found.against)
        return as_file_named(comparison_csv(found), found.survey, f"-{found.against}")

    @get("/download", opt=takes_out("survey:read"))
    async def download_results(self, survey_id: FromPath[int], user: NamedDependency[User]) -> Response[bytes]:
        """The figures of a survey as a file, small numbers hidden as on the page. That it was taken is recorded."""
        found = await queries.results(user, survey_id)
        await queries.record_export(user, survey_id)
        return as_file_named(results_csv(found), found.survey, "")


def questions_for(survey: Opened) -> tuple[Question, ...]:
    """What is asked before a comparison."""
    beside = [
        Option(value=Against.PREVIOUS, label="The survey before it", hint="The last earlier one of this establishment"),
        Option(value=Against.SIMILAR, label="Similar establishments", hint="The last survey of each, put together"),
        Option(value=Against.PUBLISHED, label="Published figures", hint="From inspectorates' reports, where the question is the same in substance"),
    ]
    parted = [Option(value=group.id, label=f"Those who {compare_queries.lower(group.short)}, and everyone else") for group in survey.groups()]
    levels = [Option(value=str(level), label=f"Under {level:g}") for level in LEVELS]
    holm = Option(value="yes", label="Allow for the number of questions (Holm)", hint="Fewer differences are called by chance, and fewer real ones")
    return (
        Question(name="against", kind=Kind.SELECT, label="Compare with", options=(*beside, *parted), required=True),
        Question(name="level", kind=Kind.SELECT, label="Call it a difference if its probability by chance is", options=tuple(levels), required=True),
        Question(name="holm", kind=Kind.CHECKBOXES, label="Many questions at once", options=(holm,)),
    )


def _default_level(request: AnyRequest) -> float:
    level: float = request.app.state.settings.survey_level
    return level


def asked_in(request: AnyRequest) -> Asked:
    """Raises Invalid for a level that is no number."""
    query = request.query_params
    try:
        level = float(query.get("level") or _default_level(request))
    except ValueError:
        raise Invalid([FieldError("level", "Choose a probability from the list")]) from None
    return Asked(query.get("against") or Against.PREVIOUS, level, query.get("holm") == "yes")


async def _comparison(request: AnyRequest, user: User, survey: Opened) -> ComparisonOut:
    asked = asked_in(request)
    return await compare_queries.comparison(user, survey, against=asked.against, level=asked.level, holm=asked.holm)


def draw(found: ComparisonOut) -> Drawing | None:
    """The main questions as dots, or the first that have two sides; None where no question has."""
    rows = [row for section in found.sections for row in section.questions if row.here and row.there]
    main = [row for row in rows if row.question in found.headline] or rows
    shown = main[:MOST_DRAWN]
    if not shown:
        return None
    lines = tuple(Row(row.short, _dot(row.here), _dot(row.there), words.verdict_and_chance(row)) for row in shown)
    here, there = words.capital(found.here), words.capital(found.there)
    both = drawn(lines, here=here, there=there, title=f"{here}, and {found.there}", told=_described(shown, found))
    left_out = "" if len(shown) == len(rows) else "The main questions; every question is in the tables below. "
    return Drawing(*both, shown, f"{left_out}A line through a mark is its 95% interval; a mark without one is a published figure.")


def drawn(lines: tuple[Row, ...], *, here: str, there: str, title: str, told: str) -> Drawn:
    """The lines as dots, for wide screens and for telephones; `told` is the same in words."""
    svgs = [dot_plot(lines, here=here, there=there, title=title, description=told, narrow=narrow) for narrow in (False, True)]
    return Drawn(*(Markup(svg) for svg in svgs))  # noqa: S704  # drawn by us, the texts in it escaped as they were written


def _dot(one: SideOut | None) -> Dot | None:
    return Dot(one.percent, one.low, one.high) if one else None


def _described(rows: Sequence[ComparedOut], found: ComparisonOut) -> str:
    """The drawing in words, for those who do not see it."""
    return " ".join(
        f"{row.short}: {words.side(row.here)[0]} {found.here}, {words.side(row.there)[0]} {found.there}; {words.verdict_and_chance(row).lower()}."
        for row in rows
    )


def as_file_named(data: bytes, survey: SurveyOut, end: str) -> Response[bytes]:
    """Figures of a survey as a file to keep, named after it."""
    name = f"survey-{survey.establishment.lower()}-{survey.fielded_on:%Y-%m}{end}.csv"
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="text/csv", headers=headers)
