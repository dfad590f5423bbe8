"""Notices: who is told that something needs them. What a notice may show is asked when it is read."""
