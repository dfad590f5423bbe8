"""The reference of the page kit names every macro as it is, and what takes the place of one."""

import inspect
import re
from pathlib import Path

import pytest
from jinja2 import nodes

from yosafe.web.templating import PACKAGE

KIT = sorted((PACKAGE / "web/templates/kit").glob("*.html"))
REFERENCE = (Path(__file__).parents[2] / "docs/reference/page-kit.md").read_text("utf-8")


def signatures(jinja, path):
    """Of macros, and of functions that a template gives out under the name of one."""
    parsed = jinja.parse(path.read_text("utf-8"))
    for given_out in parsed.body:
        if isinstance(given_out, nodes.Assign) and isinstance(given_out.node, nodes.Name) and given_out.node.name in jinja.globals:
            parameters = inspect.signature(jinja.globals[given_out.node.name]).parameters.values()
            shown = [one.name if one.default is inspect.Parameter.empty else f"{one.name}={one.default!r}" for one in parameters]
            yield f"{given_out.target.name}({', '.join(shown)})"
    for macro in parsed.find_all(nodes.Macro):
        given = [default.as_const() for default in macro.defaults]
        names = [arg.name for arg in macro.args]
        plain = names[: len(names) - len(given)]
        kept = [f"{name}={value!r}" for name, value in zip(names[len(plain) :], given, strict=True)]
        if not macro.name.startswith("_"):
            yield f"{macro.name}({', '.join(plain + kept)})"


@pytest.mark.parametrize("path", KIT, ids=lambda path: path.stem)
def test_the_reference_has_every_macro(jinja, path):
    section = "| |" + REFERENCE.split(f"| `kit/{path.name}` |")[1].split("| `kit/")[0]
    documented = re.findall(r"^\| \| `(\w+\([^`]*\))` \|", section, re.MULTILINE)
    assert sorted(documented) == sorted(signatures(jinja, path))


def test_the_reference_has_every_filter_and_function(jinja):
    from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_NAMESPACE

    ours = {*jinja.filters, *jinja.globals} - {*DEFAULT_FILTERS, *DEFAULT_NAMESPACE, "trusted"}
    assert {name for name in ours if not re.search(rf"\b{name}\b", REFERENCE.split("## Macros")[0])} == set()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(ys-[a-z-]+)`", REFERENCE))))
def test_the_classes_are_in_the_stylesheet(name):
    assert f".{name}" in (PACKAGE / "web/static/css/yosafe.css").read_text("utf-8")


def test_the_macros_use_only_classes_that_have_a_style():
    """A class that a new release renamed would otherwise go unnoticed. Those below are hooks without a style."""
    unstyled = {"moj-timeline__header", "govuk-js-password-input-toggle"}
    css = (PACKAGE / "web/static/css/yosafe.css").read_text("utf-8")
    used = {name for path in KIT for name in re.findall(r"\b(?:govuk|moj|ys)-[\w-]*[\w-]", without_what_is_worked_out(path.read_text("utf-8")))}
    assert {name for name in used - unstyled if not re.search(rf"\.{re.escape(name)}(?![\w-])", css)} == set()


def without_what_is_worked_out(template):
    """The classes in `class="..."`, without those that end in an expression, for example `govuk-tag--{{ colour }}`."""
    return " ".join(
        re.sub(r"[\w-]+\{\{.*?\}\}[\w-]*|\{[{%].*?[%}]\}", " ", value) for value in re.findall(r'class="((?:\{\{.*?\}\}|[^"])*)"', template)
    )
