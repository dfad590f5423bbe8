"""Who may see a young person: whoever has a duty towards them now (domain words, section 6), and whoever opened the record in an emergency, for as
long as that lasts and where that one record is asked for. There is no other loader."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, either
from yosafe.errors import FieldError, Invalid, NotFound
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment
from yosafe.refs import number, ref

from .rules import tidy_name
from .schemas import Identity
from .tables import CarePeriod, ExternalNumber, OtherName, Placement, RecordMerge, YoungPerson

LEAD_SEES_LEAVERS_FOR = dt.timedelta(days=90)
NOT_THERE = "There is no young person with this reference that you can see. Check the reference, or search by name."


BY_HOME = frozenset({Role.YOT_WORKER, Role.SOCIAL_WORKER})


def visible(user: User, young_person: str = "yp.id", home_area: str = "yp.home_area") -> Sql:
    """The condition under which a young person exists for a user; the arguments name the columns of their id and home area in the query at hand."""
    home = [Sql(f"{home_area} = {{}}", user.area)] if user.role in BY_HOME else []
    opened = [Sql(f"{young_person} = ANY({{}})", list(user.opened))] if user.opened else []
    return either([*home, *(tie.to(young_person) for tie in _ties(user)), *opened])


def all_visible(user: User) -> Sql:
    """The same rule the other way about: a query of the ids of all who exist for a user, for lists that begin with them. Some may come twice."""
    queries = [Sql("SELECT id FROM young_person WHERE home_area = {}", user.area)] if user.role in BY_HOME else []
    queries += [tie.ids() for tie in _ties(user)]
    queries += [Sql("SELECT id FROM young_person WHERE id = ANY({})", list(user.opened))] if user.opened else []
    return Sql(" UNION ALL ".join(["{}"] * len(queries)), *queries) if queries else Sql("SELECT id FROM young_person WHERE false")


class _Tie(NamedTuple):
    """Rows that tie young people to someone's duty: `source` is from FROM on, `column` names the young person."""

    column: str
    source: Sql

    def to(self, young_person: str) -> Sql:
        return Sql(f"EXISTS (SELECT {{}} AND {self.column} = {young_person})", self.source)

    def ids(self) -> Sql:
        return Sql(f"SELECT {self.column} {{}}", self.source)


def _ties(user: User) -> list[_Tie]:
    """What makes a user see a young person, beside where home is."""
    match user.role:
        case Role.YOI_OFFICER:
            return [_held(user)]
        case Role.YOI_LEAD:
            return [_held(user), _left_lately(user)]
        case Role.SOCIAL_WORKER:
            return [_responsible(user), _duty(user, "host")]
        case Role.ACPC_MEMBER:
            return [_duty(user, "committee")]
    return []


def _held(user: User) -> _Tie:
    return _Tie("p.young_person", Sql("FROM placement p WHERE p.establishment = {} AND p.left_at IS NULL", user.establishment))


def _left_lately(user: User) -> _Tie:
    since = clock.now() - LEAD_SEES_LEAVERS_FOR
    # Within SELECT PostgreSQL plans without the day. It would not plan otherwise with it, and finds each time that it might: planning takes longer.
    return _Tie(
        "p.young_person", Sql("FROM placement p WHERE p.establishment = {} AND p.left_at > (SELECT {}::timestamptz)", user.establishment, since)
    )


def _responsible(user: User) -> _Tie:
    return _Tie("c.young_person", Sql("FROM care_period c WHERE c.responsible_area = {} AND c.ended_on IS NULL", user.area))


def _duty(user: User, kind: str) -> _Tie:
    return _Tie("d.young_person", Sql("FROM duty d WHERE d.area = {} AND d.kind = {} AND d.ended_at IS NULL", user.area, kind))


async def may_see(user: User, young_person: int) -> bool:
    query = Sql("SELECT EXISTS (SELECT FROM young_person yp WHERE yp.id = {} AND {})", young_person, visible(user))
    return bool(await DB.fetchval(*query.parts()))


async def check_may_see(user: User, young_person: int) -> None:
    """Raise NotFound for a young person who does not exist for this user."""
    if not await may_see(user, young_person):
        raise NotFound(NOT_THERE)


_ONE = "SELECT * FROM young_person yp WHERE yp.id = {} AND {}"


