"""What a second person decides about an assessment."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from yosafe.text import Account, In

Decision = Literal["countersigned", "sent_back"]


class SignAssessment(In, kw_only=True):
    """`remark` says why it is sent back; with a countersignature it may be left out."""

    decision: Annotated[Decision, Meta(description="countersigned, or sent_back to be put right")]
    remark: Account | None = None


class WaitingOut(Struct, kw_only=True):
    """An assessment that waits for a second person, or for its author since it was sent back."""

    ref: str
    young_person: str
    name: str
    occasion: str
    completed_on: dt.date
    agency: str
    recorded_by: str
    recorded_at: dt.datetime
    standing: str
    days: int
