"""What goes out about who knew when."""

import datetime as dt
from typing import Literal

from msgspec import Struct

How = Literal["referral", "told", "share", "check", "meeting", "notice", "read"]


class KnownOut(Struct, kw_only=True, frozen=True):
    """When others came to know of an entry: `who` is an agency here, or, where `agency` is false, whom the record says was told; `how` is the first
    sign of it, `days` how long after it was written down (negative: before)."""

    who: str
    agency: bool
    on: dt.date
    how: How
    days: int
