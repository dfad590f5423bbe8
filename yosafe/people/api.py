"""Young people by API, and the clocks that run."""

import datetime as dt
from typing import Annotated, Literal

from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned
from yosafe.web.listing import answered, sort_parameter

from . import actions, queries
from . import identifier_actions as identifiers
from .access import get_care_period_for, get_external_number_for, get_other_name_for, get_placement_for, get_young_person_for
from .care_actions import correct_care_period
from .chronology import ChronologyEntry, Order, Wanted, chronology
from .clock_queries import CLOCKS, ClockFilter, ClockOut, StateAsked
from .describe import care_out, placement_out
from .queries import ChildFilter
from .schemas import (
    AddYoungPerson,
    CarePeriodOut,
    ChangeYoungPerson,
    CompletenessOut,
    ContactOut,
    CorrectCarePeriod,
    EndPlacement,
    EndUse,
    FoundOut,
    MoveUnit,
    NameOut,
    NumberOut,
    PlacementOut,
    Receive,
    RecordCarePeriod,
    RecordContact,
    RecordName,
    RecordNumber,
    StartPlacement,
    TransferPlacement,
    YoungPersonOut,
)
from .tables import YoungPerson

CHILD_SORT = sort_parameter("recorded", "held", "name", "age", "place", "arrived", "home", "due", default="-recorded")
CLOCK_SORT = sort_parameter("due", "title", "name", "met", "stopped", default="due of those that run, -met or -stopped of others")
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


