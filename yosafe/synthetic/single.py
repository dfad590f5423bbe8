"""What happens outside stories of bullying: fights, assaults, self-harm, complaints."""

import datetime as dt
from functools import partial
from typing import Any

from . import referring, telling
from .book import Book, hour
from .happening import Happening, Part
from .life import Recorded, done_later, record
from .words import pronouns, say, words
from .young_people import Stay, weighted

HOURS = {"fight": (8.5, 19.8), "assault": (8.2, 20.0), "complaint": (9.5, 18.0)}
NIGHT = 0.62  # of self-harm
REPEATED = 0.012  # of incidents, written down by two
THEMES = {
    "food": 14.0, "staff": 16.0, "contact": 18.0, "property": 17.0, "health": 12.0, "time_out": 9.0, "discipline": 9.0, "cell": 5.0,
    "discrimination": 4.0,
}  # fmt: skip
AGAIN = 0.3  # of those who hurt themselves, again within weeks
WEAPONS = {"none": 94.0, "blunt": 3.5, "blade": 1.0, "liquid": 0.5, "furniture": 1.0}


def fight(book: Book, one: Stay, others: list[Stay], day: dt.date) -> None:
    at = hour(day, book.rng.uniform(*HOURS["fight"]))
    soon(book, [one, *others], at, partial(write_fight, book, one, others))


def assault(book: Book, harmed: Stay, others: list[Stay], day: dt.date) -> None:
    at = hour(day, book.rng.uniform(*HOURS["assault"]))
    soon(book, [harmed, *others], at, partial(_assault, book, harmed, others))


def complaint(book: Book, by: Stay, day: dt.date) -> None:
    at = hour(day, book.rng.uniform(*HOURS["complaint"]))
    soon(book, [by], at, partial(write_complaint, book, by))


def self_harm(book: Book, by: Stay, day: dt.date) -> None:
    """Mostly at night, and not always once."""
    rng = book.rng
    at = hour(day, rng.uniform(20, 30.5) if rng.random() < NIGHT else rng.uniform(8, 20))
    soon(book, [by], at, partial(write_self_harm, book, by))
    if rng.random() < AGAIN:
        self_harm(book, by, day + dt.timedelta(days=rng.randint(2, 24)))


def soon(book: Book, concerned: list[Stay], at: dt.datetime, write: Any) -> None:
    """Have it written down a little after it happened, if all are there both times."""
    recorded_at = telling.written_down(book, at, slowly=True)
    if all(stay.here_at(at) and stay.here_at(recorded_at) for stay in concerned):
        book.later(recorded_at, partial(write, at))


def common(book: Book, stay: Stay, texts: dict[str, Any], happened_at: dt.datetime, at: dt.datetime, place: str, **more: str) -> dict[str, Any]:
    rng = book.rng
    slots = {**pronouns(stay.person), "where": telling.place_words(place), "time": telling.clock_words(happened_at), **more}
    return {
        "stay": stay, "at": happened_at, "recorded_at": at, "place": place, "by": telling.officer(book, stay),
        "account": say(rng, texts["accounts"], **slots), "action": say(rng, texts["actions"], **slots) if "actions" in texts else None,
        "precision": telling.precision(rng, stay, happened_at), "told_by": telling.told_by(rng),
        **telling.said_or_why_not(rng, texts["said"], 0.62, **slots),
    }  # fmt: skip


def write_fight(book: Book, one: Stay, others: list[Stay], happened_at: dt.datetime, at: dt.datetime) -> None:
    rng, texts = book.rng, words("incidents")["fight"]
    everyone = [one, *others]
    more = {"all": telling.names_of(everyone), "cause": rng.choice(texts["causes"])}
    parts = []
    for stay in everyone:
        hurt = telling.fought(rng)
        parts.append(Part(stay, ("took_part",), hurt.injuries, hurt.treatment))
    answers = {"assault_kind": "fight", "weapon": "none", "lost_consciousness": "no"}
    facts = common(book, one, texts, happened_at, at, rng.choice(texts["places"]), **more)
    recorded = record(book, Happening(kind="assault", parts=parts, answers=answers, **facts))
    after(book, recorded, {"adjudication": 0.75, "mediation": 0.3, "moved_apart": 0.15, "keep_apart": 0.06})
    _perhaps_twice(book, recorded)


