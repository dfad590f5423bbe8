"""What an incident led to elsewhere. Features above say so, each by its own access rule; the record of the incident shows it."""

from collections.abc import Awaitable, Callable

from yosafe.accounts.viewer import User
from yosafe.settings import Terminology

LedTo = tuple[str, str]  # words, and the address of the record
Load = Callable[[User, int, Terminology], Awaitable[list[LedTo]]]

_LOADERS: list[Load] = []


def register_followed(load: Load) -> None:
    """Called once by a feature whose records rest on incidents, in yosafe/composition.py: `load(viewer, incident, terminology)`."""
    if load not in _LOADERS:
        _LOADERS.append(load)


async def led_to(viewer: User, incident: int, terminology: Terminology) -> list[LedTo]:
    """The records that rest on an incident, of those that the viewer may see."""
    return [found for load in _LOADERS for found in await load(viewer, incident, terminology)]
