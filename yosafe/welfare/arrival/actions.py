"""Every change to the papers of an arrival. Keyword-only, by someone, in one transaction with its audit entry."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.clock import day_of
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, Invalid
from yosafe.people.changing import change_row
from yosafe.people.tables import Placement, YoungPerson
from yosafe.welfare.tables import ArrivalPaper, ArrivalPaperStep

from . import rules
from .schemas import AddPaper, FollowPaper

RECORD = "paper:record"
SUBJECT = "arrival_paper"
NO_STAY = "The young person is not held and has not been. Record the arrival first."

_KEEP = """
    INSERT INTO arrival_paper (young_person, placement, paper, state, came_on, recorded_at, recorded_by, version)
    SELECT $1, $2, n.paper, n.state, n.came_on, $6, $7, 1 FROM unnest($3::text[], $4::text[], $5::date[]) AS n (paper, state, came_on)
    ON CONFLICT (young_person, placement, paper) DO NOTHING RETURNING paper
"""


async def keep_papers(*, by: User, young_person: int, placement: int, arrived_on: dt.date, answers: Mapping[str, Any]) -> None:
    """Keep which papers came, as an arrival screen says, and which are to be asked for. What is known of a paper of this stay already stays.

    Part of the open transaction.
    """
    found = list(rules.papers_in(answers, arrived_on=arrived_on))
    columns = [[one[place] for one in found] for place in range(3)]
    kept = await DB.fetch(_KEEP, young_person, placement, *columns, clock.now(), by.id)
    if kept:
        new = {row["paper"] for row in kept}
        detail = {"awaited": [one.paper for one in found if one.state == "awaited" and one.paper in new]}
        await record(EventName.PAPERS_RECORDED, by=by, subject=("placement", placement), young_person=young_person, detail=detail)


async def add_paper(*, by: User, young_person: YoungPerson, new: AddPaper) -> ArrivalPaper:
    """Say of one more paper whether it came. It belongs to the stay that they are in, or else to the last one.

    Raises Refused, Invalid, Conflict where it is known of already or there was no stay.
    """
    check_may(by, RECORD)
    stay = await Placement.objects().where(Placement.young_person == young_person.id).order_by(Placement.arrived_at, ascending=False).first()
    if stay is None:
        raise Conflict(NO_STAY)
    arrived_on = day_of(stay.arrived_at)
    faults = rules.adding_faults(new.paper, new.state, new.came_on, arrived_on=arrived_on, today=clock.today())
    if faults:
        raise Invalid(faults)
    paper = ArrivalPaper(
        young_person=young_person.id, placement=stay.id, paper=new.paper, state=new.state,
        came_on=arrived_on if new.state == "with_them" else new.came_on, recorded_at=clock.now(), recorded_by=by.id, version=1,
    )  # fmt: skip
    async with write_transaction():
        await DB.fetchval("SELECT id FROM placement WHERE id = $1 FOR UPDATE", stay.id)
        there = await DB.fetchval("SELECT id FROM arrival_paper WHERE placement = $1 AND paper = $2", stay.id, new.paper)
        if there is not None:
            raise Conflict("This paper is in the list of this arrival already. Record there what happened about it.")
        await paper.save()
        await _note(EventName.PAPERS_RECORDED, by, paper, {"paper": new.paper, "state": new.state})
    return paper


async def follow_paper(*, by: User, paper: ArrivalPaper, step: FollowPaper, version: int) -> ArrivalPaper:
    """Record who was asked for a missing paper, that it came, or that it will not. Raises Refused, Invalid, Conflict, Stale."""
    check_may(by, RECORD)
    rules.check_awaited(paper.state, step.kind)
    stay = await Placement.objects().get(Placement.id == paper.placement)
    if stay is None:
        raise LookupError(f"no placement {paper.placement}")
    arrived_on = day_of(stay.arrived_at)
    faults = rules.step_faults(step.kind, step.happened_on, step.whom, step.note, arrived_on=arrived_on, today=clock.today())
    if faults:
        raise Invalid(faults)
    values = _states(step)
    async with write_transaction():
        changed = await change_row(paper, values, version)
        made = ArrivalPaperStep(
            arrival_paper=paper.id, kind=step.kind, happened_on=step.happened_on, whom=step.whom or None, note=step.note or None,
            at=clock.now(), recorded_by=by.id,
        )  # fmt: skip
        await made.save()
        await _note(EventName.PAPER_FOLLOWED, by, changed, {"paper": paper.paper, "kind": step.kind})
    return changed


def _states(step: FollowPaper) -> dict[str, Any]:
    """How a paper stands after a step: being asked for changes nothing of it."""
    match step.kind:
        case "came":
            return {"state": "came_later", "came_on": step.happened_on}
        case "not_coming":
            return {"state": "not_coming"}
    return {}


async def _note(event: EventName, by: User, paper: ArrivalPaper, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=(SUBJECT, paper.id), young_person=paper.young_person, detail=detail)
