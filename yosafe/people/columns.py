"""Columns that features above add to the list of young people, and the filters that go with them. Each applies its own access rule."""

from collections.abc import Awaitable, Callable, Collection

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.settings import Terminology

Load = Callable[[User, list[int], Terminology], Awaitable[dict[int, str]]]


class Column(Struct, frozen=True, kw_only=True):
    """`load(viewer, young people, terminology)` gives words for those who have any, in one query for the whole page. `only` is the condition, on
    `yp.id`, under which a young person has any: with it the list can be narrowed by `?{id}=yes`, which the filter calls `filter_label`."""

    id: str
    title: str
    permission: str
    load: Load
    only: Callable[[User], Sql] | None = None
    filter_label: str | None = None


class Filled(Struct, frozen=True):
    title: str
    words: dict[int, str]


_COLUMNS: dict[str, Column] = {}


def register_column(column: Column) -> None:
    """Called once for each column, in yosafe/composition.py, in the order of the list."""
    _COLUMNS[column.id] = column


def columns_for(viewer: User) -> list[Column]:
    return [column for column in _COLUMNS.values() if viewer.may(column.permission)]


def narrowed(viewer: User, asked: Collection[str]) -> list[Sql]:
    """The conditions of the columns that were asked for; of those that the viewer may not read, none."""
    return [column.only(viewer) for column in columns_for(viewer) if column.id in asked and column.only is not None]


async def filled(viewer: User, young_people: list[int], terminology: Terminology) -> list[Filled]:
    """What to show beside the young people of a page."""
    if not young_people:
        return []
    return [Filled(column.title, await column.load(viewer, young_people, terminology)) for column in columns_for(viewer)]
