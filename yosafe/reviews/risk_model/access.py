"""Who may do what with versions, capacities and thresholds. Versions, cards and audits are of everyone's young people, with small groups withheld."""

from yosafe.accounts.access import check_actor_may
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.errors import NotFound
from yosafe.models.indicators import Indicator
from yosafe.reference.establishments import Establishment, establishments
from yosafe.reviews.access import hidden_from
from yosafe.reviews.kinds import kinds

NO_INDICATOR = "There is no indicator of this name. Choose one in the list of rules."
NO_PLACE = "There is no establishment with this code whose panel you can see. Choose one in the list."


def check_may_sign(by: Actor) -> None:
    check_actor_may(by, "model:sign")


def establishments_for(user: User) -> list[Establishment]:
    """Those whose capacity a user may see: their own, those of their area, or all of them."""
    match user.role:
        case Role.YOI_LEAD:
            return [place for place in establishments() if place.code == user.establishment]
        case Role.ACPC_MEMBER:
            return [place for place in establishments() if place.area == user.area]
        case Role.INSPECTOR:
            return [*establishments()]
    return []


def get_establishment_for(user: User, code: str) -> Establishment:
    """The establishment, or NotFound."""
    found = next((place for place in establishments_for(user) if place.code == code), None)
    if found is None:
        raise NotFound(NO_PLACE)
    return found


def indicators_for(user: User) -> dict[str, Indicator]:
    """The kinds of flags of which a user may read how they do: all but restricted ones, which are for safeguarding leads."""
    hidden = hidden_from(user)
    return {name: one for name, one in kinds().items() if name not in hidden}


def get_indicator_for(user: User, name: str) -> Indicator:
    """The kind of flag, or NotFound."""
    found = indicators_for(user).get(name)
    if found is None:
        raise NotFound(NO_INDICATOR)
    return found
