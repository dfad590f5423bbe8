"""Flags raised by rule: declared in `indicators.toml`, decided by small functions, paired in `registry`."""

from .catalogue import OF_ANY_AGE, Indicator, Setting, catalogue, days_looked_back, settled
from .describe import describe_all
from .evaluate import WorkedOut, answers, evaluate, unknown, work_out
from .outcome import Because, Level, Raised, Unknown

__all__ = [
    "OF_ANY_AGE",
    "Because",
    "Indicator",
    "Level",
    "Raised",
    "Setting",
    "Unknown",
    "WorkedOut",
    "answers",
    "catalogue",
    "days_looked_back",
    "describe_all",
    "evaluate",
    "settled",
    "unknown",
    "work_out",
]
