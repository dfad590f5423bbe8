"""Sessions as their owner and the administrator see them: where and when someone signed in, when they were last seen; and ending them."""

import datetime as dt
import re

from msgspec import Struct

from yosafe import clock
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import NotFound

from .access import HAPPENED, check_actor_may
from .policy import policy
from .viewer import User

# What a browser says of itself, the most telling first; what it says beside that could tell people apart and is not kept.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux"))
_LIVE = f"s.ended_at IS NULL AND s.ends_at > $2 AND s.seen_at > $3 AND s.seen_at <= $2 + {HAPPENED} AND s.awaits IS NULL"


class SessionOut(Struct, kw_only=True):
    """`here`: the one by which this was asked."""

    id: int
    browser: str | None
    address: str | None
    started_at: dt.datetime
    seen_at: dt.datetime
    ends_at: dt.datetime
    here: bool


def browser_words(agent: str) -> str | None:
    """ "Firefox on Windows"; None for what is no browser that is known."""
    browser = next((words for mark, words in _BROWSERS if mark in agent), None)
    system = next((words for mark, words in _SYSTEMS if mark in agent), None)
    return f"{browser} on {system}" if browser and system else browser


def address_words(address: str) -> str | None:
    return address if re.fullmatch(r"[0-9A-Fa-f:.]{2,45}", address) else None


async def sessions_of(user_account: int, *, here: int | None = None) -> list[SessionOut]:
    """Those that live, the one last seen first."""
    now = clock.now()
    rows = await DB.fetch(
        f"SELECT s.id, s.browser, s.address, s.started_at, s.seen_at, s.ends_at FROM session s WHERE s.user_account = $1 AND {_LIVE} "
        "ORDER BY s.seen_at DESC, s.id DESC LIMIT 100",
        *(user_account, now, now - policy().idle),
    )
    return [SessionOut(**row, here=row["id"] == here) for row in rows]


async def end_own(session: int, *, by: User) -> None:
    """End one of one's own sessions. Raises NotFound for another's, or one that has ended."""
    async with write_transaction():
        if not await _end("id = $2 AND user_account = $3", session if 0 < session < 2**63 else 0, by.id):
            raise NotFound("You have no session with this number. The list shows those that live.")
        await record(EventName.SESSION_ENDED, by=by, subject=("user", by.id), detail={"session": session})


async def end_all_of(user_account: int, *, by: Actor) -> int:
    """End every session of someone; how many there were. Raises Refused, NotFound for who is no user."""
    check_actor_may(by, "user:manage")
    async with write_transaction():
        if not await DB.fetchval("SELECT EXISTS (SELECT FROM user_account WHERE id = $1)", user_account):
            raise NotFound("There is no user with this number. The list of users shows them.")
        ended = await _end("user_account = $2", user_account)
        await record(EventName.SESSIONS_ENDED, by=by, subject=("user", user_account), detail={"sessions": len(ended)})
    return len(ended)


async def _end(condition: str, *values: object) -> list[int]:
    rows = await DB.fetch(f"UPDATE session SET ended_at = $1 WHERE ended_at IS NULL AND {condition} RETURNING id", clock.now(), *values)
    return [row["id"] for row in rows]