def _assault(book: Book, harmed: Stay, others: list[Stay], happened_at: dt.datetime, at: dt.datetime) -> None:
    rng = book.rng
    sexual = rng.random() < 0.012
    texts = words("incidents")["sexual" if sexual else "assault"]
    hurt = telling.Hurt(("fear",), "doctor") if sexual else telling.hit(rng)
    kind = "sexual" if sexual else "by_group" if len(others) > 1 else "one_on_one"
    answers = {
        "assault_kind": kind,
        "weapon": "none" if sexual else weighted(rng, WEAPONS),
        "lost_consciousness": "yes" if "concussion" in hurt.injuries else "no",
        "still_afraid": rng.choices(telling.YES_NO_UNKNOWN, (35, 45, 20))[0],
    }
    if sexual:
        answers["evidence_kept"] = "yes"
    more = {"first": others[0].person.given, "others": telling.names_of(others), "injury_words": hurt.words}
    facts = common(book, harmed, texts, happened_at, at, rng.choice(texts["places"]), **more)
    parts = [Part(harmed, ("harmed",), hurt.injuries, hurt.treatment), *(Part(other, ("alleged_to_have_harmed",)) for other in others)]
    done = [telling.done(rng, "health_care", harmed.person)] if rng.random() < 0.6 else []
    recorded = record(book, Happening(kind="assault", parts=parts, answers=answers, done=done, **facts))
    harmed.person.harmed.append((happened_at, recorded.number, "assault", recorded.what.severity))
    if recorded.what.severity == "serious":
        referring.after_incidents(book, harmed, "sexual" if sexual else "assault", [recorded.number], at)
    after(
        book,
        recorded,
        {"adjudication": 0.5, "moved_apart": 0.35, "support_plan": 0.2, "family_told": 0.2, "watch_opened": 0.14, "police_told": 0.06 + sexual},
    )
    _perhaps_twice(book, recorded)


def write_self_harm(book: Book, by: Stay, happened_at: dt.datetime, at: dt.datetime) -> None:
    rng, person, texts = book.rng, by.person, words("incidents")["self_harm"]
    how = telling.self_harm(rng, person, watched=person.watched_at(happened_at))
    facts = common(book, by, texts, happened_at, at, "cell", injury_words=how.words, injury_sentence=how.sentence)
    done = [] if person.watched_at(happened_at) else [telling.done(rng, "watch_opened", person)]
    if done:
        person.watched.append(at)
    parts = [Part(by, ("hurt_self",), how.hurt.injuries, how.hurt.treatment)]
    recorded = record(book, Happening(kind="self_harm", parts=parts, answers=how.answers, done=done, **facts))
    person.harmed.append((happened_at, recorded.number, "self_harm", recorded.what.severity))
    referring.after_incidents(book, by, "self_harm", [recorded.number], at)
    after(book, recorded, {"health_care": 0.8, "support_plan": 0.45, "yot_told": 0.3, "family_told": 0.3, "social_worker_told": 0.12})


def write_complaint(book: Book, by: Stay, happened_at: dt.datetime, at: dt.datetime) -> None:
    rng = book.rng
    theme = weighted(rng, THEMES)
    texts = words("incidents")["complaint"][theme]
    answers = {"themes": [theme], "wanted": rng.choice(texts["wanted"])}
    facts = common(book, by, texts, happened_at, at, "cell") | {"told_by": "young_person"}
    recorded = record(book, Happening(kind="complaint", parts=[Part(by, ("complainant",))], answers=answers, **facts))
    after(book, recorded, {"advocate_offered": 0.4})


def after(book: Book, recorded: Recorded, shares: dict[str, float]) -> None:
    """What the safeguarding team does in the next day."""
    rng, person = book.rng, recorded.what.stay.person
    for outcome, share in shares.items():
        if rng.random() < share:
            at = recorded.what.recorded_at + dt.timedelta(hours=rng.uniform(1, 24))
            done_later(book, recorded, telling.done(rng, outcome, person, for_all=outcome in ("adjudication", "mediation")), at)
            if outcome == "watch_opened":
                person.watched.append(at)


def _perhaps_twice(book: Book, recorded: Recorded) -> None:
    """Two officers write down the same event; the second report is marked as a duplicate."""
    rng, what = book.rng, recorded.what
    if rng.random() > REPEATED or what.answers["assault_kind"] == "sexual":
        return
    again = what.recorded_at + dt.timedelta(minutes=rng.randint(20, 200))
    if all(part.stay.here_at(again) for part in what.parts):
        book.later(again, partial(_second_report, book, recorded))


def _second_report(book: Book, recorded: Recorded, at: dt.datetime) -> None:
    what = recorded.what
    record(
        book,
        Happening(
            kind=what.kind, stay=what.stay, at=what.at, recorded_at=at, place=what.place, parts=[Part(p.stay, p.roles) for p in what.parts],
            account=f"I was called to the {telling.place_words(what.place)} and found {telling.names_of([p.stay for p in what.parts])} apart.",
            answers={"assault_kind": what.answers["assault_kind"], "weapon": "not_known", "lost_consciousness": "not_known"},
            by=telling.officer(book, what.stay), not_asked="asked_declined", precision=what.precision,
        ),
        original=recorded.number,
    )  # fmt: skip
