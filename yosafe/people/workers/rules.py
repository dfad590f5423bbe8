"""What naming a worker means. Pure: days and names in, answers out."""

import datetime as dt

from yosafe.errors import Conflict, FieldError

# Who answers for a child in care: 8.5 and 7.23. A care leaver has a personal adviser, or still a social worker.
ANSWERS_FOR = {"looked_after": ("social_worker",), "care_leaver": ("social_worker", "personal_adviser")}


def name_faults(name: str | None, *, telephone: str | None, email: str | None) -> list[FieldError]:
    """Where nobody is named there is nobody to be reached."""
    if name is None and (telephone or email):
        return [FieldError("name", "Enter the name of whoever is reached there, or leave out how they are reached")]
    return []


def check_follows(since: dt.date, *, last_since: dt.date | None) -> None:
    """Raise Conflict for a worker who would begin before the one they follow in that role."""
    if last_since is not None and since < last_since:
        raise Conflict(f"Who is on record in this part began on {last_since:%-d %B %Y}. The next can't begin before that: check the date.")


def check_current(until: dt.date | None) -> None:
    """Raise Conflict for a part that has ended."""
    if until is not None:
        raise Conflict(f"This ended on {until:%-d %B %Y}. It stays as it was: record who works with them now.")
