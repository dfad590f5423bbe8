"""Running a command against the database: opens it, finds for whom the command acts, closes it again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from yosafe import settings
from yosafe.accounts.access import user_by_email
from yosafe.accounts.policy import set_policy
from yosafe.audit.record import Actor, Operator
from yosafe.db.connect import check_upgraded, connect, disconnect
from yosafe.logs import configure as configure_logs

T = TypeVar("T")

as_option = click.option(
    "--as", "email", metavar="EMAIL", help="The user for whom this is done. Without it: the operator of this machine, recorded as such."
)


def run(work: Callable[[], Awaitable[T]], *, upgraded: bool = True) -> T:
    """What `work` returns, run with the database open. Raises NotUpgraded where the schema is behind, unless `upgraded` is False."""

    async def within() -> T:
        chosen = settings.read()
        configure_logs(chosen.log)
        set_policy(chosen)
        await connect(chosen)
        try:
            if upgraded:
                await check_upgraded()
            return await work()
        finally:
            await disconnect(chosen)

    return asyncio.run(within())


async def actor(email: str | None) -> Actor:
    """The user named by --as, or the operator."""
    return await user_by_email(email) if email else Operator()
