"""What holds of requests and of the order of an agenda. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence

from yosafe.errors import Conflict, FieldError, Invalid


def check_waits(came_of_it: int | None, withdrawn_at: dt.datetime | None) -> None:
    """Raise Conflict for a request that led to a case, or was withdrawn."""
    if came_of_it is not None:
        raise Conflict("This request has led to a case on an agenda. What becomes of it is decided there.")
    if withdrawn_at is not None:
        raise Conflict("This request was withdrawn already.")


def reordered(places: Mapping[int, int], wanted: Sequence[int]) -> dict[int, int]:
    """New places by case number: those that were asked about change places among themselves, others keep theirs.

    Raises Invalid where it is not each of them once.
    """
    if sorted(wanted) != sorted(places):
        raise Invalid([FieldError("cases", "Name each case that you see once. The agenda may have changed: look at it again")])
    return dict(zip(wanted, sorted(places.values()), strict=True))
