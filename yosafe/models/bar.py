"""What a model must reach before it may be used, and what is said of one that does not: one bar for the risk model and for a table of one's own."""

from collections.abc import Mapping

from .evaluation import Estimate, Evaluation

LEAST_EVENTS = 100
SLOPES = (0.8, 1.25)


def failings(found: Evaluation, baselines: Mapping[str, Estimate]) -> list[str]:
    """Why a model may not be used, each with its figures; none where it may. `baselines` are simpler ways to order the same rows."""
    said = []
    if found.events < LEAST_EVENTS:
        said.append(f"It was judged on {found.events} outcomes, and needs {LEAST_EVENTS}. Wait until more is recorded, or judge it on more places.")
    area = found.auc
    if area.value is None or area.low is None:
        said.append("Too few rows of both outcomes to say whether it orders them at all.")
    else:
        name, best = max(((name, one.value or 0.0) for name, one in baselines.items()), key=lambda one: one[1], default=("chance", 0.5))
        if area.low <= best:
            said.append(
                f"Its AUC of {area.value:.3f} may be as low as {area.low:.3f} (95 %), which doesn't beat {best:.3f} for {name}. Use the simpler way."
            )
    slope = found.slope.value
    if slope is None:
        said.append("Too few outcomes to say whether its probabilities mean what they say.")
    elif not SLOPES[0] <= slope <= SLOPES[1]:
        wrong = "too sure of itself" if slope < 1 else "less sure than it could be"
        said.append(f"Its calibration slope is {slope:.2f}, outside {SLOPES[0]} to {SLOPES[1]}: it is {wrong}.")
    return said
