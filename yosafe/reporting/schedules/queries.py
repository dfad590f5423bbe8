"""Reads of scheduled reports."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.paging import Instant
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed, Nothing
from yosafe.lists.ordering import Place, ranked, sort
from yosafe.reference.terms import in_terms
from yosafe.refs import ref
from yosafe.reporting.access import PREFIX as REPORT
from yosafe.reporting.access import READ
from yosafe.reporting.periods import MONTHS, period
from yosafe.reporting.schemas import STATUS_WORDS
from yosafe.settings import Terminology

from . import access
from .schemas import EVERY_WORDS, STATE_WORDS, ScheduleOut, State

_STATE = (
    "(CASE WHEN s.ended_at IS NOT NULL THEN 'ended' WHEN s.fault IS NOT NULL THEN 'stopped' WHEN s.paused_at IS NOT NULL THEN 'paused' ELSE 'on' END)"
)
_NEXT = "CASE WHEN s.ended_at IS NULL AND s.paused_at IS NULL THEN s.next_on END"


class Schedules(Listed[Nothing, ScheduleOut]):
    """The scheduled reports of someone's agency that are for their role, by the day of the next. They name no young person."""

    id = "scheduled-reports"
    noun = ("scheduled report", "scheduled reports")
    tie = "s.id"
    permission = READ

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return _columns()

    def default(self, wanted: Nothing) -> str:
        return "next"

    async def query(self, viewer: User, wanted: Nothing, place: Place, limit: int) -> Sql:
        return Sql(
            f"SELECT {access.COLUMNS} {{}} FROM {access.FROM} WHERE {{}} ORDER BY {{}} LIMIT {{}}",
            place.columns, every([access.visible(viewer), place.after()]), place.order(), limit,
        )  # fmt: skip

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[ScheduleOut]:
        return [schedule_out(row, terminology) for row in rows]


def _columns() -> list[Column]:
    return [
        Column(
            id="report", title="Report", sort=sort("s.heading", kinds=[str]),
            cells=(("Report", lambda one, _: one.title), ("Report (name)", lambda one, _: one.report), ("Reference", lambda one, _: one.ref)),
        ),
        Column(
            id="every", title="How often", sort=ranked("s.span", list(MONTHS)),
            cells=(("How often", lambda one, _: EVERY_WORDS[one.every]), ("Days after", lambda one, _: one.days_after)),
        ),
        Column(
            id="state", title="State", sort=ranked(_STATE, STATE_WORDS),
            cells=(("State", lambda one, _: STATE_WORDS[one.state]), ("State (code)", lambda one, _: one.state)),
        ),
        Column(
            id="next", title="Next", sort=sort(_NEXT, kinds=[dt.date], null=True),
            cells=(("Next on", lambda one, _: one.next_on), ("Next period", lambda one, _: one.next_period)),
        ),
        Column(
            title="Last",
            cells=(("Last report", lambda one, _: one.last_build), ("How it stands", lambda one, _: STATUS_WORDS.get(one.last_status))),
        ),
        Column(
            id="set", title="By", down=True, sort=sort("s.set_at", kinds=[Instant]),
            cells=(("In the name of", lambda one, _: one.set_by), ("Since", lambda one, _: one.set_at)),
        ),
    ]  # fmt: skip


SCHEDULES = Schedules()


def schedule_out(row: Any, terminology: Terminology) -> ScheduleOut:
    state, goes_on = state_of(row), state_of(row) == "on"
    return ScheduleOut(
        ref=ref(access.PREFIX, row["id"]), report=row["report"], title=in_terms(row["heading"], terminology), every=row["span"],
        days_after=row["days_after"], state=state, fault=row["fault"], next_period=row["next_period"] if goes_on else None,
        next_period_words=period(row["next_period"]).words if goes_on else None, next_on=row["next_on"] if goes_on else None,
        set_at=row["set_at"], set_by=row["set_by_name"], last_build=ref(REPORT, row["last_build"]) if row["last_build"] else None,
        last_period=row["last_period"], last_status=row["last_status"], version=row["version"],
    )  # fmt: skip


def state_of(row: Any) -> State:
    """The same as _STATE."""
    if row["ended_at"] is not None:
        return "ended"
    if row["fault"] is not None:
        return "stopped"
    return "on" if row["paused_at"] is None else "paused"
