"""What stands in a copy in place of what was written. The same value becomes the same again, so that a worker keeps one name; which, only the key of
this one copy says, and nobody keeps it. Pure."""

import datetime as dt
import hmac
import re
from collections.abc import Collection
from typing import Any

from yosafe.accounts.trail_words import PREFIXES
from yosafe.clock import LONDON

_BEGINNINGS = ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "dr", "gl", "kr", "tr", "vl")
_VOWELS = ("a", "e", "i", "o", "u")
_ENDINGS = ("l", "m", "n", "r", "s", "x", "nd", "rk")
SENTENCES = (
    "Made up for training.",
    "What was written here was taken out, and this was put in its place.",
    "It says nothing of anyone.",
    "Read it as if someone had told what happened and what they did about it.",
    "In a real record this would be an account in somebody's own words.",
)
_REFERENCE = re.compile(rf"(?:{'|'.join(PREFIXES.values())})-\d{{6}}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_HOUR = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)
_LONGEST_ACCOUNT = 400


class MadeUp:
    """`taken`: words of real names, in small letters, which no made-up name may be. `vocabulary`: codes that may stay in answers."""

    def __init__(self, key: bytes, *, taken: Collection[str], vocabulary: Collection[str]) -> None:
        self._key, self._taken, self._vocabulary = key, frozenset(taken), frozenset(vocabulary)

    def family(self, value: str) -> str:
        return self._name("family", value, 3)

    def given(self, value: str) -> str:
        return self._name("given", value, 2)

    def person(self, value: str) -> str:
        return f"{self.given(value)} {self.family(value)}"

    def email(self, value: str) -> str:
        return f"{self._digits('email', value):012d}@training.example"

    def label(self, value: str) -> str:
        """A place, a wing, an office."""
        return f"Made up {self._digits('label', value) % 1_000_000:06d}"

    def number(self, value: str) -> str:
        """A number that another service gave."""
        return f"MADE{self._digits('number', value):012d}"

    def words(self, value: str) -> str:
        """Sentences about as long as what was written, up to a paragraph; never longer, but for the shortest."""
        if len(value) < len(SENTENCES[0]):
            return SENTENCES[0]
        text = SENTENCES[0]
        while len(text) < min(len(value), _LONGEST_ACCOUNT):
            longer = f"{text} {SENTENCES[1 + self._digits('words', value + text) % (len(SENTENCES) - 1)]}"
            if len(longer) > len(value):
                break
            text = longer
        return text

    def answers(self, value: Any, weeks: int) -> Any:
        """The same with no word that anyone typed: codes, numbers, references and hours stay, days move."""
        match value:
            case dict():
                return {key: self.answers(one, weeks) for key, one in value.items()}
            case list():
                return [self.answers(one, weeks) for one in value]
            case str():
                return self._answer(value, weeks)
            case _:
                return value

    def _answer(self, value: str, weeks: int) -> str:
        if value in self._vocabulary or value == "" or _REFERENCE.fullmatch(value) or _HOUR.fullmatch(value):
            return value
        if _DAY.match(value):
            try:
                moved = earlier(dt.date.fromisoformat(value) if _DAY.fullmatch(value) else dt.datetime.fromisoformat(value), weeks)
            except ValueError:
                return SENTENCES[0]
            return moved.isoformat()
        return self.words(value)

    def _name(self, kind: str, value: str, syllables: int) -> str:
        for turn in range(1000):
            left = self._digits(kind, f"{turn}/{value.casefold()}")
            name = ""
            for _ in range(syllables):
                left, first = divmod(left, len(_BEGINNINGS))
                left, vowel = divmod(left, len(_VOWELS))
                name += _BEGINNINGS[first] + _VOWELS[vowel]
            name += _ENDINGS[left % len(_ENDINGS)]
            if name not in self._taken:
                return name.capitalize()
        raise RuntimeError("every name that could be made up is somebody's")

    def _digits(self, kind: str, value: str) -> int:
        """Twelve digits that say nothing of the value without the key."""
        return int.from_bytes(hmac.digest(self._key, f"{kind}\x1f{value}".encode(), "sha256")[:8]) % 10**12


def earlier(value: dt.date | dt.datetime, weeks: int) -> dt.date | dt.datetime:
    """The same day of the week, and in London the same hour, some weeks before. What is too early for that stays."""
    try:
        if not isinstance(value, dt.datetime):
            return value - dt.timedelta(weeks=weeks)
        if value.tzinfo is None:
            return value - dt.timedelta(weeks=weeks)
        return (value.astimezone(LONDON) - dt.timedelta(weeks=weeks)).astimezone(dt.UTC)
    except OverflowError:
        return value
