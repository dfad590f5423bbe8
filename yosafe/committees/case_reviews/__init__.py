"""Serious case reviews: whether to hold one, who takes part, what is recommended, and what changed in practice."""
