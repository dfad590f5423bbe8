"""What an import can fill: the fields of a target, with how each is written. Data: whoever imports something declares it, and everything reads it."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from yosafe.reference.areas import areas
from yosafe.reference.establishments import establishments


class Kind(StrEnum):
    """How a field is written in a file."""

    TEXT = "text"
    WORDS = "words"  # several lines: an account
    DATE = "date"
    MOMENT = "moment"  # a date, with the time of day where it is known
    TIME = "time"
    CODE = "code"
    CODES = "codes"  # several, with ; or | or / or , between
    PLACE = "place"  # an establishment, by code, name or alias
    AREA = "area"  # an authority, likewise
    YES_NO = "yes_no"
    NUMBER = "number"  # a whole one


class Field(Struct, frozen=True, kw_only=True):
    """One thing that a row can say. `codes` are ours with their labels; `aliases` other names that columns of it have, `code_aliases` other words for
    its codes. A `personal` one is never shown in a fault."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    hint: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    code_aliases: Mapping[str, str] = field(default_factory=dict)
    longest: int = 200
    personal: bool = True

    @property
    def is_coded(self) -> bool:
        """Whether what a file says of it is matched to something of ours, one value after the other."""
        return self.kind in {Kind.CODE, Kind.CODES, Kind.PLACE, Kind.AREA, Kind.YES_NO}

    def is_code(self, code: str) -> bool:
        """Whether it is one of ours for this field."""
        match self.kind:
            case Kind.PLACE:
                return any(code == one.code for one in establishments())
            case Kind.AREA:
                return any(code == one.code for one in areas(dt.date.min))
            case Kind.YES_NO:
                return code in {"yes", "no"}
        return code in self.codes


class Target(Struct, frozen=True, kw_only=True):
    """What a file is to become. `one_of`: of each group of fields, a column or a default for one of them is needed."""

    name: str
    title: str
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()

    def field(self, name: str) -> Field:
        """KeyError for a name that it has not."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.fields)
