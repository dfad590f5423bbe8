"""The answers of arrival screens and welfare assessments, made to fit what has happened to the young person so far."""

import datetime as dt
import random
from functools import cache
from typing import Any

from yosafe.clock import day_of
from yosafe.reference.codes import code_list
from yosafe.welfare.instruments import OWN_PAGE, instruments, topic
from yosafe.welfare.rules import ASSET

from .book import days
from .care import in_care
from .words import pronouns, say, words
from .young_people import Person, Stay, weighted

Answers = dict[str, Any]

NOT_TOPICS = ("vulnerability", "positive", OWN_PAGE)
RATINGS = {0: 13.0, 1: 24.0, 2: 31.0, 3: 22.0, 4: 8.0}
NOT_RATED = 0.02
# Ratings go up where something is known to be wrong.
HARDER = {"living_arrangements": 0.4, "family_relationships": 0.4}
FEEL_SAFE = {"always": 22.0, "mostly": 40.0, "sometimes": 18.0, "no": 8.0, "skip": 12.0}
FEEL_UNSAFE = {"always": 5.0, "mostly": 18.0, "sometimes": 32.0, "no": 30.0, "skip": 15.0}
HOW = {"told": 68.0, "wrote": 22.0, "declined": 8.0, "absent": 2.0}
AROUND = {"wrote": "own_present_wrote", "told": "own_present_told", "declined": "own_why_declined", "absent": "own_why_absent"}
GOOD, OFTEN, YES = ("good", "ok", "bad", "skip"), ("no", "sometimes", "often", "skip"), ("yes", "bit", "no", "skip")
SCALES = {
    "own_living_arrangements": GOOD, "own_family_relationships": GOOD, "own_education_employment": GOOD, "own_neighbourhood": GOOD,
    "own_lifestyle": OFTEN, "own_substance_use": OFTEN, "own_physical_health": GOOD, "own_emotional_health": OFTEN, "own_self_others": GOOD,
    "own_thinking_behaviour": OFTEN, "own_attitudes_offending": YES, "own_motivation_change": YES,
}  # fmt: skip
RECENT = days(60)


def welfare(rng: random.Random, stay: Stay, at: dt.datetime) -> tuple[Answers, Answers, str | None]:
    """The worker's answers, the young person's, and what the worker fears most."""
    person = stay.person
    answers: Answers = {}
    for name in topics(day_of(at)):
        answers |= _topic(rng, name, person)
    answers |= _vulnerability(rng, stay, at)
    answers |= _said(rng, "positive", {"positive_people": 1.0, "positive_strengths": 0.75, "positive_better": 0.55}, person)
    concern = say(rng, words("assessments")["concern"]["concern"], **pronouns(person)) if rng.random() < 0.35 else None
    return answers, _own_page(rng, person, at), concern


@cache
def topics(day: dt.date) -> tuple[str, ...]:
    return tuple(topic(section) for section in instruments().valid_on(ASSET, day).sections if section.name not in NOT_TOPICS)


def _topic(rng: random.Random, name: str, person: Person) -> Answers:
    texts, slots = words("assessments"), pronouns(person)
    rating = rng.choices(list(RATINGS), list(RATINGS.values()))[0]
    if name in HARDER and in_care(person) and rng.random() < HARDER[name]:
        rating = max(rating, 3)
    level = "low" if rating < 2 else "some" if rating == 2 else "high"
    answers: Answers = {
        f"{name}_rating": "not_known" if rng.random() < NOT_RATED else rating,
        f"{name}_evidence": say(rng, texts["evidence"][name][level], **slots),
    }
    if rating > 2 and rng.random() < 0.55:
        return answers | {f"{name}_need": "yes", f"{name}_need_detail": say(rng, texts["needs"][name], **slots)}
    return answers | {f"{name}_need": "no"}


def _vulnerability(rng: random.Random, stay: Stay, at: dt.datetime) -> Answers:
    person = stay.person
    harmed = any(kind != "self_harm" and at - when < RECENT for when, _, kind, _ in person.harmed if when < at)
    hurt = any(kind == "self_harm" for when, _, kind, _ in person.harmed if when < at)
    likely = {
        "harmed_by_others": 0.7 if harmed else 0.12, "abuse_neglect": 0.5 if in_care(person) else 0.1, "loss": 0.22,
        "self_harm_past": 0.9 if hurt else 0.12, "self_harm_now": 0.3 if hurt else 0.02, "risks_taken": 0.25, "need_or_difference": 0.3,
        "custody_fear": 0.25 if harmed else 0.1,
        "cut_off": 0.5 if person.lost_contact else 0.12,
    }  # fmt: skip
    answers: Answers = {}
    for name, share in likely.items():
        answers[name] = _yes_or(rng, share)
        if answers[name] == "yes":
            answers[f"{name}_evidence"] = say(rng, words("assessments")["vulnerability"][name], **pronouns(person))
    return answers


def _yes_or(rng: random.Random, share: float) -> str:
    return "yes" if rng.random() < share else rng.choices(("no", "not_known", "not_asked", "declined"), (84, 8, 4, 4))[0]


