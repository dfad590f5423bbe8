"""How the notice shows that tells a data protection officer of a record opened in an emergency: until it is reviewed."""

from collections.abc import Sequence

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.notices.about import About, Place
from yosafe.settings import Terminology

from .access import reviews


def _shows(user: User, column: str) -> Sql:
    return Sql(f"EXISTS (SELECT FROM break_glass b WHERE b.id = {column} AND b.reviewed_at IS NULL AND {{}})", reviews(user))


async def _places(numbers: Sequence[int], terminology: Terminology) -> dict[int, Place]:
    return {number: Place(text=f"Opened record {number}", href=f"/admin/break-glass/{number}") for number in numbers}


ABOUT = About(kind="break_glass", shows=_shows, places=_places)
