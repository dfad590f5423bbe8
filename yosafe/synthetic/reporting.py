"""The papers of the last month or quarter, as they were built and issued for committees."""

import datetime as dt

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.reporting import actions
from yosafe.reporting.access import build_numbered, reports_for
from yosafe.reporting.building import Wanted, build
from yosafe.reporting.periods import Span, last_over
from yosafe.reporting.places import place_of
from yosafe.reporting.schedules.actions import set_up
from yosafe.reporting.schedules.schemas import ScheduleReport

from .estate import Worker


async def schedule_papers(worker: Worker, now: dt.datetime) -> int:
    """Every report that someone can build, from now on by itself; how many."""
    by = await user_by_email(worker.email)
    with clock.stopped_at(now):
        for definition in reports_for(by):
            new = ScheduleReport(report=definition.name, every=definition.spans[0].value)
            await set_up(by=by, definition=definition, place=await place_of(by.agency), new=new)
    return len(reports_for(by))


async def issue_papers(worker: Worker, now: dt.datetime) -> int:
    """Every report that someone can build, of the last month or quarter, the first of them issued; how many."""
    by = await user_by_email(worker.email)
    place, made = await place_of(by.agency), 0
    with clock.stopped_at(now):
        for definition in reports_for(by):
            period = last_over(Span(definition.spans[0]), clock.today())
            number = await actions.ask_build(by=by, definition=definition, place=place, period=period, queued=False)
            wanted = Wanted(definition=definition, place=place, period=period, by=by, by_name=by.name, terminology="2002", demo=True)
            await actions.keep(number, await build(wanted), by=by)
            row = await build_numbered(number)
            if not made:
                await actions.issue(by=by, row=row, version=row["version"])
            made += 1
    return made
