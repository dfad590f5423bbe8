"""One answer from what was typed, by kind of question. Each reader gives the value as JSON holds it, or raises Unreadable."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from yosafe import text, words

from .dates import NotADate, date_in, date_of, time_in
from .messages import called, must, needed
from .questions import Kind, Question
from .typed import Typed, is_blank


class Unreadable(Exception):
    """What was typed is no answer; `part` is the box to go to where a question has several."""

    def __init__(self, message: str, part: str = "") -> None:
        super().__init__(message)
        self.message, self.part = message, part


class Setting(msgspec.Struct, frozen=True):
    """What an answer is read against: the day, and the answers before it."""

    today: dt.date
    before: Mapping[str, Any]


def value_of(question: Question, typed: Typed, setting: Setting) -> Any:
    """The answer, None for none. Raises Unreadable with words that say what to do."""
    if is_blank(typed):
        if question.required:
            raise Unreadable(needed(question), "day" if question.kind is Kind.DATE else "")
        return None
    if question.kind is Kind.PASSWORD:
        return _password(question, typed)
    return _READERS[question.kind](question, typed, setting)


def _cleaned(question: Question, typed: Typed) -> str:
    try:
        value = text.clean(str(typed))
    except ValueError as fault:
        raise Unreadable(must(question, str(fault))) from None
    if question.kind is not Kind.TEXTAREA:
        value = " ".join(value.split())
    longest = question.max_length or 0
    if len(value) > longest:
        raise Unreadable(must(question, f"must be {longest:,} characters or fewer"))
    if len(value) < question.min_length:
        raise Unreadable(must(question, f"must be {question.min_length:,} characters or more"))
    return value


def _text(question: Question, typed: Typed, setting: Setting) -> str:
    return _cleaned(question, typed)


def _password(question: Question, typed: Typed) -> str:
    """As typed: spaces and marks are part of it."""
    value = str(typed)
    if len(value) > (question.max_length or 0):
        raise Unreadable(must(question, f"must be {question.max_length:,} characters or fewer"))
    return value


def _one_choice(question: Question, typed: Typed, setting: Setting) -> str:
    return _known(question, str(typed), setting.today)


def _known(question: Question, value: str, on: dt.date) -> str:
    option = next((option for option in question.options if option.value == value), None)
    if option is None:
        raise Unreadable(f"Select {called(question)} from the list")
    if not option.is_valid_on(on):
        raise Unreadable(f"Select {called(question)} again: “{option.label}” is not used on {words.day(on)}")
    return value


def _choices(question: Question, typed: Typed, setting: Setting) -> list[str]:
    """Those ticked, once each, in the order of the list."""
    ticked = {_known(question, value, setting.today) for value in typed if value}
    alone = next((option for option in question.options if option.exclusive and option.value in ticked), None)
    if alone and len(ticked) > 1:
        raise Unreadable(f"Select “{alone.label}” on its own, or take its tick away")
    return [option.value for option in question.options if option.value in ticked]


def _rating(question: Question, typed: Typed, setting: Setting) -> int | str:
    """A number, or one of the other options such as "not_known"."""
    value = _known(question, str(typed), setting.today)
    return int(value) if value.isdecimal() else value


def _date(question: Question, typed: Typed, setting: Setting) -> str:
    try:
        value = date_of(typed["day"], typed["month"], typed["year"]) if isinstance(typed, dict) else date_in(str(typed))
    except NotADate as fault:
        raise Unreadable(must(question, fault.remedy), fault.part) from None
    if remedy := _outside(question, value, setting):
        raise Unreadable(must(question, remedy), "day")
    return value.isoformat()


def _outside(question: Question, value: dt.date, setting: Setting) -> str | None:
    """What the date must be, where it is not."""
    if question.past and value > setting.today:
        return "must be today or in the past"
    if question.future and value < setting.today:
        return "must be today or in the future"
    earlier = setting.before.get(question.not_before_answer or "")
    first = max(filter(None, (question.not_before, dt.date.fromisoformat(earlier) if earlier else None)), default=None)
    return f"must be the same as or after {words.day(first)}" if first and value < first else None


def _time(question: Question, typed: Typed, setting: Setting) -> str:
    value = time_in(str(typed))
    if value is None:
        raise Unreadable(must(question, "must be a time, like 10:05am or 22:05"))
    return f"{value:%H:%M}"


def _number(question: Question, typed: Typed, setting: Setting) -> int | float:
    written = re.sub(r"[\s,]", "", str(typed))
    whole = re.fullmatch(r"[+-]?[0-9]{1,15}(?:\.0+)?", written)
    if not whole and not (question.decimals and re.fullmatch(r"[+-]?[0-9]{0,15}\.[0-9]{1,15}", written)):
        raise Unreadable(must(question, "must be a number, like 12.5" if question.decimals else "must be a whole number, like 12"))
    value = int(written.partition(".")[0]) if whole else round(float(written), question.decimals)
    least, most = question.min, question.max
    if (least is not None and value < least) or (most is not None and value > most):
        raise Unreadable(must(question, _range(least, most)))
    return value


def _range(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f"must be between {least:,g} and {most:,g}"
    return f"must be {least:,g} or more" if least is not None else f"must be {most:,g} or less"


_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][ABD-HJLNP-UW-Z]{2})?")


def _postcode(question: Question, typed: Typed, setting: Setting) -> str:
    """ "LS1 4DY", or the first half alone, "LS1"."""
    match = _POSTCODE.fullmatch(re.sub(r"[\s.-]", "", str(typed)).upper())
    if match is None:
        raise Unreadable(must(question, "must be a postcode, like LS1 4DY, or its first half, like LS1"))
    return " ".join(half for half in match.groups() if half)


def _email(question: Question, typed: Typed, setting: Setting) -> str:
    value = _cleaned(question, typed)
    if not re.fullmatch(r"[^\s@\"<>(),:;\\]+@[^\s@.]+(\.[^\s@.]+)+", value):
        raise Unreadable(must(question, "must be an email address, like name@example.org"))
    return value


def _person(question: Question, typed: Typed, setting: Setting) -> str:
    """A young person's reference, "YP-000123". The feature looks up who that is, and whether this user may know."""
    match = re.fullmatch(r"(?:YP-?)?([0-9]{1,9})", re.sub(r"\s", "", str(typed)).upper())
    if match is None:
        raise Unreadable(f"Select {called(question)} from the list, or enter a reference like YP-000123")
    return f"YP-{int(match[1]):06}"


_READERS: dict[Kind, Callable[[Question, Typed, Setting], Any]] = {
    Kind.TEXT: _text,
    Kind.TEXTAREA: _text,
    Kind.HIDDEN: _text,
    Kind.RADIOS: _one_choice,
    Kind.SELECT: _one_choice,
    Kind.YES_NO: _one_choice,
    Kind.CHECKBOXES: _choices,
    Kind.RATING: _rating,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.NUMBER: _number,
    Kind.POSTCODE: _postcode,
    Kind.EMAIL: _email,
    Kind.PERSON: _person,
}
