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
from .coding import AnswerValue
from .design import Cluster
from .listed import columns
from .questionnaire import Questionnaire, load
from .results import DrawnSample, Returned, figures
from .rules import Tally
from .schemas import ResultsOut, SurveyOut

_COLUMNS = "id, questionnaire, questionnaire_version, establishment, fielded_on, held, offered, returned, refused_rows, recorded_at"

_EVERYONE = "SELECT count(*), coalesce(sum(r.weight), 0), coalesce(sum(r.weight * r.weight), 0) FROM respondent r WHERE r.survey = {} AND {}"
_ANSWERS = "answer.key AS question, answer.value #>> ARRAY[]::text[] AS answer, jsonb_typeof(answer.value) = 'number' AS is_number"
_FROM = "FROM respondent r, jsonb_each(r.answers) AS answer WHERE r.survey = {} AND {}"
_TALLIES = f"SELECT {_ANSWERS}, count(*) AS n, sum(r.weight) AS weight, sum(r.weight * r.weight) AS squares {_FROM} GROUP BY 1, 2, 3"
_DRAWN = f"SELECT {_ANSWERS}, r.stratum, r.psu, sum(r.weight) AS weight {_FROM} GROUP BY 1, 2, 3, 4, 5"
ALL = Sql("true")


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

    async def returned(self, among: Sql = ALL) -> Returned:
        """The answers, all or those of some respondents; `among` is a condition on them."""
        row = self.row
        return Returned(
            tallies=await _tallies(row["id"], among),
            everyone=Tally(*await DB.fetchrow(*Sql(_EVERYONE, row["id"], among).parts()) or ()),
            asked=frozenset(row["questions"]),
            weighted=row["weighted"],
            held=row["held"],
            offered=row["offered"],
            left_out=row["refused_rows"],
            drawn=await _drawn(row["id"], among) if self.questionnaire.clustered else None,
        )


async def stored(survey_id: int) -> Stored:
    """A survey by its number. Raises NotFound where it has just gone."""
    row = await DB.fetchrow(f"SELECT {_COLUMNS}, questions, weighted FROM survey WHERE id = $1", survey_id)
    if row is None:
        raise NotFound("This survey has just been taken away.")
    return Stored(row, load(row["questionnaire"], row["questionnaire_version"]))


async def _tallies(survey_id: int, among: Sql) -> dict[str, dict[AnswerValue, Tally]]:
    tallies: dict[str, dict[AnswerValue, Tally]] = {}
    for row in await DB.fetch(*Sql(_TALLIES, survey_id, among).parts()):
        tallies.setdefault(row["question"], {})[_answer(row)] = Tally(row["n"], row["weight"], row["squares"])
    return tallies


async def _drawn(survey_id: int, among: Sql) -> DrawnSample:
    """All clusters count, also those with nobody among the respondents that are asked for."""
    weights: dict[str, dict[AnswerValue, dict[Cluster, float]]] = {}
    for row in await DB.fetch(*Sql(_DRAWN, survey_id, among).parts()):
        weights.setdefault(row["question"], {}).setdefault(_answer(row), {})[row["stratum"], row["psu"]] = row["weight"]
    clusters = await DB.fetch("SELECT DISTINCT stratum, psu FROM respondent WHERE survey = $1 AND psu IS NOT NULL", survey_id)
    return DrawnSample(frozenset((row["stratum"], row["psu"]) for row in clusters), weights)


def _answer(row: Any) -> AnswerValue:
    return float(row["answer"]) if row["is_number"] else str(row["answer"])
