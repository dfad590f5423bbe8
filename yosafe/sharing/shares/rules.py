"""What has to be said when information is shared or withheld. Pure: days and codes in, answers out."""

import datetime as dt

from msgspec import Struct

from yosafe import words
from yosafe.errors import Conflict, FieldError
from yosafe.people.rules import past_faults

BY_CONSENT, BY_PROTOCOL = "consent", "protocol"
SHARED, WITHHELD, ASKED = "shared", "withheld", "asked"


class Said(Struct, frozen=True, kw_only=True):
    """What is said of a sharing or withholding."""

    happened: str
    on: dt.date
    due_on: dt.date | None = None
    basis: str | None = None
    protocol: int | None = None
    consent: str | None = None
    not_asked_because: str | None = None
    withheld_because: str | None = None


def said_faults(said: Said, *, asked_on: dt.date | None, today: dt.date) -> list[FieldError]:
    """What is missing or can't be right. Of what was asked for before, `asked_on` is the day."""
    faults = past_faults("on", said.on, today=today)
    if asked_on is not None and said.on < asked_on:
        faults.append(FieldError("on", f"It was asked for on {words.day(asked_on)}: the answer came on that day or later"))
    match said.happened:
        case "shared":
            faults += _shared_faults(said)
        case "withheld":
            faults += [] if said.withheld_because else [FieldError("withheld_because", "Select why it was withheld")]
        case "asked":
            faults += _asked_faults(said)
    return [*faults, *_not_of_it(said)]


def _shared_faults(said: Said) -> list[FieldError]:
    faults = []
    if said.basis is None:
        faults.append(FieldError("basis", "Select the legal basis"))
    if said.consent is None:
        faults.append(FieldError("consent", "Select whether the young person agreed"))
    if said.basis == BY_CONSENT and said.consent in ("refused", "not_asked"):
        faults.append(FieldError("basis", "They did not agree: select the basis on which it was shared all the same"))
    if said.basis == BY_PROTOCOL and said.protocol is None:
        faults.append(FieldError("protocol", "Select the protocol"))
    if (said.consent == "not_asked") != (said.not_asked_because is not None):
        faults.append(FieldError("not_asked_because", "Select why they were not asked; leave it out where they were"))
    return faults


def _asked_faults(said: Said) -> list[FieldError]:
    if said.due_on is None or said.due_on < said.on:
        return [FieldError("due_on", "Enter the day by which an answer is needed, on or after the day it was asked for")]
    return []


_ONLY = {
    SHARED: ("basis", "protocol", "consent", "not_asked_because"), WITHHELD: ("withheld_because",), ASKED: ("due_on",),
}  # fmt: skip


def _not_of_it(said: Said) -> list[FieldError]:
    """What belongs to another outcome."""
    others = [name for happened, names in _ONLY.items() if happened != said.happened for name in names]
    return [FieldError(name, "This does not belong to what happened: leave it out") for name in others if getattr(said, name) is not None]


def check_waiting(outcome: str | None) -> None:
    """Raise Conflict for what was shared or withheld already."""
    if outcome is not None:
        raise Conflict("This was answered, and the record of it stays. If more was shared, record that by itself.")


def is_overdue(outcome: str | None, due_on: dt.date | None, *, today: dt.date) -> bool:
    return outcome is None and due_on is not None and due_on < today
