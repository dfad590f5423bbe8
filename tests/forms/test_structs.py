"""Answers into structs, faults in words on their fields."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

import pytest
from msgspec import UNSET, Meta, Struct, UnsetType, field

from yosafe.errors import FieldError, Invalid
from yosafe.forms.questions import Kind, Question
from yosafe.forms.structs import to_struct
from yosafe.text import In, Reason


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"


class Wound(In):
    seen_on: dt.date
    reason: Reason
    side: Side
    hospital: bool
    depth: Annotated[int, Meta(ge=1, le=9)] = 1
    told: list[str] = field(default_factory=list)
    told_about: str | None = None


class LeftWound(Wound):
    def __post_init__(self) -> None:
        if self.side == Side.LEFT and self.depth < 2:
            raise ValueError("A left wound is deep")


class Change(Struct, kw_only=True):
    reason: str | UnsetType | None = UNSET
    hospital: bool | UnsetType = UNSET


GOOD = {"seen_on": "2026-09-27", "reason": "It bled for a while", "side": "left", "hospital": "yes"}
QUESTIONS = (
    Question(name="seen_on", kind=Kind.DATE, label="Seen", called="the date it was seen"),
    Question(name="hospital", kind=Kind.YES_NO, label="Hospital?", reveals={"yes": (Question(name="reason", kind=Kind.TEXT, label="Why"),)}),
)


def test_answers_become_a_struct():
    wound = to_struct(Wound, {**GOOD, "depth": "3", "told": ["a"], "told_about": "Null"})
    assert wound == Wound(
        seen_on=dt.date(2026, 9, 27), reason="It bled for a while", side=Side.LEFT, hospital=True, depth=3, told=["a"], told_about="Null"
    )


def test_blanks_take_the_default_or_are_none():
    assert to_struct(Wound, {**GOOD, "depth": None, "told_about": None}).depth == 1
    assert to_struct(Change, {"reason": None}) == Change(reason=None, hospital=UNSET)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"seen_on": None}, ("seen_on-day", "Enter the date it was seen")),
        ({"seen_on": "soon"}, ("seen_on-day", "Date it was seen must be a real date, like 2026-09-27")),
        ({"reason": "Because"}, ("reason", "Why must be 10 characters or more")),
        ({"reason": "x" * 2001}, ("reason", "Why must be 2000 characters or fewer")),
        ({"reason": 7}, ("reason", "Why must be text")),
        ({"side": "up"}, ("side", "Side must be one of those that can be chosen")),
        ({"side": None}, ("side", "Enter side")),
        ({"hospital": "perhaps"}, ("hospital", "Answer to “Hospital?” must be yes or no")),
        ({"depth": 0}, ("depth", "Depth must be 1 or more")),
        ({"depth": "10"}, ("depth", "Depth must be 9 or less")),
        ({"depth": "deep"}, ("depth", "Depth must be a whole number")),
        ({"told": "a"}, ("told", "Told must be a list")),
        ({"told": [1]}, ("told", "Told must be text")),
        ({"colour": "red"}, ("colour", "There is no field “colour” here: take it out")),
    ],
)
def test_faults_are_in_words_on_their_fields(change, error):
    with pytest.raises(Invalid) as fault:
        to_struct(Wound, {**GOOD, **change}, QUESTIONS)
    assert fault.value.errors == (FieldError(*error),)


def test_all_faults_at_once_and_those_of_the_whole():
    with pytest.raises(Invalid) as fault:
        to_struct(Wound, {"side": "up", "depth": 0})
    assert [error.key for error in fault.value.errors] == ["seen_on", "reason", "side", "hospital", "depth"]
    with pytest.raises(Invalid, match=r"^Told about contains hidden characters") as fault:
        to_struct(Wound, {**GOOD, "told_about": "\u202e"})
    assert fault.value.errors[0].key == "told_about"
    with pytest.raises(Invalid, match=r"^A left wound is deep$"):
        to_struct(LeftWound, {**GOOD})
