"""How what was written in surveys reads on pages."""

from .rules import State

STATE_WORDS: dict[State, str] = {"unread": "Unread", "read": "Read", "marked": "May hold a disclosure", "answered": "Answered"}
STATE_COLOURS: dict[State, str] = {"unread": "blue", "read": "grey", "marked": "red", "answered": "green"}
STATES = {"unread": "Unread", "read": "Read", "marked": "May hold a disclosure, waiting", "answered": "Answered", "all": "All"}
