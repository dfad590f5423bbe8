"""What waits for a viewer, for the first page: answers to give, decisions to look at again, and what came of what they raised."""

import datetime as dt
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.incidents.access import incident_ref
from yosafe.people.access import young_person_ref
from yosafe.people.rules import full_name

from .access import in_scope, referral_ref
from .queries import FROM

TELL_FOR = dt.timedelta(days=28)


class CameOf(Struct, frozen=True, kw_only=True):
    """What came of something that the viewer recorded."""

    referral: str
    incident: str
    young_person: str
    name: str
    kind: str
    outcome: str | None
    on: dt.date
    area: str | None


class ToLookAt(Struct, frozen=True, kw_only=True):
    """A referral that waits for the viewer: for an answer, or to be looked at again since `since`."""

    referral: str
    young_person: str
    name: str
    category: str
    since: dt.date


_ANSWERS = ["decided", "declined", "initial_conference", "ended"]


async def what_came_of_it(viewer: User) -> list[CameOf]:
    """Who raised it is told: the answers of the last four weeks to referrals that rest on incidents which the viewer recorded."""
    query = Sql(
        f"""
        SELECT r.id AS referral, ri.incident, r.young_person, yp.family_name, yp.given_names, e.kind, e.outcome, e.happened_on, e.area
        {FROM} JOIN referral_incident ri ON ri.referral = r.id JOIN incident i ON i.id = ri.incident JOIN referral_event e ON e.referral = r.id
        WHERE i.recorded_by = {{}} AND e.kind = ANY({{}}) AND e.recorded_at > {{}} AND {{}} ORDER BY e.recorded_at DESC, e.id DESC LIMIT 20
        """,
        viewer.id, _ANSWERS, clock.now() - TELL_FOR, in_scope(viewer),
    )  # fmt: skip
    rows = await DB.fetch(*query.parts())
    await _note("what came of it", rows, viewer)
    return [
        CameOf(
            referral=referral_ref(row["referral"]), incident=incident_ref(row["incident"]), young_person=young_person_ref(row["young_person"]),
            name=full_name(row["family_name"], row["given_names"]), kind=row["kind"], outcome=row["outcome"], on=row["happened_on"], area=row["area"],
        )
        for row in rows
    ]  # fmt: skip


async def unanswered(viewer: User) -> list[ToLookAt]:
    """Referrals to the viewer's authority on which it has recorded no answer, the oldest first."""
    query = Sql(
        f"""
        SELECT r.id, r.young_person, yp.family_name, yp.given_names, r.category, r.recorded_at AS since {FROM}
        WHERE NOT r.considered_only AND r.status <> 'ended' AND {{}} IN (r.home_area, r.host_area) AND NOT EXISTS (
            SELECT FROM referral_event e WHERE e.referral = r.id AND e.kind IN ('decided', 'declined') AND e.area = {{}}) AND {{}}
        ORDER BY r.recorded_at, r.id LIMIT 100
        """,
        viewer.area, viewer.area, in_scope(viewer),
    )  # fmt: skip
    rows = await DB.fetch(*query.parts())
    await _note("referrals to answer", rows, viewer)
    return [_to_look_at(row, day_of(row["since"])) for row in rows]


async def to_look_at_again(viewer: User) -> list[ToLookAt]:
    """Referrals that the viewer's agency considered and did not make, whose day has come and about whose young person nothing was decided since."""
    query = Sql(
        f"""
        SELECT r.id, r.young_person, yp.family_name, yp.given_names, r.category, r.review_on AS since {FROM}
        WHERE r.considered_only AND r.agency = {{}} AND r.review_on <= {{}} AND NOT EXISTS (
            SELECT FROM referral later WHERE later.young_person = r.young_person AND later.id > r.id)
            AND NOT EXISTS (SELECT FROM referral_event e WHERE e.referral = r.id AND e.kind = 'looked_again' AND e.outcome <> 'still_not_referred')
            AND {{}}
        ORDER BY r.review_on, r.id LIMIT 100
        """,
        viewer.agency, clock.today(), in_scope(viewer),
    )  # fmt: skip
    rows = await DB.fetch(*query.parts())
    await _note("referrals to look at again", rows, viewer)
    return [_to_look_at(row, row["since"]) for row in rows]


async def _note(of: str, rows: list[Any], viewer: User) -> None:
    """That the first page named these young people, where there are any."""
    if rows:
        await record_list(of, [row["young_person"] for row in rows], by=viewer)


def _to_look_at(row: Any, since: dt.date) -> ToLookAt:
    return ToLookAt(
        referral=referral_ref(row["id"]), young_person=young_person_ref(row["young_person"]),
        name=full_name(row["family_name"], row["given_names"]), category=row["category"], since=since,
    )  # fmt: skip
