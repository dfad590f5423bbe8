"""How a survey beside the records reads, on pages and at the command line."""

from collections import Counter

from yosafe.surveys.words import capital, signed
from yosafe.words import plural

from .rules import FEWER, MORE
from .schemas import AgainstRecordsOut, BesideOut

SAID, RECORDED = "Say so", "Recorded"


def gap(row: BesideOut) -> tuple[str, str]:
    """The gap in percentage points and its interval; empty where there is none."""
    if row.points is None or row.low is None or row.high is None:
        return "", ""
    return f"{signed(row.points)} points", f"{signed(row.low)} to {signed(row.high)}"


def verdict(row: BesideOut) -> str:
    return capital(row.verdict)


def summary(found: AgainstRecordsOut) -> str:
    """All of it in one sentence: of how many questions more, or fewer, say so than is recorded."""
    counts = Counter(row.verdict for row in found.questions if not row.hidden)
    shown = counts.total()
    if not shown:
        return "Nothing can be set beside the records: every figure is hidden."
    parts = [f"in {counts[word]} of them {word}" for word in (MORE, FEWER) if counts[word]]
    hidden = f"; {len(found.questions) - shown} not shown" if shown < len(found.questions) else ""
    return f"{plural(shown, 'question')} set beside records. {capital(', '.join(parts)) or 'No clear gap'}{hidden}."
