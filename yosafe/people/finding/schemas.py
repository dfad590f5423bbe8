"""What comes in and goes out of the search box."""

from typing import Annotated

from msgspec import Meta, Struct

from yosafe.people.schemas import FoundOut
from yosafe.text import In


class LookUp(In, kw_only=True):
    """A name or its beginning, a date of birth, a number that others gave, or the reference of any record."""

    q: Annotated[str, Meta(min_length=1, max_length=100)]


class GroupOut(Struct, kw_only=True):
    """Young people who were found in one way: by `name`, `other name`, `number` or `date of birth`. `more`: there are others that are not in it."""

    by: str
    items: list[FoundOut]
    more: bool


class SearchOut(Struct, kw_only=True):
    """`record` is where the record of a reference is, if one was typed and it exists for you; otherwise `groups` are the young people whom you see
    and who were found, each once."""

    record: str | None
    groups: list[GroupOut]
