"""Copies of the whole database as encrypted files: taken, looked at by restoring them, and restored (docs/adr/0036)."""
