"""Bullying as it goes on: words, threats, things taken, a beating, a complaint, self-harm. Each step knows what went before it."""

import datetime as dt
import random
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from yosafe.clock import day_of
from yosafe.reference.codes import code_list

from . import referring, telling
from .book import Book, days, hour
from .custody import Custody
from .happening import Happening, Part
from .life import Recorded, done_later, record
from .words import pronouns, say, words
from .young_people import Stay, weighted

STAGES = ("words", "windows", "threats", "possessions", "assault", "complaint", "self_harm")
FIRST = {"words": 30.0, "windows": 26.0, "threats": 24.0, "possessions": 20.0}
# How many steps a story has before it stops or is stopped.
LENGTHS = {1: 34, 2: 24, 3: 17, 4: 12, 5: 8, 6: 5}
NEW_DAYS = 30
REFERRED_FROM = 3  # steps
SELF_HARM_BASE = 0.5  # of stories that come so far, before the place's own share
THEMES = {"debt": 30.0, "new_arrival": 16.0, "home_area": 14.0, "informing": 10.0, "race": 10.0, "offence": 7.0, "appearance": 8.0, "in_care": 5.0}


@dataclass(slots=True)
class Story:
    """One young person and those who make life hard for them."""

    harmed: Stay
    others: list[Stay]
    theme: dict[str, Any]
    thing: str
    told: list[Recorded] = field(default_factory=list)

    def before(self, at: dt.datetime) -> str:
        """What is on record already, as staff would write it."""
        if not self.told:
            return ""
        first = day_of(self.told[0].what.at)
        if len(self.told) == 1:
            return f"{self.others[0].person.given} and {self.harmed.person.given} were named in a report of {first:%-d %B}."
        return f"This is the {_ordinal(len(self.told) + 1)} report about the same young people since {first:%-d %B}."

    def slots(self, at: dt.datetime) -> dict[str, str]:
        person = self.harmed.person
        slots = {**pronouns(person), "first": self.others[0].person.given, "others": telling.names_of(self.others), "unit": self.harmed.unit_at(at)}
        slots["thing"] = self.thing.format_map(slots)
        return {**slots, "thing_capital": slots["thing"][:1].upper() + slots["thing"][1:]}


def begin(book: Book, custody: Custody, harmed: Stay, others: list[Stay], day: dt.date, *, self_harm: float) -> None:
    """Plan a story from a day on; `self_harm` is the place's own share of it, 1 being average."""
    rng = book.rng
    theme = words("bullying")["themes"][_theme(rng, harmed, day)]
    story = Story(harmed, others, theme, rng.choice(theme["things"]))
    at = day
    for stage in _stages(rng, self_harm):
        book.later(_moment(rng, stage, at), partial(_tell, book, custody, story, stage))
        at += dt.timedelta(days=rng.randint(2, 10))


def _theme(rng: random.Random, harmed: Stay, day: dt.date) -> str:
    person = harmed.person
    unlikely = {
        "race": person.ethnicity in (None, "white_british"),
        "new_arrival": (day - day_of(harmed.arrived_at)).days > NEW_DAYS,
        "in_care": not person.care or person.care[-1].status not in ("looked_after", "care_leaver"),
    }
    return weighted(rng, {theme: share for theme, share in THEMES.items() if not unlikely.get(theme, False)})


def _stages(rng: random.Random, self_harm: float) -> list[str]:
    """Steps in the order in which they get worse, from some beginning."""
    first = weighted(rng, FIRST)
    length = rng.choices(list(LENGTHS), list(LENGTHS.values()))[0]
    later = [stage for stage in STAGES[STAGES.index(first) + 1 :] if stage != "self_harm"]
    chosen = [first, *sorted(rng.sample(later, min(length - 1, len(later))), key=STAGES.index)]
    if length >= 3 and rng.random() < ends_in_self_harm(self_harm):
        chosen.append("self_harm")
    return chosen


def ends_in_self_harm(share: float) -> float:
    """Of longer stories, where young people hurt themselves `share` times as often as on average."""
    return min(0.85, SELF_HARM_BASE * share)


def _moment(rng: random.Random, stage: str, day: dt.date) -> dt.datetime:
    first, last = words("bullying")["stages"][stage]["hours"]
    return hour(day, rng.uniform(first, last))


