"""Who comes, who moves, who leaves: each place is kept about as full as it is, day by day."""

import datetime as dt
import math
import random
from collections import defaultdict
from collections.abc import Callable
from functools import partial

from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.audit.record import EventName
from yosafe.clock import day_of

from . import stays
from .book import Book, days, hour, minutes
from .calibration import calibration
from .estate import Place, Shape
from .homes import Homes
from .identifying import identify
from .names import FEMALE
from .young_people import Person, Stay, invent, weighted

FILLING_DAYS = 56
SMALL = 5  # places: with fewer, what waits today is laid on, and what is rare happens once
ONE_DIED = (days(20), days(150))  # ago
GAIN = 0.35  # how much of a shortfall is made up in a day
TRANSFERS_FROM = 20  # held: smaller places take nobody over
NEAR = 12  # miles: among the nearer, how near makes little difference
COME_BACK = 0.2
WHY_TRANSFERRED = {"space": 40.0, "nearer_home": 25.0, "safety": 15.0, "others_safety": 10.0, "needs": 10.0}
TOO_OLD_TO_COME_BACK = days(120)  # before the eighteenth birthday
SETTLED_AFTER = (5, 14)  # days on the unit for new arrivals
ADDED_BY_YOT = 0.6
ADDRESS_KNOWN = {True: 0.3, False: 0.5, None: 0.2}
ADDRESS_FOUND = 0.75


