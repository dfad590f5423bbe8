"""Telling someone of what an administrator did to their account. Notices stand above accounts: they say how, in yosafe/composition.py."""

from collections.abc import Awaitable, Callable

from yosafe.audit.record import Actor

Tell = Callable[[int, Actor], Awaitable[None]]
_codes: list[Tell] = []
_link: list[Tell] = []


def register_tell(*, codes: Tell, link: Tell) -> None:
    """Called once, in yosafe/composition.py: how someone is told that their phone was taken away, and that their account was linked with another."""
    _codes[:], _link[:] = [codes], [link]


async def tell_of_codes(user_account: int, *, by: Actor) -> None:
    """Part of the open transaction. Raises RuntimeError in a process that has not put the features together: nobody would be told."""
    await _tell(_codes, user_account, by)


async def tell_of_link(user_account: int, *, by: Actor) -> None:
    """The same of what lets someone sign in through another service."""
    await _tell(_link, user_account, by)


async def _tell(tells: list[Tell], user_account: int, by: Actor) -> None:
    if not tells:
        raise RuntimeError("import yosafe.composition before accounts are changed")
    for tell in tells:
        await tell(user_account, by)
