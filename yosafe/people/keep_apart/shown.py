"""Keeping apart as pages show it: words and colours for codes. Pure."""

from yosafe.clock import day_of
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from .placing import Apart
from .rules import Near
from .schemas import KeepApartOut, PartyOut, StepOut

NEAR_WORDS = {
    Near.SAME_UNIT.value: "Same unit now",
    Near.UNIT_NOT_KNOWN.value: "Unit not recorded",
    Near.SAME_ESTABLISHMENT.value: "Other units",
}
NEAR_COLOURS = {Near.SAME_UNIT.value: "red", Near.UNIT_NOT_KNOWN.value: "orange", Near.SAME_ESTABLISHMENT.value: "grey"}
STEP_TITLES = {
    "started": "Keeping apart began",
    "reviewed": "Reviewed",
    "confirmed": "Placed there although they must be kept apart",
    "ended": "Keeping apart ended",
}


def restriction(code: str) -> str:
    return code_list("keep_apart_restriction").label(code)


def how_far(code: str) -> str:
    """The same within a sentence."""
    words = restriction(code)
    return f"{words[:1].lower()}{words[1:]}"


def reason(code: str, terminology: Terminology = "2002") -> str:
    return code_list("keep_apart_reason").label(code, terminology)


def where(party: PartyOut) -> str:
    if party.young_person is None:
        return "You have no duty towards them, so they are not named"
    if party.establishment is None:
        return "Not held"
    name = establishment(party.establishment).name
    return f"{name}, {party.unit}" if party.unit else name


def others(pair: KeepApartOut, young_person: str) -> list[PartyOut]:
    """Whom one of the two is kept apart from."""
    return [party for party in pair.young_people if party.young_person != young_person]


def names(pair: KeepApartOut) -> str:
    """Both, as a title; someone who is not named comes last, in small letters."""
    one, other = sorted(pair.young_people, key=lambda party: party.young_person is None)
    return f"{one.name} and {other.name if other.young_person else other.name[:1].lower() + other.name[1:]}"


def warned(one: Apart) -> str:
    """One who is held where someone is to be placed, in a sentence."""
    how = how_far(one.restriction)
    if one.young_person is None:
        return f"another young person whom you have no duty towards: {how}"
    return f"{one.name} ({one.young_person}), {one.unit or 'unit not recorded'}: {how}"


def history(steps: list[StepOut]) -> list[dict[str, object]]:
    """For `timeline`, the newest first. A step says what held from then on."""
    return [
        {"title": STEP_TITLES[step.kind], "at": step.at, "by": step.by, "text": step.note if step.kind == "ended" else f"{_held(step)}\n{step.note}"}
        for step in reversed(steps)
    ]


def _held(step: StepOut) -> str:
    return f"{restriction(step.restriction)}. Next review {step.review_on:%-d %B %Y}."


def ended(pair: KeepApartOut) -> str:
    return f"{day_of(pair.started_at):%-d %B %Y} to {day_of(pair.ended_at):%-d %B %Y}" if pair.ended_at else ""
