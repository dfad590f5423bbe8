import pytest

from yosafe.errors import Invalid
from yosafe.models.indicators import catalogue, describe_all, settled
from yosafe.models.indicators.registry import RULES, pair


def test_data_without_a_rule_and_a_rule_without_data_are_both_errors():
    declared = list(catalogue().values())
    with pytest.raises(LookupError, match="moves"):
        pair(declared, [rule for rule in RULES if rule.__name__ != "moves"])
    with pytest.raises(LookupError, match="moves"):
        pair([indicator for indicator in declared if indicator.id != "moves"], RULES)
    assert list(pair(declared, RULES)) == [indicator.id for indicator in declared]


@pytest.mark.parametrize(("chosen", "key"), [
    ({"far-from-hone": {"miles": 40}}, "far-from-hone"),
    ({"far-from-home": {"kilometres": 80}}, "far-from-home.kilometres"),
    ({"far-from-home": {"miles": 0}}, "far-from-home.miles"),
    ({"far-from-home": {"miles": True}}, "far-from-home.miles"),
])  # fmt: skip
def test_a_setting_that_can_not_be_is_named(chosen, key):
    with pytest.raises(Invalid) as refusal:
        settled(chosen)
    assert [fault.key for fault in refusal.value.errors] == [key]


def test_what_is_not_chosen_keeps_its_default():
    assert settled({"far-from-home": {"miles": 40}})["far-from-home"] == {"miles": 40, "days": 28}


@pytest.mark.parametrize("terminology", ["2002", "today"])
def test_the_page_describes_every_rule_with_its_thresholds(terminology):
    page = describe_all(terminology)
    assert all(f"`{name}`, version {indicator.version}" in page for name, indicator in catalogue().items())
    assert "{" not in page
    assert "More than 50 miles from home" in page


def test_the_page_uses_the_words_of_the_day():
    assert "YOT" in describe_all("2002")
    assert "YOT" not in describe_all("today")
