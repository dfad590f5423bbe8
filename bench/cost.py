"""What work costs in processor time: of one process, and of PostgreSQL with all its own."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from .ground import Ground


@dataclass
class Cost:
    """Seconds of processor time: of the process, and of PostgreSQL."""

    process: float = 0.0
    postgres: float = 0.0

    def of_each(self, calls: int) -> tuple[float, float]:
        """Milliseconds a call."""
        return self.process * 1000 / max(calls, 1), self.postgres * 1000 / max(calls, 1)


@contextlib.contextmanager
def spent(on: Ground, pid: int, *, family: bool = False) -> Iterator[Cost]:
    """What is used while this is open; known when it is closed. `family`: by the processes that it started, too, as a server's workers are."""
    process, used = psutil.Process(pid), _used_by_all if family else _used
    postmaster = psutil.Process(int((on.home / "db/data/postmaster.pid").read_text().split()[0]))
    cost = Cost()
    before = used(process), _used_by_all(postmaster)
    yield cost
    cost.process, cost.postgres = used(process) - before[0], _used_by_all(postmaster) - before[1]


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _used_by_all(parent: psutil.Process) -> float:
    """Of those that are there, and of those that have ended."""
    times = parent.cpu_times()
    used = _used(parent) + float(times.children_user + times.children_system)
    for child in parent.children():
        with contextlib.suppress(psutil.NoSuchProcess):
            used += _used(child)
    return used
