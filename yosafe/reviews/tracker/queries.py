"""Reading actions of joint reviews: the list, one, what became of it, and who has owned it."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.errors import FieldError, Invalid
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people.access import visible
from yosafe.people.rules import full_name
from yosafe.refs import number, ref
from yosafe.reviews.access import actions_for, can_finish, can_settle, reviews_for
from yosafe.reviews.listed import action_columns
from yosafe.reviews.meeting_schemas import ActionOut
from yosafe.reviews.tables import Action, ReviewCase
from yosafe.settings import Terminology

from .schemas import HandedOut

ActionState = Literal["open", "overdue", "done", "to_cancel", "cancelled", "any"]
STATES: tuple[ActionState, ...] = ("open", "overdue", "done", "to_cancel", "cancelled", "any")

_ACTION = """
    a.id, a.young_person, a.what, a.owner_agency, g.name AS owner_name_of_agency, a.owner_name, a.due_on, a.done_on, a.done_note, a.evidence,
    a.cancel_reason, a.cancel_asked_by, asker.name AS cancel_asked_by_name, a.cancelled_at, settler.name AS cancelled_by_name, a.version,
    c.review, c.number, r.establishment, r.area, {} AS sees_review, yp.family_name, yp.given_names
"""
_ACTION_FROM = """
    action a JOIN review_case c ON c.id = a.review_case JOIN review r ON r.id = c.review JOIN agency g ON g.id = a.owner_agency
    JOIN young_person yp ON yp.id = a.young_person LEFT JOIN user_account asker ON asker.id = a.cancel_asked_by
    LEFT JOIN user_account settler ON settler.id = a.cancelled_by
"""


class ActionFilter(Struct, frozen=True, kw_only=True):
    """What to look for. `mine`: of the viewer's own agency; `owner`: of the agency with a code."""

    state: ActionState = "open"
    mine: bool = False
    owner: str | None = None


OPEN = "a.done_on IS NULL AND a.cancelled_at IS NULL"
_ACTION_STATE = {
    "open": OPEN, "overdue": f"{OPEN} AND a.due_on < {{}}", "done": "a.done_on IS NOT NULL", "to_cancel": f"{OPEN} AND a.cancel_asked_at IS NOT NULL",
    "cancelled": "a.cancelled_at IS NOT NULL", "any": "true",
}  # fmt: skip


