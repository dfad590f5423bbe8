"""The reference pages are what the code has."""

from pathlib import Path

import pytest

from yosafe.incidents import described
from yosafe.incidents.kinds import RULES
from yosafe.incidents.transitions import TABLE

FOLDER = Path(__file__).parents[2] / "docs/reference"


@pytest.mark.parametrize("name", described.PAGES)
def test_the_page_is_as_the_code_has_it(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == described.PAGES[name](), "run `make docs` and look at the difference"


def test_every_step_is_drawn_and_in_the_table() -> None:
    page = described.statuses()
    for step in TABLE:
        assert f"`{step.act.value}`" in page
        if step.status != step.next:
            assert f"    {step.status.value} --> {step.next.value}: {step.act.value}\n" in page
    assert page.count(" --> ") == 1 + sum(step.status != step.next for step in TABLE)


def test_every_kind_is_there_with_its_questions() -> None:
    page = described.questions()
    for kind in RULES:
        assert f"(`{kind}`)" in page
    assert "(if `methods` is `ligature`)" in page
