"""Which jobs there are. Features say what one does, `yosafe/composition.py` registers it; a worker leaves what it does not know to one that does."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct

Payload = Mapping[str, Any]  # numbers and codes; never names, never what was written
LONGEST_WAIT = dt.timedelta(hours=1)


class Job(Struct, frozen=True, kw_only=True):
    """A kind of work. `run` is tried at most `tries` times, ever later; it may be run again where a worker was killed, so that what it did must show.

    `cron` (in UTC) makes it periodic: then it takes no payload, and is left out where it is not `wanted`. `about` is for those who run yosafe.
    """

    name: str
    about: str
    run: Callable[[Payload], Awaitable[None]]
    tries: int = 8
    first_wait: dt.timedelta = dt.timedelta(seconds=30)
    cron: str | None = None
    wanted: Callable[[], bool] = lambda: True

    def wait_after(self, failures: int) -> dt.timedelta:
        """How long to wait after so many tries that failed: twice as long each time, an hour at most."""
        doublings = max(0, min(failures - 1, 20))
        return min(self.first_wait * (1 << doublings), LONGEST_WAIT)


class GiveUp(Exception):
    """Raised by a job that need not be tried again: `str()` is a word for why, without personal data."""


_JOBS: dict[str, Job] = {}


def register_job(job: Job) -> None:
    """Called once for each kind of job, in yosafe/composition.py. Raises ValueError for a name that is taken."""
    if _JOBS.get(job.name, job) is not job:
        raise ValueError(f"there are two jobs called {job.name}")
    _JOBS[job.name] = job


def jobs() -> dict[str, Job]:
    """Every kind of job by name."""
    return dict(_JOBS)
