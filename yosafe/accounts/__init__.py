"""Agencies, the people who work for them, what each role may do, and how they sign in."""
