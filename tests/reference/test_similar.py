"""Which establishments are alike."""

import pytest

from yosafe.reference.establishments import establishment, establishments
from yosafe.reference.similar import alike, groups, similar_to


@pytest.mark.parametrize("place", establishments(), ids=lambda place: place.code)
def test_every_establishment_is_in_one_group_and_not_its_own_likeness(place):
    assert sum(place.kind in group.kinds for group in groups().values()) == 1
    assert place not in similar_to(place)
    assert all(alike(other) == alike(place) for other in similar_to(place))


def test_wetherby_is_like_the_other_institutions():
    names = {other.code for other in similar_to(establishment("WYI"))}
    assert {"FYI", "WNI", "PYI"} <= names
    assert "STC3" not in names
