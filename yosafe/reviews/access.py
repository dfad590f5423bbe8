"""Who may load flags, reviews, cases and actions, and what they may do with them. All hang on who may see the young person."""

from collections.abc import Mapping

from yosafe.accounts.access import check_actor_may
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.errors import Conflict, NotFound, Refused
from yosafe.models.indicators import Indicator, catalogue
from yosafe.people.access import visible
from yosafe.refs import number

from .tables import Action, Flag, Review, ReviewCase

LARGEST = 2**63 - 1  # of a bigint
MOST_CASES = 2**15  # what a smallint holds
NO_REVIEW = "There is no review with this reference that you can see. Look at the list of reviews."
NO_FLAG = "There is no flag with this number that you can see. Look for it in the risk register."


def hidden_from(user: User, indicators: Mapping[str, Indicator] | None = None) -> list[str]:
    """Indicators whose flags a user does not see: restricted ones are for safeguarding leads only."""
    if user.role is Role.YOI_LEAD:
        return []
    return [name for name, indicator in (indicators or catalogue()).items() if indicator.restricted]


def flags_for(user: User) -> Sql:
    """The condition under which a flag `f` of a young person `yp` exists for a user."""
    return every([visible(user), Sql("f.indicator <> ALL({})", hidden_from(user))])


async def get_flag_for(user: User, flag_id: int) -> Flag:
    """The flag, or NotFound: to an outsider it does not exist."""
    if not 0 < flag_id <= LARGEST:
        raise NotFound(NO_FLAG)
    query = Sql("SELECT f.* FROM flag f JOIN young_person yp ON yp.id = f.young_person WHERE f.id = {} AND {}", flag_id, flags_for(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NO_FLAG)
    return Flag(**row, _exists_in_db=True)


def check_can_refresh(by: Actor) -> None:
    """Raise Refused for a user whose role does not include working out flags. The operator may."""
    check_actor_may(by, "flag:refresh")


def can_answer(user: User, flag: Flag) -> bool:
    return user.may("flag:answer") and flag.closed_at is None


def check_can_answer(user: User, flag: Flag) -> None:
    """Raise Conflict for a flag that a joint review has closed."""
    if not can_answer(user, flag):
        raise Conflict("A joint review has closed this flag. If something new has come up, list the young person for the next review.")


def reviews_for(user: User) -> Sql:
    """The condition under which a review `r` exists for a user: of their establishment or area, or with a young person on it whom they see."""
    if user.establishment is not None:
        return Sql("r.establishment = {}", user.establishment)
    if user.role is Role.ACPC_MEMBER:
        return Sql("r.area = {}", user.area)
    return Sql("EXISTS (SELECT FROM review_case c JOIN young_person yp ON yp.id = c.young_person WHERE c.review = r.id AND {})", visible(user))


async def get_review_for(user: User, reference: str) -> Review:
    """The review, by its reference (`RV-000012`), or NotFound."""
    query = Sql("SELECT r.* FROM review r WHERE r.id = {} AND {}", number("RV", reference), reviews_for(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NO_REVIEW)
    return Review(**row, _exists_in_db=True)


async def get_case_for(user: User, reference: str, case: int) -> tuple[Review, ReviewCase]:
    """A case of a review, or NotFound: whoever may not see the young person does not see the case."""
    review = await get_review_for(user, reference)
    query = Sql(
        "SELECT c.* FROM review_case c JOIN young_person yp ON yp.id = c.young_person WHERE c.review = {} AND c.number = {} AND {}",
        *(review.id, case if 0 < case < MOST_CASES else 0, visible(user)),
    )
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound("There is no case with this number that you can see. Look at the agenda of the review.")
    return review, ReviewCase(**row, _exists_in_db=True)


async def get_action_for(user: User, action_id: int) -> Action:
    """An action about a young person whom the user sees, or NotFound."""
    query = Sql(
        "SELECT a.* FROM action a JOIN young_person yp ON yp.id = a.young_person WHERE a.id = {} AND {}",
        *(action_id if 0 < action_id <= LARGEST else 0, visible(user)),
    )
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound("There is no action with this number that you can see. Look at the list of actions.")
    return Action(**row, _exists_in_db=True)


def can_run(user: User, review: Review) -> bool:
    """Whether a user may change a review's agenda and decide its cases: a lead of its establishment, a member of its committee."""
    return user.may("review:decide") and (user.establishment == review.establishment or (user.role is Role.ACPC_MEMBER and user.area == review.area))


def check_can_run(user: User, review: Review) -> None:
    if not can_run(user, review):
        raise Refused("The safeguarding lead of the establishment, or a member of the area's committee, does this. Ask one of them.")


def can_finish(user: User, owner_agency: int) -> bool:
    """Whether a user may say that an action is done: its owner's agency, and those who decide reviews."""
    return user.may("action:finish") and (user.agency == owner_agency or user.may("review:decide"))


def check_can_finish(user: User, action: Action) -> None:
    if not can_finish(user, action.owner_agency):
        raise Refused("The agency that took this action on says when it is done.")
