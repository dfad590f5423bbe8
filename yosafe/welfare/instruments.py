"""The instruments: which questions, who may complete and read them, on what occasions. Each version is a file, never edited once used."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

from yosafe.errors import FieldError, Invalid, NotFound
from yosafe.forms.load import QuestionSets, load_folder
from yosafe.forms.questions import Question, QuestionSet, Section
from yosafe.forms.read import check
from yosafe.reference.codes import code_list

from .rules import ASSET, SCREEN, first_night_faults

OWN_PAGE = "what-do-you-think"  # the section of each instrument that is the young person's own
# Answers of the young person's own that someone must act on, whatever the worker answered.
ACT_ON: dict[str, frozenset[str]] = {
    "own_feel_safe": frozenset({"sometimes", "no"}),
    "own_hurt": frozenset({"sometimes", "often"}),
    "own_emotional_health_hurt": frozenset({"sometimes", "often"}),
}
RATING, EVIDENCE, NEED = "_rating", "_evidence", "_need"


class Instrument(Struct, frozen=True, kw_only=True):
    """`record` and `read` are permissions. `needs_stay`: it is about an arrival, so there must be one. `needs_second`: a
    second person countersigns it or sends it back."""

    id: str
    title: str
    record: str
    read: str
    occasions: tuple[str, ...]
    needs_stay: bool = False
    needs_second: bool = False

    def questions(self, on: dt.date) -> QuestionSet:
        """What is asked on a day. Raises NotFound before the first version."""
        return instruments().valid_on(self.id, on)

    def version(self, number: int) -> QuestionSet:
        return instruments().by_ref(f"{self.id}/{number}")


INSTRUMENTS: dict[str, Instrument] = {
    ASSET: Instrument(
        id=ASSET, title="Welfare assessment", record="assessment:record", read="assessment:read",
        occasions=("start", "three_months", "transfer", "before_release", "concern", "end"), needs_second=True,
    ),
    SCREEN: Instrument(
        id=SCREEN, title="Arrival screen", record="assessment:screen", read="assessment:read-screen", occasions=("arrival",), needs_stay=True,
    ),
}  # fmt: skip


@cache
def instruments() -> QuestionSets:
    """Every version of every instrument's questions."""
    return load_folder(files("yosafe.welfare") / "instruments")


def instrument(id: str) -> Instrument:
    """Raises Invalid, naming those that there are, for anything else."""
    if id not in INSTRUMENTS:
        raise Invalid([FieldError("instrument", f"Select an instrument: one of {', '.join(INSTRUMENTS)}")])
    return INSTRUMENTS[id]


def is_own(section: Section) -> bool:
    """Whether a section holds the young person's own answers."""
    return section.name == OWN_PAGE


def own_questions(question_set: QuestionSet) -> tuple[Question, ...]:
    return tuple(question for section in question_set.sections if is_own(section) for question in section.questions)


def workers_questions(question_set: QuestionSet) -> tuple[Question, ...]:
    return tuple(question for section in question_set.sections if not is_own(section) for question in section.questions)


def topic(section: Section) -> str:
    """How questions of a section are named: "living_arrangements_rating", and the young person's "own_living_arrangements"."""
    return section.name.replace("-", "_")


def version_asked(of: Instrument, number: int | None, on: dt.date) -> QuestionSet:
    """The questions of a day, or the version named. Raises Invalid where there is none, or that version was not in use then."""
    try:
        found = of.questions(on) if number is None else of.version(number)
    except NotFound:
        raise Invalid([FieldError("instrument_version", f"There is no such version of {of.id}: leave it out to use that of the day")]) from None
    if not found.is_valid_on(on):
        raise Invalid([FieldError("instrument_version", f"{found.ref} was not in use on {on:%-d %B %Y}: leave it out to use that of the day")])
    return found


def occasion_faults(of: Instrument, occasion: str, on: dt.date) -> list[FieldError]:
    labels = code_list("assessment_occasion").labels(on)
    allowed = [code for code in of.occasions if code in labels]
    if occasion in allowed:
        return []
    return [FieldError("occasion", f"Select why it was done: one of {', '.join(allowed)}")]


def read_answers(
    question_set: QuestionSet, answers: Mapping[str, Any], own_words: Mapping[str, Any], *, today: dt.date
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The worker's answers and the young person's own, as they are kept.

    Raises Invalid with every fault; keys are `answers.NAME` and `own_words.NAME`.
    """
    theirs = check(workers_questions(question_set), answers, today=today)
    own = check(own_questions(question_set), own_words, today=today)
    faults = [FieldError(f"answers.{fault.key}", fault.message) for fault in (*theirs.errors, *first_night_faults(theirs.answers))]
    faults += [FieldError(f"own_words.{fault.key}", fault.message) for fault in own.errors]
    if faults:
        raise Invalid(faults)
    return theirs.answers, own.answers
