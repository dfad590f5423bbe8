from collections.abc import Callable

import pytest

from tests.reviews.estate import employ
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.viewer import User


@pytest.fixture
async def staff(db) -> dict[str, User]:
    return await employ()


@pytest.fixture
def staff_of() -> Callable[[str], User]:
    """Someone with a role, with no database behind them."""
    return lambda role: User(
        id=1, email="x@example.org", name="X", role=Role(role), agency=1, agency_kind=AgencyKind.YOI, agency_name="X", area=None, establishment="FYI"
    )
