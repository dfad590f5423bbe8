"""Reads of surveys. Everything that leaves here is a figure of many, small numbers hidden; no answer of one respondent does."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from yosafe.audit.record import Actor, EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.paging import Page
from yosafe.db.sql import Sql, every
from yosafe.errors import Conflict, NotFound
from yosafe.lists.listed import Column, Listed, Nothing
from yosafe.lists.ordering import Place
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from .access import get_survey_for, visible
from .listed import columns
from .questionnaire import Questionnaire, load
from .responses import Among, Answers, Responses, packed, unpacked, weights_in
from .results import Returned, figures, returned_from
from .schemas import ResultsOut, SurveyOut
from .telling_apart import Marks

_COLUMNS = "id, questionnaire, questionnaire_version, establishment, fielded_on, held, offered, returned, refused_rows, recorded_at"


class Surveys(Listed[Nothing, SurveyOut]):
    """The surveys that someone may see, the latest brought in first. It names no young person."""

    id = "surveys"
    noun = ("survey", "surveys")
    tie = "id"
    permission = "survey:read"

    def columns(self, viewer: Actor, terminology: Terminology) -> list[Column]:
        return columns()

    def default(self, wanted: Nothing) -> str:
        return "-recorded"

    async def query(self, viewer: Actor, wanted: Nothing, place: Place, limit: int) -> Sql:
        where = every([visible(viewer), place.after()])
        return Sql(f"SELECT {_COLUMNS} {{}} FROM survey WHERE {{}} ORDER BY {{}} LIMIT {{}}", place.columns, where, place.order(), limit)

    async def items(self, viewer: Actor, rows: Sequence[Any], terminology: Terminology) -> list[SurveyOut]:
        return [_described(row) for row in rows]


SURVEYS = Surveys()


async def surveys(viewer: Actor, *, after: str | None = None, limit: int = 50) -> Page[SurveyOut]:
    """A page of them, in their own order."""
    return await SURVEYS.page(viewer, Nothing(), after=after, limit=limit)


def _described(row: Any) -> SurveyOut:
    place = establishment(row["establishment"])
    questionnaire = load(row["questionnaire"], row["questionnaire_version"])
    named = {"title": questionnaire.title, "establishment_name": place.name}
    return msgspec.convert({name: row[name] for name in SurveyOut.__struct_fields__ if name not in named} | named, SurveyOut)


async def find_survey(viewer: Actor, *, establishment_code: str, fielded_on: dt.date, questionnaire: str | None = None) -> int:
    """The number of a survey by where and when. Raises NotFound; Conflict where there are several and no questionnaire was named."""
    place = establishment(establishment_code)
    chosen = [visible(viewer), Sql("establishment = {} AND fielded_on = {}", place.code, fielded_on)]
    chosen += [Sql("questionnaire = {}", questionnaire)] if questionnaire else []
    rows = await DB.fetch(*Sql("SELECT id, questionnaire FROM survey WHERE {} ORDER BY id", every(chosen)).parts())
    if not rows:
        raise NotFound(f"There is no survey of {place.name} in {fielded_on:%B %Y} that you can see.")
    if len(rows) > 1:
        raise Conflict(f"There are several: name the questionnaire, one of {', '.join(row['questionnaire'] for row in rows)}.")
    return int(rows[0]["id"])


async def results(viewer: Actor, survey_id: int) -> ResultsOut:
    """The figures of a survey, small numbers hidden for everybody. That they were read is recorded. Raises NotFound."""
    await get_survey_for(viewer, survey_id)
    asked = await stored(survey_id)
    shown = await asyncio.to_thread(figures, asked.questionnaire, await asked.returned())
    await record_read(EventName.SURVEY_RESULTS_READ, by=viewer, subject=("survey", survey_id))
    return ResultsOut(survey=asked.described, figures=shown)


async def record_export(viewer: Actor, survey_id: int, *, against: str = "") -> None:
    """Keep that someone took figures away as a file."""
    await record_read(EventName.SURVEY_EXPORTED, by=viewer, subject=("survey", survey_id), detail={"against": against} if against else None)


class Stored(NamedTuple):
    """A survey that is there, whoever may see it: for figures of many."""

    row: Any
    questionnaire: Questionnaire

    @property
    def described(self) -> SurveyOut:
        return _described(self.row)

    async def responses(self) -> Responses:
        """What was answered, by question."""
        return await responses_of(self.row["id"], self.row["returned"] - self.row["refused_rows"])

    async def returned(self) -> Returned:
        """What all respondents answered."""
        return self.of(await self.responses())

    def of(self, responses: Responses, among: Among | None = None) -> Returned:
        """What all respondents answered, or some of them."""
        row = self.row
        return returned_from(
            responses, row["questions"], held=row["held"], offered=row["offered"], left_out=row["refused_rows"], among=among
        )  # fmt: skip


async def stored(survey_id: int) -> Stored:
    """A survey by its number. Raises NotFound where it has just gone."""
    row = await DB.fetchrow(f"SELECT {_COLUMNS}, questions, weighted FROM survey WHERE id = $1", survey_id)
    if row is None:
        raise NotFound("This survey has just been taken away.")
    return Stored(row, load(row["questionnaire"], row["questionnaire_version"]))


_ANSWERS = """
    SELECT kind, question, choices, codes FROM survey_column WHERE survey = $1 AND kind IN ('answers', 'clusters', 'weights') ORDER BY id
"""
_MARKS = "SELECT kind, codes FROM survey_column WHERE survey = $1 AND kind IN ('keys', 'contents', 'left')"


async def marks_of(survey_id: int, *, numbered: bool) -> Marks:
    """What tells the respondents of a survey apart."""
    return Marks(numbered, **{row["kind"]: bytes(row["codes"]) for row in await DB.fetch(_MARKS, survey_id)})


async def responses_of(survey_id: int, count: int) -> Responses:
    """The answers of a survey, to which so many respondents gave some."""
    questions: dict[str, Answers] = {}
    weights, clusters = None, None
    for row in await DB.fetch(_ANSWERS, survey_id):
        match row["kind"]:
            case "answers":
                choices = [choice if isinstance(choice, str) else float(choice) for choice in row["choices"]]
                questions[row["question"]] = Answers(choices, unpacked(row["codes"], count))
            case "clusters":
                clusters = Answers(row["choices"], unpacked(row["codes"], count))
            case _:
                weights = weights_in(row["codes"])
    return Responses(count, questions, weights, clusters)


async def store_responses(survey_id: int, responses: Responses, marks: Marks) -> None:
    """Keep the answers of a survey and what tells its respondents apart, as part of the open transaction."""
    rows = [(survey_id, "answers", question, list(answers.choices), packed(answers.codes)) for question, answers in responses.questions.items()]
    if responses.weights is not None:
        rows.append((survey_id, "weights", "", [], packed(responses.weights)))
    if responses.clusters is not None:
        rows.append((survey_id, "clusters", "", list(responses.clusters.choices), packed(responses.clusters.codes)))
    said = (("keys", marks.keys), ("contents", marks.contents), ("left", marks.left))
    rows += [(survey_id, kind, "", [], digests) for kind, digests in said if digests]
    await DB.copy_records("survey_column", ("survey", "kind", "question", "choices", "codes"), rows)
