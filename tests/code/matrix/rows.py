"""The shape of a row of the access matrix."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.world import World
from yosafe.accounts.permissions import Role


@dataclass(frozen=True)
class Call:
    """A request: `json` for the API, `form` for a page that takes a POST."""

    path: str
    json: Any = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    files: Any = None


Ask = str | Call | Callable[[World], str | Call]


@dataclass(frozen=True)
class Row:
    own: Ask
    other: Ask | None = None
    own_for: Mapping[Role, Ask] = field(default_factory=dict)
    alone: Mapping[Role, str] = field(default_factory=dict)
    sees_all: Mapping[Role, str] = field(default_factory=dict)

    def ask(self, role: Role | None, world: World) -> Call:
        return call(self.own_for.get(role, self.own) if role else self.own, world)

    def ask_other(self, world: World) -> Call | None:
        return call(self.other, world) if self.other is not None else None


def call(ask: Ask, world: World) -> Call:
    asked = ask(world) if callable(ask) else ask
    return asked if isinstance(asked, Call) else Call(asked)
