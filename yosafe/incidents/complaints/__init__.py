"""Complaints: what waits, the answer, whether the young person is content with it, and the harm that a complaint tells of."""
