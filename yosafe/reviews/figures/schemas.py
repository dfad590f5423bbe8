"""What figures about joint reviews hold."""

from msgspec import Struct


class Line(Struct, frozen=True, kw_only=True):
    """One establishment, or (empty `place`) all of them: how many there were, and of those each answer. None where a number is hidden."""

    place: str
    base: int | None
    counts: dict[str, int | None]


class Figure(Struct, frozen=True, kw_only=True):
    """One question, with its answers in words by their key."""

    id: str
    title: str
    counted: str
    answers: dict[str, str]
    lines: list[Line]


class FiguresOut(Struct, kw_only=True):
    """The reviews that met in a year. `suppressed`: numbers below 5 are hidden, with others from which they could be worked out."""

    year: int
    suppressed: bool
    figures: list[Figure]
