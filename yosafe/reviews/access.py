"""Who may load flags, reviews, cases and actions, and what they may do with them. All hang on who may see the young person."""

from collections.abc import Mapping

from yosafe import clock
from yosafe.accounts.access import check_actor_may, check_may
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, either, every
from yosafe.errors import Conflict, NotFound, Refused
from yosafe.incidents.access import AT_OWN_PLACE, named
from yosafe.models.indicators import Indicator, catalogue
from yosafe.people.access import visible
from yosafe.refs import number

from . import status
from .status import Act
from .tables import Action, Flag, Review, ReviewCase

LARGEST = 2**63 - 1  # of a bigint
MOST_CASES = 2**15  # what a smallint holds
NO_REVIEW = "There is no review with this reference that you can see. Look at the list of reviews."
NO_FLAG = "There is no flag with this number that you can see. Look for it in the risk register."


def hidden_from(user: User, indicators: Mapping[str, Indicator] | None = None) -> list[str]:
    """Indicators whose flags a user does not see: restricted ones are for safeguarding leads only."""
    if user.role is Role.YOI_LEAD and not user.opened:
        return []
    return [name for name, indicator in (indicators or catalogue()).items() if indicator.restricted]


_CITED = (
    "SELECT {} FROM jsonb_array_elements(f.because) b JOIN incident i ON i.id = substr(b ->> 'reference', 4)::bigint "
    "WHERE b ->> 'reference' LIKE 'IN-%' AND {}"
)


def flag_shows(user: User) -> Sql:
    """The condition, beside seeing the young person, under which a flag `f` shows to a user. The one place for this rule.

    Those who work in an establishment see what was recorded there, and no incident of another one (domain words, section 6). A flag that cites
    incidents, none of them theirs, shows to the establishment that holds the young person now, without its facts (`withheld`): on the first night
    they must know whom to ask (docs/adr/0005). Once the young person has left it does not exist for them. One that also cites an incident of
    theirs shows, without the others. Flags about anything else follow the young person; home agencies and committees see every flag whole.
    """
    hidden_one = Sql(_CITED, Sql("1"), Sql("{} IS NOT TRUE", named(user)))
    allowed = Sql("(f.indicator <> ALL({}) AND NOT EXISTS ({}))", hidden_from(user), hidden_one)
    if user.role not in AT_OWN_PLACE:
        return allowed
    any_cited, own = Sql(_CITED, Sql("1"), Sql("true")), Sql(_CITED, Sql("1"), Sql("i.establishment = {}", user.establishment))
    return every([allowed, Sql("(NOT EXISTS ({}) OR EXISTS ({}) OR {})", any_cited, own, _held_here(user))])


def _held_here(user: User) -> Sql:
    return Sql(
        "EXISTS (SELECT FROM placement h WHERE h.young_person = f.young_person AND h.left_at IS NULL AND h.establishment = {})", user.establishment
    )


def withheld(user: User) -> Sql:
    """References of the incidents that a flag `f` cites and that are kept from a user, as an array."""
    if user.role not in AT_OWN_PLACE:
        return Sql("ARRAY[]::text[]")
    elsewhere = Sql("i.establishment <> {}", user.establishment)
    return Sql("ARRAY({})", Sql(_CITED, Sql("b ->> 'reference'"), elsewhere))


def tells_of_elsewhere(user: User) -> Sql:
    """Whether what a flag `f` said on a past day `c.as_of` may tell of an incident that is kept from a user: its facts of then are not kept."""
    if user.role not in AT_OWN_PLACE:
        return Sql("false")
    return Sql(
        "EXISTS (SELECT FROM involvement v JOIN incident i ON i.id = v.incident WHERE v.young_person = f.young_person "
        "AND i.establishment <> {} AND v.happened_at < c.as_of + 1)",
        user.establishment,
    )


def flags_for(user: User) -> Sql:
    """The condition under which a flag `f` of a young person `yp` exists for a user."""
    return every([visible(user), flag_shows(user)])


