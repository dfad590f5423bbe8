"""Comparisons of surveys, for a viewer. Everything that leaves here is a figure of many, small numbers hidden."""

import asyncio
import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from yosafe.audit.record import Actor, EventName, record_read
from yosafe.db.engine import DB
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.reference.establishments import establishment
from yosafe.reference.similar import alike, similar_to
from yosafe.words import plural

from . import compare
from .access import get_survey_for
from .compare import Pooled
from .published import published_for
from .queries import Stored, stored
from .questionnaire import Question
from .responses import Responses
from .results import Returned
from .schemas import ComparedSectionOut, ComparisonOut, SurveyOut
from .significance import LEVELS
from .words import compared_method, month_words

SIMILAR_WITHIN = 24  # months before: an older survey says little of now
DEFAULT_LEVEL = 0.01


class Against(StrEnum):
    """What a survey is compared with, beside the questions by which its respondents can be parted."""

    PREVIOUS = "previous"
    SIMILAR = "similar"
    PUBLISHED = "published"


class NothingToCompare(Conflict):
    """There is a survey, and nothing of the kind asked for to compare it with; the message says what is missing."""


class Opened(NamedTuple):
    """A survey that someone may see, with its answers."""

    stored: Stored
    responses: Responses
    returned: Returned

    @property
    def survey(self) -> SurveyOut:
        return self.stored.described

    def groups(self) -> list[Question]:
        """The questions by which its respondents can be parted, enough people on either side."""
        questionnaire = self.stored.questionnaire
        found = [questionnaire.question(group) for group in questionnaire.groups]
        return [question for question in found if compare.may_part(questionnaire, question, self.returned)]


class _Found(NamedTuple):
    """The two sides' names, and the questions on both."""

    here: str
    there: str
    sections: list[ComparedSectionOut]


async def opened(viewer: Actor, survey_id: int) -> Opened:
    """Raises NotFound."""
    await get_survey_for(viewer, survey_id)
    found = await stored(survey_id)
    responses = await found.responses()
    return Opened(found, responses, found.of(responses))


async def comparison(viewer: Actor, survey: Opened, *, against: str, level: float = DEFAULT_LEVEL, holm: bool = False) -> ComparisonOut:
    """A survey beside what `against` names. That it was read is recorded. Raises Invalid for what can't be asked for, and NothingToCompare."""
    if level not in LEVELS:
        raise Invalid([FieldError("level", f"Choose a probability: {', '.join(map(str, LEVELS))}")])
    groups = {question.id: question for question in await asyncio.to_thread(survey.groups)}
    found = await _found(survey, against, groups, level=level, holm=holm)
    await record_read(EventName.SURVEY_COMPARED, by=viewer, subject=("survey", survey.survey.id), detail={"against": against})
    return ComparisonOut(
        survey=survey.survey, against=against, here=found.here, there=found.there, level=level, holm=holm, groups=list(groups),
        headline=list(survey.stored.questionnaire.headline), sections=found.sections,
        method=compared_method(against, parted=against in groups, level=level, holm=holm, weighted=survey.returned.weighted),
    )  # fmt: skip


async def _found(survey: Opened, against: str, groups: dict[str, Question], *, level: float, holm: bool) -> _Found:
    match against:
        case Against.PREVIOUS:
            return await _with_previous(survey, level=level, holm=holm)
        case Against.SIMILAR:
            return await _with_similar(survey, level=level, holm=holm)
        case Against.PUBLISHED:
            return await _with_published(survey, level=level, holm=holm)
    if against in groups:
        return await _between(survey, groups[against], level=level, holm=holm)
    if against in survey.stored.questionnaire.groups:
        raise NothingToCompare("Too few answered on one side of this question, so nobody can be compared by it.")
    known = ", ".join([*Against, *survey.stored.questionnaire.groups])
    raise Invalid([FieldError("against", f"Choose what to compare with, one of {known}")])


