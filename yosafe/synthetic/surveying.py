"""Surveys as they come back from young people: a file of answers, in which nobody is named, that goes in as any survey does."""

import csv
import datetime as dt
import io
import random
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.surveys.actions import import_survey
from yosafe.surveys.questionnaire import Question, Questionnaire, load
from yosafe.surveys.schemas import ImportOut, ImportSurvey

from .calibration import calibration
from .custody import FILLING_DAYS
from .data import toml
from .estate import Place
from .writing import COLUMN, comment
from .young_people import weighted

QUESTIONNAIRE = "children-custody"
UNSAFE_EVER = "unsafe-ever"
NOT_OFFERED = 0.05
BACK = (2, 9)  # months before this one


class Yes(Struct, frozen=True, forbid_unknown_fields=True):
    harmed: float
    others: float
    unsure: float = 0.0


class Split(Struct, frozen=True, forbid_unknown_fields=True):
    harmed: dict[str, float]
    others: dict[str, float]


class Shares(Struct, frozen=True, forbid_unknown_fields=True):
    """How those who were assaulted here answer, and how the others do."""

    blank: float
    yes: dict[str, Yes]
    answers: dict[str, Split]
    ages: dict[str, float]


@cache
def shares() -> Shares:
    return msgspec.convert(toml("survey.toml"), Shares)


class Returned(Struct, frozen=True):
    """A file as it came back."""

    held: int
    offered: int
    file: bytes


def months(today: dt.date, starts_on: dt.date) -> list[dt.date]:
    """The first days of the months that were asked about: two to ten months ago, and every year before that."""
    found = [_months_before(today, back) for back in (*BACK, *range(BACK[-1] + 12, 120, 12))]
    return sorted(month for month in found if month > starts_on + dt.timedelta(days=FILLING_DAYS))


def _months_before(day: dt.date, count: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return dt.date(year, month + 1, 1)


def survey(rng: random.Random, place: Place, *, rough: float) -> Returned:
    """A survey of one establishment; `rough` is how much more than average young people are assaulted there."""
    offered = sum(rng.random() >= NOT_OFFERED for _ in range(place.held))
    questionnaire = load(QUESTIONNAIRE)
    assaulted = min(0.75, calibration().fact("assaulted_by_children") * rough)
    rows = [
        answers(rng, questionnaire, harmed=rng.random() < assaulted) for _ in range(offered) if rng.random() < calibration().fact("survey_response")
    ]
    written = random.Random(f"{place.code} {offered} {len(rows)}")  # noqa: S311  # its own, so that what is written changes no answer
    for row in rows:
        row[COLUMN] = comment(written)
    text = io.StringIO()
    writer = csv.DictWriter(text, [*(question.id for question in questionnaire.questions()), COLUMN])
    writer.writeheader()
    writer.writerows(rows)
    return Returned(place.held, offered, text.getvalue().encode())


def answers(rng: random.Random, questionnaire: Questionnaire, *, harmed: bool) -> dict[str, Any]:
    """One young person's answers; what is not asked of them, or left blank, is not there."""
    given: dict[str, Any] = {}
    for question in questionnaire.questions():
        condition = question.asked_if
        if condition is not None and given.get(condition.question) not in condition.answers:
            continue
        if rng.random() >= shares().blank:
            given[question.id] = _answer(rng, question, given, harmed=harmed)
    return given


def _answer(rng: random.Random, question: Question, given: dict[str, Any], *, harmed: bool) -> str:
    if question.id == "age":
        return weighted(rng, shares().ages)
    if question.id == "sex":
        return "boy"
    if question.id == UNSAFE_EVER:
        return "yes" if rng.random() < _unsafe_ever(harmed=harmed) else "no"
    if question.id == "unsafe-how-often" and given.get(UNSAFE_EVER) == "no":
        return "never"
    if (split := shares().answers.get(question.id)) is not None:
        if question.id == "unsafe-how-often" and UNSAFE_EVER in given:
            return weighted(rng, _among_unsafe(split, harmed=harmed))
        return weighted(rng, split.harmed if harmed else split.others)
    of = shares().yes[question.id]
    chance = rng.random()
    yes = of.harmed if harmed else of.others
    return "yes" if chance < yes else "unsure" if chance < yes + of.unsure else "no"


def _often(*, harmed: bool) -> float:
    split = shares().answers["unsafe-how-often"]
    return 1 - (split.harmed if harmed else split.others)["never"]


def _unsafe_ever(*, harmed: bool) -> float:
    """Everyone who is unsafe sometimes or often, and as many more as the published figure wants, spread over all."""
    assaulted = calibration().fact("assaulted_by_children")
    now = assaulted * _often(harmed=True) + (1 - assaulted) * _often(harmed=False)
    more = (calibration().fact("unsafe_ever") - now) / (1 - now)
    mine = _often(harmed=harmed)
    return mine + (1 - mine) * more


def _among_unsafe(split: Split, *, harmed: bool) -> dict[str, float]:
    """How often, of those who have ever felt unsafe."""
    mine = split.harmed if harmed else split.others
    return {**mine, "never": _unsafe_ever(harmed=harmed) - (1 - mine["never"])}


async def bring_in(returned: Returned, place: Place, month: dt.date, by: str) -> ImportOut:
    """Import a survey as an inspector does, in the middle of the month after it."""
    new = ImportSurvey(questionnaire=QUESTIONNAIRE, establishment=place.code, fielded=f"{month:%Y-%m}", held=returned.held, offered=returned.offered)
    with clock.stopped_at(clock.midnight(month + dt.timedelta(days=40)) + dt.timedelta(hours=14)):
        return await import_survey(by=await user_by_email(by), new=new, source=returned.file, name=f"{place.code.lower()}-{month:%Y-%m}.csv")
