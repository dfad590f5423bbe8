"""Every kind of flag: the indicators, and the one of the risk model. Flags of the model are told as those of the indicators are."""

from functools import cache

from yosafe.models.features import FEATURES, HORIZON
from yosafe.models.indicators import Indicator, Level, catalogue

RISK_MODEL = "risk-model"

MODEL_KIND = Indicator(
    id=RISK_MODEL,
    version=1,
    title="Scored high by the risk model",
    source=(),
    basis="practice",
    why=(
        f"Of those whom a model scores high, more come to harm in the next {HORIZON} days than of others. It may see together what nobody has put "
        "together."
    ),
    facts=tuple(one.title for one in FEATURES),
    levels={
        Level.RAISED: "Among the highest scores, as many as the panel of the establishment can see. Never more than that: a score is never “high”"
    },
    clears="A score below what the panel can see, or a model that is not used any more.",
    not_mean=(
        "It does not say that this young person will come to harm, or why: most of those whom such a model points to don’t, and many who do are not "
        "pointed to. Nothing is ever decided by it. It knows only what was written down."
    ),
)


@cache
def kinds() -> dict[str, Indicator]:
    """Every kind by its id, in the order in which they are shown."""
    return {**catalogue(), RISK_MODEL: MODEL_KIND}
