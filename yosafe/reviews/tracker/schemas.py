"""What comes in and goes out about actions after they were agreed."""

import datetime as dt

from msgspec import Struct

from yosafe.reviews.meeting_schemas import Code
from yosafe.text import In, Name, Reason


class HandOver(In, kw_only=True):
    """To whom an action goes, and why. It stays due on the day that was agreed."""

    owner_agency: Code
    owner_name: Name
    reason: Reason


class AskCancel(In, kw_only=True):
    """Why an action should not be done any more. Someone else decides."""

    reason: Reason


class SettleCancel(In, kw_only=True):
    """`agree`: it is cancelled; otherwise it stays to be done."""

    agree: bool


class HandedOut(Struct, kw_only=True):
    """One change of owner, by whom and why."""

    from_agency: str
    from_name: str
    to_agency: str
    to_name: str
    reason: str
    by: str
    at: dt.datetime
