"""Yosafe's journey as others would write it: see README.md."""
