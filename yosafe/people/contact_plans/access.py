"""Who may load a plan of contacts: whoever may see the young person."""

from yosafe.accounts.viewer import User
from yosafe.errors import NotFound
from yosafe.people.access import get_young_person_for
from yosafe.people.tables import ContactPlan


async def get_plan_for(user: User, young_person: int | str, number: int) -> ContactPlan:
    """A plan of contacts with a young person, or NotFound: to an outsider neither exists."""
    child = await get_young_person_for(user, young_person)
    found = await ContactPlan.objects().get((ContactPlan.id == number) & (ContactPlan.young_person == child.id)) if 0 < number < 2**63 else None
    if found is None:
        raise NotFound(f"There is no plan of contacts {number} of this young person. The page of their contacts shows those there are.")
    return found
