"""Who may see the patterns of an establishment: its lead, inspectors, and the committee of its area. There is no other way to one."""

from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.errors import NotFound
from yosafe.reference.establishments import Establishment, establishments

NOT_THERE = "There is no establishment with this code that you can see patterns of. Choose one in the list."


def establishments_for(user: User) -> list[Establishment]:
    """Those that a user may look at, in the order of the list."""
    match user.role:
        case Role.YOI_LEAD:
            return [place for place in establishments() if place.code == user.establishment]
        case Role.INSPECTOR:
            return [*establishments()]
        case Role.ACPC_MEMBER:
            return [place for place in establishments() if place.area == user.area]
    return []


def get_establishment_for(user: User, code: str) -> Establishment:
    """The establishment, or NotFound: elsewhere's does not exist."""
    found = next((place for place in establishments_for(user) if place.code == code), None)
    if found is None:
        raise NotFound(NOT_THERE)
    return found


def sees_names(user: User) -> bool:
    """Whether they know the young people anyway, and need no number hidden."""
    return user.role is Role.YOI_LEAD
