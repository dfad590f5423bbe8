"""What waits for someone today, so that the worklists of a small estate are alive: last night's incidents, complaints and referrals unanswered."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from yosafe.accounts.permissions import Role
from yosafe.clock import day_of
from yosafe.reference.working_days import add_working_days, is_working_day

from . import referring, single, stories
from .book import Book, days, hour, minutes
from .custody import Custody
from .daily import Daily
from .happening import Happening, Part
from .life import record
from .words import words
from .young_people import Stay

Write = Callable[[dt.datetime, dt.datetime], None]

BEFORE = days(30)  # the days in which scenes are laid
ANSWER_IN = 7  # working days


def plan(book: Book, custody: Custody, daily: Daily, place: str) -> None:
    """Lay the scenes of a place, once it is full and the last days are to come."""
    scenes = Scenes(book, custody, daily, place)
    scenes.last_night()
    scenes.complaints()
    scenes.referrals()


class Scenes:
    def __init__(self, book: Book, custody: Custody, daily: Daily, place: str) -> None:
        self.book, self.custody, self.daily, self.place = book, custody, daily, place
        self.yesterday = book.today - days(1)

    def _staying(self) -> list[Stay]:
        """Those who are there, and still will be when someone looks at it."""
        return [stay for stay in self.custody.here[self.place] if stay.leaves_at > self.book.now]

    def last_night(self) -> None:
        self._at(hour(self.yesterday, 21.9), 25, self._shouting)
        self._at(hour(self.yesterday, 1.6), 20, self._self_harm)
        self._at(hour(self.yesterday, 16.4), 40, self._fight)

    def complaints(self) -> None:
        """One due today (or on the next working day), one late, one that came yesterday."""
        book = self.book
        for back, steps in ((ANSWER_IN, 1), (ANSWER_IN + 3, 1), (1, 0)):
            self._at(hour(_working_days_before(book.today, back), 11.2), 30, self._complaint, after_steps=steps)
        self._at(hour(_working_days_before(book.today, 2), 10.1), 45, self._sealed, after_steps=1)

    def referrals(self) -> None:
        """One of the last working day, whose decision is due; one that nobody has answered."""
        for back in (1, 4):
            at = hour(_working_days_before(self.book.today, back), 14.3)
            self.book.later(at, self._refer)

    def _at(self, happened_at: dt.datetime, until_written: int, write: Write, *, after_steps: int = 0) -> None:
        self.book.later(happened_at + minutes(until_written), partial(self._write, write, happened_at, after_steps))

    def _write(self, write: Write, happened_at: dt.datetime, after_steps: int, at: dt.datetime) -> None:
        with self.book.waiting(after_steps):
            write(happened_at, at)

    def _shouting(self, happened_at: dt.datetime, at: dt.datetime) -> None:
        there = [stay for stay in self._staying() if stay.here_at(happened_at)]
        harmed = self.daily.victim(there, self.yesterday)
        if others := self.daily.others(harmed, there, self.yesterday):
            stories.last_night(self.book, self.custody, harmed, others, happened_at, at)

    def _fight(self, happened_at: dt.datetime, at: dt.datetime) -> None:
        there = [stay for stay in self._staying() if stay.here_at(happened_at)]
        one = self.book.rng.choice(there)
        if others := self.daily.others(one, there, self.yesterday)[:1]:
            single.write_fight(self.book, one, others, happened_at, at)

    def _self_harm(self, happened_at: dt.datetime, at: dt.datetime) -> None:
        there = [stay for stay in self._staying() if stay.here_at(happened_at)]
        single.write_self_harm(self.book, self.daily.who_hurts_themselves(there, day_of(happened_at)), happened_at, at)

    def _complaint(self, happened_at: dt.datetime, at: dt.datetime) -> None:
        there = [stay for stay in self._staying() if stay.here_at(happened_at)]
        single.write_complaint(self.book, self.book.rng.choice(there), happened_at, at)

    def _sealed(self, happened_at: dt.datetime, at: dt.datetime) -> None:
        """Opened by a safeguarding lead, and known to nobody else."""
        texts, there = words("incidents")["sealed"], [stay for stay in self._staying() if stay.here_at(happened_at)]
        stay, by = self.book.rng.choice(there), self.book.rng.choice(self.book.agencies.at(self.place, Role.YOI_LEAD))
        facts = single.common(self.book, stay, texts, happened_at, at, "cell") | {"by": by, "told_by": "young_person"}
        answers = {"channel": "sealed_lead", "themes": ["staff"], "help": ["none"], "still_afraid": "yes"}
        record(self.book, Happening(kind="complaint", parts=[Part(stay, ("complainant",))], answers=answers, **facts))

    def _refer(self, at: dt.datetime) -> None:
        """The one to whom most has happened, with what is on record of it."""
        by = self.book.rng.choice(self.book.agencies.at(self.place, Role.YOI_LEAD))
        there = [stay for stay in self._staying() if stay.here_at(at) and stay.person.harmed and not stay.person.referred_at(at)]
        if there:
            stay = max(there, key=lambda one: len(one.person.harmed))
            referring.send(self.book, stay, "bullied", [number for _, number, _, _ in stay.person.harmed], None, by, at, answered=False)


def _working_days_before(day: dt.date, count: int) -> dt.date:
    """The working day whose count ends on a day, or on the first working day after it."""
    end = day if is_working_day(day) else add_working_days(day, 1).due
    found = day - days(1)
    while add_working_days(found, count).due > end or not is_working_day(found):
        found -= days(1)
    return found
