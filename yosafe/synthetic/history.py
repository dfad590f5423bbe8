"""The whole history of an estate, day by day."""

import datetime as dt
import random
from collections.abc import Collection, Iterator

from . import around, care, contacts, rarer, scenes, welfare
from .book import Batch, Book, days, hour
from .custody import FILLING_DAYS, SMALL, Custody
from .daily import Daily
from .estate import Agencies, Shape
from .homes import Homes
from .young_people import Stay

ENTRIES_AT_ONCE = 400  # audit entries of a transaction: with more, chaining them takes longer for each


class History:
    """Lives through an estate's days; `batches()` gives what each transaction writes."""

    def __init__(self, shape: Shape, agencies: Agencies, rng: random.Random, now: dt.datetime) -> None:
        self.book = Book(rng, agencies, now)
        self.starts_on = self.book.today - days(shape.days + FILLING_DAYS)
        self.custody = Custody(self.book, shape, Homes(shape), starts_on=self.starts_on, on_arrival=self._arrived)
        self.daily = Daily(self.book, self.custody, shape)
        self.lively = len(shape.places) < SMALL

    @property
    def days(self) -> int:
        return (self.book.today - self.starts_on).days + 1

    def batches(self, stops: Collection[dt.date] = ()) -> Iterator[tuple[dt.date, Batch]]:
        """What each transaction writes, with the last of its days, until now. One ends on each of the days in `stops`."""
        day = self.starts_on
        while day <= self.book.today:
            self._live(day)
            if len(self.book.batch.audit) >= ENTRIES_AT_ONCE or day == self.book.today or day in stops:
                yield day, self.book.take()
            day += days(1)

    def _live(self, day: dt.date) -> None:
        if self.lively and day == self.book.today - scenes.BEFORE:
            for place in self.custody.here:
                scenes.plan(self.book, self.custody, self.daily, place)
        self.custody.day(day)
        self.daily.day(day)
        self.book.live_until(min(hour(day, 24), self.book.now + dt.timedelta(microseconds=1)))

    def _arrived(self, stay: Stay) -> None:
        care.begin_care(self.book, stay)
        contacts.plan_contacts(self.book, stay)
        around.plan_around(self.book, stay)
        welfare.plan_screen(self.book, stay)
        welfare.plan_assessments(self.book, stay)
        if stay.reason == "died":
            rarer.death(self.book, stay, stay.leaves_at - dt.timedelta(hours=5))
