"""Requests made from the description of the API by schemathesis, fit and unfit, and what every answer must be."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import HypothesisException
from hypothesis.errors import HypothesisWarning as Warned

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.failures import Failure, FailureGroup
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        negative_data_rejection,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

# Left out: ignored_auth and the like, which send by themselves (the access matrix tries every route as nobody), and positive_data_acceptance: what
# fits the description can still be a day that has not come.
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance,
    negative_data_rejection,
]  # fmt: skip
PLACES = {"ref": "YP-000001"}  # of a record that there is; every second request goes there


@dataclass
class Tried:
    """How many requests there were, by status, and what was wrong."""

    statuses: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return sum(self.statuses.values())


def operations(description: dict[str, Any], wanted: Iterable[str] | None = None) -> list[tuple[str, Any]]:
    """`"POST /api/v1/incidents"` and the operation."""
    chosen = None if wanted is None else set(wanted)
    schema = schemathesis.openapi.from_dict({**description, "security": []})  # who asks is the sender's to say
    found = [(f"{one.method.upper()} {one.path}", one) for one in (result.ok() for result in schema.get_all_operations())]
    return [(key, one) for key, one in found if chosen is None or key in chosen]


def cases(operation: Any, number: int, mode: Any) -> list[Any]:
    """So many requests, the same each time; none where there is nothing that could be unfit."""
    found: list[Any] = []

    @settings(max_examples=number, derandomize=True, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:
        found.append(case)

    try:
        collect()
    except (HypothesisException, BaseExceptionGroup):  # nothing unfit can be made of it
        return found
    return found


def requests_of(operation: Any, number: int) -> list[Any]:
    """So many fit and so many unfit requests of one operation; every second one to a record that there is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Warned)
        made = [case for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) for case in cases(operation, number, mode)]
    for case in made[1::2]:
        if case.path_parameters and set(case.path_parameters) <= {*PLACES}:
            case.path_parameters = {**PLACES}
    return made


async def attack(sender: httpx.AsyncClient, key: str, made: Iterable[Any], tried: Tried) -> None:
    """Send requests of one operation, and note what is wrong with the answers."""
    for case in made:
        sent = case.as_transport_kwargs(base_url=str(sender.base_url).rstrip("/"))
        request = _request(sender, sent)
        await request.aread()  # files are a stream, and who looks at the answer asks for what was sent
        answer = await sender.send(request)
        tried.statuses[answer.status_code] = tried.statuses.get(answer.status_code, 0) + 1
        try:
            # Where nothing but a query is unfit, it may be so by what can't be sent, such as an empty list.
            case.validate_response(answer, checks=CHECKS if case.method.upper() != "GET" else CHECKS[:-1])
        except (Failure, FailureGroup) as failure:
            tried.wrong.append(f"{key}: {answer.status_code} {str(failure)[:600]}")


def _request(sender: httpx.AsyncClient, sent: dict[str, Any]) -> httpx.Request:
    headers = {name: value.encode("utf-8", "replace") if isinstance(value, str) else value for name, value in (sent.get("headers") or {}).items()}
    headers.pop("Authorization", None)  # ours is the client's
    content = sent.get("data")
    body = {"content": content} if isinstance(content, str | bytes) else {"data": content}
    more = {name: sent[name] for name in ("params", "json", "files") if sent.get(name) is not None}
    if "files" in more:
        parts = more["files"].items() if isinstance(more["files"], dict) else more["files"]
        more["files"] = [(name, _part(part)) for name, part in parts]
    return sender.build_request(sent["method"], sent["url"], headers=headers, **(body if content is not None else {}), **more)


def _part(made: Any) -> Any:
    """A part of a form: what is made may be a number, which a form has as its text."""
    if isinstance(made, tuple | list):
        return (made[0], _part(made[1]), *made[2:])
    return made if isinstance(made, str | bytes) or hasattr(made, "read") else str(made)
