"""Who may read panels: everyone who reads joint reviews; nobody there is a young person. Who runs the reviews of a place keeps its panel."""

from yosafe.accounts.access import check_may
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.errors import NotFound, Refused
from yosafe.reviews.tables import ReviewPanel

READ, KEEP = "review:read", "panel:keep"
OTHERS = "The safeguarding lead of the establishment, or a member of the area's committee, keeps its panel. Ask one of them."


def can_keep(user: User, *, establishment: str | None, area: str) -> bool:
    """A lead keeps the panel of their establishment; a committee those of its area and of the establishments there."""
    own = user.establishment is not None and user.establishment == establishment
    return user.may(KEEP) and (own or (user.role is Role.ACPC_MEMBER and user.area == area))


def check_can_keep(user: User, *, establishment: str | None, area: str) -> None:
    """Raise Refused for anyone else."""
    check_may(user, KEEP)
    if not can_keep(user, establishment=establishment, area=area):
        raise Refused(OTHERS)


async def get_panel(number: int) -> ReviewPanel:
    """Raises NotFound."""
    found: ReviewPanel | None = await ReviewPanel.objects().get(ReviewPanel.id == (number if 0 < number < 2**63 else 0))
    if found is None:
        raise NotFound("There is no panel with this number. The page of panels shows those there are.")
    return found
