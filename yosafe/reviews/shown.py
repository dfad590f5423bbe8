"""How flags and reviews read on pages: colours, addresses of records, rules in words."""

from collections.abc import Mapping

from msgspec import Struct

from yosafe.models.indicators import Indicator, Level
from yosafe.models.indicators.catalogue import BASIS_IN_WORDS
from yosafe.reference.codes import code_list
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

from .kinds import kinds
from .rules import FlagState

LEVEL_COLOUR = {Level.HIGH: "red", Level.RAISED: "orange", Level.NOTE: "grey"}
CARD_COLOUR = {Level.HIGH: "red", Level.RAISED: "orange", Level.NOTE: "blue"}
STATE_WORDS = {FlagState.NEW: "New", FlagState.ANSWERED: "Answered", FlagState.CLOSED: "Closed by a review", FlagState.CLEARED: "No longer holds"}
STATE_COLOUR = {FlagState.NEW: "blue", FlagState.ANSWERED: "teal", FlagState.CLOSED: "green", FlagState.CLEARED: "grey"}
CHANGE_WORDS = {
    "opened": "Flag opened",
    "raised": "Level went up",
    "lowered": "Level went down",
    "closed": "Closed by a joint review",
    "replaced": "Gave way to a new flag",
    "cleared": "No longer holds",
    "withdrawn": "The risk model behind it is not used any more",
}
STATES = (("open", "New or answered"), *((state.value, words) for state, words in STATE_WORDS.items()), ("any", "Any"))
_PAGES = {"YP": "/children/", "IN": "/incidents/", "RF": "/referrals/", "AS": "/assessments/", "RV": "/reviews/", "KA": "/keep-apart/"}


class RuleWords(Struct, frozen=True, kw_only=True):
    """A rule as it was or is worked out, in words."""

    id: str
    title: str
    version: int
    why: str
    facts: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, int], ...]
    clears: str
    not_mean: str
    source: str


def record_path(reference: str) -> str | None:
    """The address of the record behind a reference, None for a kind that has no page."""
    start = _PAGES.get(reference[:2])
    return f"{start}{reference}" if start else None


def rule_words(indicator: str, settings: Mapping[str, int] | None, terminology: Terminology) -> RuleWords | None:
    """The rule with the settings that a flag was worked out with, or its own; None for a rule that is no longer declared."""
    rule = kinds().get(indicator)
    if rule is None:
        return None
    values = {**rule.defaults(), **{name: value for name, value in (settings or {}).items() if name in rule.settings}}

    def said(text: str) -> str:
        return in_terms(rule.filled(text, values), terminology)

    return RuleWords(
        id=rule.id,
        title=said(rule.title),
        version=(settings or {}).get("version", rule.version),
        why=said(rule.why),
        facts=tuple(said(fact) for fact in rule.facts),
        levels=tuple((level_word(level, terminology), said(text)) for level, text in rule.levels.items()),
        settings=tuple((setting.what, values[name]) for name, setting in rule.settings.items()),
        clears=said(rule.clears),
        not_mean=said(rule.not_mean),
        source=_source(rule),
    )


def _source(rule: Indicator) -> str:
    where = f"Paragraph{'s' if len(rule.source) > 1 else ''} {' and '.join(rule.source)}. " if rule.source else ""
    return f"{where}{BASIS_IN_WORDS[rule.basis]}"


def level_word(level: Level, terminology: Terminology) -> str:
    return code_list("flag_level").label(level.value, terminology)