async def get_flag_for(user: User, flag_id: int) -> Flag:
    """The flag, or NotFound: to an outsider it does not exist."""
    if not 0 < flag_id <= LARGEST:
        raise NotFound(NO_FLAG)
    query = Sql("SELECT f.* FROM flag f JOIN young_person yp ON yp.id = f.young_person WHERE f.id = {} AND {}", flag_id, flags_for(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NO_FLAG)
    return of_row(Flag, row)


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
    return of_row(Review, row)


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
    return review, of_row(ReviewCase, row)


def actions_for(user: User) -> Sql:
    """The condition under which an action `a` of a review `r` about a young person `yp` exists for a user: they see the young person, and the review
    is theirs or the action is their agency's."""
    return every([visible(user), either([reviews_for(user), Sql("a.owner_agency = {}", user.agency)])])


async def get_action_for(user: User, action_id: int) -> Action:
    """The action, or NotFound."""
    query = Sql(
        "SELECT a.* FROM action a JOIN young_person yp ON yp.id = a.young_person JOIN review_case c ON c.id = a.review_case "
        "JOIN review r ON r.id = c.review WHERE a.id = {} AND {}",
        *(action_id if 0 < action_id <= LARGEST else 0, actions_for(user)),
    )
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound("There is no action with this number that you can see. Look at the list of actions.")
    return of_row(Action, row)


def runs(user: User, *, establishment: str, area: str) -> bool:
    """Whether a user may run reviews of an establishment that stands in an area: a lead of the establishment, a member of the area's committee."""
    return user.may("review:decide") and (user.establishment == establishment or (user.role is Role.ACPC_MEMBER and user.area == area))


def can_run(user: User, review: Review) -> bool:
    """Whether a user may change a review's agenda and decide its cases."""
    return runs(user, establishment=review.establishment, area=review.area)


def check_can_run(user: User, review: Review) -> None:
    if not can_run(user, review):
        raise Refused("The safeguarding lead of the establishment, or a member of the area's committee, does this. Ask one of them.")


def may_do(user: User, review: Review, act: Act) -> bool:
    """Whether an act is a user's to do at all: who runs the review, or has the permission."""
    who = status.WHO[act]
    return can_run(user, review) if who == status.RUNS else user.may(who)


def check_can_do(user: User, review: Review, act: Act) -> None:
    """Raise Refused for whoever may not do it, Conflict where the review is in no status for it."""
    if not may_do(user, review, act):
        check_may(user, status.WHO[act]) if status.WHO[act] != status.RUNS else check_can_run(user, review)
    locked_on = clock.day_of(review.locked_at) if review.locked_at else None
    status.check_act(status.status_of(review.held_at, review.locked_at), act, locked_on=locked_on)


def acts_of(user: User, stands: status.Status, review: Review) -> frozenset[Act]:
    """What a user may do to a review as it stands: pages offer what would not be refused."""
    return frozenset(act for act in status.TABLE[stands] if may_do(user, review, act))


async def hold(user: User, review_id: int, act: Act) -> Review:
    """The review as it is now, which stays so until the caller's transaction ends. Raises what `check_can_do` does."""
    row = await DB.fetchrow("SELECT * FROM review WHERE id = $1 FOR UPDATE", review_id)
    if row is None:
        raise NotFound(NO_REVIEW)
    review = of_row(Review, row)
    check_can_do(user, review, act)
    return review


def can_finish(user: User, owner_agency: int, *, establishment: str, area: str) -> bool:
    """Whether a user may say that an action is done: its owner's agency, and those who run the review that agreed it, by its place and area."""
    return user.may("action:finish") and (user.agency == owner_agency or runs(user, establishment=establishment, area=area))


async def review_of(action: Action) -> Review:
    """The review that agreed an action which was loaded by `get_action_for`."""
    row = await DB.fetchrow("SELECT r.* FROM review_case c JOIN review r ON r.id = c.review WHERE c.id = $1", action.review_case)
    return of_row(Review, row or {})


async def check_can_finish(user: User, action: Action) -> None:
    review = await review_of(action)
    if not can_finish(user, action.owner_agency, establishment=review.establishment, area=review.area):
        raise Refused("The agency that took this action on says when it is done.")


def can_settle(user: User, asked_by: int | None, *, establishment: str, area: str) -> bool:
    """Whether a user is the second person who decides that an action is cancelled: somebody asked, and somebody else runs the review."""
    return asked_by is not None and asked_by != user.id and runs(user, establishment=establishment, area=area)


async def can_settle_now(user: User, action: Action) -> bool:
    review = await review_of(action)
    return can_settle(user, action.cancel_asked_by, establishment=review.establishment, area=review.area)


async def check_can_settle(user: User, action: Action) -> None:
    """Raise Refused for whoever does not run the review that agreed an action."""
    check_can_run(user, await review_of(action))
