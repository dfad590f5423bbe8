"""The overview of a young person is made of panels, under what can be done first. Features above add theirs: what is open, what is flagged, what to
record. Each applies its own access rule."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.settings import Terminology

from .access import young_person_ref

Load = Callable[[User, int, Terminology], Awaitable[Any]]


class Panel(Struct, frozen=True, kw_only=True):
    """`load(viewer, young_person, terminology)` gives what the template draws as `panel.data`, or None for no panel.
    On the left is what happened, on the right what to do about it."""

    id: str
    permission: str
    template: str
    load: Load
    side: Literal["left", "right"] = "left"


class Shown(Struct, frozen=True, kw_only=True):
    id: str
    template: str
    side: str
    data: Any


class Action(Struct, frozen=True, kw_only=True):
    """Something to do about a young person. `path` may hold {ref}; `offered` is whether a viewer, who sees the young person, may do it."""

    text: str
    path: str
    offered: Callable[[User], bool]


_PANELS: dict[str, Panel] = {}


def register_panel(panel: Panel) -> None:
    """Called once for each panel, in yosafe/composition.py, in the order of the page."""
    _PANELS[panel.id] = panel


MOST_ACTIONS = 2
_ACTIONS: dict[str, Action] = {}


def register_action(action: Action) -> None:
    """Called once for each action, in yosafe/composition.py, the most wanted first."""
    _ACTIONS[action.path] = action


def actions(viewer: User, young_person: int) -> list[dict[str, str]]:
    """What this viewer comes to do most: texts and addresses, the first for the main button."""
    ref = young_person_ref(young_person)
    offered = [action for action in _ACTIONS.values() if action.offered(viewer)]
    return [{"text": action.text, "href": action.path.format(ref=ref)} for action in offered[:MOST_ACTIONS]]


async def panels(viewer: User, young_person: int, terminology: Terminology) -> list[Shown]:
    """What there is to show to this viewer, in order."""
    allowed = [panel for panel in _PANELS.values() if viewer.may(panel.permission)]
    loaded = [(panel, await panel.load(viewer, young_person, terminology)) for panel in allowed]
    return [Shown(id=panel.id, template=panel.template, side=panel.side, data=data) for panel, data in loaded if data is not None]
