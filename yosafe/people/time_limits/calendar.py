"""A calendar (RFC 5545) of the time limits that someone's agency is to meet. It names nobody: a title, a day, and where to read more."""

import datetime as dt
from collections.abc import Iterable, Iterator

from yosafe import clock
from yosafe.accounts.access import user_by_id
from yosafe.accounts.secrets import token_hash
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import NotFound
from yosafe.people.clock_queries import CLOCKS, ClockFilter, ClockOut

READ = "clock:read"
MOST = 1_000  # more than an agency has running at once; the list itself has all
NOTED_EVERY = dt.timedelta(hours=12)  # a calendar program asks many times a day
NOT_THERE = "There is no calendar here. Its address may have been ended: make a new one on the page of calendars."
LONGEST_LINE = 75  # octets; RFC 5545, 3.1

_FEED = "SELECT id, user_account, last_read_at FROM calendar_feed WHERE token_hash = $1 AND revoked_at IS NULL"


async def calendar_at(token: str, *, public_url: str) -> bytes:
    """The calendar for whoever has the secret. Raises NotFound where it is none, was ended, or its owner may not see time limits any more."""
    feed = await DB.fetchrow(_FEED, token_hash(token))
    user = await user_by_id(feed["user_account"]) if feed else None
    if feed is None or user is None or not user.may(READ):
        raise NotFound(NOT_THERE)
    await _note(feed["id"], feed["last_read_at"], user)
    return written(await _running(user), public_url=public_url, at=clock.now())


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


def written(limits: Iterable[ClockOut], *, public_url: str, at: dt.datetime) -> bytes:
    """The file: an event for the whole of each day on which something is due."""
    host = public_url.split("://", 1)[-1].split("/", 1)[0]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//yosafe//time limits//EN", "METHOD:PUBLISH", "X-WR-CALNAME:Time limits"]
    for one in limits:
        lines += _event(one, host, public_url.rstrip("/"), at)
    folded = [part for line in [*lines, "END:VCALENDAR"] for part in _folded(line)]
    return "".join(f"{line}\r\n" for line in folded).encode()


def _event(one: ClockOut, host: str, public_url: str, at: dt.datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:clock-{one.id}@{host}",
        f"DTSTAMP:{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.due_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.due_on + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(f'{one.title} due')}",
        f"DESCRIPTION:{_text('Sign in to yosafe to see whom it is about.')}",
        f"URL:{public_url}/clocks/{one.id}",
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
