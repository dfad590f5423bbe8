"""Question sets from files. Every fault of every file is reported at once, with file, question and remedy."""

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from yosafe.errors import FieldError, Invalid, NotFound

from .faults import faults_in
from .questions import QuestionSet

RELEASED = "released.toml"


class QuestionSets(Struct, frozen=True, dict=True):
    """The question sets of one folder, all versions."""

    sets: tuple[QuestionSet, ...]

    @cached_property
    def _by_ref(self) -> Mapping[str, QuestionSet]:
        return {question_set.ref: question_set for question_set in self.sets}

    def by_ref(self, ref: str) -> QuestionSet:
        """The set that a record was answered under, "assault/1". Raises NotFound."""
        if ref not in self._by_ref:
            raise NotFound(f"There is no question set {ref}.")
        return self._by_ref[ref]

    def valid_on(self, id: str, day: dt.date) -> QuestionSet:
        """The set to ask on a day. Raises NotFound."""
        for question_set in self.sets:
            if question_set.id == id and question_set.is_valid_on(day):
                return question_set
        raise NotFound(f"There is no question set {id} for {day:%-d %B %Y}.")


def load_folder(folder: Path | Traversable) -> QuestionSets:
    """Every `*.toml` of a folder. Raises Invalid where a file is wrong, versions of one set overlap, or one in use was changed.

    `released.toml` holds `"assault/1" = "fingerprint"` for each version in use; `fingerprint()` makes the value.
    """
    errors: list[FieldError] = []
    sets: list[QuestionSet] = []
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml") and file.name != RELEASED), key=lambda file: file.name)
    for file in files:
        try:
            sets.append(load(file))
        except Invalid as fault:
            errors += fault.errors
    errors += _faults_between(sets)
    released = folder / RELEASED
    if released.is_file():
        errors += _faults_since_release(sets, tomllib.loads(released.read_text("utf-8")))
    if errors:
        raise Invalid(errors)
    return QuestionSets(tuple(sets))


def load(file: Path | Traversable) -> QuestionSet:
    """One question set. Raises Invalid with each fault, its file and its question."""
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Invalid([_told(file.name, "", f"not readable as TOML ({fault})")]) from None
    try:
        question_set = msgspec.convert(data, QuestionSet)
    except msgspec.ValidationError as fault:
        message, _, path = str(fault).partition(" - at `")
        raise Invalid([_told(file.name, place_of(data, path.rstrip("`")), message)]) from None
    faults = [_told(file.name, where, remedy) for where, remedy in faults_in(question_set)]
    if faults:
        raise Invalid(faults)
    return question_set


def fingerprint(question_set: QuestionSet) -> str:
    """A short hash of everything a set asks. Comments, layout, `valid_to` (set when a version ends) and the codes of code lists do not count."""
    data = msgspec.to_builtins(msgspec.structs.replace(question_set, valid_to=None))
    return hashlib.sha256(msgspec.json.encode(_without_codes(data), order="deterministic")).hexdigest()[:16]


def _without_codes(data: Any) -> Any:
    match data:
        case dict():
            return {key: _without_codes(value) for key, value in data.items() if key != "options" or "code_list" not in data}
        case list() | tuple():
            return [_without_codes(value) for value in data]
    return data


def place_of(data: Any, path: str) -> str:
    """The name of the question or section at a msgspec path such as `$.sections[0].questions[2].kind`, then the field."""
    name, field = "", ""
    for key, index in re.findall(r"\.?([A-Za-z_]\w*)|\[(\d+|\.\.\.)\]", path):
        data = _inside(data, key, index)
        field = key or field
        if isinstance(data, dict) and isinstance(data.get("name"), str):
            name, field = data["name"], ""
    return ", ".join(part for part in (name, field) if part)


def _inside(data: Any, key: str, index: str) -> Any:
    if key:
        return data.get(key) if isinstance(data, dict) else None
    if index == "...":
        return None
    return data[int(index)] if isinstance(data, list) else None


def _faults_between(sets: Iterable[QuestionSet]) -> list[FieldError]:
    """Versions used twice, out of order, or valid on the same day."""
    ordered = sorted(sets, key=lambda one: (one.id, one.version))
    faults = []
    for old, new in pairwise(ordered):
        if old.id != new.id:
            continue
        if old.version == new.version:
            faults.append(
                _told(
                    old.ref, "", f"two files hold version {old.version}: a version is never used again, make the newer one version {old.version + 1}"
                )
            )
        elif old.valid_to is None or new.valid_from <= old.valid_to:
            faults.append(_told(old.ref, "valid_to", f"must be before {new.valid_from:%-d %B %Y}, when {new.ref} begins"))
    return faults


def _faults_since_release(sets: Iterable[QuestionSet], released: Mapping[str, str]) -> list[FieldError]:
    now = {one.ref: fingerprint(one) for one in sets}
    faults = []
    for ref, then in released.items():
        if ref not in now:
            faults.append(_told(ref, "", "is in use and its file is gone: put it back, records are read through it"))
        elif now[ref] != then:
            faults.append(_told(ref, "", "was changed though it is in use: put it back as it was and make a new version"))
    return faults


def _told(file: str, where: str, remedy: str) -> FieldError:
    return FieldError(f"{file}: {where}" if where else file, f"{file}: {where}: {remedy}" if where else f"{file}: {remedy}")
