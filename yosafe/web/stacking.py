"""Tables that a narrow screen shows row by row: each cell carries the words of its heading, and its role, which browsers drop with the layout."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

Head = str | Mapping[str, Any]

# Text from people is escaped, so that what looks like a tag is one of ours. The last part says whether the cell is empty.
_TAG = re.compile(r"<(tr|td|th)\b([^>]*)>(?=(\s*</)?)")
_SPAN = re.compile(r'\bcolspan="(\d+)"')
_ROLES = {"tr": "row", "td": "cell", "th": "rowheader"}


def labelled(rows: Markup, heads: Sequence[Head]) -> Markup:
    """The rows of a table with a `role` on each row and cell, and on each cell the heading of its column as `data-label`: not under a hidden
    heading; a cell with nothing in it has `data-empty` instead. Raises ValueError for a row with more cells than there are headings."""
    column = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal column
        name, attributes, empty = found.groups()
        if name == "tr":
            column = 0
            return f'<tr{attributes} role="row">'
        if column >= len(heads):
            raise ValueError(f"a row of the table {_text(heads[0])!r} has more cells than its {len(heads)} headings")
        said = "" if _hidden(heads[column]) else f' data-label="{escape(_text(heads[column]))}"'
        column += int(span[1]) if (span := _SPAN.search(attributes)) else 1
        return f'<{name}{attributes} role="{_ROLES[name]}"{" data-empty" if empty else said}>'

    return Markup(_TAG.sub(mark, rows))  # noqa: S704  # markup that templates made, with nothing added but escaped headings


def _text(head: Head) -> str:
    return head if isinstance(head, str) else str(head["text"])


def _hidden(head: Head) -> bool:
    return not isinstance(head, str) and bool(head.get("hidden"))
