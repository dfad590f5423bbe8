"""Whoever reads a record of several children may have a duty towards one of them and none towards another. What people wrote about it names both:
here the names of those whom a reader may not know of are taken out of it. Pure. No rule finds a child who is meant but not named; SECURITY.md says
so."""

import re
from collections.abc import Iterable

ANOTHER = "another young person"
# Names that are everyday words too, where they are written small.
EVERYDAY = frozenset(
    {
        "art", "bill", "black", "brown", "chance", "christian", "day", "dean", "drew", "field", "ford", "gray", "green", "grant", "guy",
        "hall", "hill", "hope", "jack", "joy", "king", "lane", "law", "long", "love", "mark", "max", "may", "miles", "moor", "north", "pat",
        "penny", "pool", "rich", "rob", "rose", "ray", "sandy", "short", "small", "south", "stone", "street", "summer", "west", "white",
        "will", "wood", "young",
    }
)  # fmt: skip
_JOINED = re.compile(r"[\s\-]+")


class Hidden:
    """The names to take out. `names` are those of young people whom the reader may not know of, `known` of those whom they may: a family name that
    two of them share stays. `instead` is what stands there; `capitals`: only where a name begins with one, for names of people who need not be meant.
    """

    def __init__(self, names: Iterable[str | None], known: Iterable[str | None] = (), *, instead: str = ANOTHER, capitals: bool = False) -> None:
        words = _words(names) - _words(known)
        self._instead = instead
        self._pattern = _pattern(words, capitals=capitals) if words else None

    def text(self, written: str) -> str:
        """What was written, with "another young person" for each of the names; names that follow each other count as one."""
        return self._pattern.sub(self._another, written) if self._pattern else written

    def _another(self, found: re.Match[str]) -> str:
        before = found.string[: found.start()].rstrip(" \t'\"“‘(")
        starts_sentence = not before or before[-1] in ".!?\n"
        return self._instead.capitalize() if starts_sentence else self._instead

    def maybe(self, written: str | None) -> str | None:
        return None if written is None else self.text(written)


def _words(names: Iterable[str | None]) -> set[str]:
    return {word.casefold() for name in names if name for word in _JOINED.split(name) if len(word) > 1}


def _pattern(words: set[str], *, capitals: bool) -> re.Pattern[str]:
    one = "|".join(_spelt(word, capitals=capitals) for word in sorted(words, key=lambda word: (-len(word), word)))
    return re.compile(rf"(?<!\w)(?:{one})(?:[\s,\-]+(?:{one}))*(?!\w)")


def _spelt(word: str, *, capitals: bool) -> str:
    """The name as it may be written. One that is an everyday word counts only with a capital."""
    if capitals:
        return f"(?!{re.escape(word[0])})(?i:{re.escape(word)})"
    if word in EVERYDAY:
        return f"{re.escape(word.capitalize())}|{re.escape(word.upper())}"
    return f"(?i:{re.escape(word)})"
