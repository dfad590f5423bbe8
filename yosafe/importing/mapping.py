"""How the columns and values of a source become ours: a mapping, as a small TOML file or a row that an agency keeps. Pure.

target = "incidents"
source = "Wing log of the old system"
dates = "dmy"

[columns]
"Date of incident" = "happened_on"

[values.kind]
"ASLT" = "assault"
"n/k" = ""          # as if nothing stood there

[defaults]
told_by = "staff"
"""

import tomllib
from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, field

from yosafe.errors import FieldError, Invalid
from yosafe.reference.packaged import folded
from yosafe.text import In

from .fields import Target

DateOrder = Literal["dmy", "mdy", "ymd"]
Cell = Annotated[str, Meta(max_length=200)]
ColumnName = Annotated[str, Meta(min_length=1, max_length=500)]
FieldName = Annotated[str, Meta(min_length=1, max_length=60)]
MOST_COLUMNS, MOST_VALUES = 2_000, 2_000


class Mapping(In, kw_only=True):
    """`columns`: the file's names to ours; `values`: by our field, the file's words to our codes ("" for none); `dates`: which comes first in dates
    that could be read two ways; `defaults`: by our field, what holds where no column or an empty cell says it."""

    target: Annotated[str, Meta(min_length=1, max_length=40)]
    source: Annotated[str, Meta(min_length=1, max_length=80)]
    dates: DateOrder = "dmy"
    columns: Annotated[dict[ColumnName, FieldName], Meta(max_length=MOST_COLUMNS)] = field(default_factory=dict)
    values: dict[FieldName, Annotated[dict[Cell, Cell], Meta(max_length=MOST_VALUES)]] = field(default_factory=dict)
    defaults: dict[FieldName, Cell] = field(default_factory=dict)


def value_key(text: str) -> str:
    """How a file's word is compared with others: no case, accents or marks; signs only where nothing else is left of it."""
    return folded(text) or " ".join(text.casefold().split())


def read_mapping(text: str, target: Target, *, file: str = "The mapping") -> Mapping:
    """A mapping from TOML. Raises Invalid, naming the place and the remedy."""
    try:
        read = tomllib.loads(text)
        mapping = msgspec.convert(read, Mapping)
    except tomllib.TOMLDecodeError as fault:
        raise Invalid(f"{file}: is not TOML ({fault}). Compare it with the example in the how-to.") from None
    except msgspec.ValidationError as fault:
        raise Invalid(f"{file}: {fault}") from None
    check_mapping(mapping, target, file=file)
    return mapping


def write_mapping(mapping: Mapping) -> str:
    """As TOML that `read_mapping` reads back the same."""
    lines = [f"{name} = {_text(getattr(mapping, name))}" for name in ("target", "source", "dates")]
    lines += _table("columns", mapping.columns)
    for name, of in mapping.values.items():
        lines += _table(f"values.{_text(name)}", of)
    lines += _table("defaults", mapping.defaults)
    return "\n".join(lines) + "\n"


def _table(name: str, values: Map[str, str]) -> list[str]:
    return ["", f"[{name}]", *(f"{_text(key)} = {_text(value)}" for key, value in values.items())] if values else []


def _text(value: str) -> str:
    """A basic string: of JSON's escapes all are TOML's too, but DEL must be written out."""
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def check_mapping(mapping: Mapping, target: Target, *, columns: Sequence[str] | None = None, file: str = "The mapping") -> None:
    """Raise Invalid, with every fault, for a mapping that can't be used for a target, or for a file with these `columns`."""
    faults = [*_faults_of_names(mapping, target), *_faults_of_values(mapping, target)]
    if columns is not None:
        faults += _faults_of_columns(mapping, target, columns)
    if faults:
        raise Invalid([FieldError(key, f"{file}: {words}") for key, words in faults])


def _faults_of_names(mapping: Mapping, target: Target) -> list[tuple[str, str]]:
    known = ", ".join(one.name for one in target.fields)
    faults = []
    if mapping.target != target.name:
        faults.append(("target", f"it is for {mapping.target}, and this is an import of {target.name}. Use another mapping."))
    for name in sorted({*mapping.columns.values(), *mapping.values, *mapping.defaults} - target.names):
        faults.append((name, f"“{name}” is no field of {target.name}. The fields are: {known}."))
    taken: dict[str, str] = {}
    for column, name in mapping.columns.items():
        if name in taken:
            faults.append((name, f"the columns “{taken[name]}” and “{column}” both fill “{name}”. Leave one of them out."))
        taken[name] = column
    return faults


def _faults_of_values(mapping: Mapping, target: Target) -> list[tuple[str, str]]:
    faults = []
    for name in sorted(mapping.values.keys() & target.names):
        of = target.field(name)
        if not of.is_coded:
            faults.append((name, f"“{name}” has no codes, so its values can't be mapped. Take [values.{name}] out."))
        elif wrong := sorted(code for code in set(mapping.values[name].values()) - {""} if not of.is_code(code)):
            known = f"Its codes are: {', '.join(of.codes)}." if of.codes else "Look it up in the reference."
            faults.append((name, f"“{wrong[0]}” is no code of “{name}”. {known}"))
    return faults


def _faults_of_columns(mapping: Mapping, target: Target, columns: Sequence[str]) -> list[tuple[str, str]]:
    there = {column for column in mapping.columns if column in columns}
    faults = [
        (mapping.columns[column], f"the file has no column “{column}”. It has: {', '.join(f'“{one}”' for one in columns[:40])}.")
        for column in mapping.columns
        if column not in there
    ]
    filled = {mapping.columns[column] for column in there} | {name for name, value in mapping.defaults.items() if value}
    for of in target.fields:
        if of.required and of.name not in filled:
            faults.append((of.name, f"“{of.label}” ({of.name}) is needed: say which column holds it, or give a default."))
    for group in target.one_of:
        if not filled & set(group):
            labels = " or ".join(f"“{target.field(name).label}” ({name})" for name in group)
            faults.append((group[0], f"{labels} is needed: say which column holds it."))
    return faults
