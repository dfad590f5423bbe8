"""What flags and joint reviews hold of a young person, when two records of one are merged."""

from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.merging import Holding, Merging
from yosafe.refs import ref

from .access import flag_shows, reviews_for
from .actions import CASE
from .locks import REFRESH_LOCK
from .rules import Change

# Two flags of one indicator: the one that a review has not closed goes on standing, then the higher one, then that of the kept record.
_STANDING = """
    SELECT id, indicator, raised_on, level, sentence FROM flag WHERE young_person = ANY($1) AND cleared_on IS NULL
    ORDER BY indicator, closed_at IS NOT NULL, array_position(ARRAY['high', 'raised', 'note'], level), young_person <> $2, id
"""
# Both on one agenda: the case that was decided stays, else that of the kept record.
_CASES = """
    SELECT a.id AS kept, b.id AS other, a.decided_at IS NULL AND b.decided_at IS NOT NULL AS other_stays
    FROM review_case a JOIN review_case b ON b.review = a.review WHERE a.young_person = $1 AND b.young_person = $2 ORDER BY a.id
"""
_DUTIES = """
    SELECT id, subject, kind, area, ended_at FROM duty WHERE subject_kind = $1 AND subject = ANY($2)
    ORDER BY kind, area, subject <> $3, id FOR UPDATE
"""


async def _settle_flags(merging: Merging) -> None:
    seen: set[str] = set()
    for row in await DB.fetch(_STANDING, [merging.kept, merging.merged], merging.kept):
        if row["indicator"] in seen:
            await _replaced(merging, row)
        seen.add(row["indicator"])


async def _replaced(merging: Merging, flag: Any) -> None:
    """A flag that another one stands for."""
    day = max(clock.today(), flag["raised_on"])
    seen = await DB.fetchval("SELECT greatest(f.last_seen_on, (SELECT max(as_of) FROM flag_refresh)) FROM flag f WHERE f.id = $1", flag["id"])
    await merging.change("flag", "last_seen_on", [flag["id"]], seen.isoformat())
    await merging.change("flag", "cleared_on", [flag["id"]], day.isoformat())
    step = await DB.fetchval(
        "INSERT INTO flag_change (flag, change, level, sentence, as_of, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        *(flag["id"], Change.REPLACED.value, flag["level"], flag["sentence"], day, clock.now()),
    )
    await merging.added("flag_change", step)


async def _settle_cases(merging: Merging) -> None:
    for row in await DB.fetch(_CASES, merging.kept, merging.merged):
        gone, stays = (row["kept"], row["other"]) if row["other_stays"] else (row["other"], row["kept"])
        await _one_duty(merging, gone, stays)
        await merging.instead("review_case", gone, stays)


async def _one_duty(merging: Merging, gone: int, stays: int) -> None:
    """A committee's sight of the case that stays is open where its sight of either was."""
    first: dict[tuple[str, str], Any] = {}
    for row in await DB.fetch(_DUTIES, CASE, [gone, stays], stays):
        mine = first.setdefault((row["kind"], row["area"]), row)
        if mine is row:
            continue
        if mine["ended_at"] is not None and row["ended_at"] is None:
            await merging.change("duty", "ended_at", [mine["id"]], None)
        await merging.set_aside("duty", [row["id"]])
    await merging.change("duty", "subject", [row["id"] for row in first.values() if row["subject"] == gone], stays)


_TIED = """
    SELECT DISTINCT c.review FROM review_case c JOIN review_case_flag cf ON cf.review_case = c.id JOIN flag f ON f.id = cf.flag
    WHERE f.young_person <> c.young_person AND c.young_person = ANY($1) ORDER BY 1
"""


async def _tied(merging: Merging) -> list[str]:
    """Reviews with a case that was listed since, for flags of both."""
    return [ref("RV", row["review"]) for row in await DB.fetch(_TIED, [merging.kept, merging.merged])]


def _flags(viewer: User, young_person: int) -> Sql:
    allowed = Sql("true" if viewer.may("flag:read") else "false")
    return Sql("SELECT f.id FROM flag f WHERE f.young_person = {} AND {} AND {}", young_person, flag_shows(viewer), allowed)


def _seen(viewer: User) -> Sql:
    return reviews_for(viewer) if viewer.may("review:read") else Sql("false")


def _cases(viewer: User, young_person: int) -> Sql:
    return Sql("SELECT rc.id FROM review_case rc JOIN review r ON r.id = rc.review WHERE rc.young_person = {} AND {}", young_person, _seen(viewer))


def _actions(viewer: User, young_person: int) -> Sql:
    return Sql(
        "SELECT a.id FROM action a JOIN review_case rc ON rc.id = a.review_case JOIN review r ON r.id = rc.review WHERE a.young_person = {} AND {}",
        *(young_person, _seen(viewer)),
    )


# A flag raised since for the same reason stands; the one that the merge took down stays down beside it.
_RAISED_SINCE = (
    "EXISTS (SELECT FROM flag o WHERE o.young_person = t.young_person AND o.indicator = t.indicator AND o.cleared_on IS NULL AND o.id <> t.id)"
)

_LEFT = """
    SELECT b.id FROM review_left a JOIN review_left b ON b.review = a.review AND b.young_person = $2 WHERE a.young_person = $1 ORDER BY b.id
"""


async def _settle_left(merging: Merging) -> None:
    """Both left off one agenda: what was said of the kept record stays."""
    await merging.set_aside("review_left", [row["id"] for row in await DB.fetch(_LEFT, merging.kept, merging.merged)])


async def _set_basis_aside(merging: Merging) -> None:
    """It is of one record's own rows and goes nowhere. The next refresh works both out anew, after a merge and after its undoing."""
    rows = await DB.fetch("SELECT id FROM flag_basis WHERE young_person = $1", merging.merged)
    await merging.set_aside("flag_basis", [row["id"] for row in rows])


def _no_basis(viewer: User, young_person: int) -> Sql:
    """Nothing to tell anyone of: it says only what need not be worked out again."""
    return Sql("SELECT b.id FROM flag_basis b WHERE false")


def _asked(viewer: User, young_person: int) -> Sql:
    allowed = Sql("true" if viewer.may("review:read") else "false")
    return Sql("SELECT q.id FROM review_request q WHERE q.young_person = {} AND {}", young_person, allowed)


def _left(viewer: User, young_person: int) -> Sql:
    return Sql("SELECT l.id FROM review_left l JOIN review r ON r.id = l.review WHERE l.young_person = {} AND {}", young_person, _seen(viewer))


HOLDINGS = (
    Holding(
        table="flag", called="flag", rows=_flags, makes_room=_settle_flags, lock=REFRESH_LOCK, settles=_tied,
        unless={
            "flag.cleared_on": _RAISED_SINCE,
            "flag_change": "EXISTS (SELECT FROM flag f WHERE f.id = t.flag AND f.cleared_on IS NOT NULL)",
        },
    ),
    Holding(
        table="flag_basis", called="note of until when flags hold", several="notes of until when flags hold", rows=_no_basis,
        makes_room=_set_basis_aside,
    ),
    Holding(table="review_case", called="case of a joint review", several="cases of joint reviews", rows=_cases, makes_room=_settle_cases),
    Holding(table="review_request", called="request for joint review", several="requests for joint review", rows=_asked),
    Holding(
        table="review_left", called="case left for a later review", several="cases left for later reviews", rows=_left, makes_room=_settle_left
    ),
    Holding(
        table="action", called="action of a joint review", several="actions of joint reviews", rows=_actions,
        belongs_to=("review_case", "review_case"),
    ),
)  # fmt: skip
