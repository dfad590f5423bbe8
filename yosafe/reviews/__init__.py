"""Flags, and the joint reviews that decide."""
