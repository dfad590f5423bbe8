"""What the documents name is there: tests, scripts, and commands that are understood."""

import re

import pytest

from tests.conftest import ROOT

PROMISES = (ROOT / "docs/explanation/promises.md").read_text("utf-8")
NAMING = ("docs/explanation/promises.md", "docs/explanation/threat-model.md", "tests/attack/README.md", "SECURITY.md", "DATA-PROTECTION.md")
TARGETS = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
BENCH = (ROOT / "bench/__main__.py").read_text("utf-8")


def rows():
    lines = [line.strip().strip("|").split(" | ") for line in PROMISES.splitlines() if line.startswith("| ") and "---" not in line]
    return [[cell.strip() for cell in line] for line in lines if line[0].strip() != "promise"]


@pytest.mark.parametrize("name", NAMING)
def test_every_file_that_is_named_is_there(name):
    named = re.findall(r"`((?:tests|scripts|docs)/[^`*]+)`", (ROOT / name).read_text("utf-8"))
    named += [(ROOT / name).parent / link for link in re.findall(r"\]\(([^):#]+)\)", (ROOT / name).read_text("utf-8"))]
    assert named
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_every_promise_has_a_test_a_figure_and_a_command_that_is_understood():
    assert len(rows()) > 20
    for promise, tests, figure, command in rows():
        assert promise
        assert figure
        assert re.search(r"`(tests|scripts)/", tests), promise
        target, arguments = re.fullmatch(r'`make (\w+)(?: ARGS="?([^"`]+)"?)?`', command).groups()
        assert target in TARGETS, command
        if target == "bench" and arguments:
            assert re.search(rf"\b{arguments.split()[0]}\b", BENCH), command
        if target == "test" and not arguments.startswith("-"):
            assert all((ROOT / path).exists() for path in arguments.split()), command
