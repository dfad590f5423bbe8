"""Passwords that are guessed first (NIST SP 800-63B, 5.1.1.2): those that many people use, with digits added or said twice, and rows of the keyboard.

The list is that of Django 5.2 (BSD licence, see THIRD_PARTY_NOTICES), those of six characters and more.
"""

import gzip
from functools import cache
from importlib.resources import files

ROWS = ("1234567890", "0987654321", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
SHORTEST_ROW = 6


@cache
def common_passwords() -> frozenset[str]:
    packed = files("yosafe.accounts").joinpath("data/common-passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n")) - {""}


def is_common(password: str) -> bool:
    """Whether it is one of the list, with digits and signs around it, said several times, or a row of keys over and over."""
    plain = "".join(password.casefold().split())
    once = _once(plain)
    core = once.strip("0123456789!?.,;:-_*#@$&+= ")
    return any(part in common_passwords() for part in (plain, once, core)) or len(once) <= 4 or _in_a_row(once)


def _once(text: str) -> str:
    """What is said several times, once: "lionlionlion" is "lion"."""
    return text[: (text + text).find(text, 1)] if text else text


def _in_a_row(text: str) -> bool:
    """Nothing but pieces of rows of keys, each of six or more."""
    rest = text
    while rest:
        longest = next((n for n in range(len(rest), SHORTEST_ROW - 1, -1) if any(rest[:n] in row for row in ROWS)), 0)
        if not longest:
            return len(rest) < len(text) and rest.isdigit()
        rest = rest[longest:]
    return True
