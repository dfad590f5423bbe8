"""Telling someone of what an administrator did to their account. Notices stand above accounts: they say how, in yosafe/composition.py."""

from collections.abc import Awaitable, Callable

from yosafe.audit.record import Actor

Tell = Callable[[int, Actor], Awaitable[None]]
_tell: list[Tell] = []


def register_tell(tell: Tell) -> None:
    """Called once, in yosafe/composition.py: how someone is told that their phone was taken away."""
    if tell not in _tell:
        _tell.append(tell)


async def tell_of_codes(user_account: int, *, by: Actor) -> None:
    """Part of the open transaction. Raises RuntimeError in a process that has not put the features together: nobody would be told."""
    if not _tell:
        raise RuntimeError("import yosafe.composition before codes are taken away")
    for tell in _tell:
        await tell(user_account, by)
