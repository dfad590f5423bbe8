"""Who may decide on an assessment, and what a decision must say. Pure."""

from yosafe.errors import Conflict, FieldError
from yosafe.welfare.rules import STANDING_WORDS

SHORTEST = 10


def check_open(standing: str | None, *, own: bool) -> None:
    """Raise Conflict for an instrument that nobody countersigns, for one's own assessment, and for one that was decided on already."""
    if standing is None:
        raise Conflict("An arrival screen is not countersigned: it is acted on the same night.")
    if own:
        raise Conflict("You completed this assessment yourself. Someone else of your team countersigns it.")
    if standing != "awaiting":
        raise Conflict(f"This assessment was decided on already: {STANDING_WORDS[standing].lower()}. Read it again.")


def remark_faults(decision: str, remark: str | None) -> list[FieldError]:
    """Whoever must put it right has to know what."""
    if decision == "sent_back" and len((remark or "").strip()) < SHORTEST:
        return [FieldError("remark", f"Enter what must be put right, in {SHORTEST} characters or more")]
    return []
