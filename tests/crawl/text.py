"""What is typed into every text, and how it comes in."""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

# Breaks out of an attribute in either kind of quotes, and of an element.
EVIL = "'\"><img src=x onerror=alert(1)>"
ESCAPED = "&#39;&#34;&gt;&lt;"
HEART = "img src=x onerror=alert(1)"


def given(struct: type[T], /, **values: Any) -> T:
    """A struct of what comes in, checked as the API checks it."""
    return msgspec.convert(values, struct)