async def get_young_person_for(user: User, young_person: int | str) -> YoungPerson:
    """The young person, by number or by reference (`YP-000123`), or NotFound: to an outsider they do not exist.

    The number of a record that was merged into another gives that other one."""
    wanted = number("YP", young_person) if isinstance(young_person, str) else young_person
    row = await DB.fetchrow(*Sql(_ONE, Sql("{}", wanted), visible(user)).parts())
    if row is None:
        row = await DB.fetchrow(*Sql(_ONE, Sql("young_person_now({})", wanted), visible(user)).parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(YoungPerson, row)


async def led_to(user: User, reference: str) -> str | None:
    """The reference of the record into which one was merged, for whoever may see it; None where it was not, or not for this user."""
    asked = number("YP", reference)
    now = await DB.fetchval("SELECT young_person_now($1)", asked)
    return young_person_ref(now) if now != asked and await may_see(user, now) else None


async def get_merge_for(user: User, young_person: int | str, merge: int) -> RecordMerge:
    """A merge that made, or had made, a record which the user sees; or NotFound."""
    kept = await get_young_person_for(user, young_person)
    found = await RecordMerge.objects().get((RecordMerge.id == merge) & (RecordMerge.kept == kept.id)) if 0 < merge < 2**63 else None
    if found is None:
        raise NotFound("There is no merge with this number of this record. The page about records of the same child lists those there are.")
    return found


def young_person_number(reference: str) -> int:
    """Raises NotFound for what is no reference of a young person."""
    return number("YP", reference)


def young_person_ref(young_person: int) -> str:
    return ref("YP", young_person)


async def get_placement_for(user: User, young_person: int | str, placement: int) -> Placement:
    """A placement of a young person, or NotFound: to an outsider neither exists."""
    held = await get_young_person_for(user, young_person)
    found = await Placement.objects().get((Placement.id == placement) & (Placement.young_person == held.id))
    if found is None:
        raise NotFound(f"There is no placement {placement} of this young person. Their placements page shows those there are.")
    return found


async def get_care_period_for(user: User, young_person: int | str, number: int) -> CarePeriod:
    """A care period of a young person, or NotFound: to an outsider neither exists."""
    child = await get_young_person_for(user, young_person)
    found = await CarePeriod.objects().get((CarePeriod.id == number) & (CarePeriod.young_person == child.id)) if 0 < number < 2**63 else None
    if found is None:
        raise NotFound(f"There is no care period {number} of this young person. Their care page shows those there are.")
    return found


async def get_other_name_for(user: User, young_person: int | str, number: int) -> OtherName:
    """Another name of a young person, or NotFound: to an outsider neither exists."""
    child = await get_young_person_for(user, young_person)
    found = await OtherName.objects().get((OtherName.id == number) & (OtherName.young_person == child.id))
    if found is None:
        raise NotFound(f"There is no other name {number} of this young person. The page of their names and numbers shows those there are.")
    return found


async def get_external_number_for(user: User, young_person: int | str, number: int) -> ExternalNumber:
    """A number that others gave a young person, or NotFound: to an outsider neither exists."""
    child = await get_young_person_for(user, young_person)
    found = await ExternalNumber.objects().get((ExternalNumber.id == number) & (ExternalNumber.young_person == child.id))
    if found is None:
        raise NotFound(f"There is no number {number} of this young person. The page of their names and numbers shows those there are.")
    return found


def receives(user: User) -> bool:
    """Whether a user may find a record made elsewhere by an exact match: they hold the young person and record arrivals."""
    return user.establishment is not None and user.may("placement:record")


async def same_identity(user: User, identity: Identity) -> list[YoungPerson]:
    """Records with exactly these names, whatever their case, and this date of birth: those that the user sees, and others for who receives."""
    query = Sql(
        "SELECT * FROM young_person yp WHERE lower(yp.family_name) = lower({}) AND lower(yp.given_names) = lower({}) AND yp.date_of_birth = {} "
        "AND {} ORDER BY yp.id LIMIT 10",
        tidy_name(identity.family_name),
        tidy_name(identity.given_names),
        identity.date_of_birth,
        Sql("true") if receives(user) else visible(user),
    )
    return [of_row(YoungPerson, row) for row in await DB.fetch(*query.parts())]


async def find_exact(user: User, identity: Identity) -> list[YoungPerson]:
    """The same, and each record found is noted as read."""
    found = await same_identity(user, identity)
    await note_exact(user, found)
    return found


async def note_exact(user: User, found: Iterable[YoungPerson]) -> None:
    """Note records that an exact match found as read; before they are told of."""
    for young_person in found:
        await record_read(EventName.YOUNG_PERSON_READ, by=user, young_person=young_person.id, detail={"page": "exact match"})


def may_place_at(user: User, code: str) -> bool:
    """A team may record where its children are held; an establishment speaks for itself only."""
    return user.establishment in (None, code)


def check_may_place_at(user: User, code: str) -> None:
    """Raise Invalid, on the field, for an establishment that the user can't speak for."""
    if user.establishment is not None and not may_place_at(user, code):
        own = establishment(user.establishment).name
        raise Invalid([FieldError("establishment", f"You can record placements at {own} only. Ask the other establishment to record its own.")])


def check_may_add(user: User, *, home_area: str, placed_at: str | None) -> None:
    """Raise Invalid where the new record would be out of the user's own sight: it must be of their area, or held where they work."""
    if user.establishment is not None:
        if placed_at is None:
            raise Invalid([FieldError("placement", "Record the arrival too: you see young people who are held where you work")])
        check_may_place_at(user, placed_at)
    elif user.area != home_area:
        own = area(user.area).name if user.area else "your area"
        raise Invalid([FieldError("home_area", f"You can add young people whose home is in {own}. Ask the team of the home area to add others.")])
