"""A real browser on a real server. These run apart from the other tests: the browser's driver and the tests' event loop share no process."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.browser.faults import WIDTHS, faults_of
from tests.browser.site import PASSWORD
from tests.conftest import memory_backed

CHROMIUM = os.environ.get("YOSAFE_CHROMIUM") or next(
    (found for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.fail(
            "No Chromium found: run `apt-get install -y chromium fonts-liberation` or set YOSAFE_CHROMIUM. To leave these out: -m 'not browser'",
            pytrace=False,
        )
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@contextmanager
def running(module: str) -> Iterator[tuple[str, Path]]:
    """A yosafe of this run's own, furnished and served by a module in a process of its own: its address and its home."""
    home = Path(tempfile.mkdtemp(prefix="yosafe-site-", dir=memory_backed()))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (home / "log").open("wb")
    server = subprocess.Popen([sys.executable, "-m", module, str(home), str(port)], stdout=log, stderr=log, cwd=Path(__file__).parents[2])
    try:
        _wait(server, port, home / "log")
        yield f"http://127.0.0.1:{port}", home
    finally:
        server.terminate()
        server.wait(30)
        log.close()
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """The address of the site that most tests walk through."""
    with running("tests.browser.site") as (address, _):
        yield address


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(1200):
        if server.poll() is not None:
            pytest.fail(f"the server did not start:\n{log.read_text()[-3000:]}", pytrace=False)
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    pytest.fail("the server did not answer within two minutes", pytrace=False)


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(10_000)
    return context


def watch(page: Page, seen: list[str]) -> Page:
    """Note every console error, CSP violation, script error and request that leaves this machine."""

    def note(message: ConsoleMessage) -> None:
        # A refused form is meant to answer 4xx; the browser logs that as an error of its own.
        if message.type == "error" and not any(f"status of {code}" in message.text for code in (403, 404, 412, 422)):
            seen.append(f"{page.url}: {message.text}")

    def leave(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1", "data:", "blob:")):
            seen.append(f"{page.url}: asked {request.url}")

    page.on("console", note)
    page.on("pageerror", lambda error: seen.append(f"{page.url}: {error}"))
    page.on("request", leave)
    return page


def sign_in(page: Page, name: str) -> Page:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(f"{name}@example.org")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    return page


As = Callable[..., Page]


@pytest.fixture
def signed_in(browser: Any, base_url: str) -> Iterator[As]:
    """`signed_in("dan")`: a page of a window of its own in which Dan is signed in. Whatever goes wrong in the console fails the test."""
    seen: list[str] = []
    contexts: list[BrowserContext] = []

    def make(name: str | None, **options: Any) -> Page:
        context = browser.new_context(base_url=base_url, **{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = watch(context.new_page(), seen)
        return sign_in(page, name) if name else page

    yield make
    for context in contexts:
        context.close()
    assert not seen, "\n".join(seen)


@pytest.fixture(scope="session")
def office(browser: Any, base_url: str) -> Iterator[As]:
    """`office("dan")`: a page in which Dan stays signed in from test to test, for what others did before."""
    contexts: dict[str, BrowserContext] = {}

    def page_of(name: str) -> Page:
        if name not in contexts:
            contexts[name] = browser.new_context(base_url=base_url)
            sign_in(contexts[name].new_page(), name)
        return contexts[name].pages[0]

    yield page_of
    for context in contexts.values():
        context.close()


def check_pages(page: Page, paths: list[str], *, status: int = 200) -> None:
    """Every page answers and is without a fault at three widths."""
    faults = []
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status, path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{width} px: {fault}" for fault in faults_of(page)]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not faults, "\n".join(faults)
