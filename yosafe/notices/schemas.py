"""What comes in and goes out about notices."""

import datetime as dt
from enum import StrEnum

from msgspec import Struct

from yosafe.text import In

from .events import Event


class Mail(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    NONE = "none"


class ChooseMail(In, kw_only=True):
    """How to hear of notices besides: a mail within a minute, one each morning, or none."""

    mail: Mail


class ChoiceOut(Struct, kw_only=True):
    """`sends_mail`: whether this installation sends any."""

    mail: Mail
    sends_mail: bool


class NoticeOut(Struct, kw_only=True):
    """`words` say what happened, `subject` is the record (a reference, never a name), `link` its page. `reason` is a code where there is one."""

    id: int
    event: Event
    words: str
    reason: str | None
    reason_words: str | None
    urgent: bool
    at: dt.datetime
    subject: str
    link: str
    read: bool
    done: bool


class Counts(Struct, kw_only=True):
    """How many are new, 100 at most."""

    new: int
