"""What is known of one young person on one day: plain values for indicators and the model, with no database behind them.

Two dates make a fact: when it happened, and when it was written down. `Facts.as_at` is the only place where the two are cut, so that a
flag or a feature of an earlier day never uses what was learnt later."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Self, TypeVar

from msgspec import Struct, json
from msgspec.structs import replace

from yosafe import clock


class Moment(Struct, frozen=True, gc=False):
    """The end of a day: what happened on it counts, and so does what was written down before the day was out (London)."""

    day: dt.date
    closes_at: dt.datetime

    @classmethod
    def ending(cls, day: dt.date) -> Self:
        return cls(day=day, closes_at=clock.midnight(day + dt.timedelta(days=1)))

    def knows(self, happened_on: dt.date, recorded_at: dt.datetime) -> bool:
        return happened_on <= self.day and recorded_at < self.closes_at

    def still_to_come(self, fact: "Fact") -> Iterator[dt.date]:
        """The days of a fact that come later: then it may be another."""
        for name in type(fact).__struct_fields__:
            value = getattr(fact, name)
            if isinstance(value, dt.datetime):
                if value >= self.closes_at:
                    yield clock.day_of(value)
            elif isinstance(value, dt.date) and value > self.day:
                yield value
            elif name == "other":
                for one in value:
                    yield from self.still_to_come(one)


class Fact(Struct, frozen=True, kw_only=True, gc=False):
    """`reference` names the record to cite (`IN-000456`)."""

    happened_on: dt.date
    recorded_at: dt.datetime
    reference: str

    def seen_at(self, moment: Moment) -> Self | None:
        """The fact as it was known then, or None where it was not."""
        return self if moment.knows(self.happened_on, self.recorded_at) else None


class Spell(Fact, frozen=True, kw_only=True):
    """What lasts from `happened_on` to `ended_on`; None while it goes on. `end_recorded_at` None: the end was written down with the start."""

    ended_on: dt.date | None = None
    end_recorded_at: dt.datetime | None = None

    def seen_at(self, moment: Moment) -> Self | None:
        if not moment.knows(self.happened_on, self.recorded_at):
            return None
        if self.ended_on is None or moment.knows(self.ended_on, self.end_recorded_at or self.recorded_at):
            return self
        return replace(self, ended_on=None, end_recorded_at=None)


class Placement(Spell, frozen=True, kw_only=True):
    """Where they were held. `establishment` is its name, `area` the local authority that it stands in; distances are whole miles.
    `unit_recorded_at`: when a later unit than that of the arrival was written down; before that the unit is not known."""

    establishment: str
    area: str | None = None
    adult_estate: bool = False
    unit: str | None = None
    unit_recorded_at: dt.datetime | None = None
    distance_miles: int | None = None

    def seen_at(self, moment: Moment) -> Self | None:
        seen = super().seen_at(moment)
        if seen is None or seen.unit_recorded_at is None or seen.unit_recorded_at < moment.closes_at:
            return seen
        return replace(seen, unit=None, unit_recorded_at=None)


class KeepApart(Spell, frozen=True, kw_only=True):
    """A time in which they are to be kept apart from someone, how far by the code list `keep_apart_restriction`; `other` is where that one was held.
    Who it is does not stand here."""

    restriction: str
    other: tuple[Placement, ...] = ()

    def seen_at(self, moment: Moment) -> Self | None:
        seen = super().seen_at(moment)
        return seen and replace(seen, other=_seen(seen.other, moment))


class CarePeriod(Spell, frozen=True, kw_only=True):
    """A care status (`looked_after`, `care_leaver`, `formerly_in_care`, `never`, `not_known`) and the authority that answers for it."""

    status: str
    responsible_area: str | None = None


class Worker(Spell, frozen=True, kw_only=True):
    """A time in which someone worked with them in a role of the list `worker_role`; not `named`: it was recorded that nobody is."""

    role: str
    named: bool = True


class Contact(Fact, frozen=True, kw_only=True):
    """A visit, call or letter, by the codes `contact_kind` and `contact_with`. One that was planned and did not take place is a fact too."""

    kind: str
    with_whom: str


class Incident(Fact, frozen=True, kw_only=True):
    """One incident, with the roles that they had in it. `set_aside_at`: when it was found to be a duplicate or not reportable; `concluded_at`, of an
    allegation against staff: since
    when it is concluded, None while it is open."""

    kind: str
    roles: frozenset[str]
    severity: str
    restricted: bool = False
    set_aside_at: dt.datetime | None = None
    concluded_at: dt.datetime | None = None

    def seen_at(self, moment: Moment) -> Self | None:
        if self.set_aside_at is not None and self.set_aside_at < moment.closes_at:
            return None
        if self.concluded_at is not None and self.concluded_at >= moment.closes_at:
            return super(Incident, replace(self, concluded_at=None)).seen_at(moment)
        return super().seen_at(moment)


class Assessment(Fact, frozen=True, kw_only=True):
    """A completed assessment or screen; `happened_on` is the day it was completed, `occasion` why it was done then."""

    instrument: str
    occasion: str


class Clock(Spell, frozen=True, kw_only=True):
    """A time limit: started on `happened_on`, due by the end of `due_on`, met on `ended_on`. `about` is what is awaited, in words."""

    clock: str
    about: str
    due_on: dt.date

    @property
    def met_on(self) -> dt.date | None:
        return self.ended_on

    def is_overdue(self, as_of: dt.date) -> bool:
        return self.ended_on is None and self.due_on < as_of


class Referral(Fact, frozen=True, kw_only=True):
    """A decision whether to refer: `sent`, or considered and not referred; `happened_on` is the day of it. `incidents` are those it answers."""

    sent: bool
    incidents: frozenset[str] = frozenset()


class Enquiry(Fact, frozen=True, kw_only=True):
    """A time when an authority was asked whether they are on its register, or known; by whom and why does not stand here."""


class Registration(Spell, frozen=True, kw_only=True):
    """A time on the child protection register, from the referral that led to it."""


class Release(Fact, frozen=True, kw_only=True):
    """An expected release; `happened_on` is the day it was written down. `address_recorded_at` None: no address yet."""

    release_on: dt.date
    address_recorded_at: dt.datetime | None = None

    def seen_at(self, moment: Moment) -> Self | None:
        if not moment.knows(self.happened_on, self.recorded_at):
            return None
        if self.address_recorded_at is None or self.address_recorded_at < moment.closes_at:
            return self
        return replace(self, address_recorded_at=None)


class Group(Fact, frozen=True, kw_only=True):
    """One of the groups that paragraph 7.43 found overlooked: `unaccompanied`, `traveller`, `disability`."""

    group: str


class Facts(Struct, frozen=True, kw_only=True, dict=True):
    """Everything known of one young person, each tuple in any order. What many rules ask for is worked out once. `sex` is for audit by group: no
    indicator and no feature reads it."""

    young_person: int
    reference: str
    date_of_birth: dt.date | None = None
    sex: str | None = None
    placements: tuple[Placement, ...] = ()
    keep_apart: tuple[KeepApart, ...] = ()
    care_periods: tuple[CarePeriod, ...] = ()
    workers: tuple[Worker, ...] = ()
    contacts: tuple[Contact, ...] = ()
    incidents: tuple[Incident, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    clocks: tuple[Clock, ...] = ()
    referrals: tuple[Referral, ...] = ()
    enquiries: tuple[Enquiry, ...] = ()
    registrations: tuple[Registration, ...] = ()
    releases: tuple[Release, ...] = ()
    groups: tuple[Group, ...] = ()
    not_asked: frozenset[str] = frozenset()  # of the groups: nobody has recorded an answer
    another_on: dt.date | None = None  # the first later day on which these may be others, with nothing new written down; None: no such day is known

    def as_at(self, day: dt.date) -> Self:
        """These facts as they were known at the end of a day, each tuple oldest first."""
        moment = Moment.ending(day)
        known = {name: facts for name in _DATED if (facts := getattr(self, name))}
        later = [self.another_on] if self.another_on else []
        later += [on for facts in known.values() for fact in facts for on in moment.still_to_come(fact)]
        return replace(self, **{name: _seen(facts, moment) for name, facts in known.items()}, another_on=min(later, default=None))

    @cached_property
    def placement(self) -> Placement | None:
        """Where they are held, None for someone who is not in custody."""
        return held_at(self.placements)

    @cached_property
    def care(self) -> CarePeriod | None:
        """Their care status now, None where none is recorded."""
        return _latest(c for c in self.care_periods if c.ended_on is None)

    @property
    def answered_for(self) -> bool:
        """Whether someone is named who answers for a child in care: a social worker; for a care leaver, a personal adviser does too."""
        care = self.care
        roles = ("social_worker", "personal_adviser") if care is not None and care.status == "care_leaver" else ("social_worker",)
        return any(worker.named and worker.ended_on is None and worker.role in roles for worker in self.workers)

    @property
    def release(self) -> Release | None:
        """The release expected by the newest record of one."""
        return max(self.releases, key=lambda r: (r.recorded_at, r.reference, r.release_on), default=None)

    @cached_property
    def in_custody_since(self) -> dt.date | None:
        """The first day of the unbroken run of placements that they are in now: a transfer does not start it again."""
        placement = self.placement
        if placement is None:
            return None
        start = placement.happened_on
        for earlier in sorted(self.placements, key=lambda p: p.happened_on, reverse=True):
            if earlier.ended_on is not None and earlier.happened_on < start <= earlier.ended_on + dt.timedelta(days=1):
                start = earlier.happened_on
        return start

    def age_on(self, day: dt.date) -> int | None:
        """Whole years, None where the date of birth is not known."""
        born = self.date_of_birth
        return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


_DATED = (
    "placements", "keep_apart", "care_periods", "workers", "contacts", "incidents", "assessments", "clocks", "referrals", "enquiries",
    "registrations", "releases", "groups",
)  # fmt: skip


F = TypeVar("F", bound=Fact)


class _Whole:
    """A fact as the last word of a comparison: asked only of two that share day, instant and reference, so that any order read gives one order."""

    def __init__(self, fact: Fact) -> None:
        self.fact = fact

    def __lt__(self, other: Self) -> bool:
        return json.encode(self.fact, order="sorted") < json.encode(other.fact, order="sorted")


def _age(fact: Fact) -> tuple[dt.date, dt.datetime, str, _Whole]:
    return fact.happened_on, fact.recorded_at, fact.reference, _Whole(fact)


def held_at(placements: Iterable[Placement]) -> Placement | None:
    """The placement that goes on, None for someone who is not in custody."""
    return _latest(p for p in placements if p.ended_on is None)


def _latest(facts: Iterable[F]) -> F | None:
    found = list(facts)
    return found[0] if len(found) == 1 else max(found, key=_age, default=None)


def _seen(facts: tuple[F, ...], moment: Moment) -> tuple[F, ...]:
    known = [seen for fact in facts if (seen := fact.seen_at(moment)) is not None]
    return tuple(sorted(known, key=_age) if len(known) > 1 else known)
