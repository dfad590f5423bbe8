"""How versions of the risk model, groups and inputs read on pages."""

from yosafe.errors import NotFound
from yosafe.models.card import Card
from yosafe.models.evaluation import Estimate
from yosafe.models.features import AUDITED_BY
from yosafe.models.report import figure
from yosafe.models.report import share as said
from yosafe.models.training import Premise
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from .schemas import State

STATE_WORDS = {
    State.IN_USE: "In use", State.SIGNED_ONCE: "Signed by one", State.TO_SIGN: "Reaches the bar, not signed", State.REFUSED: "May not be used",
}  # fmt: skip
STATE_COLOUR = {State.IN_USE: "green", State.SIGNED_ONCE: "yellow", State.TO_SIGN: "blue", State.REFUSED: "grey"}
ATTRIBUTES = {
    "sex": "Sex", "ethnicity": "Ethnicity", "disability": "Disability", "nationality": "Nationality", "age_band": "Age", "care": "Care status",
    "establishment": "Establishment",
}  # fmt: skip
CODES = {"sex": "sex", "ethnicity": "ethnicity", "disability": "disability", "care": "care_status"}


def group_label(attribute: str, group: str, terminology: Terminology) -> str:
    """A sub-group in words."""
    if attribute == "establishment":
        try:
            return establishment(group).name
        except NotFound:
            return group
    codes = CODES.get(attribute) if attribute in AUDITED_BY else None
    if codes is None or group not in code_list(codes).values():
        return group
    return code_list(codes).label(group, terminology)


def share(one: Estimate) -> str:
    """A share with its interval and base; why there is none."""
    return said(one) if one.value is not None else "Too few to be shown"


def baselines(card: Card) -> str:
    return "; ".join(f"{name}: {figure(one)}" for name, one in card.baselines.items())


def premise(one: Premise) -> str:
    """What the figure of one input by itself says."""
    low, high = one.auc.low, one.auc.high
    if low is None or high is None:
        return "Too few to say"
    if low <= 0.5 <= high:
        return "No association was found"
    return "More of it, more often harm" if low > 0.5 else "More of it, less often harm"
