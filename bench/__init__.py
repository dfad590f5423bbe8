"""Benchmarks: they print figures beside the raw limit of the same run, and are never part of the tests."""
