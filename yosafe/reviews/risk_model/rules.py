"""Who may sign a version together, and what they sign. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from yosafe.accounts.permissions import Role
from yosafe.errors import Conflict

SIGNERS = 2
SAFEGUARDING = frozenset({Role.YOI_LEAD, Role.ACPC_MEMBER})
WORDS = (
    "I have read the card of this version: what it was judged on, whom it misses, whom it flags for nothing and how that differs by group. "
    "Its scores may be used as a reason to talk about a young person. Nothing may be decided by one."
)


class Signer(Struct, frozen=True, kw_only=True):
    """Who signs or has signed."""

    id: int
    role: Role
    agency: int


def check_may_join(signer: Signer, signed: Sequence[Signer], *, trained_by: int | None) -> None:
    """Raise Conflict where someone may not sign beside those who have: once each, from different agencies, never who trained it, and one of the two
    works in safeguarding."""
    if signer.id == trained_by:
        raise Conflict("You trained this version. Two others sign it.")
    if any(one.id == signer.id for one in signed):
        raise Conflict("You have signed this version already. It is used once somebody of another agency signs it too.")
    if any(one.agency == signer.agency for one in signed):
        raise Conflict("Someone of your agency has signed this version already. Ask a safeguarding lead or a committee member of another agency.")
    if signed and not any(one.role in SAFEGUARDING for one in (signer, *signed)):
        raise Conflict("One of the two who sign must be a safeguarding lead or a member of a committee. Ask one of them.")


def is_signed(signed: Sequence[Signer]) -> bool:
    """Whether all have signed who must."""
    return len(signed) >= SIGNERS


def check_usable(failings: Sequence[str] | None, refused: str | None, *, watched: bool) -> None:
    """Raise Conflict for a version that may not be used, with the figures. `watched`: whether it keeps what capacities and drift rest on."""
    if refused is not None or failings is None:
        raise Conflict(refused or "This version can't be read. Train it again.")
    if failings:
        raise Conflict(f"This version does not reach the bar and can't be signed. {' '.join(failings)}")
    if not watched:
        raise Conflict("This version was trained before capacities and drift were kept with a card. Train it again, then sign that one.")