def _said(rng: random.Random, section: str, shares: dict[str, float], person: Person) -> Answers:
    return {name: say(rng, words("assessments")[section][name], **pronouns(person)) for name, share in shares.items() if rng.random() < share}


def _own_page(rng: random.Random, person: Person, at: dt.datetime) -> Answers:
    how = weighted(rng, HOW)
    around = _around(person, at, how)
    if how in ("declined", "absent"):
        return {"own_how": how, **around}
    harmed = any(at - when < RECENT for when, _, kind, _ in person.harmed if when < at and kind != "self_harm")
    own: Answers = {"own_feel_safe": weighted(rng, FEEL_UNSAFE if harmed else FEEL_SAFE)}
    own["own_hurt"] = rng.choices(OFTEN, (30, 36, 18, 16) if harmed else (76, 10, 3, 11))[0]
    if own["own_hurt"] in ("sometimes", "often"):
        own |= _said(rng, "own", {"own_hurt_more": 0.7}, person)
    own |= {name: rng.choices(scale, (38, 32, 18, 12))[0] for name, scale in SCALES.items() if rng.random() < 0.93}
    own["own_emotional_health_hurt"] = rng.choices(
        OFTEN, (35, 30, 20, 15) if any(k == "self_harm" for _, _, k, _ in person.harmed) else (84, 7, 2, 7)
    )[0]
    own |= _said(rng, "own", {"own_positive": 0.7, "own_worry": 0.7, "own_next": 0.65}, person)
    return own | {"own_how": how, **around}


def _around(person: Person, at: dt.datetime, how: str) -> Answers:
    """Who was there, or why they were not asked, where the version of the day asks that. Chance of its own, so that nothing else changes."""
    name = AROUND[how]
    if instruments().valid_on(ASSET, day_of(at)).version == 1:
        return {}
    rng = random.Random(f"{person.id} {at.isoformat()}")  # noqa: S311  # a repeatable story, no secret
    return {name: say(rng, words("assessments")["around"][how], **pronouns(person))}


def screen(rng: random.Random, stay: Stay, at: dt.datetime) -> tuple[Answers, Answers]:
    """The answers of an arrival screen, the worker's and the young person's."""
    person, texts = stay.person, words("assessments")["screen"]
    slots = pronouns(person)
    before = any(kind == "self_harm" for when, _, kind, _ in person.harmed if when < at)
    shares = {
        "self_harm_now": 0.035, "self_harm_past": 0.75 if before else 0.16, "harmed_before": 0.25, "fears": 0.14, "health": 0.2, "medication": 0.14,
        "substances": 0.4,
    }  # fmt: skip
    answers: Answers = {}
    for name, share in shares.items():
        answers[name] = _yes_or(rng, share)
        if answers[name] == "yes":
            answers[f"{name}_detail"] = say(rng, texts[name], **slots)
    known = person.care_at(day_of(at), at)
    answers |= {"care_status": known or "not_known", "contacts_to_call": say(rng, texts["contacts_to_call"], **slots)}
    answers |= _papers(rng, slots)
    answers["first_night_actions"] = _first_night(rng, answers["self_harm_now"] == "yes", person)
    answers["first_night_plan"] = say(rng, texts["first_night_plan"], **slots)
    how = weighted(rng, {"told": 80.0, "wrote": 8.0, "declined": 11.0, "absent": 1.0})
    own = _said(rng, "screen", {"own_worry": 0.75, "own_talk": 0.6, "own_help": 0.6}, person) if how in ("told", "wrote") else {}
    return answers, {**own, "own_how": how}


def _papers(rng: random.Random, slots: dict[str, str]) -> Answers:
    likely = {
        "warrant": 0.97,
        "asset": 0.45,
        "post_court": 0.5,
        "pre_sentence": 0.3,
        "vulnerability_alert": 0.12,
        "health": 0.1,
        "care_plan": 0.05,
        "education_plan": 0.04,
    }
    came = _in_order("arrival_paper", [paper for paper, share in likely.items() if rng.random() < share])
    if not came:
        return {"papers": ["none"], "papers_when": "not_come", "papers_chased": say(rng, words("assessments")["screen"]["papers_chased"], **slots)}
    answers: Answers = {"papers": came, "papers_when": rng.choices(("with_them", "same_day"), (85, 15))[0]}
    if "asset" not in came:
        answers["papers_chased"] = say(rng, words("assessments")["screen"]["papers_chased"], **slots)
    return answers


def _first_night(rng: random.Random, at_risk: bool, person: Person) -> list[str]:
    likely = {
        "family_called": 0.7, "health_seen": 0.6, "yot_called": 0.35, "shared_cell_assessed": 0.5, "peer_support": 0.3, "extra_checks": 0.2,
        "social_worker_called": 0.3 if in_care(person) else 0.0, "watch_opened": 1.0 if at_risk else 0.045,
    }  # fmt: skip
    return _in_order("first_night_action", [action for action, share in likely.items() if rng.random() < share]) or ["health_seen"]


def _in_order(codes: str, chosen: list[str]) -> list[str]:
    """As a form gives them: in the order of the list."""
    return [code for code in code_list(codes).values() if code in chosen]
