"""What comes in and goes out about young people, for the API, the forms and imports alike. Codes are those of `reference/data/codes/people.toml`."""

import datetime as dt
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from yosafe.text import In, Name, Reason

Instant = Annotated[dt.datetime, Meta(tz=True)]
Code = Annotated[str, Meta(min_length=1, max_length=40)]
Postcode = Annotated[str, Meta(min_length=2, max_length=10, description="An outcode or a postcode; only the outcode is kept")]
AreaCode = Annotated[str, Meta(min_length=9, max_length=9, description="An area's code, for example E08000035 for Leeds")]
EstablishmentCode = Annotated[str, Meta(min_length=3, max_length=8, description="An establishment's code, for example WYI for Wetherby")]
Unit = Annotated[str, Meta(min_length=1, max_length=60)]
Note = Annotated[str, Meta(min_length=1, max_length=10_000)]
Reference = Annotated[str, Meta(min_length=4, max_length=20, description="For example YP-000123")]


class StartPlacement(In, kw_only=True):
    """`keep_apart_confirmed`: why they are placed there although someone is held there whom they must be kept apart from."""

    establishment: EstablishmentCode
    unit: Unit | None = None
    legal_status: Code
    arrived_at: Instant
    keep_apart_confirmed: Reason | None = None


class EndPlacement(In, kw_only=True):
    left_at: Instant
    leaving_reason: Code


class MoveUnit(In, kw_only=True):
    """`keep_apart_confirmed`: why they are moved there although someone lives there, or may, whom they must be kept apart from."""

    unit: Unit | None
    keep_apart_confirmed: Reason | None = None


class RecordNumber(In, kw_only=True):
    """A number that others gave. `agency`, by its code, says whose it is: needed for numbers of teams and of social services."""

    kind: Code
    value: Annotated[str, Meta(min_length=1, max_length=40)]
    agency: Annotated[str, Meta(min_length=1, max_length=60, description="For example leeds-yot")] | None = None
    since: dt.date | None = None


class AddYoungPerson(In, kw_only=True):
    """`home_area` may be left out where a home outcode says it. `not_duplicate_of`: references of records that may be of the same child and are not,
    with why in `not_duplicate_because`."""

    family_name: Name
    given_names: Name
    known_as: Name | None = None
    date_of_birth: dt.date
    sex: Code
    ethnicity: Code | None = None
    religion: Code | None = None
    first_language: Code | None = None
    interpreter: Code | None = None
    disability: Code | None = None
    nationality: Code | None = None
    asylum_status: Code | None = None
    first_time_in_custody: bool | None = None
    home_outcode: Postcode | None = None
    home_area: AreaCode | None = None
    release_on: dt.date | None = None
    release_address: bool | None = None
    placement: StartPlacement | None = None
    numbers: Annotated[list[RecordNumber], Meta(max_length=10)] = field(default_factory=list)
    not_duplicate_of: Annotated[list[Reference], Meta(max_length=40)] = field(default_factory=list)
    not_duplicate_because: Reason | None = None


class ChangeYoungPerson(In, kw_only=True):
    """What is left out stays; null takes an answer away."""

    family_name: Name | UnsetType = UNSET
    given_names: Name | UnsetType = UNSET
    known_as: Name | UnsetType | None = UNSET
    date_of_birth: dt.date | UnsetType = UNSET
    sex: Code | UnsetType = UNSET
    ethnicity: Code | UnsetType | None = UNSET
    religion: Code | UnsetType | None = UNSET
    first_language: Code | UnsetType | None = UNSET
    interpreter: Code | UnsetType | None = UNSET
    disability: Code | UnsetType | None = UNSET
    nationality: Code | UnsetType | None = UNSET
    asylum_status: Code | UnsetType | None = UNSET
    first_time_in_custody: bool | UnsetType | None = UNSET
    home_outcode: Postcode | UnsetType | None = UNSET
    home_area: AreaCode | UnsetType = UNSET
    release_on: dt.date | UnsetType | None = UNSET
    release_address: bool | UnsetType | None = UNSET


class Identity(In, kw_only=True):
    """All three, exactly: how someone who holds a young person finds a record made elsewhere."""

    family_name: Name
    given_names: Name
    date_of_birth: dt.date


class Receive(In, kw_only=True):
    """A young person who has come from elsewhere. `young_person` is needed only where two records have these names and date of birth."""

    identity: Identity
    placement: StartPlacement
    young_person: Reference | None = None


class RecordCarePeriod(In, kw_only=True):
    status: Code
    legal_basis: Code | None = None
    responsible_area: AreaCode | None = None
    accommodation: Code | None = None
    started_on: dt.date


class CorrectCarePeriod(RecordCarePeriod, kw_only=True):
    """What the care period should have said, all of it. What it said before is kept, with the reason."""

    reason: Reason


class TransferPlacement(In, kw_only=True):
    """From where they are held to another establishment, at one moment. `keep_apart_confirmed`: as for an arrival."""

    establishment: EstablishmentCode
    unit: Unit | None = None
    legal_status: Code
    moved_at: Instant
    reason: Code
    escort: Annotated[str, Meta(min_length=1, max_length=120, description="Who takes them there")]
    keep_apart_confirmed: Reason | None = None


