"""What the form about a public protection panel asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from yosafe.forms.questions import Kind, Question
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from . import shown
from .schemas import OwnReferralOut

CRITERION, EVIDENCE = "criterion_", "evidence_"


def _criterion(code: str, label: str) -> Question:
    evidence = Question(
        name=EVIDENCE + code, kind=Kind.TEXTAREA, label="What shows it?", called="what shows it", max_length=2000, rows=2, required=True,
        hint="What happened, when, and where it is written down",
    )  # fmt: skip
    return Question(
        name=CRITERION + code, kind=Kind.RADIOS, label=label, called=f"whether this is met: {label[:1].lower()}{label[1:]}",
        code_list="public_risk_answer", required=True, reveals={"met": (evidence,)},
    )  # fmt: skip


def decide(own: Sequence[OwnReferralOut], terminology: Terminology) -> tuple[Question, ...]:
    """`own`: how it stands with the young person's own protection, which the form says."""
    there = "; ".join(shown.referral(one, terminology) for one in own)
    hint = f"Recorded here: {there}" if there else "No child protection referral of their own is recorded that you can see"
    return (
        *(_criterion(code.code, code.label(terminology)) for code in code_list("public_risk_criterion").codes),
        Question(name="decision", kind=Kind.RADIOS, label="What was decided?", called="what was decided", code_list="public_risk_decision",
                 required=True),
        Question(name="reason", kind=Kind.TEXTAREA, label="Why?", called="why", min_length=10, max_length=2000, rows=4, required=True),
        Question(
            name="protection", kind=Kind.RADIOS, label="What of their own protection?", called="how it stands with their own protection", hint=hint,
            code_list="public_risk_protection", required=True,
        ),
        Question(name="decided_by", kind=Kind.TEXT, label="Who decided?", called="who decided", max_length=120, width=30, required=True,
                 hint="Name and work"),
        Question(name="decided_on", kind=Kind.DATE, label="On which day?", called="the day of the decision", past=True, required=True),
    )  # fmt: skip


def decision_from(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the form as DecidePublicRisk has them."""
    rest = {name: value for name, value in answers.items() if not name.startswith((CRITERION, EVIDENCE))}
    criteria: dict[str, dict[str, Any]] = {}
    for code in code_list("public_risk_criterion").values():
        if CRITERION + code in answers:
            criteria[code] = {"answer": answers[CRITERION + code], "evidence": answers.get(EVIDENCE + code)}
    return {**rest, "criteria": criteria}
