"""`yosafe serve` where it can't."""

import os
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from yosafe.cli import main


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_port_in_use_is_a_conflict_with_a_remedy_and_nothing_is_made(tmp_path, host):
    with socket.create_server((host, 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "yosafe", "serve", "--host", host, "--port", str(port)],
            env={**os.environ, "YOSAFE_HOME": str(tmp_path / "home")}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (6, "")
    assert f"Port {port} of {host} can't be used" in done.stderr
    assert f"`yosafe serve --port {port + 1}`" in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_host_that_is_none_is_told_the_same_way():
    result = CliRunner().invoke(main, ["serve", "--host", "nowhere.invalid"])
    assert result.exit_code == 6
    assert "Port 8000 of nowhere.invalid can't be used" in result.stderr
