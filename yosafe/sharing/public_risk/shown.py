"""Decisions about public protection panels as pages show them. Pure."""

from yosafe.reference.codes import code_list
from yosafe.referrals.status import Status
from yosafe.referrals.words import status_label
from yosafe.settings import Terminology

from .schemas import OwnReferralOut, PublicRiskOut


def decision(one: PublicRiskOut, terminology: Terminology) -> tuple[str, str]:
    """Words and colour."""
    return code_list("public_risk_decision").label(one.decision, terminology), "orange" if one.decision == "refer" else "grey"


def criterion(code: str) -> str:
    return code_list("public_risk_criterion").label(code)


def answer(code: str) -> str:
    return code_list("public_risk_answer").label(code)


def met(one: PublicRiskOut) -> str:
    """ "2 of 5 criteria met, 1 not known"."""
    number = sum(each.answer == "met" for each in one.criteria)
    unknown = sum(each.answer == "not_known" for each in one.criteria)
    return f"{number} of {len(one.criteria)} criteria met" + (f", {unknown} not known" if unknown else "")


def protection(code: str) -> str:
    return code_list("public_risk_protection").label(code)


def referral(one: OwnReferralOut, terminology: Terminology) -> str:
    """ "RF-000012: in assessment"."""
    return f"{one.ref}: {status_label(Status(one.status), terminology).lower()}"
