"""`yosafe demo` on a machine that has nothing: served, signed in to as everyone, ended, gone."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Thread

import httpx
import pytest

pytestmark = pytest.mark.serial

ALL_IN = 240  # seconds
SIGN_IN = re.compile(r"^  (?P<name>\w+) .*?(?P<email>\w+@example\.org)$", re.MULTILINE)


class Demo:
    """A running demo and what it has printed."""

    def __init__(self, home: Path, *options: str) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("YOSAFE_")}
        environ |= {"YOSAFE_HOME": str(home), "YOSAFE_DATABASE_URL": "postgresql://nobody@nowhere.invalid/none"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "yosafe", "demo", *options], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def told(self) -> str:
        """What it says until it serves."""
        text = ""
        while "Serving on" not in text:
            line = self.lines.get(timeout=ALL_IN)
            assert line, f"ended before it served: {text}{self.process.stderr.read() if self.process.stderr else ''}"
            text += line
        return text

    def end(self, signum: int) -> int:
        """Its exit code; 60 seconds are enough to tidy up. One that has ended already is only put away."""
        self.process.send_signal(signum)  # nothing, to one that has ended
        code = self.process.wait(timeout=60)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def left(home: Path) -> Path:
    """What a demo left that was killed while it made its people: its database is still running."""
    killed = Demo(home, "--port", "0")
    while not list((home / "demo").glob("*/db/data/postmaster.pid")):
        assert killed.process.poll() is None, killed.process.stderr.read() if killed.process.stderr else ""
        time.sleep(0.05)
    killed.process.kill()
    killed.end(signal.SIGKILL)
    (folder,) = (home / "demo").iterdir()
    return folder


@pytest.fixture
def demo(home: Path, left: Path) -> Iterator[Demo]:
    assert left.exists()
    running = Demo(home, "--port", "0", "--seed", "3")
    try:
        yield running
    finally:
        running.end(signal.SIGTERM)


def cookies_of(answer: httpx.Response, kept: dict[str, str]) -> dict[str, str]:
    """A browser sends secure cookies to this machine without https; httpx does not, so they are sent by hand."""
    for header in answer.headers.get_list("set-cookie"):
        name, value = header.split(";")[0].split("=", 1)
        kept[name] = value
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}


def test_everyone_signs_in_and_gets_a_worklist(demo: Demo, home: Path, left: Path):
    """And what the demo before left is gone, which was killed."""
    told = demo.told()
    assert not left.exists()
    assert len(list((home / "demo").iterdir())) == 1
    (address,) = re.findall(r"Serving on (http://127\.0\.0\.1:\d+)", told)
    (password,) = re.findall(r"Password for all: (\S+)", told)
    people = SIGN_IN.findall(told)
    assert [name for name, _ in people] == ["Amina", "Ben", "Cleo", "Dan", "Esi", "Femi", "Grace", "Hal", "Jay"]
    with httpx.Client(base_url=address, headers={"Origin": address}, timeout=30) as browser:
        ready(browser)
        for name, email in people:
            kept: dict[str, str] = {}
            headers = cookies_of(browser.get("/sign-in"), kept)
            form = {"_csrf_token": kept["__Host-yosafe-csrf"], "email": email, "password": password}
            answer = browser.post("/sign-in", data=form, headers=headers)
            assert (answer.status_code, answer.headers["location"]) == (303, "/"), name
            worklist = browser.get("/", headers=cookies_of(answer, kept))
            assert worklist.status_code == 200
            assert name in worklist.text
            assert "Synthetic data: nobody here is real" in worklist.text
    assert demo.end(signal.SIGINT) in (0, -signal.SIGINT, 128 + signal.SIGINT)
    assert list((home / "demo").iterdir()) == []


def ready(browser: httpx.Client) -> None:
    """Until it listens: it says so a moment before it does."""
    transport = httpx.HTTPTransport(retries=8)
    with httpx.Client(transport=transport, base_url=browser.base_url, timeout=30) as patient:
        assert patient.get("/readyz").status_code == 200


def test_a_port_in_use_is_told_with_a_remedy_and_nothing_is_made(home: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "yosafe", "demo", "--port", str(port)],
            env={**os.environ, "YOSAFE_HOME": str(home)}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 6
    assert f"Port {port} of 127.0.0.1 can't be used" in done.stderr
    assert f"--port {port + 1}" in done.stderr
    assert not home.exists()
