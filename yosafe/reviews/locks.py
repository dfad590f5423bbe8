"""Locks that several parts of reviews take. The number is the name."""

REFRESH_LOCK = 20021015  # who works out flags, or changes them for everyone at once