class RecordContact(In, kw_only=True):
    """`missed_reason`: for one that was planned and did not take place, and only then."""

    kind: Code
    from_whom: Code
    worker: Name | None = None
    happened_on: dt.date
    seen_alone: bool | None = None
    note: Note | None = None
    missed_reason: Code | None = None


class RecordName(In, kw_only=True):
    """A name beside that of the record: a family name, given names, or both. `since` may be left out where nobody knows."""

    kind: Code
    family_name: Name | None = None
    given_names: Name | None = None
    since: dt.date | None = None


class EndUse(In, kw_only=True):
    """The last day on which a name or a number was theirs."""

    until: dt.date


class NameOut(Struct, kw_only=True):
    id: int
    kind: str
    family_name: str | None
    given_names: str | None
    since: dt.date | None
    until: dt.date | None
    recorded_by: str
    recorded_at: dt.datetime
    ended_by: str | None
    version: int


class NumberOut(Struct, kw_only=True):
    id: int
    kind: str
    value: str
    agency: str | None
    agency_name: str | None
    since: dt.date | None
    until: dt.date | None
    recorded_by: str
    recorded_at: dt.datetime
    ended_by: str | None
    version: int


class PlacementOut(Struct, kw_only=True):
    """`distance_miles` is whole miles as the crow flies, as it was on arrival; approximate."""

    id: int
    establishment: str
    establishment_name: str
    adult_estate: bool
    unit: str | None
    legal_status: str
    arrived_at: dt.datetime
    left_at: dt.datetime | None
    leaving_reason: str | None
    home_outcode: str | None
    distance_miles: int | None
    transfer_reason: str | None
    escort: str | None
    recorded_at: dt.datetime
    version: int


class CareCorrectionOut(Struct, kw_only=True):
    """What a care period said before it was corrected."""

    status: str
    legal_basis: str | None
    responsible_area: str | None
    accommodation: str | None
    started_on: dt.date
    ended_on: dt.date | None
    reason: str
    at: dt.datetime
    by: str


class CarePeriodOut(Struct, kw_only=True):
    """`corrections`: what it said before, the last correction first."""

    id: int
    status: str
    legal_basis: str | None
    responsible_area: str | None
    accommodation: str | None
    started_on: dt.date
    ended_on: dt.date | None
    recorded_at: dt.datetime
    version: int
    corrections: list[CareCorrectionOut] = []


class ContactOut(Struct, kw_only=True):
    id: int
    kind: str
    from_whom: str
    worker: str | None
    happened_on: dt.date
    seen_alone: bool | None
    note: str | None
    missed_reason: str | None
    agency: str
    recorded_by: str
    recorded_at: dt.datetime


class Completeness(Struct, kw_only=True):
    """How much of a full record is there. What is not, in words: the young person declined to say, nobody asked, or nothing is recorded."""

    recorded: int
    wanted: int
    declined: list[str]
    not_asked: list[str]
    blank: list[str]


class FieldCounts(Struct, kw_only=True):
    """One answer of a full record: of `base` young people, how many have it, declined, were not asked, or have nothing recorded."""

    field: str
    title: str
    recorded: int
    declined: int
    not_asked: int
    blank: int
    base: int


class PlaceCounts(Struct, kw_only=True):
    """All answers of the young people of one establishment; None is for those who are held nowhere."""

    establishment: str | None
    name: str
    young_people: int
    recorded: int
    wanted: int


class Around(Struct, kw_only=True):
    """Of those who are held: how many have someone named, and planned contacts. `answered_for`: of those in care, with a social worker named; for a
    care leaver a personal adviser does too."""

    held: int
    team_named: int
    personal_officer_named: int
    in_care: int
    answered_for: int
    contacts_planned: int


class CompletenessOut(Struct, kw_only=True):
    """Of the young people whom you see now: nobody is named."""

    young_people: int
    around: Around
    fields: list[FieldCounts]
    places: list[PlaceCounts]


class YoungPersonOut(Struct, kw_only=True):
    ref: str
    family_name: str
    given_names: str
    known_as: str | None
    date_of_birth: dt.date
    age: int
    sex: str
    ethnicity: str | None
    religion: str | None
    first_language: str | None
    interpreter: str | None
    disability: str | None
    nationality: str | None
    asylum_status: str | None
    first_time_in_custody: bool | None
    home_outcode: str | None
    home_area: str
    release_on: dt.date | None
    release_address: bool | None
    placement: PlacementOut | None
    care: CarePeriodOut | None
    missing: list[str]
    completeness: Completeness
    version: int


class FoundOut(Struct, kw_only=True):
    """A young person in a list. `other_names` are those of now and of before."""

    ref: str
    name: str
    known_as: str | None
    other_names: list[str]
    date_of_birth: dt.date
    age: int
    home_area: str
    establishment: str | None
    unit: str | None
    arrived_at: dt.datetime | None
    next_due_on: dt.date | None
    overdue: bool
