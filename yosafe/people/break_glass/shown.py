"""How an access that was opened in an emergency reads. Pure."""

from yosafe import words
from yosafe.accounts.permissions import ROLE_TITLES, Role

from .rules import CLOSED, LASTS, OUTCOMES
from .schemas import AccessOut

WAYS = {"reference": "By reference and date of birth", "names": "By names and date of birth"}
STATE_TITLES = {"waiting": "To be reviewed", "reviewed": "Reviewed", "all": "All"}


def who(one: AccessOut) -> str:
    return f"{one.opened_by}, {ROLE_TITLES[Role(one.role)]}, {one.agency}"


def found(one: AccessOut) -> str | None:
    """What the review found; None before it."""
    return OUTCOMES[one.outcome] if one.outcome else None


def history(one: AccessOut) -> list[dict[str, object]]:
    """The two moments of an access, for a timeline, the newest first."""
    steps: list[dict[str, object]] = [
        {"title": f"Opened until {words.instant(one.until)}", "at": one.at, "by": one.opened_by, "text": one.reason},
    ]
    if one.reviewed_at is not None:
        note = f"{CLOSED} {one.note}" if one.until < one.at + LASTS else one.note
        steps.append({"title": f"Reviewed: {OUTCOMES[one.outcome or 'proper'].lower()}", "at": one.reviewed_at, "by": one.reviewed_by, "text": note})
    return steps[::-1]
