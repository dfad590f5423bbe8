"""What comes in and goes out about agencies, users and keys."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.text import EMAIL, SHORT_NAME, In, Name, without_marks

from .permissions import AgencyKind, Role

Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=EMAIL, description="An email address")]
Code = Annotated[str, Meta(min_length=2, max_length=40, pattern=SHORT_NAME, description="Short name of an agency: small letters, digits and hyphens")]


class AddAgency(In):
    code: Code
    kind: AgencyKind
    name: Name
    area: str | None = None
    establishment: str | None = None


class AgencyOut(Struct, kw_only=True):
    code: str
    kind: AgencyKind
    name: str
    area: str | None
    establishment: str | None
    closed: bool


class _WithEmail(In):
    email: Email

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.email != without_marks(self.email):
            raise ValueError("email: contains characters that can't be seen: type it again rather than pasting it")


class AddUser(_WithEmail):
    name: Name
    role: Role
    agency: Code


class UserOut(Struct, kw_only=True):
    id: int
    email: str
    name: str
    role: Role
    agency: str
    agency_name: str
    disabled: bool
    waiting_for_password: bool


class MakeKey(_WithEmail):
    """`scope`: permissions of the user's role that the key has; None or an empty list for all that a key may have. With
    `young-person:read` alone a key still reads chronologies, which tell of incidents, assessments and referrals. It works for so many `days`."""

    name: Name
    scope: list[str] | None = None
    days: Annotated[int, Meta(ge=1, le=365)] = 365


class LinkIdentity(In):
    """How the provider knows someone (`sub`), where that is known; without it, whoever signs in first with the account's own verified address."""

    subject: Annotated[str, Meta(min_length=1, max_length=255)] | None = None


class KeyOut(Struct, kw_only=True):
    id: int
    name: str
    email: str
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked: bool
    scope: list[str] | None
    replaces: int | None


class KeyMade(Struct, kw_only=True):
    """A new key; the only time that it is shown."""

    id: int
    key: str
    expires_at: dt.datetime
