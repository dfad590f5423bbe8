"""What a decision about a public protection panel needs. Pure: codes in, answers out."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from yosafe.errors import FieldError
from yosafe.reference.codes import code_list

MET, NOT_MET, NOT_KNOWN = "met", "not_met", "not_known"


class Answered(Protocol):
    answer: str
    evidence: str | None


def criteria_faults(criteria: Mapping[str, Answered], *, decision: str) -> list[FieldError]:
    """What is missing: each criterion is answered; one that is met has evidence; nobody is referred where none is met."""
    known = code_list("public_risk_criterion").values()
    faults = [FieldError(f"criteria.{code}", "There is no such criterion. Leave it out") for code in criteria if code not in known]
    for code in known:
        one = criteria.get(code)
        if one is None:
            faults.append(FieldError(f"criteria.{code}", "Select whether it is met, or that it is not known"))
        elif one.answer not in code_list("public_risk_answer").values():
            faults.append(FieldError(f"criteria.{code}", "Answer with met, not_met or not_known"))
        elif one.answer == MET and not one.evidence:
            faults.append(FieldError(f"criteria.{code}.evidence", "Say what shows that it is met"))
    if decision == "refer" and not faults and not any(one.answer == MET for one in criteria.values()):
        faults.append(FieldError("decision", "No criterion is met: panels are for the critical few (9.14). Do not refer, or say which is met"))
    return faults


def in_order(criteria: Mapping[str, Answered]) -> Sequence[str]:
    return [code for code in code_list("public_risk_criterion").values() if code in criteria]
