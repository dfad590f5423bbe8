"""The page that sets a survey beside the records, and its figures as a file."""

import asyncio

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from yosafe.accounts.viewer import User
from yosafe.drawing import Dot, Row
from yosafe.surveys import words as survey_words
from yosafe.surveys.compare_pages import Drawn, as_file_named, drawn
from yosafe.surveys.queries import record_export
from yosafe.surveys.schemas import SideOut
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, page, terminology

from . import queries, words
from .export import as_file
from .schemas import AgainstRecordsOut


class AgainstRecordsPages(Controller):
    path = "/surveys/{survey_id:int}/records"
    include_in_schema = False

    @get("/", opt={"permission": "survey:read"})
    async def beside(self, request: AnyRequest, survey_id: FromPath[int], user: NamedDependency[User]) -> Template:
        found = await queries.against_records(user, survey_id, terminology(request))
        drawing = await asyncio.to_thread(draw, found)
        return page("against_records/beside.html", request, found=found, drawing=drawing, words=words, survey_words=survey_words)

    @get("/download", opt=takes_out("survey:read"))
    async def download(self, request: AnyRequest, survey_id: FromPath[int], user: NamedDependency[User]) -> Response[bytes]:
        """The same figures as a file. That it was taken is recorded."""
        found = await queries.against_records(user, survey_id, terminology(request))
        await record_export(user, survey_id, against="records")
        return as_file_named(as_file(found), found.survey, "-records")


def draw(found: AgainstRecordsOut) -> Drawn | None:
    """What is said and what is recorded as dots; None where no question has both."""
    shown = [row for row in found.questions if not row.hidden]
    lines = tuple(Row(row.short, _dot(row.said), _dot(row.recorded), words.verdict(row)) for row in shown)
    told = " ".join(
        f"{row.short}: {survey_words.side(row.said)[0]} say so, {survey_words.side(row.recorded)[0]} are recorded; {row.verdict}." for row in shown
    )
    return drawn(lines, here=words.SAID, there=words.RECORDED, title="What is said, and what is recorded", told=told) if lines else None


def _dot(one: SideOut | None) -> Dot | None:
    return Dot(one.percent, one.low, one.high) if one else None
