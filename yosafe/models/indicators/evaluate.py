"""Working out the indicators of one young person as at a day."""

import datetime as dt
from collections.abc import Mapping
from functools import cache

from yosafe.models.facts import Facts

from .catalogue import settled
from .outcome import Answer, Raised, Unknown
from .registry import RULE_OF


def answers(facts: Facts, as_of: dt.date, settings: Mapping[str, Mapping[str, int]] | None = None) -> dict[str, Answer]:
    """What each indicator says, by id, from what had happened and was recorded by the end of the day. Nothing holds for someone not in custody."""
    known, values = facts.as_at(as_of), _usual() if settings is None else settled(settings)
    if known.placement is None:
        return dict.fromkeys(RULE_OF)
    return {indicator: rule(known, values[indicator], as_of) for indicator, rule in RULE_OF.items()}


def evaluate(facts: Facts, as_of: dt.date, settings: Mapping[str, Mapping[str, int]] | None = None) -> dict[str, Raised]:
    """The indicators that hold."""
    return {indicator: answer for indicator, answer in answers(facts, as_of, settings).items() if isinstance(answer, Raised)}


def unknown(facts: Facts, as_of: dt.date, settings: Mapping[str, Mapping[str, int]] | None = None) -> dict[str, tuple[str, ...]]:
    """The indicators that can't be worked out, each with what is missing."""
    return {indicator: answer.missing for indicator, answer in answers(facts, as_of, settings).items() if isinstance(answer, Unknown)}


@cache
def _usual() -> Mapping[str, Mapping[str, int]]:
    """Every setting where none was chosen: asked for each young person."""
    return settled()
