from pathlib import Path

import pytest

from yosafe.forms.load import load

WOUND = Path(__file__).parent / "sets" / "wound-1.toml"


@pytest.fixture(scope="session")
def wound():
    return load(WOUND)
