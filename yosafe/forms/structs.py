"""Answers into a struct, with msgspec's faults put in words and on their fields."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from yosafe.errors import FieldError, Invalid
from yosafe.text import PATTERNS

from .messages import called, subject
from .questions import Kind, Question, walk

S = TypeVar("S", bound=Struct)

# What msgspec says, and what to do about it. The first pattern that is found counts.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"`(?:array|object)` of length >= (\d+)", "must have at least {0}"),
    (r"`(?:array|object)` of length <= (\d+)", "must have at most {0}"),
    (r"of length >= (\d+)", "must be {0} characters or more"),
    (r"of length <= (\d+)", "must be {0} characters or fewer"),
    *((rf"matching regex {re.escape(repr(pattern))}", words) for pattern, words in PATTERNS.items()),
    (r"Expected `(?:int|float|decimal)` (?:>=|<=|>|<) ", "{rule}"),
    (r"Invalid enum value", "must be one of those that can be chosen"),
    (r"RFC3339 encoded datetime|Expected `datetime", "must be a real date and time with its offset from UTC, like 2026-09-27T20:15:00+01:00"),
    (r"RFC3339 encoded date|Expected `date", "must be a real date, like 2026-09-27"),
    (r"Expected `int", "must be a whole number"),
    (r"Expected `float|Expected `decimal", "must be a number"),
    (r"Expected `bool", "must be yes or no"),
    (r"Expected `str", "must be text"),
    (r"Expected `array", "must be a list"),
    (r"Expected `object", "must be a group of fields"),
)
_RULES = {">=": "must be {} or more", "<=": "must be {} or less", ">": "must be more than {}", "<": "must be less than {}"}


def remedy_for(message: str) -> str:
    """What to do about a fault of msgspec's, to be read after the name of the field; the fault itself where it is one of our own sentences."""
    message = message.partition(" - at `")[0]
    for pattern, words in _WORDS:
        if match := re.search(pattern, message):
            if words == "{rule}":
                sign, limit = re.findall(r"(>=|<=|>|<) ([-\d.]+)", message)[0]
                return _RULES[sign].format(limit)
            return words.format(*match.groups())
    return message


def to_struct(struct: type[S], answers: Mapping[str, Any], questions: Iterable[Question] = ()) -> S:
    """The struct that answers make; blanks take its defaults. Raises Invalid with every field's fault, called as its question is.

    A blank (None) reaches a field that may be None; elsewhere it counts as not given."""
    asked = {question.name: question for question in walk(questions)}
    wanted = {field.encode_name: field for field in fields(struct)}
    unknown = [name for name in answers if name not in wanted]
    values = {name: _fitted(wanted[name], value) for name, value in answers.items() if name in wanted and _is_given(wanted[name], value)}
    errors = [FieldError(name, f"There is no field “{name}” here: take it out") for name in unknown]
    errors += [error for name, field in wanted.items() if (error := _fault(field, values, asked.get(name)))]
    if errors:
        raise Invalid(errors)
    try:
        return msgspec.convert(values, struct, strict=False)
    except msgspec.ValidationError as fault:
        raise Invalid([_fault_of_the_whole(remedy_for(str(fault)), wanted, asked)]) from None


def _is_given(field: FieldInfo, value: Any) -> bool:
    return value is not None or _fits(None, field)


def _fits(value: Any, field: FieldInfo) -> bool:
    try:
        msgspec.convert(value, field.type, strict=False)
    except msgspec.ValidationError:
        return False
    return True


def _fitted(field: FieldInfo, value: Any) -> Any:
    """A yes or no as the true or false that the field wants."""
    wants_bool = field.type is bool or bool in get_args(field.type)
    return {"yes": True, "no": False}.get(value, value) if wants_bool and isinstance(value, str) else value


def _fault(field: FieldInfo, values: Mapping[str, Any], question: Question | None) -> FieldError | None:
    name = field.encode_name
    if name not in values:
        missing = field.default is NODEFAULT and field.default_factory is NODEFAULT
        return FieldError(_key(name, question), f"Enter {called(question) if question else _words(name)}") if missing else None
    try:
        msgspec.convert(values[name], field.type, strict=False)
    except msgspec.ValidationError as fault:
        return FieldError(_key(name, question), f"{_lead(name, question)} {remedy_for(str(fault))}")
    return None


def _fault_of_the_whole(message: str, wanted: Mapping[str, FieldInfo], asked: Mapping[str, Question]) -> FieldError:
    """A fault that the struct itself found; those of `In` start with the name of the field."""
    name, _, remedy = message.partition(": ")
    if name not in wanted:
        return FieldError("", message)
    question = asked.get(name)
    return FieldError(_key(name, question), f"{_lead(name, question)} {remedy}")


def _lead(name: str, question: Question | None) -> str:
    return subject(question) if question else _words(name).capitalize()


def _key(name: str, question: Question | None) -> str:
    return f"{name}-day" if question and question.kind is Kind.DATE else name


def _words(name: str) -> str:
    return name.replace("_", " ")
