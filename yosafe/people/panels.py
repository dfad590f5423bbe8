"""The overview of a young person is made of panels. Features above add theirs: what is open, what is flagged. Each applies its own access rule."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.settings import Terminology

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


_PANELS: dict[str, Panel] = {}


def register_panel(panel: Panel) -> None:
    """Called once for each panel, in yosafe/composition.py, in the order of the page."""
    _PANELS[panel.id] = panel


async def panels(viewer: User, young_person: int, terminology: Terminology) -> list[Shown]:
    """What there is to show to this viewer, in order."""
    allowed = [panel for panel in _PANELS.values() if viewer.may(panel.permission)]
    loaded = [(panel, await panel.load(viewer, young_person, terminology)) for panel in allowed]
    return [Shown(id=panel.id, template=panel.template, side=panel.side, data=data) for panel, data in loaded if data is not None]
