"""The worker of the tests of jobs does what notices ask for."""

from tests.jobs.conftest import do_all

__all__ = ["do_all"]
