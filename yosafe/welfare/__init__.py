"""Welfare assessments and arrival screens."""
