"""Marks and injuries of a young person in an incident, place by place."""
