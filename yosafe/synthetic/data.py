"""The data files of this package."""

import tomllib
from importlib.resources import files
from typing import Any


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((files("yosafe.synthetic") / "data" / name).read_text("utf-8"))