def last_night(book: Book, custody: Custody, harmed: Stay, others: list[Stay], happened_at: dt.datetime, at: dt.datetime) -> None:
    """Shouting at a window, written down and not looked at yet."""
    theme = words("bullying")["themes"][_theme(book.rng, harmed, day_of(happened_at))]
    _write(book, custody, Story(harmed, others, theme, book.rng.choice(theme["things"])), "windows", happened_at, at)


def _tell(book: Book, custody: Custody, story: Story, stage: str, at: dt.datetime) -> None:
    """The step happens, if those concerned are still together; it is written down a little later."""
    story.others = [other for other in story.others if other.here_at(at)]
    if not story.harmed.here_at(at) or not story.others:
        return
    recorded_at = telling.written_down(book, at)
    if story.harmed.here_at(recorded_at) and all(other.here_at(recorded_at) for other in story.others):
        book.later(recorded_at, partial(_write, book, custody, story, stage, at))


def _write(book: Book, custody: Custody, story: Story, stage: str, happened_at: dt.datetime, at: dt.datetime) -> None:
    what = _KINDS[words("bullying")["stages"][stage]["kind"]](book, story, stage, happened_at, at)
    recorded = record(book, what)
    story.told.append(recorded)
    story.harmed.person.harmed.append((happened_at, recorded.number, what.kind, what.severity))
    _protect(book, custody, story, recorded, at)
    if len(story.told) >= REFERRED_FROM:
        referring.after_incidents(book, story.harmed, "bullied", [told.number for told in story.told], at)


def _common(book: Book, story: Story, stage: str, happened_at: dt.datetime, at: dt.datetime, **slots: str) -> dict[str, Any]:
    """What every step has: where, when, in which words."""
    rng, texts = book.rng, words("bullying")["stages"][stage]
    place = rng.choice(texts["places"])
    full = story.slots(happened_at)
    full |= {"taunt": rng.choice(story.theme["taunts"]), "where": telling.place_words(place), "time": telling.clock_words(happened_at), **slots}
    full |= {"when": _when(place), "before": story.before(at), "count": _times(len(story.told))}
    full["why"] = rng.choice(story.theme["why"]).format_map(full)
    return {
        "stay": story.harmed, "at": happened_at, "recorded_at": at, "place": place, "by": telling.officer(book, story.harmed),
        "account": say(rng, texts["accounts"], **full).strip(), "action": say(rng, texts["actions"], **full) if "actions" in texts else None,
        "precision": telling.precision(rng, story.harmed, happened_at), "told_by": telling.told_by(rng),
        **telling.said_or_why_not(rng, texts["said"], 0.72, **full),
    }  # fmt: skip


def _bullying(book: Book, story: Story, stage: str, happened_at: dt.datetime, at: dt.datetime) -> Happening:
    rng = book.rng
    forms = {*words("bullying")["stages"][stage]["forms"], *(story.theme["forms"] if rng.random() < 0.5 else [])}
    answers = {
        "forms": [form for form in code_list("bullying_form").values() if form in forms],
        "happened_before": _happened_before(rng, story),
        "still_afraid": _afraid(rng),
        "reasons": list(story.theme["reasons"]),
    }
    return Happening(
        kind="bullying", parts=_parts(story, telling.Hurt(("fear",) if rng.random() < 0.3 else (), None)), answers=answers,
        done=[telling.done(rng, "moved_apart", story.harmed.person)] if rng.random() < 0.2 else [],
        **_common(book, story, stage, happened_at, at),
    )  # fmt: skip


def _assault(book: Book, story: Story, stage: str, happened_at: dt.datetime, at: dt.datetime) -> Happening:
    rng, hurt = book.rng, telling.hit(book.rng)
    weapon = weighted(rng, {"none": 95.0, "blunt": 3.0, "blade": 1.0, "liquid": 0.5, "not_known": 0.5})
    kind = "by_group" if len(story.others) > 1 else "one_on_one"
    answers = {
        "assault_kind": kind,
        "weapon": weapon,
        "lost_consciousness": "yes" if "concussion" in hurt.injuries else "no",
        "still_afraid": _afraid(rng),
    }
    person = story.harmed.person
    return Happening(
        kind="assault", parts=_parts(story, hurt), answers=answers,
        done=[telling.done(rng, "health_care", person), telling.done(rng, "moved_apart", person)] if rng.random() < 0.7 else [],
        **_common(book, story, stage, happened_at, at, injury_words=hurt.words),
    )  # fmt: skip


