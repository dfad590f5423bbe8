"""What follows from assessments and arrivals: needs in welfare plans, and papers that came, were asked for, or never came.

Chance of its own, by the number of the record, so that none of this changes anything else in the estate.
"""

import datetime as dt
import random
from functools import partial
from typing import Any

from yosafe.audit.record import EventName
from yosafe.clock import day_of
from yosafe.welfare.arrival.rules import papers_in

from .book import Book, days, hour, minutes
from .estate import Worker
from .words import pronouns, say, words
from .young_people import Stay

PLANNED = 0.8  # of needs that an assessment tells of
CHANGED = 0.25
LEFT_OPEN = 0.15  # of needs, while they are held
CAME_OF = {"met": 55, "partly": 25, "not_met": 12, "not_needed": 8}
OWNERS = {
    "living_arrangements": "yot", "family_relationships": "social_services", "education_employment": "education", "substance_use": "health",
    "physical_health": "health", "emotional_health": "yoi",
}  # fmt: skip
ASKED, COMES = 0.75, 0.6  # of papers that did not come, and of those that were asked for


def plan_needs(book: Book, stay: Stay, assessment: int, answers: dict[str, Any], by: Worker, at: dt.datetime) -> None:
    """Put the needs that a welfare assessment tells of into the plan, and plan what comes of them."""
    for name in [key.removesuffix("_need") for key, value in answers.items() if key.endswith("_need") and value == "yes"]:
        rng = random.Random(f"{assessment} {name}")  # noqa: S311  # a repeatable story, no secret
        if rng.random() < PLANNED:
            _plan_need(book, stay, (assessment, name, answers[f"{name}_need_detail"]), by, rng, at)


def _plan_need(book: Book, stay: Stay, of: tuple[int, str, str], by: Worker, rng: random.Random, at: dt.datetime) -> None:
    assessment, name, need = of
    number, owner = book.new_id("welfare_need"), OWNERS.get(name, "yot")
    texts, slots = words("assessments")["plan"], pronouns(stay.person)
    will, who = say(rng, texts["will_do"], **slots), rng.choice(texts["who"][owner])
    target = day_of(at) + days(rng.randint(14, 60))
    changes = hour(day_of(at) + days(rng.randint(3, 12)), rng.uniform(9, 17)) if rng.random() < CHANGED else None
    later = target + days(21)
    changed = changes is not None and changes <= book.now and stay.here_at(changes)
    ends = _ends(book, stay, later if changed else target, rng)
    came_of = rng.choices(list(CAME_OF), list(CAME_OF.values()))[0] if ends and ends < stay.leaves_at else "not_met" if ends else None
    book.add(
        "welfare_need", number, stay.person.id, assessment, name, need, will, owner, who, later if changed else target,
        day_of(ends) if ends else None, came_of, by.agency.id, at, by.id, 1 + changed + (ends is not None),
    )  # fmt: skip
    _step(book, stay, (number, "added", will, owner, who, target, None), by, at)
    if changed and changes is not None:
        why = say(rng, texts["changed"], **slots)
        book.later(changes, partial(_step, book, stay, (number, "changed", will, owner, who, later, why), by))
    if ends:
        note = say(rng, texts["closed"][came_of], **slots)
        book.later(ends, partial(_step, book, stay, (number, "closed", will, owner, who, later if changed else target, note), by))


def _ends(book: Book, stay: Stay, target: dt.date, rng: random.Random) -> dt.datetime | None:
    """When it is closed: about its day, and when they leave at the latest; None where that is still to come."""
    at = hour(target + days(rng.randint(-10, 12)), rng.uniform(9, 17))
    left = hour(day_of(stay.leaves_at) + days(1), 10)
    ends = left if rng.random() < LEFT_OPEN else min(at, left)
    return ends if ends <= book.now else None


_EVENTS = {"added": EventName.NEED_ADDED, "changed": EventName.NEED_CHANGED, "closed": EventName.NEED_CLOSED}


def _step(book: Book, stay: Stay, step: tuple[Any, ...], by: Worker, at: dt.datetime) -> None:
    book.add("welfare_need_step", *step, at, by.id)
    book.audit(_EVENTS[step[1]], at, by, ("welfare_need", step[0]), stay.person.id)


def keep_papers(book: Book, stay: Stay, answers: dict[str, Any], by: Worker, at: dt.datetime) -> None:
    """Which papers came to an arrival, and what became of those that did not."""
    found = list(papers_in(answers, arrived_on=day_of(stay.arrived_at)))
    for paper, state, came_on in found:
        number = book.new_id("arrival_paper")
        rng = random.Random(f"{stay.id} {paper}")  # noqa: S311  # a repeatable story, no secret
        steps = _followed(book, stay, number, rng, at) if state == "awaited" else []
        ended = steps[-1][1] if steps and steps[-1][1] == "came" else None
        now = ("came_later", steps[-1][2]) if ended else (state, came_on)
        book.add("arrival_paper", number, stay.person.id, stay.id, paper, *now, at, by.id, 1 + len(steps))
        for step in steps:
            when = hour(step[2], rng.uniform(9, 16)) if step[2] > day_of(at) else at + minutes(20)
            book.later(when, partial(_follow, book, stay, step, by))
    awaited = [one.paper for one in found if one.state == "awaited"]
    book.audit(EventName.PAPERS_RECORDED, at, by, ("placement", stay.id), stay.person.id, awaited=awaited)


def _followed(book: Book, stay: Stay, number: int, rng: random.Random, at: dt.datetime) -> list[tuple[Any, ...]]:
    """What happens about a paper that did not come, up to now: it is asked for, perhaps again, and perhaps it comes."""
    if rng.random() > ASKED:
        return []
    texts = words("assessments")["papers"]
    last = hour(day_of(at) + days(rng.randint(1, 3)), 17)
    asked = [(number, "asked", day, rng.choice(texts["whom"]), None) for day in (day_of(last), day_of(last) + days(rng.randint(4, 9)))]
    came = (number, "came", asked[-1][2] + days(rng.randint(1, 6)), None, rng.choice(texts["came"]))
    story = [*asked[: rng.randint(1, 2)], *([came] if rng.random() < COMES else [])]
    return [step for step in story if (end := hour(step[2], 17)) <= book.now and stay.here_at(end)]


def _follow(book: Book, stay: Stay, step: tuple[Any, ...], by: Worker, at: dt.datetime) -> None:
    book.add("arrival_paper_step", *step, at, by.id)
    book.audit(EventName.PAPER_FOLLOWED, at, by, ("arrival_paper", step[0]), stay.person.id, kind=step[1])
