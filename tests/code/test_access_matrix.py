"""Every route as every role: in its own scope, outside it, and as nobody. See matrix/README.md."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.code.matrix.rows import Call, Row
from tests.conftest import empty
from tests.world import NOW, ORIGIN, World, build, session_of
from yosafe import clock
from yosafe.accounts.permissions import ALL_PERMISSIONS, PERMISSIONS, Role
from yosafe.db import timing
from yosafe.db.engine import DB
from yosafe.settings import read
from yosafe.web.app import create_app
from yosafe.web.auth import PUBLIC
from yosafe.web.kit import COOKIE, CSRF_COOKIE

FEATURES = sorted(path.stem for path in (Path(__file__).parent / "matrix").glob("*.py") if path.stem not in ("rows", "__init__"))
MODULES = {name: import_module(f"tests.code.matrix.{name}") for name in FEATURES}
ROWS: dict[str, Row] = {key: row for module in MODULES.values() for key, row in module.ROWS.items()}


def routes(app: Litestar) -> Iterator[tuple[str, str | None]]:
    """`"GET /children/{ref}"` and the permission that it names."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods - {"OPTIONS"}):
                    yield f"{method} {route.path_format}", handler.opt.get("permission")


def make_app(database_url: str | None = None) -> Litestar:
    home = mkdtemp(prefix="yosafe-matrix-")
    environ = {"YOSAFE_HOME": home, "YOSAFE_SECRET_KEY": "m" * 32} | ({"YOSAFE_DATABASE_URL": database_url} if database_url else {})
    return create_app(read(environ, file=Path(home) / "none.toml"))


NAMED = dict(routes(make_app()))


def test_every_route_has_a_row_and_every_row_a_route():
    assert sorted(set(NAMED) - set(ROWS)) == [], "routes without a row: add them to tests/code/matrix"
    assert sorted(set(ROWS) - set(NAMED)) == [], "rows without a route"


# Addresses with places in which nothing of another can be hidden, by how they begin.
OF_NOBODY_ELSE = {
    "/admin/users": "administrators look after every user",
    "/api/v1/users": "the same",
    "/api/v1/keys": "the same",
    "/api/v1/sessions": "one's own, tried in tests/accounts/test_codes.py",
    "/committees": "whoever may read reads every area; what another writes there is refused, not hidden: tests/committees",
    "/api/v1/committees": "the same",
    "/api/v1/reports": "names of reports, which are no secret",
    "/reports/packs": "every inspector may know of every pack",
    "/api/v1/inspection-packs": "the same",
    "/reviews/panels": "read by every reviewer; what another establishment's keeper changes there is refused: tests/reviews",
    "/api/v1/review-panels": "the same",
}


def test_every_place_in_an_address_is_tried_with_what_is_anothers() -> None:
    untried = [key for key, row in ROWS.items() if "{" in key and row.other is None and NAMED.get(key) != PUBLIC]
    begins = {key: next((begin for begin in OF_NOBODY_ELSE if key.split(" ")[1].startswith(begin)), None) for key in untried}
    assert [key for key, begin in begins.items() if begin is None] == [], "give their rows `other`"
    assert set(begins.values()) == OF_NOBODY_ELSE.keys()


def test_every_route_names_a_permission_that_some_role_has():
    assert sorted(key for key, permission in NAMED.items() if permission is None) == []
    assert set(NAMED.values()) - ALL_PERMISSIONS == {PUBLIC}


DESCRIBED = {
    f"{method.upper()} {path}": set(operation["responses"])
    for path, operations in make_app().openapi_schema.to_schema()["paths"].items()
    for method, operation in operations.items()
}


class Reach:
    """The application on a world with a record of each kind: a client for nobody, and one for each role."""

    def __init__(self, app: Litestar, world: World) -> None:
        self.app, self.world = app, world
        self.clients: dict[Role, httpx.AsyncClient] = {}
        self.nobody = self._client()
        self.csrf = ""

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), base_url=ORIGIN)

    async def as_role(self, role: Role, key: str, call: Call) -> httpx.Response:
        """What a role is answered, signed in again where its session has ended."""
        if role not in self.clients:
            self.clients[role] = self._client()
            self.clients[role].cookies.set(CSRF_COOKIE, self.csrf)
            await self._sign_in(role)
        answer = await self.send(self.clients[role], key, call)
        if signed_out(answer):
            await self._sign_in(role)
            answer = await self.send(self.clients[role], key, call)
        return answer

    async def _sign_in(self, role: Role) -> None:
        self.clients[role].cookies.set(COOKIE, await session_of(self.world.of(role)))

    async def send(self, client: httpx.AsyncClient, key: str, call: Call) -> httpx.Response:
        form = {**call.form, "_csrf_token": self.csrf} if call.form is not None else None
        answer = await client.request(key.split(" ")[0], call.path, json=call.json, data=form, headers=call.headers, files=call.files)
        if key in DESCRIBED:
            assert str(answer.status_code) in DESCRIBED[key], f"{answer.status_code} is not in the API's description"
            assert answer.status_code != 500
        return answer


