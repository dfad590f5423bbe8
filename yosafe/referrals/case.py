"""A referral as the rules see it, read from its rows; and its clocks kept in step with its events."""

from collections.abc import Iterable, Mapping
from typing import Any

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.db.engine import DB
from yosafe.people.clocks import Owner, Wanted, keep_clocks

from .access import SUBJECT
from .events import Case, Event, Kind
from .limits import Running, limits_of
from .tables import Referral

DECISION = "referral-decision"

_EVENTS = "SELECT id, kind, happened_on, area, outcome, recorded_at FROM referral_event WHERE referral = $1 ORDER BY id"


async def case_of(referral: Referral) -> Case:
    """What the rules look at."""
    return case_from({"home_area": referral.home_area, "host_area": referral.host_area}, await DB.fetch(_EVENTS, referral.id))


def case_from(referral: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> Case:
    """The same from rows of both tables, the events in the order of their numbers."""
    seen = (Event(kind=Kind(e["kind"]), on=e["happened_on"], number=e["id"], area=e["area"], outcome=e["outcome"]) for e in events)
    return Case(home_area=referral["home_area"], host_area=referral["host_area"], events=tuple(seen))


async def keep_clocks_in_step(referral: Referral, case: Case) -> None:
    """Make the rows of clocks what the events make them. Inside the transaction of the event."""
    wanted = [_wanted(running, case) for running in limits_of(case)]
    await keep_clocks(young_person=referral.young_person, subject=(SUBJECT, referral.id), wanted=wanted)


def _wanted(running: Running, case: Case) -> Wanted:
    """The first decision is the host's; what follows belongs to the authority that decides."""
    owner = case.areas[0] if running.clock == DECISION else case.decider
    return Wanted(
        clock=running.clock,
        owner=Owner.in_area(AgencyKind.SOCIAL_SERVICES, owner),
        started_at=clock.midnight(running.started.on),
        met_at=clock.midnight(running.met.on) if running.met else None,
        stopped_at=clock.midnight(running.stopped.on) if running.stopped else None,
        reason=running.reason,
    )