class Actions(Listed[ActionFilter, ActionOut]):
    """Actions of a viewer's reviews and of the viewer's agency, about young people whom the viewer sees, the earliest due first."""

    id = "actions"
    noun = ("action", "actions")
    tie = "a.id"
    source = _ACTION_FROM

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return action_columns(clock.today())

    def default(self, wanted: ActionFilter) -> str:
        return "due"

    def seen(self, viewer: User) -> Sql:
        return actions_for(viewer)

    async def query(self, viewer: User, wanted: ActionFilter, place: Place, limit: int) -> Sql:
        state = _ACTION_STATE[wanted.state]
        conditions = [actions_for(viewer), Sql(state, clock.today()) if "{}" in state else Sql(state), place.after()]
        if wanted.mine:
            conditions.append(Sql("a.owner_agency = {}", viewer.agency))
        if wanted.owner is not None:
            conditions.append(Sql("g.code = {}", wanted.owner))
        text = f"SELECT {_ACTION} {{}} FROM {_ACTION_FROM} WHERE {{}} ORDER BY {{}} LIMIT {{}}"
        return Sql(text, reviews_for(viewer), place.columns, every(conditions), place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[ActionOut]:
        return [_action(row, viewer) for row in rows]

    def young_people(self, item: ActionOut) -> list[int]:
        return [number("YP", item.young_person)]

    async def note(self, viewer: User, wanted: ActionFilter, items: Sequence[ActionOut]) -> None:
        await record_list("actions", [number("YP", one.young_person) for one in items], by=viewer)


ACTIONS = Actions()
actions = ACTIONS.page


class ActionCounts(Struct, frozen=True, kw_only=True):
    """Actions that the viewer's agency has still to do."""

    open: int
    overdue: int


async def action_counts(viewer: User) -> ActionCounts:
    """For the worklist."""
    query = Sql(
        "SELECT count(*) AS open, count(*) FILTER (WHERE a.due_on < {}) AS overdue FROM action a JOIN young_person yp ON yp.id = a.young_person "
        "WHERE a.owner_agency = {} AND a.done_on IS NULL AND a.cancelled_at IS NULL AND {}",
        *(clock.today(), viewer.agency, visible(viewer)),
    )
    [row] = await DB.fetch(*query.parts())
    return ActionCounts(open=row["open"], overdue=row["overdue"])


async def action_numbered(viewer: User, action: int) -> ActionOut:
    """An action that was loaded by `access.get_action_for`."""
    return _action(await DB.fetchrow(*Sql(f"SELECT {_ACTION} FROM {_ACTION_FROM} WHERE a.id = {{}}", reviews_for(viewer), action).parts()), viewer)


async def actions_of(viewer: User, case: ReviewCase) -> list[ActionOut]:
    """The actions of a case that was loaded for the viewer, the earliest due first."""
    rows = await DB.fetch(
        *Sql(f"SELECT {_ACTION} FROM {_ACTION_FROM} WHERE a.review_case = {{}} ORDER BY a.due_on, a.id", reviews_for(viewer), case.id).parts()
    )
    return [_action(row, viewer) for row in rows]


async def open_actions_of(viewer: User, young_person: int) -> list[ActionOut]:
    """What is still to be done about a young person whom the viewer was allowed to load, of what any review agreed; the earliest due first."""
    query = Sql(
        f"SELECT {_ACTION} FROM {_ACTION_FROM} WHERE a.young_person = {{}} AND {OPEN} AND {{}} ORDER BY a.due_on, a.id",
        *(reviews_for(viewer), young_person, actions_for(viewer)),
    )
    return [_action(row, viewer) for row in await DB.fetch(*query.parts())]


async def handed_over(action: Action) -> list[HandedOut]:
    """Who has owned an action that was loaded for the viewer, the oldest first, and why it went on."""
    rows = await DB.fetch(
        "SELECT f.name AS from_agency, h.from_name, t.name AS to_agency, h.to_name, h.reason, u.name AS by, h.at FROM action_handed h "
        "JOIN agency f ON f.id = h.from_agency JOIN agency t ON t.id = h.to_agency JOIN user_account u ON u.id = h.recorded_by "
        "WHERE h.action = $1 ORDER BY h.at, h.id",
        action.id,
    )
    return [HandedOut(**dict(row)) for row in rows]


async def owners(viewer: User) -> list[tuple[str, str]]:
    """Code and name of the agencies that own an action which the viewer sees: for choosing whose to look at."""
    query = Sql(f"SELECT DISTINCT g.code, g.name FROM {_ACTION_FROM} WHERE {{}} ORDER BY g.name", actions_for(viewer))
    return [(row["code"], row["name"]) for row in await DB.fetch(*query.parts())]


def check_action_state(state: str) -> ActionState:
    """Raises Invalid for a state that there is not."""
    for known in STATES:
        if state == known:
            return known
    raise Invalid([FieldError("state", f"Choose one of: {', '.join(STATES)}")])


def _action(row: Any, viewer: User) -> ActionOut:
    stands = row["done_on"] is None and row["cancelled_at"] is None
    place = {"establishment": row["establishment"], "area": row["area"]}
    return ActionOut(
        id=row["id"],
        review=ref("RV", row["review"]),
        case=row["number"],
        young_person=ref("YP", row["young_person"]),
        name=full_name(row["family_name"], row["given_names"]),
        what=row["what"],
        owner_agency=row["owner_name_of_agency"],
        owner_name=row["owner_name"],
        due_on=row["due_on"],
        done_on=row["done_on"],
        done_note=row["done_note"],
        evidence=row["evidence"],
        cancel_reason=row["cancel_reason"],
        cancel_asked_by=row["cancel_asked_by_name"],
        cancelled_at=row["cancelled_at"],
        cancelled_by=row["cancelled_by_name"],
        overdue=stands and row["due_on"] < clock.today(),
        can_finish=stands and can_finish(viewer, row["owner_agency"], **place),
        can_settle=stands and can_settle(viewer, row["cancel_asked_by"], **place),
        sees_review=row["sees_review"],
        version=row["version"],
    )
