"""The built files are those that the sources build, and ask nothing of anyone else's site."""

import hashlib
import re
from pathlib import Path

import pytest

from yosafe.web.assets import BUILT, STATIC, asset

SOURCES = Path(__file__).parents[2] / "assets"
REMEDY = "run `make assets` and commit what it builds"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_built_file_is_as_it_was_built():
    on_disk = {str(path.relative_to(STATIC)): sha256(path) for path in STATIC.rglob("*") if path.is_file() and path.name != "assets.lock.json"}
    assert on_disk == BUILT.files, REMEDY


def test_the_build_is_of_these_sources():
    assert {path: sha256(SOURCES / path) for path in BUILT.sources} == BUILT.sources, REMEDY
    assert {f"scss/{path.name}" for path in (SOURCES / "scss").iterdir()} <= BUILT.sources.keys(), REMEDY


def test_packages_are_pinned_and_name_no_registry():
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in BUILT.npm.values())
    assert '"resolved"' not in (SOURCES / "package-lock.json").read_text("utf-8")


def test_the_stylesheet_reaches_only_files_that_are_there():
    css = (STATIC / "css/yosafe.css").read_text("utf-8")
    urls = {url.strip("\"'") for url in re.findall(r"url\(([^)]*)\)", css)}
    assert urls
    assert all((STATIC / "css" / url).is_file() for url in urls), urls


@pytest.mark.parametrize("mark", ["GDS Transport", "crown", "crest", "@import", "sourceMappingURL"])
def test_the_stylesheet_is_ours(mark):
    assert mark not in (STATIC / "css/yosafe.css").read_text("utf-8")


def test_an_address_changes_with_the_content():
    assert asset("css/yosafe.css") == f"/static/css/yosafe.css?v={BUILT.files['css/yosafe.css'][:8]}"
    with pytest.raises(LookupError, match="not among the built assets"):
        asset("css/other.css")
