"""Where logs go and in which form. What may stand in them is decided where they are written: never personal data."""

import logging
import sys
from typing import Any

import structlog


def configure(form: str) -> None:
    """Logs to standard error, as JSON lines or for a console."""
    renderer: Any = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # where standard error goes then, not where it went when this was set
        cache_logger_on_first_use=False,
    )