class PeopleApi(Controller):
    path = "/young-people"
    tags = ("young people",)

    @get("/", opt={"permission": "young-person:read"})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        q: FromQuery[str] = "",
        site: FromQuery[str] = "",
        held: FromQuery[Literal["", "now", "left"]] = "",
        sort: Annotated[str | None, CHILD_SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Limit = 50,
    ) -> Page[FoundOut]:
        """Young people whom you see, last recorded first. `q`: the beginning of a name or of another name, a date of birth, a reference, or a number
        that others gave. Case and accents do not matter."""
        wanted = ChildFilter(q=q, site=site, held=held)
        return await answered(request, user, queries.CHILDREN, wanted, sort=sort or (None if after else "-recorded"), after=after, limit=limit)

    @post("/", opt={"permission": "young-person:add"})
    async def add(self, data: JSONBody[AddYoungPerson], user: NamedDependency[User]) -> Response[YoungPersonOut]:
        """Refused with 409 where the young person is very likely recorded already: `candidates` says by which records and why. Name those that are of
        another child in `not_duplicate_of`, with why in `not_duplicate_because`, and send it again."""
        young_person = await actions.add_young_person(by=user, new=data)
        return versioned(await queries.overview(young_person), young_person.version, status=201)

    @post("/receptions", opt={"permission": "placement:record"})
    async def receive(self, data: JSONBody[Receive], user: NamedDependency[User]) -> Response[YoungPersonOut]:
        """Record the arrival of a young person whose record was made elsewhere: for establishments, by all their names and date of birth."""
        young_person, _ = await actions.receive_young_person(by=user, receive=data)
        return versioned(await queries.overview(young_person), young_person.version, status=201)

    @get("/completeness", opt={"permission": "young-person:read"})
    async def complete(self, user: NamedDependency[User], site: FromQuery[str] = "") -> CompletenessOut:
        """How much is recorded of the young people whom you see now, answer by answer: of all, or of those held at an establishment (`site`)."""
        return await queries.completeness(user, site=site)

    @get("/{ref:str}", opt={"permission": "young-person:read"})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[YoungPersonOut]:
        """The reference of a record that was merged into another one gives that one: its `ref` says so."""
        return await self._shown(ref, user)

    async def _shown(self, ref: str, user: User) -> Response[YoungPersonOut]:
        young_person = await queries.open_record(user, ref, "api")
        return versioned(await queries.overview(young_person), young_person.version)

    @patch("/{ref:str}", opt={"permission": "young-person:change"})
    async def change(
        self, ref: FromPath[str], data: JSONBody[ChangeYoungPerson], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[YoungPersonOut]:
        """What is left out stays."""
        young_person = await get_young_person_for(user, ref)
        async with shown_if_stale(lambda: self._shown(ref, user)):
            changed = await actions.change_young_person(by=user, young_person=young_person, change=data, version=version)
        return versioned(await queries.overview(changed), changed.version)

    @get("/{ref:str}/chronology", opt={"permission": "young-person:read"})
    async def chronology(
        self,
        ref: FromPath[str],
        request: AnyRequest,
        user: NamedDependency[User],
        source: FromQuery[str | None] = None,
        since: Annotated[dt.date | None, QueryParameter(name="from")] = None,
        until: Annotated[dt.date | None, QueryParameter(name="to")] = None,
        order: FromQuery[Order] = "newest",
        significant: FromQuery[bool] = False,
        after: FromQuery[str | None] = None,
        limit: Limit = 50,
    ) -> Page[ChronologyEntry]:
        """All that is recorded of a young person and that you may see, in one time line, with when it happened, when it was recorded, and when others
        came to know of it. `significant`: only what is marked as significant."""
        young_person = await get_young_person_for(user, ref)
        wanted = Wanted(source=source, since=since, until=until, order=order, significant=significant)
        return await chronology(user, young_person, wanted, after=after, limit=limit, terminology=terminology(request))


class RecordsApi(Controller):
    path = "/young-people/{ref:str}"
    tags = ("young people",)

    @get("/placements", opt={"permission": "placement:read"})
    async def placements(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[PlacementOut]:
        """Newest first, all at once."""
        return whole(await queries.placements_of(await queries.open_record(user, ref, "placements")))

    @post("/placements", opt={"permission": "placement:record"})
    async def start(self, ref: FromPath[str], data: JSONBody[StartPlacement], user: NamedDependency[User]) -> Response[PlacementOut]:
        """An arrival. Refused with 422 while the young person is still recorded elsewhere."""
        placement = await actions.start_placement(by=user, young_person=await get_young_person_for(user, ref), new=data)
        return versioned(placement_out(placement), placement.version, status=201)

    @post("/placements/{placement:int}/end", opt={"permission": "placement:record"}, status_code=200)
    async def end(
        self, ref: FromPath[str], placement: FromPath[int], data: JSONBody[EndPlacement], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[PlacementOut]:
        """Leaving."""
        found = await get_placement_for(user, ref, placement)
        async with shown_if_stale(lambda: _placement(user, ref, placement)):
            ended = await actions.end_placement(by=user, placement=found, ending=data, version=version)
        return versioned(placement_out(ended), ended.version)

    @post("/placements/{placement:int}/unit", opt={"permission": "placement:record"}, status_code=200)
    async def move(
        self, ref: FromPath[str], placement: FromPath[int], data: JSONBody[MoveUnit], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[PlacementOut]:
        """Another unit of the same establishment."""
        found = await get_placement_for(user, ref, placement)
        async with shown_if_stale(lambda: _placement(user, ref, placement)):
            moved = await actions.move_unit(by=user, placement=found, move=data, version=version)
        return versioned(placement_out(moved), moved.version)

    @post("/placements/{placement:int}/transfer", opt={"permission": "placement:record"})
    async def transfer(
        self,
        ref: FromPath[str],
        placement: FromPath[int],
        data: JSONBody[TransferPlacement],
        user: NamedDependency[User],
        version: NamedDependency[int],
    ) -> Response[PlacementOut]:
        """To another establishment: this placement ends and one there begins at the same moment. The answer is the new one."""
        child, found = await get_young_person_for(user, ref), await get_placement_for(user, ref, placement)
        async with shown_if_stale(lambda: _placement(user, ref, placement)):
            arrived = await actions.transfer_placement(by=user, young_person=child, placement=found, move=data, version=version)
        return versioned(placement_out(arrived), arrived.version, status=201)

    @get("/care-periods", opt={"permission": "care-period:read"})
    async def care(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[CarePeriodOut]:
        """Newest first, all at once."""
        return whole(await queries.care_of(await queries.open_record(user, ref, "care")))

    @post("/care-periods", opt={"permission": "care-period:record"})
    async def record_care(self, ref: FromPath[str], data: JSONBody[RecordCarePeriod], user: NamedDependency[User]) -> CarePeriodOut:
        """A care status from a day on. The one before ends on that day."""
        young_person = await get_young_person_for(user, ref)
        return care_out(await actions.record_care_period(by=user, young_person=young_person, new=data))

    @post("/care-periods/{period:int}/correct", opt={"permission": "care-period:correct"}, status_code=200)
    async def correct_care(
        self,
        ref: FromPath[str],
        period: FromPath[int],
        data: JSONBody[CorrectCarePeriod],
        user: NamedDependency[User],
        version: NamedDependency[int],
    ) -> Response[CarePeriodOut]:
        """What it should have said, all of it, and why. What it said before is in `corrections`."""
        child, found = await get_young_person_for(user, ref), await get_care_period_for(user, ref, period)
        async with shown_if_stale(lambda: _care(child, period)):
            await correct_care_period(by=user, young_person=child, period=found, correction=data, version=version)
        return await _care(child, period)

    @get("/contacts", opt={"permission": "contact:read"})
    async def contacts(
        self, ref: FromPath[str], user: NamedDependency[User], after: FromQuery[str | None] = None, limit: Limit = 50
    ) -> Page[ContactOut]:
        return await queries.contacts_of(await queries.open_record(user, ref, "contacts"), after=after, limit=limit)

    @post("/contacts", opt={"permission": "contact:record"})
    async def record_contact(self, ref: FromPath[str], data: JSONBody[RecordContact], user: NamedDependency[User]) -> ContactOut:
        young_person = await get_young_person_for(user, ref)
        contact = await actions.record_contact(by=user, young_person=young_person, new=data)
        return await queries.contact(contact.id)


class IdentifiersApi(Controller):
    path = "/young-people/{ref:str}"
    tags = ("young people",)

    @get("/names", opt={"permission": "young-person:read"})
    async def names(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[NameOut]:
        """Names beside that of the record: those in use first, then those that ended, all at once."""
        return whole(await queries.names_of(await queries.open_record(user, ref, "names")))

    @post("/names", opt={"permission": "identifier:record"})
    async def record_name(self, ref: FromPath[str], data: JSONBody[RecordName], user: NamedDependency[User]) -> Response[NameOut]:
        """Another name: a family name, given names, or both. Refused with 409 where the same is recorded and has not ended."""
        child = await get_young_person_for(user, ref)
        return await _name(child, await identifiers.record_name(by=user, young_person=child, new=data), status=201)

    @post("/names/{other_name:int}/end", opt={"permission": "identifier:record"}, status_code=200)
    async def end_name(
        self, ref: FromPath[str], other_name: FromPath[int], data: JSONBody[EndUse], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[NameOut]:
        """The last day of another name. It stays on the record."""
        child, found = await get_young_person_for(user, ref), await get_other_name_for(user, ref, other_name)
        async with shown_if_stale(lambda: _name(child, other_name)):
            await identifiers.end_name(by=user, name=found, ending=data, version=version)
        return await _name(child, other_name)

    @get("/numbers", opt={"permission": "young-person:read"})
    async def numbers(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[NumberOut]:
        """Numbers that others gave: those in use first, then those that ended, all at once."""
        return whole(await queries.numbers_of(await queries.open_record(user, ref, "names")))

    @post("/numbers", opt={"permission": "identifier:record"})
    async def record_number(self, ref: FromPath[str], data: JSONBody[RecordNumber], user: NamedDependency[User]) -> Response[NumberOut]:
        """A number that others gave. Refused with 409 where the same is recorded and has not ended."""
        child = await get_young_person_for(user, ref)
        return await _number(child, await identifiers.record_number(by=user, young_person=child, new=data), status=201)

    @post("/numbers/{external_number:int}/end", opt={"permission": "identifier:record"}, status_code=200)
    async def end_number(
        self, ref: FromPath[str], external_number: FromPath[int], data: JSONBody[EndUse], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[NumberOut]:
        """The last day of a number. It stays on the record."""
        child, found = await get_young_person_for(user, ref), await get_external_number_for(user, ref, external_number)
        async with shown_if_stale(lambda: _number(child, external_number)):
            await identifiers.end_number(by=user, number=found, ending=data, version=version)
        return await _number(child, external_number)


async def _care(child: YoungPerson, number: int) -> Response[CarePeriodOut]:
    """A care period as it is now."""
    [period] = await queries.care_of(child, number)
    return versioned(period, period.version)


async def _name(child: YoungPerson, number: int, *, status: int = 200) -> Response[NameOut]:
    """A name as it is now."""
    [name] = await queries.names_of(child, number)
    return versioned(name, name.version, status=status)


async def _number(child: YoungPerson, number: int, *, status: int = 200) -> Response[NumberOut]:
    """A number as it is now."""
    [found] = await queries.numbers_of(child, number)
    return versioned(found, found.version, status=status)


async def _placement(user: User, ref: str, number: int) -> Response[PlacementOut]:
    """A placement as it is now, noted as read."""
    await queries.open_record(user, ref, "placements")
    found = await get_placement_for(user, ref, number)
    return versioned(placement_out(found), found.version)


class ClocksApi(Controller):
    tags = ("clocks",)

    @get("/clocks", opt={"permission": "clock:read"})
    async def clocks(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "running",
        mine: FromQuery[bool] = False,
        clock: FromQuery[str | None] = None,
        sort: Annotated[str | None, CLOCK_SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Limit = 50,
    ) -> Page[ClockOut]:
        """Time limits of young people whom you see: running ones by due date, the most overdue first; met and stopped ones the latest first.
        `mine`: only those that your agency must meet."""
        asked = ClockFilter(state=wanted, mine=mine, clock=clock or "")
        return await answered(request, user, CLOCKS, asked, sort=sort, after=after, limit=limit)
