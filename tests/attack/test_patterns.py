"""Every regular expression of yosafe against texts that make careless ones take for ever: each has a moment of processor time."""

import pkgutil
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FrameType

import pytest

import yosafe
from tests.code.test_strict_bodies import DESCRIBED

LONG, SECONDS = 700, 0.3  # what takes the square of its length takes half a million steps: well below; its cube does not end
ENDS = ("!", "\0")
_IN_CODE = re.compile(r'\bre\.(?:compile|fullmatch|match|search|sub|findall|split|finditer)\(\s*r?("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')')


def patterns() -> dict[str, re.Pattern[str]]:
    """Those that modules hold, those written where they are used, and those of the API's description."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(yosafe.__path__, "yosafe."):
        if module.name.startswith(("yosafe.db.migrations.", "yosafe.importing.child", "yosafe.__main__")):
            continue
        loaded = sys.modules.get(module.name) or import_module(module.name)
        for value in vars(loaded).values():
            for one in value if isinstance(value, tuple | list) else (value,):
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    found.setdefault(one.pattern, one)
        for text in _IN_CODE.findall(_source(loaded.__file__)):
            _add(found, text[1:-1])
    for text in _described(DESCRIBED):
        _add(found, text)
    return found


def _source(path: str | None) -> str:
    if path is None:
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def _add(found: dict[str, re.Pattern[str]], text: str) -> None:
    try:
        found.setdefault(text, re.compile(text, re.DOTALL))
    except re.error:  # half of one that is put together
        return


def _described(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]
        for inner in part.values():
            yield from _described(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _described(inner)


def hostile(pattern: str) -> Iterator[str]:
    """Texts made of what the pattern itself speaks of, over and over, with an end that does not fit."""
    letters = sorted({*re.sub(r"\\.|[\[\]()?*+{}|^$]", "", pattern)[:6], "a", "1", " ", "-"})
    pieces = [*letters, "1 ", "a-", "a.", ", "]
    for piece in pieces:
        text = piece * (LONG // len(piece))
        for end in ENDS:
            yield text + end
        yield f"a{text}"


class TooLong(Exception):
    pass


@contextmanager
def within(seconds: float) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def too_long(pattern: re.Pattern[str]) -> str | None:
    for text in hostile(pattern.pattern):
        try:
            with within(SECONDS):
                pattern.search(text)
        except TooLong:
            return f"{text[:8]!r}… {text[-1:]!r}"
    return None


def test_no_pattern_takes_for_ever() -> None:
    found = patterns()
    assert len(found) > 60
    assert {pattern: text for pattern, one in found.items() if (text := too_long(one))} == {}


@pytest.mark.parametrize("careless", [r"(a+)+$", r"^(\w+\s?)*$", r"(a|aa)+!$"])
def test_a_careless_one_would_be_found(careless: str) -> None:
    assert too_long(re.compile(careless)) is not None
