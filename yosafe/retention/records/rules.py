"""The schedule of records of young people: rules as data, and what an installation puts in their place. Pure but for reading its file."""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from yosafe import words
from yosafe.errors import FieldError, Invalid, SettingsWrong
from yosafe.people.hiding import Hidden

FEWEST_YEARS, MOST_YEARS = 1, 120
SHORTEST_REASON = 20
NAMED = "Leave the names of the young person out: this is kept when the record is gone"
# Why there is no day yet, in words, by the condition in [open] of the file.
OPEN_WORDS = {
    "in_custody": "in custody",
    "duty": "a referral, a review or another duty is open",
    "kept_apart": "kept apart from someone now",
    "subject_request": "somebody asked for what is kept, and has no answer yet",
    "action": "an action of a joint review is not done",
}


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Records of whom `when` holds are kept `years` from the day `since`; both are SQL of the young person `yp`. `decide`: what a records officer
    must decide; empty where one has (`decided_on`)."""

    id: str
    title: str
    when: str
    since: str
    from_words: str
    years: int
    confirmed: bool
    binds: str
    source: str
    decide: str = ""
    decided_on: dt.date | None = None

    @property
    def words(self) -> str:
        return f"{words.plural(self.years, 'year')} from {self.from_words}"


class Own(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an installation says in the place of a rule's number."""

    id: str
    years: int
    source: str
    decided_on: dt.date


class Stop(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """While this stands, nothing is destroyed: a moratorium."""

    reason: str
    since: dt.date


class OwnFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rule: tuple[Own, ...] = ()
    stop: Stop | None = None


class Schedule(Struct, frozen=True, kw_only=True):
    """The rules in force, the conditions under which a record has no last day, by name, and what stops all destruction."""

    rules: tuple[Rule, ...]
    open: Mapping[str, str]
    stop: Stop | None = None

    def rule(self, rule_id: str) -> Rule:
        return next(rule for rule in self.rules if rule.id == rule_id)


@cache
def packaged() -> Schedule:
    """The rules that come with yosafe."""
    read = tomllib.loads((files("yosafe.retention.records") / "records.toml").read_text("utf-8"))
    return Schedule(rules=msgspec.convert(read["rule"], tuple[Rule, ...]), open=read["open"])


def in_force(own: Path | None) -> Schedule:
    """The rules, with what an installation's own file says in their place. Raises SettingsWrong for a file that can't be followed: then nothing is
    worked out, and nothing destroyed."""
    if own is None:
        return packaged()
    known = packaged()
    try:
        said = msgspec.convert(tomllib.loads(own.read_text("utf-8")), OwnFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise SettingsWrong(f"YOSAFE_RETENTION_SCHEDULE: {own} can't be followed ({fault}). Mend it, or leave the setting out.") from None
    by_id = {rule.id: rule for rule in known.rules}
    for one in said.rule:
        if one.id not in by_id or not FEWEST_YEARS <= one.years <= MOST_YEARS or not one.source.strip():
            known_ids, years = ", ".join(by_id), f"{FEWEST_YEARS} to {MOST_YEARS} years"
            raise SettingsWrong(f"YOSAFE_RETENTION_SCHEDULE: rule {one.id!r} must be one of {known_ids}, of {years}, with a source.")
        by_id[one.id] = replace(by_id[one.id], years=one.years, source=one.source, decided_on=one.decided_on, decide="", confirmed=True)
    return Schedule(rules=tuple(by_id.values()), open=known.open, stop=said.stop)


def check_names_nobody(field: str, typed: str, names: list[str | None]) -> None:
    """Raises Invalid where a text that outlives the record holds a name of the young person, or a date."""
    if Hidden(names).text(typed) != typed or re.search(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b", typed):
        raise Invalid([FieldError(field, NAMED if Hidden(names).text(typed) != typed else "Leave dates out: they may be of birth")])
