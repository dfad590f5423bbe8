"""The data files that ship inside this package."""

import csv
import io
import re
import tomllib
import unicodedata
from importlib.resources import files
from typing import Any


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))


def rows(name: str) -> list[dict[str, str]]:
    """A CSV file's rows, with blank cells left out so that a struct's own defaults stand."""
    return [{key: value for key, value in row.items() if value} for row in csv.DictReader(io.StringIO(_text(name)))]


def folded(name: str) -> str:
    """A name as it is compared: no case, accents or punctuation, `&` read as "and"."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("&", " and ").replace("'", "").replace("’", ""))
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))


def _text(name: str) -> str:
    return (files("yosafe.reference") / "data" / name).read_text("utf-8")
