"""A report being built, by a worker or at the command line; and who it is built by."""

from collections.abc import Awaitable, Callable
from typing import Any

from yosafe import settings
from yosafe.accounts.access import check_may, who_asked
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, Operator
from yosafe.db.faults import kind_of
from yosafe.errors import DomainError
from yosafe.jobs.registry import GiveUp, Job, Payload
from yosafe.settings import Settings

from . import access, actions
from .building import Wanted, build
from .definitions import Definition
from .periods import period
from .places import place_of
from .schemas import ContentOut


class Cancelled(Exception):
    """Someone stopped it."""


async def run(
    row: Any, definition: Definition, *, by: Actor, chosen: Settings, told: Callable[[int], Awaitable[None]] | None = None, waits: int | None = None
) -> ContentOut:
    """Build what was asked for and keep it. `told` hears how many sections are done; `waits`: the user who is told when it is built. Raises
    Cancelled."""

    async def step(done: int) -> None:
        if not await actions.note_step(row["id"], done):
            raise Cancelled
        if told is not None:
            await told(done)

    wanted = Wanted(
        definition=definition, place=await place_of(row["agency"]), period=period(row["period"]), by=by,
        by_name=by.name if isinstance(by, User) else "The operator of this installation", terminology=chosen.terminology, demo=chosen.demo,
    )  # fmt: skip
    content = await build(wanted, step)
    await actions.keep(row["id"], content, by=by, waits=waits)
    return content


async def _do(payload: Payload) -> None:
    """The job. A report that can't be built is marked so, with the kind of fault, and not tried again by itself: someone may ask for it anew."""
    if not await actions.begin(payload["build"]):
        return
    row = await access.build_numbered(payload["build"])
    by: User | None = None
    try:
        by = await who_asked(row["asked_by"], row["asked_key"], row["asked_scope"])
        check_may(by, access.BUILD)
        await run(row, access.get_report_for(by, row["report"]), by=by, chosen=settings.read(), waits=by.id)
    except Cancelled:
        return
    except Exception as fault:  # noqa: BLE001  # whatever it may raise: the report is marked, and only the kind of it kept
        why = str(fault) if isinstance(fault, DomainError) else kind_of(fault)
        await actions.fail(row["id"], why, by=by or Operator("system"), waits=row["asked_by"])
        raise GiveUp(kind_of(fault)) from None


JOB = Job(name=actions.JOB_NAME, about="Builds a report that someone asked for", run=_do, tries=1)
