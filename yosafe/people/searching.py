"""What someone types to find a young person, taken apart. Pure."""

import datetime as dt
import re

from msgspec import Struct

from yosafe import text
from yosafe.db.sql import Sql, either, every
from yosafe.errors import FieldError, Invalid
from yosafe.forms.dates import NotADate, date_in
from yosafe.refs import number

LONGEST = 100
MOST_WORDS = 6
_REFERENCE = re.compile(r"YP-?\d{1,12}", re.IGNORECASE | re.ASCII)
_LAST = "\U0010ffff"  # sorts after every character


class Search(Struct, frozen=True, kw_only=True):
    """`kind` is what the audit trail says of it; the words themselves are never kept."""

    kind: str
    condition: Sql


def search_of(typed: str) -> Search | None:
    """A reference, a date of birth, or the beginnings of names in any order; None for nothing. Raises Invalid for what can't be searched for."""
    wanted = _clean(typed)
    if not wanted:
        return None
    if _REFERENCE.fullmatch(wanted):
        return Search(kind="reference", condition=Sql("yp.id = young_person_now({})", number("YP", "YP-" + wanted[2:].lstrip("-"))))
    if (born := _date(wanted)) is not None:
        return Search(kind="date of birth", condition=Sql("yp.date_of_birth = {}", born))
    return Search(kind="name", condition=_names(wanted))


def _clean(typed: str) -> str:
    try:
        wanted = " ".join(text.without_marks(text.clean(typed)).split())
    except ValueError as fault:
        raise Invalid([FieldError("q", f"What you search for {fault}")]) from None
    if len(wanted) > LONGEST:
        raise Invalid([FieldError("q", f"Search for {LONGEST} characters or fewer: the beginning of a name is enough")])
    return "" if text.is_blank(wanted) else wanted


def _date(wanted: str) -> dt.date | None:
    try:
        return date_in(wanted)
    except NotADate:
        return None


def _names(wanted: str) -> Sql:
    """ "mort", "kai mort", "mort, kai", "van der berg"."""
    before, comma, after = wanted.partition(",")
    if comma:
        return every([_starts("yp.family_name", before.strip()), _starts("yp.given_names", after.strip())])
    words = wanted.split(" ", MOST_WORDS - 1)
    ways = [_starts("yp.family_name", wanted), _starts("yp.given_names", wanted), _starts("yp.known_as", wanted)]
    for cut in range(1, len(words)):
        one, other = " ".join(words[:cut]), " ".join(words[cut:])
        ways += [every([_starts("yp.family_name", a), _starts("yp.given_names", b)]) for a, b in ((one, other), (other, one))]
    return either(ways)


def _starts(column: str, beginning: str) -> Sql:
    """Begins with, whatever the case. Written as a range, which the index serves for bound values too; LIKE would not."""
    return Sql(f"(lower({column}) ~>=~ lower({{}}) AND lower({column}) ~<~ (lower({{}}) || {{}}))", beginning, beginning, _LAST)