async def _with_previous(survey: Opened, *, level: float, holm: bool) -> _Found:
    row, questionnaire = survey.stored.row, survey.stored.questionnaire
    earlier = await DB.fetchval(
        "SELECT id FROM survey WHERE establishment = $1 AND questionnaire = $2 AND fielded_on < $3 ORDER BY fielded_on DESC LIMIT 1",
        row["establishment"], row["questionnaire"], row["fielded_on"],
    )  # fmt: skip
    if earlier is None:
        raise NothingToCompare("There is no earlier survey of this establishment with this questionnaire.")
    other = await _pooled(earlier)
    sides = compare.with_earlier(questionnaire, survey.returned, other)
    sections = await asyncio.to_thread(compare.compared, questionnaire, survey.returned.asked, sides, level=level, holm=holm)
    there = (await stored(earlier)).described
    return _Found(_name(survey.survey), _name(there), sections)


async def _with_similar(survey: Opened, *, level: float, holm: bool) -> _Found:
    """With the last survey of each similar establishment in the two years before, put together."""
    row, questionnaire = survey.stored.row, survey.stored.questionnaire
    place = establishment(row["establishment"])
    rows = await DB.fetch(
        "SELECT DISTINCT ON (establishment) id FROM survey WHERE establishment = ANY($1) AND questionnaire = $2 AND fielded_on BETWEEN $3 AND $4 "
        "ORDER BY establishment, fielded_on DESC",
        [other.code for other in similar_to(place)], row["questionnaire"], _months_before(row["fielded_on"], SIMILAR_WITHIN), row["fielded_on"],
    )  # fmt: skip
    kind = alike(place).title
    if len(rows) < compare.LEAST_PLACES:
        raise NothingToCompare(
            f"Fewer than {compare.LEAST_PLACES} other {kind} have a survey with this questionnaire in the {SIMILAR_WITHIN} months before. "
            "With fewer, a comparison would show what one other place's children said."
        )
    others = [await _pooled(other["id"]) for other in rows]
    sides = compare.with_others(questionnaire, survey.returned, others)
    sections = await asyncio.to_thread(compare.compared, questionnaire, survey.returned.asked, sides, level=level, holm=holm)
    return _Found(_name(survey.survey), f"{len(others)} other {kind}", sections)


async def _with_published(survey: Opened, *, level: float, holm: bool) -> _Found:
    questionnaire = survey.stored.questionnaire
    figures = published_for(questionnaire, establishment(survey.stored.row["establishment"]).kind)
    if not figures:
        raise NothingToCompare("No published figure is kept for this questionnaire and kind of establishment.")
    sections = await asyncio.to_thread(compare.with_published, questionnaire, survey.returned, figures, level=level, holm=holm)
    return _Found(_name(survey.survey), "published figures", sections)


async def _between(survey: Opened, group: Question, *, level: float, holm: bool) -> _Found:
    """Questions by which respondents can be parted are not themselves compared: two such tables would tell who left one of them out."""
    questionnaire, asked = survey.stored.questionnaire, survey.returned.asked - set(survey.stored.questionnaire.groups)
    gave = survey.responses.gave(group.id, group.positive)
    inside, outside = [survey.stored.of(survey.responses, among)._replace(held=None) for among in (gave, ~gave)]
    sides = compare.between(questionnaire, survey.returned, inside, outside)
    sections = await asyncio.to_thread(compare.compared, questionnaire, asked, sides, level=level, holm=holm)
    return _Found(f"those who {lower(group.short)}", f"everyone else ({plural(outside.everyone.n, 'respondent')})", sections)


async def _pooled(survey_id: int) -> Pooled:
    found = await stored(survey_id)
    return Pooled(survey_id, found.questionnaire, await found.returned())


def _name(survey: SurveyOut) -> str:
    return f"{survey.establishment_name}, {month_words(survey.fielded_on)}"


def lower(text: str) -> str:
    """What a headline share counts, to be read after "those who"."""
    return text[:1].lower() + text[1:]


def _months_before(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, 1)
