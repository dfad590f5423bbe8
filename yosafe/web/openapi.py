"""The description of the API: what the handlers say of themselves, and what is the same for all of them: refusals, and the Idempotency-Key."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import msgspec
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import OpenAPI

from yosafe.errors import DomainError, Stale

from .errors import STATUS, TITLES, Problem

_REF = "#/components/{}/{}"
WORDS = {500: DomainError.title, **TITLES, **{status: kind.title for kind, status in reversed(STATUS.items())}}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A text of your own, such as a UUID. The same sent again with the same key is not done again: the first answer is given.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}

ETAG_NOW = {"description": "The version of the record as it is now, which is in `current`", "schema": {"type": "string"}}


class Described(OpenAPI):
    def to_schema(self) -> dict[str, Any]:
        schema = super().to_schema()
        statuses = {status for path in schema["paths"].values() for method, operation in path.items() for status in _describe(method, operation)}
        components = schema["components"]
        components["responses"] = {_name(status): _response(status) for status in sorted(statuses)}
        components["parameters"] = {"IdempotencyKey": IDEMPOTENCY_KEY}
        components["schemas"] |= msgspec.json.schema_components([Problem], ref_template=_REF.format("schemas", "{name}"))[1]
        return schema


@dataclass
class Description(OpenAPIConfig):
    def to_openapi_schema(self) -> OpenAPI:
        plain = super().to_openapi_schema()
        return Described(**{field.name: getattr(plain, field.name) for field in fields(plain)})


def _describe(method: str, operation: dict[str, Any]) -> list[int]:
    """Complete what is said of one operation; the statuses of its refusals."""
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "If-Match":
            parameter["required"] = True
        if parameter["name"] == "sort":  # a list: the same by `Accept: text/csv`
            operation["responses"]["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    found = sorted(_refusals(method, operation))
    if method != "get":
        operation.setdefault("parameters", []).append({"$ref": _REF.format("parameters", "IdempotencyKey")})
    answers = {status: answer for status, answer in operation["responses"].items() if int(status) < 400}
    operation["responses"] = answers | {str(status): {"$ref": _REF.format("responses", _name(status))} for status in found}
    return found


def _refusals(method: str, operation: dict[str, Any]) -> Iterator[int]:
    places = {parameter["in"] for parameter in operation.get("parameters", [])} | ({"body"} if "requestBody" in operation else set())
    yield from (401, 403, 500, 503)
    if places & {"path", "body"}:  # either can name what the caller can't see
        yield 404
    if "body" in places:
        yield from (400, 413, 415)
    if places or method != "get":  # an Idempotency-Key can be unfit, too
        yield 422
    if method != "get":
        yield 409
    if "header" in places:  # If-Match
        yield from (412, 428)


def _response(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": _REF.format("schemas", "Problem")}}}
    headers = {"headers": {"ETag": ETAG_NOW}} if status == STATUS[Stale] else {}
    return {"description": WORDS[status], "content": content, **headers}


def _name(status: int) -> str:
    return f"Refusal{status}"
