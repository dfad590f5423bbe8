"""The reference page about joint reviews, drawn from the table that the code runs. The documentation writes and compares it."""

from collections.abc import Callable

from .status import ACT_LABELS, RUNS, STATUS_LABELS, TABLE, WHO, Status

MADE = "<!-- Made from the code by `make docs`. Change the code, not this page. -->"


def statuses() -> str:
    """Every status and what may be done in it, as a drawing and as a table."""
    steps = [(status, act, after) for status, acts in TABLE.items() for act, after in acts.items()]
    drawing = [
        "```mermaid", "stateDiagram-v2", f"    [*] --> {Status.ARRANGED.value}",
        *(f"    {status.value} --> {after.value}: {act.value}" for status, act, after in steps if status is not after),
        "```",
    ]  # fmt: skip
    rows = [
        f"| {STATUS_LABELS[status]} | {ACT_LABELS[act]} (`{act.value}`) | {STATUS_LABELS[after]} | {_who(WHO[act])} |" for status, act, after in steps
    ]
    parts = [
        "# Statuses of a joint review",
        MADE,
        "One table that the code runs, the tests enumerate and this page draws. Whatever it does not hold is refused with a sentence. "
        "Who runs a review is the safeguarding lead of its establishment, or a member of its area's committee. "
        "Actions that were agreed go on after the minutes are locked.",
        "\n".join(drawing),
        "\n".join(["| when it is | one may | then it is | who |", "| --- | --- | --- | --- |", *rows]),
        "Minutes are locked once the day of the meeting has come, every case is decided or put off, and it is recorded who came.",
    ]
    return "\n\n".join(parts) + "\n"


def _who(who: str) -> str:
    return "whoever runs the review" if who == RUNS else f"`{who}`"


PAGES: dict[str, Callable[[], str]] = {"review-statuses.md": statuses}
