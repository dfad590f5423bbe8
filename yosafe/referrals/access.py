"""Who may see a referral, and who may make one. There is no other loader."""

from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, every
from yosafe.errors import NotFound, Refused
from yosafe.incidents import access as incidents
from yosafe.people import access as people
from yosafe.refs import number, ref

from .tables import Referral

SUBJECT = "referral"
PREFIX = "RF"
SEND, CONSIDER = "referral:send", "referral:consider"
NOT_THERE = "There is no referral with this reference that you can see. Check the reference, or look in the list."


def visible(user: User) -> Sql:
    """The condition under which a referral `r` about a young person `yp` exists for a user."""
    return every([people.visible(user), unrestricted(user)])


def in_scope(user: User) -> Sql:
    """The same rule for lists, which begin with the young people whom the user sees."""
    return every([Sql("r.young_person IN ({})", people.all_visible(user)), unrestricted(user)])


def unrestricted(user: User) -> Sql:
    """Where a referral `r` rests on a restricted incident, it is for whoever made it, whoever is named on the incident, and the social workers who
    answer it: an allegation against staff stays hidden from those staff."""
    if user.role is Role.SOCIAL_WORKER and not user.opened:
        return Sql("true")
    return Sql(
        "({} OR NOT EXISTS (SELECT FROM referral_incident ri JOIN incident i ON i.id = ri.incident "
        "WHERE ri.referral = r.id AND {} IS NOT TRUE))",  # an incident without an owner makes the condition null
        Sql("false") if user.opened else Sql("r.recorded_by = {}", user.id),
        incidents.named(user),
    )


def shows(user: User, column: str) -> Sql:
    """The same, for the number of a referral in a column: whether clocks and duties about it show."""
    return Sql(f"EXISTS (SELECT FROM referral r WHERE r.id = {column} AND {{}})", unrestricted(user))


async def get_referral_for(user: User, referral: int | str) -> Referral:
    """The referral, by number or by reference (`RF-000789`), or NotFound: to an outsider it does not exist."""
    wanted = number(PREFIX, referral) if isinstance(referral, str) else referral
    query = Sql("SELECT r.* FROM referral r JOIN young_person yp ON yp.id = r.young_person WHERE r.id = {} AND {}", wanted, visible(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(Referral, row)


async def is_visible(user: User, referral: int) -> bool:
    """Whether a user still sees a referral: its end closes the duty that let a host authority see it."""
    query = Sql(
        "SELECT EXISTS (SELECT FROM referral r JOIN young_person yp ON yp.id = r.young_person WHERE r.id = {} AND {})", referral, visible(user)
    )
    return bool(await DB.fetchval(*query.parts()))


def referral_ref(referral: int) -> str:
    return ref(PREFIX, referral)


def can_refer(user: User) -> bool:
    """Whether a user may refer the young people they see."""
    return user.may(SEND)


def check_can_refer(user: User) -> None:
    if not can_refer(user):
        raise Refused("Your role does not make referrals. Tell your safeguarding lead or the youth offending team what worries you.")


def can_consider(user: User) -> bool:
    """Whether a user may record that a referral was considered and not made."""
    return user.may(CONSIDER)


def check_can_consider(user: User) -> None:
    if not can_consider(user):
        raise Refused("Your role does not decide about referrals. Tell your safeguarding lead or the youth offending team what worries you.")
