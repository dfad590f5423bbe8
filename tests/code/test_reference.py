"""What the reference says is what the code has: pages made from the code, settings, commands, every route of the API with all its refusals."""

import inspect
import re
from pathlib import Path

import click
import pytest
from litestar.routes import HTTPRoute

from tests.code.test_access_matrix import DESCRIBED, NAMED, make_app
from yosafe import docs, settings
from yosafe.cli import main

REFERENCE = Path(__file__).parents[2] / "docs/reference"
SCHEMA = make_app().openapi_schema.to_schema()
OPERATIONS = {
    f"{method.upper()} {path}": operation for path, operations in SCHEMA["paths"].items() for method, operation in operations.items()
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(docs.PAGES))
def test_a_page_is_as_the_code_has_it(name: str) -> None:
    assert (REFERENCE / name).read_text("utf-8") == docs.PAGES[name](), "run `make docs` and look at the difference"


def test_every_setting_that_is_read_is_there() -> None:
    read = {name.removesuffix("_FILE") for name in re.findall(r"\bYOSAFE_[A-Z_]+\b", inspect.getsource(settings))}
    assert {"YOSAFE_HOME", "YOSAFE_SECRET_KEY"} <= read
    assert read - set(re.findall(r"`(YOSAFE_[A-Z_]+)`", (REFERENCE / "settings.md").read_text())) == set()


def commands(command: click.Command, name: str) -> list[str]:
    if not isinstance(command, click.Group):
        return [name]
    context = click.Context(command)
    return [leaf for below in command.list_commands(context) for leaf in commands(command.get_command(context, below), f"{name} {below}")]


def test_every_command_is_there_and_says_what_it_does() -> None:
    text = (REFERENCE / "commands.md").read_text()
    found = commands(main, "yosafe")
    assert {"yosafe serve", "yosafe audit verify"} <= set(found)
    assert [name for name in found if f"\n## {name}\n" not in text] == []


def test_every_route_of_the_api_is_described() -> None:
    assert {key for key in NAMED if " /api/v1/" in key} - set(OPERATIONS) == set()


@pytest.mark.parametrize("key", sorted(OPERATIONS))
def test_refusals_are_described_as_they_are(key: str) -> None:
    """Every answer from 400 on is a problem, a fault (500) too; what can come of the parameters is said."""
    operation = OPERATIONS[key]
    refusals = {status: answer["$ref"] for status, answer in operation["responses"].items() if int(status) >= 400}
    assert {"401", "403", "500", "503"} <= set(refusals)
    for name in (ref.rsplit("/", 1)[1] for ref in refusals.values()):
        assert list(SCHEMA["components"]["responses"][name]["content"]) == ["application/problem+json"]
    names = {parameter.get("name") for parameter in operation.get("parameters", [])}
    assert ("{" in key or "requestBody" in operation) == ("404" in refusals)
    assert ("If-Match" in names) == ({"412", "428"} <= set(refusals))
    assert ("requestBody" in operation) <= ("422" in refusals)
    assert DESCRIBED[key] >= set(refusals)


@pytest.mark.parametrize("key", sorted(key for key in OPERATIONS if key.startswith("GET ")))
def test_a_list_says_what_follows_it(key: str) -> None:
    """No answer is a bare list: all have `items` and `next`."""
    content = OPERATIONS[key]["responses"]["200"]["content"]
    if set(content) in ({"application/octet-stream"}, {"application/pdf"}, {"text/csv"}):  # a file, and nothing else
        return
    schema = content["application/json"]["schema"]
    schema = SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    assert schema["type"] == "object"
    assert ("items" in schema["properties"]) == ("next" in schema["properties"])


def test_who_is_too_late_is_shown_the_record() -> None:
    """Each handler that takes a version shows the record as it is now where that version is no longer the last."""
    handlers = {handler for route in make_app().routes if isinstance(route, HTTPRoute) for handler in route.route_handlers}
    changes = [handler.fn for handler in handlers if "version" in handler.parsed_fn_signature.parameters]
    assert len(changes) == 56
    assert [fn.__qualname__ for fn in changes if "shown_if_stale" not in inspect.getsource(fn)] == []
    assert "ETag" in SCHEMA["components"]["responses"]["Refusal412"]["headers"]


@pytest.mark.parametrize("key", sorted(key for key in OPERATIONS if key.startswith("PATCH ")))
def test_a_change_asks_for_the_version(key: str) -> None:
    assert "428" in DESCRIBED[key]
