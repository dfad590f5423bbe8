"""The reference page about the indicators, written from their declarations."""

from collections.abc import Iterator

from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

from .catalogue import BASIS_IN_WORDS, Indicator, catalogue

INTRODUCTION = """# Indicators

A flag is a reason to talk about a young person, never a verdict. Each rule below looks at facts that are recorded here, says which, says what
is missing, and ends with people from more than one agency saying whether it was right. How often each kind of flag was borne out is shown
beside it.

Levels are note, raised and high. The paragraph numbers are those of *Safeguarding Children* (2002). The report gives no numbers: every setting is
a starting point of this service. A rule uses only what had happened, and was written down, by the end of the day that it is worked out for.
Restricted incidents take no part, because the flag would show that they exist; but for the one rule about them, whose flag is restricted
too. The expected release, disability and asylum status keep no history: they count as recorded when the young person's record was made. Of
units only the last is kept, with when it was written down: of the days before, it is not known who lived where.

Not here, because nothing that it needs is recorded yet: gaps in education.
"""


def describe_all(terminology: Terminology = "2002") -> str:
    """The page as Markdown."""
    return in_terms("\n".join([INTRODUCTION, *(line for indicator in catalogue().values() for line in _described(indicator))]), terminology)


def _described(indicator: Indicator) -> Iterator[str]:
    values = indicator.defaults()
    yield f"## {indicator.title}"
    yield ""
    yield f"`{indicator.id}`, version {indicator.version}. {_source(indicator)}"
    yield ""
    yield f"**Why it matters.** {indicator.why}"
    yield ""
    yield f"**Facts used.** {'; '.join(indicator.facts)}."
    yield ""
    yield "| level | when |"
    yield "|---|---|"
    for level, text in indicator.levels.items():
        yield f"| {level.value} | {indicator.filled(text, values)} |"
    yield ""
    if indicator.settings:
        yield "| setting | default | what it is |"
        yield "|---|---|---|"
        for name, setting in indicator.settings.items():
            yield f"| `{name}` | {setting.default} | {setting.what} |"
        yield ""
    yield f"**What would clear it.** {indicator.filled(indicator.clears, values)}"
    yield ""
    yield f"**What it does not mean.** {indicator.not_mean}"
    yield ""


def _source(indicator: Indicator) -> str:
    paragraphs = f"Paragraphs {', '.join(indicator.source)}. " if indicator.source else ""
    return f"{paragraphs}{BASIS_IN_WORDS[indicator.basis]}"
