"""Working out the indicators of one young person as at a day."""

import datetime as dt
from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from yosafe.models.facts import Facts

from .catalogue import settled
from .outcome import Answer, Raised, Unknown
from .registry import RULE_OF
from .turning import holds_until

Settings = Mapping[str, Mapping[str, int]]


class WorkedOut(Struct, frozen=True, gc=False):
    """The indicators that hold, and the first later day on which that may be otherwise with nothing new written down; None: no such day is known."""

    raised: dict[str, Raised]
    holds_until: dt.date | None


def work_out(known: Facts, as_of: dt.date, settings: Settings) -> WorkedOut:
    """From facts as at a day, with every setting."""
    found = _answers(known, as_of, settings)
    until = holds_until(found, known, settings, as_of) if known.placement is not None else known.another_on
    return WorkedOut(_raised(found), until)


def answers(facts: Facts, as_of: dt.date, settings: Settings | None = None) -> dict[str, Answer]:
    """What each indicator says, by id, from what had happened and was recorded by the end of the day. Nothing holds for someone not in custody."""
    return _answers(facts.as_at(as_of), as_of, _usual() if settings is None else settled(settings))


def _answers(known: Facts, as_of: dt.date, settings: Settings) -> dict[str, Answer]:
    if known.placement is None:
        return dict.fromkeys(RULE_OF)
    return {indicator: rule(known, settings[indicator], as_of) for indicator, rule in RULE_OF.items()}


def evaluate(facts: Facts, as_of: dt.date, settings: Settings | None = None) -> dict[str, Raised]:
    """The indicators that hold."""
    return _raised(answers(facts, as_of, settings))


def _raised(found: Mapping[str, Answer]) -> dict[str, Raised]:
    return {indicator: answer for indicator, answer in found.items() if type(answer) is Raised}  # isinstance() takes ten times as long


def unknown(facts: Facts, as_of: dt.date, settings: Settings | None = None) -> dict[str, tuple[str, ...]]:
    """The indicators that can't be worked out, each with what is missing."""
    return {indicator: answer.missing for indicator, answer in answers(facts, as_of, settings).items() if isinstance(answer, Unknown)}


@cache
def _usual() -> Settings:
    """Every setting where none was chosen: asked for each young person."""
    return settled()
