"""No JSON body takes a value of another type: every field of every struct that comes in, as the description of the API names it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.code.test_access_matrix import NAMED
from tests.conftest import ROOT
from yosafe.accounts.permissions import PERMISSIONS, Role

DESCRIBED = json.loads((ROOT / "docs/reference/openapi.json").read_text("utf-8"))

# By type and format: what must not be taken for one.
WRONG: dict[str, tuple[Any, ...]] = {
    "string": (7, True, ["text"]),
    "string/date": (0, 1795000000, "1795000000", "2026-10-04T00:00:00Z"),
    "string/date-time": (1795000000, "1795000000", 1.5, "2026-10-04T19:40:00", "2026-10-04"),
    "boolean": (1, 0, "true", "yes"),
    "integer": ("1", True, 1.5),
    "array": ("text", {"0": "text"}),
    "object": ("text", ["text"]),
}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that is meant: what a reference names; of several, the one that is not null."""
    if "$ref" in schema:
        return resolved(DESCRIBED["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return resolved(next(one for one in schema[several] if one.get("type") != "null"))
    return schema


def fields(schema: dict[str, Any], key: str = "") -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Dotted name, a body that holds nothing but that field (None in its place), and its schema; those within others too."""
    for name, inner in schema.get("properties", {}).items():
        of, here = resolved(inner), f"{key}.{name}".lstrip(".")
        yield here, {name: None}, of
        items = resolved(of.get("items", {}))
        for where, body, deeper in fields(of, here):
            yield where, {name: body}, deeper
        for where, body, deeper in fields(items, f"{here}.0"):
            yield where, {name: [body]}, deeper


def filled(body: Any, value: Any) -> Any:
    """The body with the value in its place."""
    match body:
        case None:
            return value
        case [inner]:
            return [filled(inner, value)]
    return {name: filled(inner, value) for name, inner in body.items()}


def kind_of(schema: dict[str, Any]) -> str:
    types = schema.get("type", "string")
    only = types if isinstance(types, str) else next(one for one in types if one != "null")
    return "/".join(part for part in (only, schema.get("format")) if part)


CASES = [
    (f"{method.upper()} {path}", key, filled(body, wrong))
    for path, operations in DESCRIBED["paths"].items()
    for method, operation in operations.items()
    if (content := operation.get("requestBody", {}).get("content", {}).get("application/json"))
    for key, body, schema in fields(resolved(content["schema"]))
    for wrong in WRONG[kind_of(schema)]
]


def test_the_description_was_read():
    keys = {(route, key) for route, key, _ in CASES}
    assert len({route for route, _ in keys}) >= 20
    assert {
        ("POST /api/v1/incidents", "happened_at"), ("POST /api/v1/incidents", "involvements.0.roles"), ("POST /api/v1/incidents", "answers"),
        ("POST /api/v1/young-people", "placement.arrived_at"), ("POST /api/v1/young-people/{ref}/contacts", "seen_alone"),
        ("PATCH /api/v1/young-people/{ref}", "first_time_in_custody"),
    } <= keys  # fmt: skip


@pytest.mark.parametrize("route", sorted({route for route, _, _ in CASES}))
async def test_a_value_of_another_type_is_refused_on_its_field(api, world, route):
    method, path = route.split(" ")
    path = re.sub(r"\{\w+\}", "1", path.replace("{ref}", "YP-000001"))
    script = await api(world.of(next(role for role in Role if NAMED[route] in PERMISSIONS[role])))
    wrong = []
    for _, key, body in (case for case in CASES if case[0] == route):
        answer = await script.request(method, path, json=body, headers={"If-Match": '"1"'})
        found = [fault["key"] for fault in answer.json().get("errors", [])]
        if answer.status_code != 422 or found not in ([key], [f"{key}.0"]):  # a list in place of a text is named as such, or its first item
            wrong.append((body, answer.status_code, found))
    assert wrong == []
