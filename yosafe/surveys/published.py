"""Published figures of what children in custody say, as a file with their sources: what a survey is compared with beside other surveys."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from yosafe.reference.establishments import Kind

from .questionnaire import Questionnaire

FILE = files(__package__) / "published.toml"


class Published(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One published percentage. `said` is what it counts, in words to be read after "of those asked"; `alike` how our question says the same."""

    questionnaire: str
    question: str
    answers: tuple[str, ...]
    percent: float
    year: str
    kinds: tuple[Kind, ...]
    said: str
    alike: str
    source: str
    base: int | None = None


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    figure: tuple[Published, ...]


@cache
def published() -> tuple[Published, ...]:
    """All of them, as they stand in the file."""
    return msgspec.toml.decode(FILE.read_bytes(), type=_File).figure


def published_for(questionnaire: Questionnaire, kind: Kind) -> Sequence[Published]:
    """Those that speak of an establishment's kind and of questions of this questionnaire, in the questionnaire's order, the newest first."""
    order = {question.id: at for at, question in enumerate(questionnaire.questions())}
    found = [p for p in published() if p.questionnaire == questionnaire.id and kind in p.kinds and p.question in order]
    return sorted(sorted(found, key=lambda p: p.year, reverse=True), key=lambda p: order[p.question])
