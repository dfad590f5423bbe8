"""The examples of the reference page work as they stand there."""

import ast
import datetime as dt
import re
from pathlib import Path

import msgspec
import pytest

from yosafe.forms import drafts, flow, load, read, show
from yosafe.forms.flow import Flow, Step, steps_asked, steps_from
from yosafe.forms.load import QuestionSets
from yosafe.forms.questions import Kind, Question

TODAY = dt.date(2026, 9, 27)
PAGE = (Path(__file__).parents[2] / "docs/reference/forms.md").read_text("utf-8")
TOML, *PYTHON = re.findall(r"```(?:toml|python)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def fight(tmp_path_factory):
    file = tmp_path_factory.mktemp("sets") / "fight-1.toml"
    file.write_text(TOML, "utf-8")
    return load.load(file)


def test_the_question_set(fight):
    answers = {"happened_on": "2026-09-27", "place": "cell", "hurt": ["head"], "unconscious": "yes", "yot_told": "10:05"}
    assert read.check(fight, answers, today=TODAY).checked() == answers
    assert [error.key for error in read.check(fight, {}, today=TODAY).errors] == ["happened_on", "place", "hurt"]


def test_the_flow(fight):
    names = {"Flow": Flow, "Step": Step, "Question": Question, "Kind": Kind, "steps_from": steps_from, "SETS": QuestionSets((fight,))}
    exec(next(code for code in PYTHON if code.startswith("FLOW")), names)
    assert [step.name for step in steps_asked(names["FLOW"], {"hurt": ["hand"]})] == ["people", "where-and-when", "injuries", "follow-up", "safe"]


def test_the_small_form():
    code = next(code for code in PYTHON if code.startswith("QUESTIONS"))
    names = {"Question": Question, "Kind": Kind}
    exec(code.partition("\n\n")[0], names)
    posted = {"reason": ["They fought twice"], "from_day": ["27 Sept 2026"]}
    assert read.read(names["QUESTIONS"], posted, today=TODAY).checked() == {"reason": "They fought twice", "from_day": "2026-09-27"}


def test_what_it_calls_is_there():
    there = {name for module in (drafts, flow, load, read, show) for name in vars(module)}
    tables = [line for line in PAGE.splitlines() if line.startswith("| `")]
    called = {name for line in tables for name in re.findall(r"`(\w+)\(", line)}
    called |= {node.func.id for code in PYTHON for node in ast.walk(_parsed(code)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called - there <= {"Question", "files", "bool", "page", "see_other", "posted", "record_fight", "checked"}


def test_every_setting_and_kind_is_on_the_page():
    settings = {field.encode_name for field in msgspec.structs.fields(Question)}
    assert [name for name in sorted(settings | set(Kind)) if f"`{name}`" not in PAGE] == []


def _parsed(code):
    """The tree of a snippet that may return or await, as the body of a function does."""
    return ast.parse("async def snippet():\n" + "".join(f"    {line}\n" for line in code.splitlines()))
