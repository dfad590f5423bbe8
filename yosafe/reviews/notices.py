"""Whom joint reviews tell, and how notices about their cases and actions show: as long as there is something to do."""

import datetime as dt
from collections.abc import Sequence

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.notices.about import About, Place
from yosafe.notices.events import Event
from yosafe.notices.telling import rows, tell, tell_one
from yosafe.people.access import visible
from yosafe.people.tables import YoungPerson
from yosafe.reference.establishments import establishment as place_of
from yosafe.refs import ref
from yosafe.settings import Terminology
from yosafe.words import day

from .access import actions_for, reviews_for
from .actions import CASE
from .tables import Action, Review, ReviewCase

ACTION = "action"
REQUEST = "review_request"
SOON = dt.timedelta(days=3)
CHASED = dt.timedelta(days=28)  # what is later than that is on the worklist and in the list of actions


async def tell_of_case(review: Review, case: ReviewCase, child: YoungPerson, *, by: User) -> None:
    """The agencies whose view is asked: of home, of who is responsible for care, of the committee. Part of the open transaction."""
    cared = await DB.fetch(
        "SELECT responsible_area FROM care_period WHERE young_person = $1 AND ended_on IS NULL AND responsible_area IS NOT NULL", child.id
    )
    areas = sorted({child.home_area, review.area, *(row["responsible_area"] for row in cared)})
    await tell_one(Event.CASE_LISTED, CASE, case.id, by=by, areas=areas)


async def tell_of_request(request: int, *, establishment: str, by: User) -> None:
    """Those who run reviews where a young person is held: one is asked for. Part of the open transaction."""
    area = place_of(establishment).area
    await tell_one(Event.REVIEW_ASKED, REQUEST, request, by=by, establishment=establishment, areas=[area])


async def tell_of_action(action: Action, *, by: User) -> None:
    """The agency that took it on. Part of the open transaction."""
    await tell_one(Event.ACTION_GIVEN, ACTION, action.id, by=by, agencies=[action.owner_agency])


async def tell_of_cancelling(action: Action, review: Review, *, by: User) -> None:
    """Those who run a review: somebody asks that an action of it be cancelled. Part of the open transaction."""
    await tell_one(Event.ACTION_TO_CANCEL, ACTION, action.id, by=by, establishment=review.establishment, areas=[review.area])


_OPEN_ACTIONS = """
    FROM action x JOIN review_case c ON c.id = x.review_case JOIN review r ON r.id = c.review WHERE x.done_on IS NULL AND x.cancelled_at IS NULL
"""
_WHOSE = {"subject": "x.id", "establishment": "r.establishment", "agencies": "ARRAY[x.owner_agency]"}


async def tell_of_actions_due(*, by: Actor) -> int:
    """The agency and the leads of the establishment hear once that an action is due in the next days; how many notices. Part of the open
    transaction."""
    today = clock.today()
    soon = rows(f"{_OPEN_ACTIONS} AND x.due_on BETWEEN {{}} AND {{}}", today, today + SOON, **_WHOSE)
    return await tell(Event.ACTION_DUE_SOON, ACTION, soon, by=by)


async def tell_of_overdue_actions(*, by: Actor) -> int:
    """The agency and the leads of the establishment hear that an action passed its day, and again each week while it is chased; how many notices.
    Part of the open transaction."""
    today = clock.today()
    late = rows(f"{_OPEN_ACTIONS} AND x.due_on < {{}} AND x.due_on >= {{}}", today, today - CHASED, **_WHOSE)
    return await tell(Event.ACTION_OVERDUE, ACTION, late, by=by)


def _case_shows(user: User, column: str) -> Sql:
    return Sql(
        "EXISTS (SELECT FROM review_case c JOIN review r ON r.id = c.review JOIN young_person yp ON yp.id = c.young_person "
        f"WHERE c.id = {column} AND c.decided_at IS NULL AND c.put_off_at IS NULL AND {{}} AND {{}})",
        reviews_for(user),
        visible(user),
    )


async def _case_places(numbers: Sequence[int], terminology: Terminology) -> dict[int, Place]:
    found = await DB.fetch("SELECT id, review, number FROM review_case WHERE id = ANY($1)", list(numbers))
    return {
        row["id"]: Place(text=f"{ref('RV', row['review'])}, case {row['number']}", href=f"/reviews/{ref('RV', row['review'])}/cases/{row['number']}")
        for row in found
    }


def _request_shows(user: User, column: str) -> Sql:
    return Sql(
        "EXISTS (SELECT FROM review_request q JOIN young_person yp ON yp.id = q.young_person "
        f"WHERE q.id = {column} AND q.review_case IS NULL AND q.withdrawn_at IS NULL AND {{}})",
        visible(user),
    )


async def _request_places(numbers: Sequence[int], terminology: Terminology) -> dict[int, Place]:
    found = await DB.fetch("SELECT id, young_person FROM review_request WHERE id = ANY($1)", list(numbers))
    return {
        row["id"]: Place(
            text=f"Request about {ref('YP', row['young_person'])}", href=f"/children/{ref('YP', row['young_person'])}/review-requests",
            young_person=row["young_person"],
        )
        for row in found
    }  # fmt: skip


def _action_shows(user: User, column: str) -> Sql:
    return Sql(
        "EXISTS (SELECT FROM action a JOIN young_person yp ON yp.id = a.young_person JOIN review_case c ON c.id = a.review_case "
        f"JOIN review r ON r.id = c.review WHERE a.id = {column} AND a.done_on IS NULL AND a.cancelled_at IS NULL AND {{}})",
        actions_for(user),
    )


async def _action_places(numbers: Sequence[int], terminology: Terminology) -> dict[int, Place]:
    found = await DB.fetch("SELECT id, due_on FROM action WHERE id = ANY($1)", list(numbers))
    return {row["id"]: Place(text=f"Action due {day(row['due_on'])}", href=f"/reviews/actions/{row['id']}") for row in found}


ABOUTS = (
    About(kind=REQUEST, shows=_request_shows, places=_request_places),
    About(kind=CASE, shows=_case_shows, places=_case_places),
    About(kind=ACTION, shows=_action_shows, places=_action_places),
)
