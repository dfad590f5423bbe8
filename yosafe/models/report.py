"""A validation as a page that stands alone (no script, nothing fetched) and as lines of text."""

from collections.abc import Iterator

import jinja2

from .evaluation import Estimate
from .fairness import Audit
from .validation import Validation


def as_page(found: Validation) -> str:
    """The report as HTML."""
    world = jinja2.Environment(
        loader=jinja2.PackageLoader("yosafe.models", "printed"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    world.filters |= {"figure": figure, "share": share}
    return world.get_template("validation.html.jinja").render(found=found)


def figure(one: Estimate, digits: int = 3) -> str:
    """`0.712 (0.670 to 0.754)`; how small the base is, where there is no figure."""
    if one.value is None:
        return f"not given (base {one.base:,})"
    if one.low is None or one.high is None:
        return f"{one.value:.{digits}f}"
    return f"{one.value:.{digits}f} ({one.low:.{digits}f} to {one.high:.{digits}f})"


def share(one: Estimate) -> str:
    """`34 % (25 to 44), of 120`."""
    if one.value is None or one.low is None or one.high is None:
        return f"not given (base {one.base:,})"
    return f"{100 * one.value:.0f} % ({100 * one.low:.0f} to {100 * one.high:.0f}), of {one.base:,}"


def as_lines(found: Validation) -> Iterator[str]:
    """The report for a terminal."""
    scores, capacity = found.evaluation, found.evaluation.capacity
    yield f"{found.table}: {found.rows:,} rows, {found.events:,} with {found.outcome} = {found.positive}. Seed {found.seed}."
    yield f"Judged: {found.design}."
    for one in found.left_out:
        yield f"Left out: “{one.column}” {one.why}."
    yield from found.remarks
    yield f"AUC {figure(scores.auc)}, {scores.auc_method}, {scores.events:,} outcomes of {scores.persons:,} persons"
    for base in found.baselines:
        yield f"  beside it, {base.name}: {figure(base.auc)}"
    yield f"Brier {scores.brier:.4f} (saying the base rate to all: {scores.brier_of_base_rate:.4f})"
    yield f"Calibration slope {figure(scores.slope, 2)}, intercept {figure(scores.intercept, 2)}"
    yield f"Outcomes expected {scores.expected:.0f}, came {scores.events}"
    yield f"Looking at the highest {100 * capacity.share:g} % ({capacity.flagged:,} rows, from {100 * capacity.threshold:.1f} % up):"
    yield f"  right {share(capacity.precision)}; found {share(capacity.recall)}; {capacity.missed:,} left out"
    for group in found.groups:
        yield from _group_lines(group)
    yield from found.failings or ["It reaches the bar that yosafe sets its own model."]
    yield found.caution


def _group_lines(found: Audit) -> Iterator[str]:
    yield f"By {found.attribute}:"
    for one in found.groups:
        yield f"  {one.group} ({one.rows:,}): AUC {figure(one.auc)}; missed {share(one.missed)}; flagged without it {share(one.false_flags)}"
        yield f"    expected over observed {figure(one.expected_to_observed, 2)}"
    if found.withheld:
        yield f"  {found.withheld} small groups withheld"
    for apart in found.apart:
        yield f"  {apart.figure.capitalize()}: “{apart.higher}” and “{apart.lower}” differ beyond chance."
