"""yosafe: a safeguarding monitor for young people in custody in England and Wales."""

__version__ = "0.1.0"
