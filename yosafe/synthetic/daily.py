"""What happens on a day in each place: how often, and to whom. Some are picked on again and again, some pick on others, some hurt themselves."""

import datetime as dt
import math
import random
from collections.abc import Callable

from yosafe.clock import day_of

from . import rarer, single, stories
from .book import Book, hour
from .calibration import calibration
from .care import in_care
from .custody import Custody, poisson
from .estate import Shape
from .young_people import Person, Stay

YEAR = 365.0
NEW_DAYS = 21
AGAIN_DAYS, AGAIN_MOST = 90, 5  # for how long, and up to how many times, having come to harm makes it likelier that they do again
BULLYING_IN_A_STORY, ASSAULTS_IN_A_STORY, COMPLAINTS_IN_A_STORY = 1.46, 0.28, 0.22
STORIES_TO_THE_END = 0.2  # those long enough to end in self-harm in which nobody leaves before
AGAIN = 1.25  # incidents of self-harm that one makes, those that follow counted
GROUPS = {1: 45, 2: 37, 3: 18}
RARER = {
    "use_of_force": rarer.use_of_force, "disclosures": rarer.disclosure, "unexplained_injuries": rarer.injury, "missing": rarer.missing,
    "staff_allegations": rarer.staff_allegation,
}  # fmt: skip
ROUGH_FROM = 240  # the roughest place is one that holds as many


class Daily:
    """Makes a day's happenings."""

    def __init__(self, book: Book, custody: Custody, shape: Shape) -> None:
        self.book, self.custody = book, custody
        self.rough = _roughness(shape, book.rng)
        self.self_harm = _self_harm_shares(shape)
        guess = calibration().guess
        self.once_more, self.a_year_younger = guess("harm_again"), guess("a_year_younger")
        self.stories = guess("bullying") / BULLYING_IN_A_STORY
        self.assaults = max(0.0, guess("assault") - self.stories * ASSAULTS_IN_A_STORY)
        self.complaints = max(0.0, guess("complaints") - self.stories * COMPLAINTS_IN_A_STORY)

    def _alone(self, place: str) -> float:
        """How often people hurt themselves outside stories of bullying."""
        share = self.self_harm[place]
        in_stories = self.stories * self.rough[place] * STORIES_TO_THE_END * stories.ends_in_self_harm(share)
        return max(0.0, calibration().fact("self_harm") * share - in_stories) / AGAIN

    def day(self, day: dt.date) -> None:
        for place, here in self.custody.here.items():
            there = [stay for stay in here if stay.here_at(hour(day, 21))]
            if len(there) >= 3:
                self._day_at(place, there, day)

    def _day_at(self, place: str, there: list[Stay], day: dt.date) -> None:
        book, rng, rough = self.book, self.book.rng, self.rough[place]
        for _ in self._times(self.stories * rough, there):
            self._story(there, day, self.self_harm[place])
        for _ in self._times(self.assaults * rough, there):
            self._assault(there, day)
        for _ in self._times(calibration().guess("fights") * rough, there):
            self._fight(there, day)
        for _ in self._times(self.complaints, there):
            single.complaint(book, rng.choice(there), day)
        for rate, write in RARER.items():
            for _ in self._times(calibration().guess(rate), there):
                write(book, rng.choice(there), day)
        for _ in self._times(self._alone(place), there):
            single.self_harm(book, self.who_hurts_themselves(there, day), day)

    def _times(self, rate: float, there: list[Stay]) -> range:
        """How often something happens among these on one day, at a rate for each and year."""
        return range(poisson(self.book.rng, rate * len(there) / YEAR))

    def _story(self, there: list[Stay], day: dt.date, self_harm: float) -> None:
        harmed = self.victim(there, day)
        others = self.others(harmed, there, day)
        if others:
            stories.begin(self.book, self.custody, harmed, others, day, self_harm=self_harm)

    def _assault(self, there: list[Stay], day: dt.date) -> None:
        harmed = self.victim(there, day)
        others = self.others(harmed, there, day)
        if others:
            single.assault(self.book, harmed, others, day)

    def _fight(self, there: list[Stay], day: dt.date) -> None:
        one = self._pick(there, lambda stay: stay.person.aggressive)
        others = self.others(one, there, day)[:1]
        if others:
            single.fight(self.book, one, others, day)

    def victim(self, there: list[Stay], day: dt.date) -> Stay:
        """Those who are easily harmed, came to harm or arrived lately, are younger than others, or are in care, more often."""
        return self._pick(
            there,
            lambda stay: (
                stay.person.vulnerable
                * self.again(stay.person, day)
                * self.young(stay.person, day)
                * (1.8 if (day - day_of(stay.arrived_at)).days < NEW_DAYS else 1.0)
                * (1.25 if in_care(stay.person) else 1.0)
            ),
        )

    def who_hurts_themselves(self, there: list[Stay], day: dt.date) -> Stay:
        return self._pick(there, lambda stay: stay.person.hurts_self * self.again(stay.person, day))

    def young(self, person: Person, day: dt.date) -> float:
        """How many times as likely somebody is harmed by others as one who is a year older."""
        return math.pow(self.a_year_younger, (person.eighteenth - day).days / YEAR)

    def again(self, person: Person, day: dt.date) -> float:
        """How many times as likely somebody comes to harm as they would had they not lately."""
        since = hour(day - dt.timedelta(days=AGAIN_DAYS), 0)
        lately = sum(when >= since for when, *_ in person.harmed)
        return 1.0 + self.once_more * min(AGAIN_MOST, lately)

    def others(self, one: Stay, there: list[Stay], day: dt.date) -> list[Stay]:
        """One to three of the same unit."""
        at = hour(day, 12)
        unit = one.unit_at(at)
        near = [stay for stay in there if stay is not one and stay.unit_at(at) == unit]
        count = self.book.rng.choices(list(GROUPS), list(GROUPS.values()))[0]
        found: list[Stay] = []
        while near and len(found) < count:
            found.append(self._pick(near, lambda stay: stay.person.aggressive))
            near.remove(found[-1])
        return found

    def _pick(self, stays: list[Stay], weight: Callable[[Stay], float]) -> Stay:
        return self.book.rng.choices(stays, [weight(stay) for stay in stays])[0]


def _roughness(shape: Shape, rng: random.Random) -> dict[str, float]:
    """How rough each place is, 1 on average: one of the larger ones is as rough as that of 8.6. Which one is chance, and says nothing of the real
    place."""
    large = [place for place in shape.places if place.held >= ROUGH_FROM]
    roughest = rng.choice(large).code if large else None
    spread = {place.code: rng.uniform(0.75, 1.25) for place in shape.places if place.code != roughest}
    if roughest is not None:
        spread[roughest] = calibration().guess("roughest")
    mean = sum(spread[place.code] * place.held for place in shape.places) / shape.held
    return {code: value / mean for code, value in spread.items()}


def _self_harm_shares(shape: Shape) -> dict[str, float]:
    """How much more or less than average young people hurt themselves in each place, as published; 1 where nothing is, and in a small estate."""
    counts = calibration().self_harm_incidents_2001_02
    if len(shape.places) < len(counts):
        return {place.code: 1.0 for place in shape.places}
    known = [place for place in shape.places if place.code in counts]
    mean = sum(counts[place.code] for place in known) / sum(place.held for place in known)
    return {place.code: counts[place.code] / place.held / mean if place.code in counts else 1.0 for place in shape.places}
