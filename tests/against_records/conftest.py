"""Whoever looks at surveys looks at them beside records too."""

from tests.surveys.conftest import browser_of, people, script_of

__all__ = ["browser_of", "people", "script_of"]
