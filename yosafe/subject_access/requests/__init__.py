"""Requests for what is kept about a young person: who asked and who they are, the month that the law gives, what is held back and who decided it, and
the two files."""