class Custody:
    """`on_arrival` is told of each stay once it is recorded."""

    def __init__(self, book: Book, shape: Shape, homes: Homes, *, starts_on: dt.date, on_arrival: Callable[[Stay], None]) -> None:
        self.book, self.shape, self.homes, self.starts_on, self.on_arrival = book, shape, homes, starts_on, on_arrival
        self.here: dict[str, list[Stay]] = {place.code: [] for place in shape.places}
        self._gone: dict[str, list[Person]] = defaultdict(list)
        self._died = False

    def day(self, day: dt.date) -> None:
        """Plan who comes to every place on a day. Whoever leaves that day is known already."""
        for place in self.shape.places:
            for at in self._arrivals(place, day):
                self.book.later(at, partial(self._admit, place))

    def _arrivals(self, place: Place, day: dt.date) -> list[dt.datetime]:
        rng, now = self.book.rng, self.book.now
        end = min(hour(day, 24), now)
        staying = sum(stay.leaves_at > end for stay in self.here[place.code])
        if day == self.book.today:
            return sorted(now - minutes(rng.uniform(10, 300)) for _ in range(place.held - staying))
        full = min(1.0, ((day - self.starts_on).days + 1) / FILLING_DAYS)
        count = min(poisson(rng, (place.held * full - staying) * GAIN), place.held - staying)
        return [hour(day, rng.uniform(14.5, 20.5)) for _ in range(count)]

    def _admit(self, place: Place, at: dt.datetime) -> None:
        """Someone comes, now and then someone who was here before."""
        rng, day = self.book.rng, day_of(at)
        known = self._who_comes_back(place, day)
        sex = FEMALE if "male" not in place.at.sexes else "male"
        person = known or invent(self.book.new_id("young_person"), rng, day=day, sex=sex, home=self.homes.draw(rng, place.code))
        legal_status = stays.draw_status(rng, day)
        leaves_at, reason = stays.draw_end(rng, person, legal_status, at)
        if self._dies(leaves_at):
            reason = "died"
        release_on = day_of(leaves_at) if stays.is_sentence(legal_status) and reason != "adult_estate" else None
        self._record_person(person, place, at, release_on, is_known=known is not None)
        self._arrive(person, place, legal_status, at, leaves_at, reason)

    def _who_comes_back(self, place: Place, day: dt.date) -> Person | None:
        rng, gone = self.book.rng, self._gone[place.code]
        if not gone or rng.random() > COME_BACK:
            return None
        person = gone.pop(rng.randrange(len(gone)))
        return person if day < person.eighteenth - TOO_OLD_TO_COME_BACK else None

    def _record_person(self, person: Person, place: Place, at: dt.datetime, release_on: dt.date | None, *, is_known: bool) -> None:
        book, rng = self.book, self.book.rng
        address = rng.choices(list(ADDRESS_KNOWN), list(ADDRESS_KNOWN.values()))[0] if release_on else None
        if is_known:
            book.change("release", person.id, release_on, address)
        else:
            self._add_person(person, place, at, release_on, address)
        if release_on and not address and rng.random() < ADDRESS_FOUND:
            book.later(hour(release_on, rng.uniform(9, 16)) - days(rng.randrange(1, 40)), partial(self._find_address, person, release_on, at))

    def _add_person(self, person: Person, place: Place, at: dt.datetime, release_on: dt.date | None, address: bool | None) -> None:
        book, rng = self.book, self.book.rng
        by_yot = rng.random() < ADDED_BY_YOT
        home = person.home
        by = rng.choice(book.agencies.in_area(AgencyKind.YOT, home.area) if by_yot else book.agencies.at(place.code, Role.YOI_OFFICER))
        created_at = at - minutes(rng.uniform(60, 240)) if by_yot else at + minutes(rng.uniform(5, 15))
        book.add(
            "young_person", person.id, person.family, person.given, person.known_as, person.born, person.sex, person.ethnicity, person.religion,
            person.language, person.interpreter, person.disability, person.nationality, person.asylum, person.first_time, home.outcode, home.area,
            release_on, address, min(created_at, book.now), by.id, 1,
        )  # fmt: skip
        book.audit(EventName.YOUNG_PERSON_ADDED, min(created_at, book.now), by, ("young_person", person.id), person.id)
        identify(book, person, at=min(created_at, book.now), by=by)

    def _find_address(self, person: Person, release_on: dt.date, since: dt.datetime, at: dt.datetime) -> None:
        if at < since:
            return
        by = self.book.rng.choice(self.book.agencies.in_area(AgencyKind.YOT, person.home.area))
        self.book.change("release", person.id, release_on, True)
        self.book.audit(EventName.YOUNG_PERSON_CHANGED, at, by, ("young_person", person.id), person.id, fields=["release_address"])

    def _arrive(
        self, person: Person, place: Place, legal_status: str, at: dt.datetime, leaves_at: dt.datetime, reason: str, *, transferred: bool = False
    ) -> None:
        book, rng = self.book, self.book.rng
        onward = self._transfer(person, place, at, leaves_at)
        stay = Stay(
            id=book.new_id("placement"), person=person, place=place, legal_status=legal_status, arrived_at=at, miles=person.miles_to(place),
            leaves_at=onward[1] if onward else leaves_at, reason="transferred" if onward else reason,
            recorded_at=min(at + minutes(rng.uniform(15, 80)), book.now),
            left_recorded_at=min((onward[1] if onward else leaves_at) + minutes(rng.uniform(5, 90)), book.now),
            transferred=transferred, units=[(at, place.units[0])],
        )  # fmt: skip
        by = rng.choice(book.agencies.at(place.code, Role.YOI_OFFICER))
        left = stay.leaves_at <= book.now
        book.add(
            "placement", stay.id, person.id, place.code, place.units[0], legal_status, at, stay.leaves_at if left else None,
            stay.reason if left else None, person.home.outcode, stay.miles, stay.recorded_at, stay.left_recorded_at if left else None,
            by.id, 1 + left, *_how_transferred(stay),
        )  # fmt: skip
        book.audit(EventName.PLACEMENT_STARTED, stay.recorded_at, by, ("placement", stay.id), person.id, establishment=place.code)
        self.here[place.code].append(stay)
        if len(place.units) > 1:
            self.move(stay, rng.choice(place.units[1:]), at + days(rng.randint(*SETTLED_AFTER)))
        book.later(stay.leaves_at, partial(self._leave, stay, onward[0] if onward else None, leaves_at, reason))
        self.on_arrival(stay)

    def _dies(self, leaves_at: dt.datetime) -> bool:
        """Whether a stay ends in a death: hardly ever, and once in a small estate, some weeks or months ago."""
        ago = self.book.now - leaves_at
        given = len(self.shape.places) < SMALL and not self._died and ONE_DIED[0] < ago < ONE_DIED[1]
        dies = given or self.book.rng.random() < calibration().guess("deaths")
        self._died = self._died or dies
        return dies

    def _transfer(self, person: Person, place: Place, at: dt.datetime, leaves_at: dt.datetime) -> tuple[Place, dt.datetime] | None:
        """Where to and when, for those who are moved on, nearer home more often than not: never in the last days, so that each place ends up full."""
        rng = self.book.rng
        length = (leaves_at - at).days
        others = [p for p in self.shape.places if p is not place and p.held >= TRANSFERS_FROM and p.at.kind is place.at.kind]
        if length < 30 or not others or rng.random() > stays.TRANSFERRED:
            return None
        day = day_of(at) + dt.timedelta(days=rng.randrange(14, length - 7))
        if day > self.book.today - days(3):
            return None
        return rng.choices(others, [p.held / (NEAR + person.miles_to(p)) for p in others])[0], hour(day, rng.uniform(8.5, 10.5))

    def move(self, stay: Stay, unit: str, at: dt.datetime) -> None:
        """Move someone within the establishment, if they are still there then."""
        if stay.here_at(at):
            self.book.later(at, partial(self._move, stay, unit))

    def _move(self, stay: Stay, unit: str, at: dt.datetime) -> None:
        if unit == stay.units[-1][1]:
            return
        by = self.book.rng.choice(self.book.agencies.at(stay.place.code, Role.YOI_OFFICER))
        stay.units.append((at, unit))
        self.book.change("moved", stay.id, unit, at)
        self.book.audit(EventName.PLACEMENT_CHANGED, at, by, ("placement", stay.id), stay.person.id, fields=["unit"])

    def _leave(self, stay: Stay, to: Place | None, leaves_at: dt.datetime, reason: str, at: dt.datetime) -> None:
        """Someone goes: out, or to another place for the rest of their time."""
        book, rng = self.book, self.book.rng
        by = rng.choice(book.agencies.at(stay.place.code, Role.YOI_OFFICER))
        self.here[stay.place.code].remove(stay)
        detail = {"establishment": stay.place.code, "reason": stay.reason}
        book.audit(EventName.PLACEMENT_ENDED, stay.left_recorded_at, by, ("placement", stay.id), stay.person.id, **detail)
        if to is not None:
            there = hour(day_of(at), rng.uniform(13, 16.5))
            book.later(there, lambda moment: self._arrive(stay.person, to, stay.legal_status, moment, leaves_at, reason, transferred=True))
        elif stay.reason in ("released", "released_supervision", "bail", "acquitted"):
            self._gone[stay.place.code].append(stay.person)


def _how_transferred(stay: Stay) -> tuple[str | None, str | None]:
    """Why, and with whom: drawn apart, so that nothing else changes."""
    if not stay.transferred:
        return None, None
    apart = random.Random(f"transferred {stay.id}")  # noqa: S311  # a repeatable story, no secret
    return weighted(apart, WHY_TRANSFERRED), "Escort contractor"


def poisson(rng: random.Random, mean: float) -> int:
    """Knuth's way: means are small here."""
    if mean <= 0:
        return 0
    limit, product, count = math.exp(-min(mean, 500.0)), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
