"""Who may load a named worker: whoever may see the young person."""

from yosafe.accounts.viewer import User
from yosafe.errors import NotFound
from yosafe.people.access import get_young_person_for
from yosafe.people.tables import NamedWorker


async def get_worker_for(user: User, young_person: int | str, number: int) -> NamedWorker:
    """A named worker of a young person, or NotFound: to an outsider neither exists."""
    child = await get_young_person_for(user, young_person)
    found = await NamedWorker.objects().get((NamedWorker.id == number) & (NamedWorker.young_person == child.id)) if 0 < number < 2**63 else None
    if found is None:
        raise NotFound(f"There is no worker {number} of this young person. The page of who works with them shows those there are.")
    return found
