"""Flags raised by rule: declared in `indicators.toml`, decided by small functions, paired in `registry`."""

from .catalogue import Indicator, Setting, catalogue, settled
from .describe import describe_all
from .evaluate import answers, evaluate, unknown
from .outcome import Because, Level, Raised, Unknown

__all__ = ["Because", "Indicator", "Level", "Raised", "Setting", "Unknown", "answers", "catalogue", "describe_all", "evaluate", "settled", "unknown"]