def _complaint(book: Book, story: Story, stage: str, happened_at: dt.datetime, at: dt.datetime) -> Happening:
    rng, texts = book.rng, words("bullying")["stages"][stage]
    wanted = say(rng, texts["wanted"], **story.slots(at))
    common = _common(book, story, stage, happened_at, at)
    return Happening(
        kind="complaint", parts=[Part(story.harmed, ("complainant",)), *(Part(other, ("concerned",)) for other in story.others)],
        answers={"themes": ["bullying"], "wanted": wanted, "still_afraid": _afraid(rng)}, **(common | {"told_by": "young_person"}),
    )  # fmt: skip


def _self_harm(book: Book, story: Story, stage: str, happened_at: dt.datetime, at: dt.datetime) -> Happening:
    person = story.harmed.person
    how = telling.self_harm(book.rng, person, watched=person.watched_at(happened_at))
    common = _common(book, story, stage, happened_at, at, injury_words=how.words, injury_sentence=how.sentence)
    parts = [Part(story.harmed, ("hurt_self",), how.hurt.injuries, how.hurt.treatment)]
    return Happening(kind="self_harm", parts=parts, answers=how.answers, done=[telling.done(book.rng, "watch_opened", person)], **common)


_KINDS = {"bullying": _bullying, "assault": _assault, "complaint": _complaint, "self_harm": _self_harm}


def _parts(story: Story, hurt: telling.Hurt) -> list[Part]:
    return [
        Part(story.harmed, ("harmed",), hurt.injuries, hurt.treatment),
        *(Part(other, ("alleged_to_have_harmed",)) for other in story.others),
    ]


def _protect(book: Book, custody: Custody, story: Story, recorded: Recorded, at: dt.datetime) -> None:
    """What is done after each step, more with each."""
    rng, person = book.rng, story.harmed.person
    step = len(story.told)
    if any(done.outcome == "watch_opened" for done in recorded.what.done):
        person.watched.append(at)
    soon = at + dt.timedelta(hours=rng.uniform(1, 30))
    for outcome, share in _outcomes(step, recorded.what.kind).items():
        if rng.random() < share:
            done_later(book, recorded, telling.done(rng, outcome, person), soon)
            if outcome == "watch_opened":
                person.watched.append(soon)
            if outcome == "moved_apart" and len(story.harmed.place.units) > 2:
                moved = rng.choice([story.others[0], story.others[0], story.harmed])
                custody.move(moved, rng.choice(story.harmed.place.units[1:]), soon + days(0.1))


def _outcomes(step: int, kind: str) -> dict[str, float]:
    if kind == "complaint":
        return {"advocate_offered": 0.5, "support_plan": 0.2}
    return {
        "support_plan": 0.18 + 0.1 * step, "moved_apart": 0.12 + 0.12 * step, "keep_apart": 0.06 * step, "yot_told": 0.1 * step,
        "family_told": 0.08 * step,
        "watch_opened": 0.16 + 0.04 * step, "advocate_offered": 0.08 * step, "adjudication": 0.25 if kind == "assault" else 0.1,
        "social_worker_told": 0.06, "police_told": 0.08 if kind == "assault" else 0.0,
    }  # fmt: skip


def _happened_before(rng: random.Random, story: Story) -> str:
    if not story.told:
        return rng.choice(("no", "no", "once"))
    return "once" if len(story.told) == 1 else "often"


def _afraid(rng: random.Random) -> str:
    return rng.choices(telling.YES_NO_UNKNOWN, (45, 35, 20))[0]


def _when(place: str) -> str:
    return {"association": "association", "education": "education", "exercise_yard": "exercise", "showers": "shower time"}.get(place, "unlock")


def _times(count: int) -> str:
    return ("before", "once", "twice", "three times")[count] if count < 4 else f"{count} times"


def _ordinal(number: int) -> str:
    return ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")[number - 1] if number < 8 else f"{number}th"
