"""Answers to both instruments, as an API sends them."""

import datetime as dt
from typing import Any

from yosafe.welfare.instruments import RATING, instruments, is_own, topic
from yosafe.welfare.rules import ASSET, SCREEN
from yosafe.welfare.schemas import CompleteAssessment

# Twelve ratings whose sum, 31, is the number of nothing else.
RATINGS = dict(zip(
    ("living_arrangements", "family_relationships", "education_employment", "neighbourhood", "lifestyle", "substance_use", "physical_health",
        "emotional_health", "self_others", "thinking_behaviour", "attitudes_offending", "motivation_change"),
    (1, 2, 3, 4, 4, 4, 3, 2, 2, 3, 2, 1), strict=True,
))  # fmt: skip


def asset_answers(**changes: Any) -> dict[str, Any]:
    """A worker's answers to Asset, with some changed; None takes one out."""
    answers: dict[str, Any] = {}
    for section in instruments().by_ref(f"{ASSET}/1").sections:
        if not is_own(section) and section.questions[0].name.endswith(RATING):
            name = topic(section)
            answers |= {f"{name}_rating": RATINGS[name], f"{name}_evidence": f"Seen at home and at {section.title.lower()}.", f"{name}_need": "no"}
    for section in instruments().by_ref(f"{ASSET}/1").sections:
        if section.name == "vulnerability":
            answers |= {question.name: "no" for question in section.questions}
    answers |= {"positive_people": "His grandmother."}
    return _changed(answers, changes)


def own_words(**changes: Any) -> dict[str, Any]:
    return _changed({"own_feel_safe": "sometimes", "own_worry": "The shouting at night.", "own_how": "told"}, changes)


def screen_answers(**changes: Any) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "self_harm_now": "no", "self_harm_past": "yes", "self_harm_past_detail": "Cut his arm last year.", "harmed_before": "not_asked",
        "fears": "no", "health": "no", "medication": "no", "substances": "declined", "care_status": "not_known",
        "contacts_to_call": "His grandmother, 0113 496 0000", "papers": ["asset", "warrant"], "papers_when": "with_them",
        "first_night_actions": ["family_called"], "first_night_plan": "A cell near the office, looked in on every hour.",
    }  # fmt: skip
    return _changed(answers, changes)


def asset(young_person: str, **changes: Any) -> CompleteAssessment:
    """A whole welfare assessment; `answers` and `own_words` may be given."""
    details: dict[str, Any] = {
        "young_person": young_person, "instrument": ASSET, "occasion": "start", "completed_on": dt.date(2026, 9, 15),
        "answers": asset_answers(), "own_words": own_words(), "concern": "He is afraid at night.",
    }  # fmt: skip
    return CompleteAssessment(**details | changes)


def screen(young_person: str, **changes: Any) -> CompleteAssessment:
    details: dict[str, Any] = {
        "young_person": young_person, "instrument": SCREEN, "occasion": "arrival", "completed_on": dt.date(2026, 9, 7),
        "answers": screen_answers(), "own_words": {"own_worry": "My nan.", "own_how": "wrote"},
    }  # fmt: skip
    return CompleteAssessment(**details | changes)


def _changed(answers: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (answers | changes).items() if value is not None}
