"""Someone's notices, by what is theirs to know now."""

import datetime as dt
from typing import Any, Literal

from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.paging import Page, check_limit, cut, key_of, older
from yosafe.db.sql import Sql, every
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

from .about import Place, places_of
from .access import visible
from .events import REASONS, TOLD, Event
from .schemas import Mail, NoticeOut

StateAsked = Literal["open", "new", "done", "all"]
MOST_COUNTED = 100
LIST = "notices"

_STATES: dict[StateAsked, Sql] = {
    "open": Sql("n.done_at IS NULL"),
    "new": Sql("n.read_at IS NULL"),
    "done": Sql("n.done_at IS NOT NULL"),
    "all": Sql("true"),
}


async def count_new(viewer: User) -> int:
    """How many the viewer has not read, of those that still show; 100 at most. On every page: an index holds what is unread."""
    query = Sql("SELECT count(*) FROM (SELECT FROM notice n WHERE n.read_at IS NULL AND {} LIMIT {}) c", visible(viewer), MOST_COUNTED)
    return int(await DB.fetchval(*query.parts()))


async def notices(
    viewer: User, *, state: StateAsked = "open", after: str | None = None, limit: int = 50, terminology: Terminology = "2002"
) -> Page[NoticeOut]:
    """The viewer's notices, newest first; where one's reference is that of a young person, that it was shown is recorded."""
    conditions = every([visible(viewer), _STATES[state], older(key_of(after), ("n.at", "n.id"))])
    rows = await DB.fetch(
        *Sql("SELECT n.* FROM notice n WHERE {} ORDER BY n.at DESC, n.id DESC LIMIT {}", conditions, check_limit(limit) + 1).parts()
    )
    places = await places_of([(row["subject_kind"], row["subject"]) for row in rows[:limit]], terminology)
    if named := [place.young_person for place in places.values() if place.young_person is not None]:
        await record_list(LIST, named, by=viewer)
    return cut([*rows], limit, key=lambda row: (row["at"], row["id"]), item=lambda row: _out(row, places, terminology))


def _out(row: Any, places: dict[tuple[str, int], Place], terminology: Terminology) -> NoticeOut:
    event, place = Event(row["event"]), places[row["subject_kind"], row["subject"]]
    return NoticeOut(
        id=row["id"], event=event, words=in_terms(TOLD[event].words, terminology),
        reason=row["reason"], reason_words=REASONS.get(row["reason"] or ""),
        urgent=row["urgent"], at=row["at"], subject=place.text, link=place.href, read=row["read_at"] is not None, done=row["done_at"] is not None,
    )  # fmt: skip


async def mail_choice(user: User) -> Mail:
    """How a user wants to hear besides; daily where they have not chosen."""
    return Mail(await DB.fetchval("SELECT mail FROM notice_choice WHERE user_account = $1", user.id) or Mail.DAILY.value)


async def unmailed(user: User, *, since: dt.datetime) -> list[int]:
    """Numbers of the notices since a moment that a user has neither read nor been sent a mail about, of those that show to them."""
    wanted = [visible(user), Sql("n.read_at IS NULL AND n.done_at IS NULL AND n.notice_mail IS NULL AND n.at > {}", since)]
    return [row["id"] for row in await DB.fetch(*Sql("SELECT n.id FROM notice n WHERE {} ORDER BY n.id LIMIT 1000", every(wanted)).parts())]