@pytest.fixture(scope="module")
async def reach(database_url: str) -> AsyncIterator[Reach]:
    with clock.stopped_at(NOW):
        await DB.open(database_url)
        await empty()
        world = await build()
        for module in MODULES.values():
            if hasattr(module, "prepare"):
                await module.prepare(world)
        reach = Reach(make_app(database_url), world)
        page = await reach.nobody.get("/sign-in")
        reach.csrf = page.cookies[CSRF_COOKIE]
        yield reach
        for client in (reach.nobody, *reach.clients.values()):
            await client.aclose()


def signed_out(answer: httpx.Response) -> bool:
    return answer.status_code == 401 or (answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"))


def words_of(answer: httpx.Response) -> str:
    """What is said, without what differs from request to request."""
    return re.sub(r'"reference":"\w+"|value="\w{32,}"|[A-Z]{2}-\d{6}', "", answer.text)


@pytest.mark.parametrize("key", sorted(set(NAMED) & set(ROWS)))
async def test_route(reach: Reach, key: str) -> None:
    row, permission, world = ROWS[key], NAMED[key], reach.world
    if permission == PUBLIC:
        answer = await reach.send(reach.nobody, key, row.ask(None, world))
        assert answer.status_code != 401
        assert answer.status_code < 500 or answer.status_code == 503
        return
    nobody = await reach.send(reach.nobody, key, row.ask(None, world))
    if key.split(" ")[1].startswith("/api/"):
        assert nobody.status_code == 401
    else:
        assert (nobody.status_code, nobody.headers["location"].split("?")[0]) == (303, "/sign-in")
    for role in Role:
        answer = await reach.as_role(role, key, row.ask(role, world))
        if permission not in PERMISSIONS[role]:
            assert answer.status_code == 403, (role, answer.status_code)
            continue
        if role in row.alone:
            assert answer.status_code in (403, 404), (role, answer.status_code)
        else:
            assert answer.status_code not in (401, 403, 404), (role, answer.status_code, answer.text[-600:])
            assert answer.status_code < 500, (role, answer.status_code)
        if role not in row.sees_all and (other := row.ask_other(world)):
            await check_hidden(reach, key, row.ask(role, world).path, other, role)
            for path in in_one_place(key, row.ask(role, world).path, other.path):
                answer = await reach.as_role(role, key, replace(row.ask(role, world), path=path))
                assert answer.status_code == 404, (role, path, answer.status_code)


def in_one_place(key: str, own: str, other: str) -> Iterator[str]:
    """The reader's own address with one place of it taken from another's: what is of a record of theirs is not found by way of one of one's own."""
    pattern = re.compile(re.sub(r"\\\{\w+\\\}", "([^/?]+)", re.escape(key.split(" ")[1])) + r"(?:\?.*)?")
    mine, theirs = pattern.fullmatch(own), pattern.fullmatch(other)
    if mine is None or theirs is None:
        return
    for place in range(2, pattern.groups + 1):
        # In a case review others' entries are of the same review: they are refused, not hidden.
        if mine[place] != theirs[place] and mine[1] != theirs[1] and "/case-reviews/" not in own:
            yield own[: mine.start(place)] + theirs[place] + own[mine.end(place) :]


async def heard(reach: Reach, role: Role, key: str, call: Call) -> tuple[httpx.Response, list[str]]:
    """The answer, and the statements by which it was found."""
    statements: list[str] = []

    def listen(sql: str, _: float) -> None:
        statements.append(sql)

    timing.watch(listen)
    try:
        return await reach.as_role(role, key, call), statements
    finally:
        timing.unwatch(listen)


def first_record(path: str) -> str | None:
    found = re.search(r"[A-Z]{2}-\d+|(?<=/)\d+", path)
    return found[0] if found else None


async def check_hidden(reach: Reach, key: str, own: str, other: Call, role: Role) -> None:
    """A record that is none of the reader's business is as one that never was: the same words, found by the same statements. Those are compared where
    the record is the first that an address names: elsewhere `missing` is another question."""
    hidden, by = await heard(reach, role, key, other)
    assert hidden.status_code == 404, (role, hidden.status_code)
    missing = Call(re.sub(r"([A-Z]{2}-|/)\d+(?=/|$)", r"\g<1>999999", other.path), other.json, other.form, other.headers, other.files)
    never, by_the_same = await heard(reach, role, key, missing)
    assert never.status_code == 404, (role, never.status_code)
    assert words_of(hidden) == words_of(never), role
    if first_record(other.path) != first_record(own):
        assert by == by_the_same, role
