"""A calendar (RFC 5545) of what needs someone: time limits that their agency is to meet, and what features above add (reviews, actions). It names
nobody: a title, a day, and where to read more."""

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Iterator

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.access import user_by_id
from yosafe.accounts.secrets import token_hash
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import NotFound, TooMany
from yosafe.people.clock_queries import CLOCKS, ClockFilter, ClockOut

READ = "clock:read"
MOST = 1_000  # more than an agency has running at once; the list itself has all
NOTED_EVERY = dt.timedelta(hours=12)  # a calendar program asks many times a day
NOT_THERE = "There is no calendar here. Its address may have been ended: make a new one on the page of calendars."
LONGEST_LINE = 75  # octets; RFC 5545, 3.1

MOST_READS, WINDOW = 60, dt.timedelta(hours=1)  # of one calendar: a program that asks every minute is at fault

_FEED = "SELECT id, user_account, last_read_at FROM calendar_feed WHERE token_hash = $1 AND revoked_at IS NULL"
_COUNT = """
    UPDATE calendar_feed SET reads = CASE WHEN reads_since > $2 THEN reads + 1 ELSE 1 END,
        reads_since = CASE WHEN reads_since > $2 THEN reads_since ELSE $3 END
    WHERE id = $1 RETURNING reads, reads_since
"""


class Entry(Struct, frozen=True, kw_only=True):
    """A day in a calendar. `uid` is the same each time that it is read; `path` is where to read more, without a reference of a record of a child."""

    uid: str
    title: str
    on: dt.date
    path: str


Source = Callable[[User], Awaitable[Iterable[Entry]]]
_SOURCES: list[Source] = []


def register_calendar(source: Source) -> None:
    """Called once for each feature with days of its own, in yosafe/composition.py. A source gives what a user sees by its own access rule."""
    _SOURCES.append(source)


async def calendar_at(token: str, *, public_url: str) -> bytes:
    """The calendar for whoever has the secret: the same bytes until something in it changes, or the day. Raises NotFound where it is none, was ended,
    or its owner may not see time limits any more; TooMany where it is asked for more than once a minute all the time."""
    feed = await DB.fetchrow(_FEED, token_hash(token))
    user = await user_by_id(feed["user_account"]) if feed else None
    if feed is None or user is None or not user.may(READ):
        raise NotFound(NOT_THERE)
    await _count(feed["id"])
    await _note(feed["id"], feed["last_read_at"], user)
    entries = [*(_of_limit(one) for one in await _running(user)), *[entry for source in _SOURCES for entry in await source(user)]]
    return written(entries, public_url=public_url, at=clock.midnight(clock.today()))


async def _count(feed: int) -> None:
    now = clock.now()
    row = await DB.fetchrow(_COUNT, feed, now - WINDOW, now)
    if row is not None and row["reads"] > MOST_READS:
        wait = int((row["reads_since"] + WINDOW - now).total_seconds()) + 1
        raise TooMany("This calendar is asked for too often. Let your calendar program look once an hour.", retry_after=wait)


def _of_limit(one: ClockOut) -> Entry:
    return Entry(uid=f"clock-{one.id}", title=f"{one.title} due", on=one.due_on, path=f"/clocks/{one.id}")


async def has_feed(user: User) -> dt.datetime | None:
    """Since when the user has a calendar address that works."""
    found: dt.datetime | None = await DB.fetchval("SELECT created_at FROM calendar_feed WHERE user_account = $1 AND revoked_at IS NULL", user.id)
    return found


async def _running(user: User) -> list[ClockOut]:
    wanted = ClockFilter(state="running", mine=True)
    return [item for _, item in await CLOCKS.find(user, wanted, CLOCKS.place(user, wanted, "2002"), MOST, "2002")]


async def _note(feed: int, last: dt.datetime | None, user: User) -> None:
    now = clock.now()
    if last is None or last < now - NOTED_EVERY:
        async with write_transaction():
            await DB.execute("UPDATE calendar_feed SET last_read_at = $2 WHERE id = $1", feed, now)
            await record(EventName.CALENDAR_READ, by=user, subject=("calendar_feed", feed))


def written(entries: Iterable[Entry], *, public_url: str, at: dt.datetime) -> bytes:
    """The file: an event for the whole of each day on which something is due."""
    host = public_url.split("://", 1)[-1].split("/", 1)[0]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//yosafe//needs you//EN", "METHOD:PUBLISH", "X-WR-CALNAME:What needs you in yosafe"]
    for one in sorted(entries, key=lambda one: (one.on, one.uid)):
        lines += _event(one, host, public_url.rstrip("/"), at)
    folded = [part for line in [*lines, "END:VCALENDAR"] for part in _folded(line)]
    return "".join(f"{line}\r\n" for line in folded).encode()


def _event(one: Entry, host: str, public_url: str, at: dt.datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{one.uid}@{host}",
        f"DTSTAMP:{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.on + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(one.title)}",
        f"DESCRIPTION:{_text('An item needs you. Sign in to yosafe to see what it is about.')}",
        f"URL:{public_url}{one.path}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(words: str) -> str:
    """As a value of text is written (RFC 5545, 3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        words = words.replace(plain, escaped)
    return words


def _folded(line: str) -> Iterator[str]:
    """A long line in parts, each after the first begun with a space, and no character cut in two."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + octets
    yield part
