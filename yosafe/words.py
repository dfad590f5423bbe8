"""How values read on a page: days, instants, plurals, possessives."""

import datetime as dt

from yosafe.clock import LONDON


def day(value: dt.date | dt.datetime) -> str:
    """A day in London, for example "25 September 2026"."""
    return f"{_london_day(value):%-d %B %Y}"


def short_day(value: dt.date | dt.datetime) -> str:
    """A day in London, for example "25 Sep 2026"."""
    return f"{_london_day(value):%-d %b %Y}"


def instant(value: dt.datetime) -> str:
    """A moment in London, for example "25 September 2026 at 10:05am". Raises ValueError for one without an offset."""
    return f"{day(value)} at {time_of_day(value)}"


def time_of_day(value: dt.datetime | dt.time) -> str:
    """The time, for example "10:05am", "midday", "midnight"; of an instant, the time in London."""
    time = _aware(value).astimezone(LONDON).time() if isinstance(value, dt.datetime) else value
    if (time.hour, time.minute) in ((0, 0), (12, 0)):
        return "midday" if time.hour else "midnight"
    return f"{time.hour % 12 or 12}:{time:%M}{'am' if time.hour < 12 else 'pm'}"


def machine(value: dt.date | dt.datetime) -> str:
    """The value for a `datetime` attribute or for sorting: ISO 8601."""
    return _aware(value).isoformat(timespec="minutes") if isinstance(value, dt.datetime) else value.isoformat()


def plural(number: int, one: str, many: str | None = None) -> str:
    """The number with its noun: "1 child", "2 children", "1,200 incidents"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def of_how_many(number: int, whole: int, one: str, many: str, *, most: int) -> str:
    """What a page of a list holds: "5 incidents"; "50 of 312 incidents"; "50 of more than 1,000 incidents" where they were not counted
    beyond `most`."""
    if whole <= number:
        return plural(number, one, many)
    return f"{number:,} of more than {most:,} {many}" if whole > most else f"{number:,} of {whole:,} {many}"


def how_many(number: int, one: str, many: str | None = None, *, which: str = "newest", more: object = None, later: object = None) -> str:
    """What a page of a list holds, in words: "5 incidents"; of a longer list "The 50 newest incidents. There are more.", or "The first 50 children."
    where `which` is "first". `more`: whether there is a page after it; `later`: whether it is not the first page."""
    if not more and not later:
        return plural(number, one, many)
    noun = one if number == 1 else many or one + "s"
    if later:
        return f"The next {number:,} {noun}. There are more." if more else f"The last {number:,} {noun}."
    return f"The first {number:,} {noun}. There are more." if which == "first" else f"The {number:,} {which} {noun}. There are more."


def possessive(name: str) -> str:
    """Whose: "Jordan's", "Ellis's"."""
    return f"{name}'s"


def _london_day(value: dt.date | dt.datetime) -> dt.date:
    return _aware(value).astimezone(LONDON).date() if isinstance(value, dt.datetime) else value


def _aware(value: dt.datetime) -> dt.datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs an offset from UTC")
    return value
